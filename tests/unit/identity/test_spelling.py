"""How addresses, codes and claims are spelled and read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praemia.identity.core.claims import read_claim, spell_claim
from praemia.identity.core.letters import LETTERS, letter
from praemia.identity.core.spelling import (
    RECOVERY_ALPHABET,
    email_of,
    password_fault,
    read_code,
    recovery_digest,
    spell_code,
    spell_recovery,
)
from praemia.identity.service.limits import network_of


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Anna@Example.COM ", "anna@example.com"),
        ("a.b+c@x-y.museum", "a.b+c@x-y.museum"),
        ("anna@localhost", "anna@localhost"),
        ("anna", None),
        ("anna@", None),
        ("@example.com", None),
        ("anna@exa mple.com", None),
        ("anna@example..com", None),
        ("a" * 65 + "@example.com", None),
        ("a@" + "x" * 253, None),
        ("anna@example.com, eve@example.com", None),
        ("anna@example.com\r\nBcc: eve@example.com", None),
        ("Anna <anna@example.com>", None),
    ],
)
def test_an_address_is_kept_in_small_letters_or_not_at_all(typed: str, kept: str | None) -> None:
    assert email_of(typed) == kept


@given(st.integers(min_value=0, max_value=10**6 - 1))
def test_a_code_has_six_digits_and_reads_back_however_it_is_grouped(number: int) -> None:
    code = spell_code(number)
    assert len(code) == 6
    assert int(code) == number
    assert read_code(f" {code[:3]} {code[3:]}\n") == code


@given(st.lists(st.integers(min_value=0, max_value=30), min_size=12, max_size=12))
def test_a_recovery_code_is_three_groups_of_plain_signs_and_forgives_its_spelling(numbers: list[int]) -> None:
    code = spell_recovery(numbers)
    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert set(code) <= set(RECOVERY_ALPHABET) | {"-"}
    assert recovery_digest(code.lower().replace("-", " ")) == recovery_digest(code)


@given(st.binary(min_size=32, max_size=32))
def test_a_claim_code_reads_back_however_it_is_grouped(digest: bytes) -> None:
    code = spell_claim(digest)
    assert len(code) == 9
    assert read_claim(code.lower().replace("-", "")) == code


def test_signs_that_look_alike_are_in_no_code() -> None:
    assert not set("ILO01") & set(RECOVERY_ALPHABET)
    assert len(set(RECOVERY_ALPHABET)) == 31


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("nine char", "too_short"),
        ("ten chars!", None),
        ("x" * 257, "too_long"),
        ("ababababab", "too_simple"),
        ("Passwort123", "too_simple"),
        ("pässwörter zählen", None),
    ],
)
def test_length_counts_and_signs_do_not(password: str, fault: str | None) -> None:
    assert password_fault(password) == fault


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
    ],
)
def test_of_an_ipv6_address_the_network_is_counted(address: str, counted: str) -> None:
    assert network_of(address) == counted


@pytest.mark.parametrize("kind", sorted(LETTERS))
@pytest.mark.parametrize("lang", ["en", "de", "fr", None])
def test_a_letter_says_everything_it_was_given_in_one_line_of_subject(kind: str, lang: str | None) -> None:
    given_values = {
        "code": "123456",
        "name": "Café\nBcc: eve",
        "person": "{code}",
        "inviter": "Olga",
        "link": "/invitation/x",
        "until": "soon",
    }
    subject, text = letter(kind, lang, **given_values)
    assert "\n" not in subject
    assert "{code}" not in text or kind == "invitation"
    assert "Café Bcc: eve" in subject
    assert (subject, text) == letter(kind, "en" if lang in ("fr", None) else lang, **given_values)
