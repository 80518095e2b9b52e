"""Uploads are drawn anew: what can be seen stays, what hides in the file does not."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from praemia.pictures import PictureUnreadable
from praemia.pictures.core.drawing import draw


def _file(picture: Image.Image, kind: str, **more: object) -> bytes:
    into = BytesIO()
    picture.save(into, kind, **more)
    return into.getvalue()


def _opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def test_what_comes_out_is_webp_without_what_the_camera_wrote() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    drawn = draw(_file(Image.new("RGB", (60, 40), "red"), "JPEG", exif=exif, comment=b"where I live"))
    opened = _opened(drawn.content)
    assert opened.format == "WEBP"
    assert (drawn.width, drawn.height) == (60, 40)
    assert not opened.getexif()
    assert b"SecretCamera" not in drawn.content
    assert b"where I live" not in drawn.content


def test_the_same_picture_has_the_same_name_whatever_file_it_came_in() -> None:
    picture = Image.new("RGB", (10, 10), "#123456")
    assert draw(_file(picture, "PNG")).digest == draw(_file(picture, "PNG", optimize=True)).digest


def test_a_large_picture_becomes_smaller_and_keeps_its_shape() -> None:
    drawn = draw(_file(Image.new("RGB", (3000, 1500)), "PNG"))
    assert (drawn.width, drawn.height) == (1024, 512)


def test_a_picture_stands_upright_as_the_camera_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    drawn = draw(_file(Image.new("RGB", (60, 40)), "JPEG", exif=exif))
    assert (drawn.width, drawn.height) == (40, 60)


def test_what_is_see_through_stays_so() -> None:
    opened = _opened(draw(_file(Image.new("RGBA", (8, 8), (255, 0, 0, 0)), "PNG")).content)
    assert opened.convert("RGBA").getpixel((4, 4))[3] == 0  # type: ignore[index]


_CUT = _file(Image.effect_noise((64, 64), 50), "PNG")[:900]


@pytest.mark.parametrize("upload", [b"", b"<svg onload='alert(1)'/>", b"GIF89a", b"%PDF-1.7", _CUT])
def test_what_is_no_picture_is_refused(upload: bytes) -> None:
    with pytest.raises(PictureUnreadable):
        draw(upload)


def test_what_claims_to_be_enormous_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(PictureUnreadable, match="40 million"):
        draw(_claiming(9000, 9000))
    with pytest.raises(PictureUnreadable):
        draw(_claiming(60_000, 60_000))


def _claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be that large."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
