"""JSON as it is stored and answered: what is written reads back, equal values give equal texts, a split list loses nothing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from fractions import Fraction
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praemia.foundation.ids import new_id
from praemia.foundation.jsons import read_json, split_json, write_canonical, write_json

_SCALARS = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]))
_NAMES = st.text("abé\n", max_size=3)
_VALUES = st.recursive(_SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=4))


@given(_VALUES)
def test_what_is_written_reads_back_here_and_elsewhere(given_value: Any) -> None:
    assert read_json(write_json(given_value)) == json.loads(write_json(given_value)) == given_value


@given(st.dictionaries(st.text("abcé"), _VALUES, max_size=5))
def test_equal_values_give_equal_texts_in_whatever_order_they_were_said(said: dict[str, Any]) -> None:
    assert write_canonical(dict(reversed(said.items()))) == write_canonical(said)
    assert write_canonical(said) == json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@given(st.lists(_VALUES, max_size=5))
def test_a_split_list_holds_the_texts_of_its_entries(values: list[Any]) -> None:
    assert [read_json(part) for part in split_json(write_json(values))] == values


@given(st.dictionaries(st.text("ab"), _VALUES, max_size=3))
def test_a_split_object_holds_the_texts_of_its_members(values: dict[str, Any]) -> None:
    assert {name: read_json(part) for name, part in split_json(write_json(values)).items()} == values


def test_ids_days_and_instants_are_their_texts() -> None:
    own = new_id(3)
    written = write_json([UUID(int=7), own, date(2026, 2, 28), datetime(2026, 2, 28, 9, tzinfo=UTC)])
    assert read_json(written) == [str(UUID(int=7)), str(own), "2026-02-28", "2026-02-28T09:00:00Z"]


@pytest.mark.parametrize("text", [b"", b"{", b"[1,]", b"NaN", b"[1] 2", b"\xff"])
def test_what_is_no_json_is_a_value_error(text: bytes) -> None:
    for read in (read_json, split_json):
        with pytest.raises(ValueError):
            read(text)


@pytest.mark.parametrize("value", [Fraction(1, 2), object(), b"bytes".decode, 1j])
def test_what_has_no_place_in_json_is_refused_and_not_written_as_its_text(value: Any) -> None:
    for write in (write_json, write_canonical):
        with pytest.raises(TypeError):
            write({"value": value})


def test_a_mapping_is_written_as_an_object() -> None:
    assert write_json({"said": MappingProxyType({"a": 1})}) == b'{"said":{"a":1}}'
