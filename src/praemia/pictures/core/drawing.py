"""Uploaded bytes -> a picture drawn anew as WebP: nothing of the file survives but what can be seen. Pillow is loaded with the first."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from praemia.pictures.errors import PictureUnreadable

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST_EDGE = 1024
LARGEST_PIXELS = 40_000_000
"""As many as a good camera takes. A small file may claim more, to fill the memory of whoever unpacks it."""
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What is kept of an upload."""

    content: bytes
    digest: str
    width: int
    height: int


def draw(upload: bytes) -> Drawn:
    """The picture of an upload, turned as the camera was held, at most 1024 pixels wide and high. Raises PictureUnreadable."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(BytesIO(upload), formats=FORMATS) as opened:
            if opened.width * opened.height > LARGEST_PIXELS:
                raise PictureUnreadable(reason="it has more than 40 million pixels")
            upright = ImageOps.exif_transpose(opened)
            flat = upright.convert("RGBA" if _has_alpha(upright) else "RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        raise PictureUnreadable(reason="it is no PNG, JPEG, WebP or GIF that can be read") from None
    flat.thumbnail((LARGEST_EDGE, LARGEST_EDGE), Image.Resampling.LANCZOS)
    clean = Image.frombytes(flat.mode, flat.size, flat.tobytes())
    into = BytesIO()
    clean.save(into, "WEBP", quality=84, method=4)
    content = into.getvalue()
    return Drawn(content=content, digest=hashlib.sha256(content).hexdigest(), width=clean.width, height=clean.height)


def _has_alpha(picture: Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
