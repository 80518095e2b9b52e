"""Refusals of pictures."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class PictureUnreadable(DomainError):
    """Not a PNG, JPEG, WebP or GIF, broken, or with more pixels than anybody needs."""

    code = "pictures.unreadable"
    template = "This cannot be used as a picture: {reason}."
