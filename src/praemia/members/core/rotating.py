"""The code a member's phone shows: which pass it is and a proof of the moment. Pure: secret and time in, digits out.

Twenty digits, so that a QR code of the smallest size and a one-dimensional code both hold them: a sign that this is such a code (99),
the pass's ten digits, and eight digits of a time-based one-time password (RFC 6238 with HMAC-SHA-256 over steps of thirty seconds).
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

SIGN = "99"
NUMBER_DIGITS = 10
PROOF_DIGITS = 8
STEP_SECONDS = 30
TOLERANCE = 1  # steps a phone's clock may be ahead or behind
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def step_at(at: datetime) -> int:
    """The number of the step that holds an instant, counted from 1970."""
    return (at - _EPOCH) // timedelta(seconds=STEP_SECONDS)


def proof_of(secret: bytes, step: int) -> str:
    """The digits of one step (RFC 4226, 5.3, over HMAC-SHA-256)."""
    digest = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha256).digest()
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**PROOF_DIGITS:0{PROOF_DIGITS}}"


def code_of(number: str, secret: bytes, step: int) -> str:
    """What the phone shows in that step."""
    return SIGN + number + proof_of(secret, step)


def read_code(text: str) -> tuple[str, str] | None:
    """The pass's number and the proof; blanks and hyphens do not count. None: this is no such code."""
    digits = text.replace(" ", "").replace("-", "")
    if len(digits) != len(SIGN) + NUMBER_DIGITS + PROOF_DIGITS or not (digits.isascii() and digits.isdigit() and digits.startswith(SIGN)):
        return None
    return digits[len(SIGN) : -PROOF_DIGITS], digits[-PROOF_DIGITS:]


def step_proven(secret: bytes, proof: str, at: datetime) -> int | None:
    """The step around `at` that the proof is for, the newest first; None: none of them."""
    now = step_at(at)
    steps = range(now + TOLERANCE, now - TOLERANCE - 1, -1)
    return next((step for step in steps if hmac.compare_digest(proof_of(secret, step), proof)), None)
