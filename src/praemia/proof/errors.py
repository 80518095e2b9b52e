"""Refusals of the proof."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class NothingSealed(DomainError):
    """There is no checkpoint yet."""

    code = "proof.nothing_sealed"
    template = "nothing is sealed yet; `praemia proof seal` makes the first checkpoint"


class KeyUnreadable(DomainError):
    """The text is no Ed25519 key that we wrote."""

    code = "proof.key_unreadable"
    template = "this is no Ed25519 key in PEM: {reason}"


class ExportUnreadable(DomainError):
    """The text is no exported checkpoint."""

    code = "proof.export_unreadable"
    template = "this is no exported checkpoint: {reason}"
