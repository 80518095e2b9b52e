"""Which of the texts of a purpose is shown in a language, and the digest that proves which one it was. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping


def text_in(texts: Mapping[str, str], lang: str) -> str:
    """The text in the language, else in any."""
    return texts.get(lang) or next(iter(texts.values()))


def digest_of(texts: Mapping[str, str], lang: str) -> bytes:
    """SHA-256 of the text that is shown in the language."""
    return hashlib.sha256(text_in(texts, lang).encode()).digest()
