"""The vault: what it seals opens in its place only, and its keys are made once and kept private."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praemia.foundation.vault import Vault, VaultKeyBroken, VaultLocked, new_key, open_vault

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
VAULT = Vault({1: OLD})
ROW = ("contacts", 1, UUID(int=7), "email")


@given(st.text(max_size=300))
def test_what_was_sealed_opens_in_its_place(text: str) -> None:
    sealed = VAULT.seal(text, *ROW)
    assert VAULT.open(sealed, *ROW) == text


def test_the_same_text_is_sealed_differently_every_time() -> None:
    assert VAULT.seal("anna", *ROW) != VAULT.seal("anna", *ROW)


@pytest.mark.parametrize(
    "place",
    [
        ("contacts", 2, UUID(int=7), "email"),
        ("contacts", 1, UUID(int=8), "email"),
        ("contacts", 1, UUID(int=7), "name"),
        ("contacts", 1, UUID(int=7)),
        ("contact", "s1", UUID(int=7), "email"),
        (),
    ],
)
def test_a_field_does_not_open_elsewhere(place: tuple[object, ...]) -> None:
    with pytest.raises(VaultLocked):
        VAULT.open(VAULT.seal("anna", *ROW), *place)


@given(st.integers(min_value=0, max_value=39), st.integers(min_value=1, max_value=255))
def test_a_changed_byte_does_not_open(place: int, by: int) -> None:
    sealed = bytearray(VAULT.seal("anna@ex.org", *ROW))
    sealed[place] ^= by
    with pytest.raises(VaultLocked):
        VAULT.open(bytes(sealed), *ROW)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" * 13, b"\x09" * 40])
def test_what_was_never_sealed_does_not_open(sealed: bytes) -> None:
    with pytest.raises(VaultLocked):
        VAULT.open(sealed, *ROW)


def test_a_new_key_opens_what_the_old_one_sealed_and_finds_by_the_same_hash() -> None:
    both = Vault({1: OLD, 2: NEW})
    assert both.open(VAULT.seal("anna", *ROW), *ROW) == "anna"
    assert both.hash("email", "anna@example.com") == VAULT.hash("email", "anna@example.com")
    fresh = both.seal("anna", *ROW)
    assert fresh[0] == 2
    with pytest.raises(VaultLocked):
        VAULT.open(fresh, *ROW)


def test_hashes_differ_by_key_and_by_how_parts_are_cut() -> None:
    assert VAULT.hash("ab", "c") != VAULT.hash("a", "bc") != VAULT.hash("abc")
    assert VAULT.hash("ab") != Vault({1: NEW}).hash("ab")


def test_a_ticket_opens_for_its_purpose_only() -> None:
    ticket = VAULT.seal_ticket("code", {"id": "x", "n": 1})
    assert VAULT.open_ticket("code", ticket) == {"id": "x", "n": 1}
    for purpose, text in (("other", ticket), ("code", ticket[:-2]), ("code", ""), ("code", "ä"), ("code", "x" * 100)):
        assert VAULT.open_ticket(purpose, text) is None


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "state" / "vault.key"
    sealed = open_vault(file).seal("anna", *ROW)
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert open_vault(file).open(sealed, *ROW) == "anna"
    assert [each.name for each in file.parent.iterdir()] == ["vault.key"]


def test_a_given_key_wins_over_the_file_and_needs_none(tmp_path: Path) -> None:
    file = tmp_path / "vault.key"
    key = new_key()
    assert open_vault(file, key).open(open_vault(file, f"1 {key}").seal("anna", *ROW), *ROW) == "anna"
    assert not file.exists()


@pytest.mark.parametrize("lines", ["", "x", "1 x", "0 " + "A" * 43 + "=", "1 " + "A" * 40, "256 " + "A" * 43 + "="])
def test_what_is_no_key_is_refused_without_repeating_it(lines: str, tmp_path: Path) -> None:
    with pytest.raises(VaultKeyBroken) as refused:
        open_vault(tmp_path / "vault.key", lines)
    assert "AAAA" not in str(refused.value)
