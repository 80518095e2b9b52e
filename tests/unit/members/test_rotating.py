"""The code a phone shows, held to the RFC's own vectors and to the library others check such codes with."""

from __future__ import annotations

import hashlib
from base64 import b32encode
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from praemia.members.core.rotating import STEP_SECONDS, code_of, proof_of, read_code, step_at, step_proven

SEED = b"12345678901234567890123456789012"  # RFC 6238, appendix B, for SHA-256
INSTANTS = st.integers(1_577_836_800, 3_786_912_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@pytest.mark.parametrize(
    ("seconds", "proof"),
    [(59, "46119246"), (1111111109, "68084774"), (1111111111, "67062674"), (1234567890, "91819424"), (2000000000, "90698825")],
)
def test_proofs_are_those_of_the_rfc(seconds: int, proof: str) -> None:
    assert proof_of(SEED, step_at(datetime.fromtimestamp(seconds, UTC))) == proof


@given(st.binary(min_size=32, max_size=32), INSTANTS)
def test_any_secret_at_any_time_gives_what_the_library_gives(secret: bytes, at: datetime) -> None:
    theirs = pyotp.TOTP(b32encode(secret).decode(), digits=8, digest=hashlib.sha256, interval=STEP_SECONDS).at(at)
    assert proof_of(secret, step_at(at)) == theirs


@given(st.binary(min_size=32, max_size=32), INSTANTS, st.integers(-5, 5))
def test_a_code_is_proven_within_one_step_and_never_beyond(secret: bytes, at: datetime, late: int) -> None:
    read = read_code(code_of("0123456789", secret, step_at(at)))
    assert read is not None
    assert read[0] == "0123456789"
    then = at + timedelta(seconds=STEP_SECONDS * late)
    assert (step_proven(secret, read[1], then) == step_at(at)) is (abs(late) <= 1)


@pytest.mark.parametrize(
    "text", ["", "99", "4006-0001", "98" + "1" * 18, "99" + "1" * 17, "99" + "1" * 19, "99" + "x" * 18, "99" + "²" * 18]
)
def test_other_texts_are_no_such_code(text: str) -> None:
    assert read_code(text) is None


def test_blanks_and_hyphens_do_not_count() -> None:
    assert read_code("9901 2345-6789 1234 5678") == ("0123456789", "12345678")
