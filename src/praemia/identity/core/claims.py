"""The code by which somebody claims an anonymous card: eight signs made of the card's number with a key, printed beside it. Pure.

Numbers follow each other and are seen at every till; without the code nobody takes a card over. 31 ** 8 codes, few tries an hour.
"""

from __future__ import annotations

import re

from praemia.identity.core.spelling import RECOVERY_ALPHABET

CODE_LENGTH = 8


def spell_claim(digest: bytes) -> str:
    """The code of a keyed digest, in two groups."""
    number = int.from_bytes(digest[:16], "big")
    signs = ""
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(RECOVERY_ALPHABET))
        signs += RECOVERY_ALPHABET[place]
    return f"{signs[:4]}-{signs[4:]}"


def read_claim(text: str) -> str:
    """What somebody typed, as the code is spelled."""
    signs = re.sub(r"[^A-Z0-9]", "", text.upper())
    return f"{signs[:4]}-{signs[4:]}"
