"""The shape of an API key: `praemia_live_` or `praemia_test_`, 192 random bits in base 62, then a CRC-32 in base 62.

The fixed prefix and the checksum let a secret scanner find a leaked key offline, and let us turn away a mistyped one
without asking the database. The checksum is no protection: the 192 bits are. Randomness comes in from outside.
"""

from __future__ import annotations

import re
from hashlib import sha256
from zlib import crc32

from praemia.access.model import Mode

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SECRET_BYTES = 24
BODY_DIGITS = 33  # 62 ** 33 > 2 ** 192
CHECK_DIGITS = 6  # 62 ** 6 > 2 ** 32
SHOWN_DIGITS = 6  # 35 of the 192 bits: enough to tell keys apart, far from enough to guess one

_SHAPE = re.compile(rf"praemia_(live|test)_([0-9A-Za-z]{{{BODY_DIGITS}}})([0-9A-Za-z]{{{CHECK_DIGITS}}})")


def spell_key(mode: Mode, entropy: bytes) -> str:
    """The text of a key from 24 random bytes. Anything but 24 bytes is a bug of the caller."""
    if len(entropy) != SECRET_BYTES:
        raise ValueError(f"a key is made of {SECRET_BYTES} random bytes, not {len(entropy)}")
    front = f"praemia_{mode.value}_{_base62(int.from_bytes(entropy, 'big'), BODY_DIGITS)}"
    return front + _checksum(front)


def mode_of(secret: str) -> Mode | None:
    """The mode a well-formed key names; None when the text is no key or its checksum does not match."""
    shape = _SHAPE.fullmatch(secret)
    if shape is None or _checksum(secret[:-CHECK_DIGITS]) != shape.group(3):
        return None
    return Mode(shape.group(1))


def digest_of(secret: str) -> bytes:
    """What is stored instead of the key. Plain SHA-256 suffices: 192 random bits leave nothing to guess."""
    return sha256(secret.encode()).digest()


def shown_prefix(secret: str) -> str:
    """The part of a key that lists and logs may show."""
    return secret[: len("praemia_live_") + SHOWN_DIGITS]


def _checksum(front: str) -> str:
    return _base62(crc32(front.encode()), CHECK_DIGITS)


def _base62(number: int, digits: int) -> str:
    text = ""
    for _ in range(digits):
        number, digit = divmod(number, 62)
        text = ALPHABET[digit] + text
    return text
