"""Drawn codes say what they were given when a scanner reads them, scale, and have a name."""

from __future__ import annotations

import re

import pytest
import zxingcpp
from PIL import Image

from praemia.foundation.errors import InvalidInput
from praemia.web import barcodes

_RECT = re.compile(r"M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+Z")
_SCALE = 6


@pytest.mark.parametrize("text", ["A", "PRM-4711-Ä", "https://example.org/m/cafe/join?card=" + "7" * 80])
def test_a_qr_code_reads_back_and_is_no_micro_qr(text: str) -> None:
    drawing = barcodes.qr(text, "My card")
    (found,) = zxingcpp.read_barcodes(_qr_pixels(drawing))
    assert (found.text, found.format) == (text, zxingcpp.BarcodeFormat.QRCode)


@pytest.mark.parametrize(
    ("drawing", "text"),
    [(barcodes.code128("MBR-000123-X"), "MBR-000123-X"), (barcodes.ean13("4006381333931"), "4006381333931")],
    ids=["code128", "ean13"],
)
def test_bars_read_back(drawing: str, text: str) -> None:
    (found,) = zxingcpp.read_barcodes(_bar_pixels(drawing))
    assert found.text == text


@pytest.mark.parametrize("drawing", [barcodes.qr("a"), barcodes.code128("a"), barcodes.ean13("4006381333931")])
def test_a_drawing_scales_has_a_name_and_brings_no_style_or_script(drawing: str) -> None:
    head = drawing[: drawing.index(">")]
    assert "viewBox=" in head
    assert 'role="img"' in head
    assert not re.search(r'\s(width|height)="', head)
    assert "<title>" in drawing
    assert not re.search(r"style=|<style|<script|\son\w+=", drawing)


def test_a_name_cannot_break_out() -> None:
    assert "<script" not in barcodes.qr("a", '"><script>alert(1)</script>')


def test_a_wrong_check_digit_and_a_wrong_letter_are_refused() -> None:
    with pytest.raises(InvalidInput):
        barcodes.ean13("4006381333932")
    with pytest.raises(InvalidInput):
        barcodes.code128("漢字")


def _bar_pixels(drawing: str) -> Image.Image:
    """The drawing as a scanner sees it: its rectangles, painted."""
    box = re.search(r'viewBox="0 0 (\d+) (\d+)"', drawing)
    assert box is not None
    picture = Image.new("L", (int(box[1]) * _SCALE, int(box[2]) * _SCALE), 255)
    for x, y, width, height in _RECT.findall(drawing):
        left, top = int(float(x) * _SCALE), int(float(y) * _SCALE)
        picture.paste(0, (left, top, left + int(float(width) * _SCALE), top + int(float(height) * _SCALE)))
    return picture


def _qr_pixels(drawing: str) -> Image.Image:
    """segno draws rows of strokes one module high: M x y h n m dx dy h n …; painted here module by module."""
    box = re.search(r'viewBox="0 0 (\d+) (\d+)"', drawing)
    path = re.search(r'd="([^"]+)"[^>]*/?>\s*</svg>', drawing)
    assert box is not None
    assert path is not None
    side = int(box[1])
    picture = Image.new("L", (side * _SCALE, side * _SCALE), 255)
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])\s*([-\d. ]+)", path[1]):
        values = [float(number) for number in numbers.split()]
        if command == "h":
            row = int(y) * _SCALE
            picture.paste(0, (int(x) * _SCALE, row, int(x + values[0]) * _SCALE, row + _SCALE))
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    return picture
