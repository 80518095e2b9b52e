"""What one of a thing is called, where an operator only gave the name of many. Pure.

Of German words only those are known that units are commonly called by; any other stays as it is.
"""

from __future__ import annotations

_SINGULARS = (("punkte", "punkt"), ("sterne", "stern"), ("herzen", "herz"), ("meilen", "meile"))


def one_of(name: str, lang: str) -> str:
    """The singular of a unit's name in a language (`de`, else English)."""
    if lang != "de":
        return name[:-1] if name.endswith("s") and not name.endswith(("ss", "us", "thanks")) else name
    for plural, singular in _SINGULARS:
        if name.lower().endswith(plural):
            return name[: len(name) - len(plural)] + (singular.capitalize() if name[-len(plural)].isupper() else singular)
    return name
