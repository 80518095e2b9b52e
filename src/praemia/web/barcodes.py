"""Codes for scanners as SVG that scales: QR by segno, Code 128 and EAN-13 by zxing-cpp. Always black on white: many scanners fail on
the reverse, so a dark page shows them on a white sheet (`.code-image`).

Each drawing has a viewBox and no size of its own, and a title that screen readers say. Markup, ready to stand in a template.
"""

from __future__ import annotations

import re

import zxingcpp
from markupsafe import Markup, escape

from praemia.foundation.errors import Fault, InvalidInput

_SIZE = re.compile(r'<svg width="(\d+)" height="(\d+)"[^>]*>(.*)</svg>', re.DOTALL)
_DESCRIPTION = re.compile(r"\s*<desc>.*?</desc>", re.DOTALL)


def qr(text: str, title: str = "QR", *, border: int = 4) -> Markup:
    """A QR code (never Micro QR, which most phones cannot read) with its quiet zone of four modules, as the standard asks."""
    import segno  # a megabyte that only a second factor and a member's card need

    code = segno.make(text, micro=False, error="m")
    drawing = code.svg_inline(border=border, omitsize=True, light="#fff", dark="#000", svgclass=None, lineclass=None)
    return _titled(drawing, title)


def code128(text: str, title: str = "Code 128") -> Markup:
    """A Code 128 bar code. Raises InvalidInput when the text has characters it cannot hold."""
    return _drawn(text, zxingcpp.BarcodeFormat.Code128, title)


def ean13(text: str, title: str = "EAN-13") -> Markup:
    """An EAN-13 bar code of 13 digits. Raises InvalidInput when the check digit is wrong."""
    return _drawn(text, zxingcpp.BarcodeFormat.EAN13, title)


def _drawn(text: str, kind: zxingcpp.BarcodeFormat, title: str) -> Markup:
    try:
        made = zxingcpp.write_barcode_to_svg(zxingcpp.create_barcode(text, kind), add_hrt=False, add_quiet_zones=True)
    except ValueError:
        raise InvalidInput([Fault(path="", code="barcode", message=f"{title} cannot hold this text.")]) from None
    found = _SIZE.search(made)
    assert found is not None, "zxing-cpp draws with width and height"
    width, height, inside = found.groups()
    shape = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{_DESCRIPTION.sub("", inside)}</svg>'
    return _titled(shape.replace(' id="barcode"', ""), title)


def _titled(drawing: str, title: str) -> Markup:
    """The drawing with its name, for screen readers; sharp edges, since blurred bars are misread."""
    named = f' role="img" aria-label="{escape(title)}" shape-rendering="crispEdges"'
    return Markup(re.sub(r"<svg([^>]*)>", lambda tag: f"<svg{tag.group(1)}{named}><title>{escape(title)}</title>", drawing, count=1))
