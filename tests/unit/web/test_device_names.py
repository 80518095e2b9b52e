"""Browsers as people call them."""

from __future__ import annotations

import pytest

from praemia.web.member.device_names import device_name

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (f"Mozilla/5.0 (Linux; Android 10; K) {_WEBKIT} Chrome/156.0.0.0 Mobile Safari/537.36", "Chrome, Android"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0", "Edge, Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("a reader of its own", "a reader of its own"),
        ("", ""),
    ],
)
def test_a_device_is_called_by_its_browser_and_system(said: str, name: str) -> None:
    assert device_name(said) == name
