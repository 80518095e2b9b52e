"""A code held before the camera, in a browser that reads none by itself: the reader is fetched then, and only then."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import segno
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.e2e import chromium
from tests.e2e.chromium import Ear
from tests.e2e.town import Town

_SIZE = (640, 480)
_FRAMES = 10


def film(path: Path, text: str) -> None:
    """A short film of a QR code, as Chromium plays it for a camera: YUV4MPEG2, the colours grey."""
    drawn = io.BytesIO()
    segno.make(text, micro=False).save(drawn, kind="png", scale=10, border=4)
    picture = Image.new("L", _SIZE, 255)
    code = Image.open(drawn).convert("L")
    picture.paste(code, ((_SIZE[0] - code.width) // 2, (_SIZE[1] - code.height) // 2))
    grey = bytes([128]) * (_SIZE[0] * _SIZE[1] // 2)
    frame = b"FRAME\n" + picture.tobytes() + grey
    path.write_bytes(f"YUV4MPEG2 W{_SIZE[0]} H{_SIZE[1]} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * _FRAMES)


@pytest.mark.parametrize("native", [False, True])
def test_a_card_before_the_camera_is_found(site: Town, chrome: Browser, ear: Ear, tmp_path: Path, native: bool) -> None:
    film(tmp_path / "card.y4m", "anna")
    watching = chrome.browser_type.launch(
        executable_path=chromium.installed(),
        args=[
            "--no-sandbox",
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={tmp_path / 'card.y4m'}",
        ],
    )
    try:
        context = site.context(watching, "cashier", ear=ear, permissions=["camera"])
        if native:  # a browser that reads by itself, as far as the page can tell
            context.add_init_script(
                "globalThis.BarcodeDetector = class { static async getSupportedFormats() { return ['qr_code']; }"
                " async detect() { return [{ rawValue: 'bert' }]; } };"
            )
        page = context.new_page()
        fetched: list[str] = []
        page.on("request", lambda request: fetched.append(request.url))
        page.goto("/till/cafe/")
        button = page.get_by_role("button", name="Scan with the camera")
        expect(button).to_be_visible()
        assert not any("zxing" in url for url in fetched), "nothing is fetched before the camera is opened"
        button.click()
        expect(page.locator("#amount")).to_be_focused(timeout=20_000)
        assert page.url.endswith("bert" if native else "anna") or ("bert" if native else "anna") in page.content()
        assert any(url.endswith("zxing_reader.wasm") for url in fetched) is not native
        assert all(url.startswith(site.base) for url in fetched), "from our own server alone"
        context.close()
    finally:
        watching.close()
