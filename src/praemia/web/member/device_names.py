"""What a browser calls itself, in two words people know: "Chrome, Android". Unknown ones keep their own words."""

from __future__ import annotations

_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("SamsungBrowser/", "Samsung Internet"))
_LATER = (("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # the others name these too
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def device_name(said: str) -> str:
    """The browser and the system, as far as they are known."""
    found = [next((name for mark, name in marks if mark in said), "") for marks in ((*_BROWSERS, *_LATER), _SYSTEMS)]
    return ", ".join(part for part in found if part) or said
