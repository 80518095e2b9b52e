"""How addresses, codes and one-time passwords are spelled: what people type is forgiven where nothing is lost by it. Pure."""

from __future__ import annotations

import re
from hashlib import sha256

CODE_DIGITS = 6
RECOVERY_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # 31 signs that nobody mistakes for another
RECOVERY_LENGTH = 12  # 59 bits; nobody guesses one of ten in six tries a quarter of an hour
RECOVERY_CODES = 10
EMAIL_LENGTH = 254  # RFC 5321, 4.5.3.1
PASSWORD_LEAST = 10
PASSWORD_MOST = 256

_EMAIL = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@[^\s@<>\"(),:;\[\]\\]+", re.ASCII)


def email_of(text: str) -> str | None:
    """The address as it is kept and compared, in small letters; None when it cannot be one. Whether it exists only a mail can tell."""
    plain = text.strip().lower()
    return plain if len(plain) <= EMAIL_LENGTH and _EMAIL.fullmatch(plain) and ".." not in plain else None


def spell_code(number: int) -> str:
    """A one-time code from a random number below a million."""
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def read_code(text: str) -> str:
    """The digits of what was typed."""
    return "".join(re.findall(r"\d", text, re.ASCII))


def spell_recovery(numbers: list[int]) -> str:
    """A recovery code from as many random numbers as it has signs, in groups of four."""
    signs = "".join(RECOVERY_ALPHABET[number % len(RECOVERY_ALPHABET)] for number in numbers)
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))


def recovery_digest(text: str) -> bytes:
    """What is stored instead of a recovery code; groups and small letters do not matter."""
    return sha256(re.sub(r"[^A-Z0-9]", "", text.upper()).encode()).digest()


def password_fault(text: str) -> str | None:
    """What is wrong with a new password (`too_short`, `too_long`, `too_simple`), or None. Length counts, signs do not (NIST SP 800-63B)."""
    if len(text) < PASSWORD_LEAST:
        return "too_short"
    if len(text) > PASSWORD_MOST:
        return "too_long"
    return "too_simple" if len(set(text)) < 4 or text.lower() in _TOO_COMMON else None


_TOO_COMMON = frozenset(
    {
        *("1234567890", "0123456789", "12345678910", "password123", "password1234", "passwort123", "passwort1234", "qwertyuiop"),
        *("qwertzuiop", "1q2w3e4r5t", "letmein123", "iloveyou123", "administrator", "changeme123"),
    }
)
