"""Bodies of the hot routes: the derived decoder and the model say the same of every body, good, bad or odd."""

from __future__ import annotations

import json
from pprint import pformat
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from praemia.foundation.errors import InvalidInput
from praemia.web.bodies.batch import AnyCommand
from praemia.web.bodies.checkout import ReservationBody
from praemia.web.bodies.events import ActivityBody, PurchaseBody, VisitBody
from praemia.web.bodies.members import MemberBody
from praemia.web.bodies.reading import Content, Reader, reader_of

LINE = {
    "sku": "Müsli-7",
    "amount_minor": -250,
    "quantity": 2,
    "discount_minor": 1,
    "tax_minor": 0,
    "categories": ["tea", "Grün"],
    "brand": None,
    "tags": [],
    "free": False,
}
PURCHASE = {
    "order": "A-1 \U0001f375",
    "member": "m-1",
    "occurred_at": "2026-03-03T08:15:00+01:00",
    "currency": "EUR",
    "lines": [LINE, {"sku": "x", "amount_minor": 10**12}],
    "shipping_minor": 0,
    "codes": ["A", "B"],
    "pay_points": 5,
    "channel": "app",
}
VISIT = {"id": "v-1", "member": "m-1", "occurred_at": "2016-12-31T23:59:59.123456789Z", "location": "Köln"}
ACTIVITY = {"activity": "review", "member": "m-1", "fields": {"stars": 5, "text": "ja", "photo": True}}
MEMBER = {"reference": "m-1", "enrolled_at": "2026-03-03t08:15:00z", "birthdate": "1990-02-28", "segments": ["a"], "attributes": {"a": 1}}

KINDS: dict[str, tuple[Any, dict[str, Any]]] = {
    "purchase": (PurchaseBody, PURCHASE),
    "reservation": (ReservationBody, {**PURCHASE, "deadline": "2026-03-03T09:15:00-11:30"}),
    "visit": (VisitBody, VISIT),
    "activity": (ActivityBody, ACTIVITY),
    "member": (MemberBody, MEMBER),
    "purchase in a list": (AnyCommand, {"type": "purchase", **PURCHASE}),
    "visit in a list": (AnyCommand, {**VISIT, "type": "visit"}),
    "activity in a list": (AnyCommand, {"type": "activity", **ACTIVITY}),
    "member in a list": (AnyCommand, {"type": "member", **MEMBER}),
}
GOOD = {name: (Reader(kind), body) for name, (kind, body) in KINDS.items()}

INSTANTS = [
    "2026-03-03T08:15:00",  # no offset
    "2026-03-03 08:15:00Z",
    "2026-03-03",
    "2026-06-30T23:59:60Z",  # a leap second
    "2026-02-30T00:00:00Z",
    "2026-03-03T08:15:00.1234567890Z",
    "2026-03-03T24:00:00Z",
    "2026-03-03T08:15:00+25:00",
    "1969-12-31T23:59:59Z",
    "2200-01-01T00:00:00Z",
    "２０２６-03-03T08:15:00Z",
    "1772525700",
]
TEXTS = ["", " ", "a" * 100, "a" * 101, "ß" * 200, "a" * 201, "\U0001f375" * 100, "\u0000", "tab\t", "\x7f", "\x80", "a\\n", "EUR\n", "Eur"]
LARGE = [10**6 + 1, 10**12, 10**12 + 1, -(10**12) - 1, 2**63, 2**64, 10**30]
NUMBERS = [0, 1, -1, True, False, *LARGE, 1.0, 0.5, 1e3, float("nan"), float("inf")]
OTHERS: list[Any] = [None, "12", "true", [], {}, [None], [1], ["a"] * 101, {"a": 1.5}, {"": 1}, [[[]]], {"a": {}}]
ODD: st.SearchStrategy[Any] = st.sampled_from([*TEXTS, *INSTANTS, *NUMBERS, *OTHERS]) | st.text(max_size=4) | st.integers()
KEYS = st.sampled_from(["type", "order", "oder", "lines", "member", "card", "sku", "amount_minor", "fields", "id", "", "Order", "segments"])
BYTES = [
    b"",
    b" ",
    b"\n",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\\ud800",
    b"\\u0000",
    b"\\u007F",
    b"\\ud83c\\udf75",
    b"\\/",
    b"\x01",
]
SIGNS = [b"1.0", b"1e3", b"-0", b"01", b"NaN", b"Infinity", b"null", b"true", b",", b"}", b"]", b'"', b":", b'"order":"again",', b"/**/"]
RAW = st.sampled_from([*BYTES, *SIGNS])


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, bytes]:
    """A good body with something odd in it: values, keys, spellings, repeated keys, bytes."""
    name = draw(st.sampled_from(sorted(GOOD)))
    body = json.loads(json.dumps(GOOD[name][1]))
    for _ in range(draw(st.integers(0, 2))):
        where = body["lines"][0] if "lines" in body and draw(st.booleans()) else body
        if not isinstance(where, dict) or not where:
            continue
        if draw(st.booleans()):
            where[draw(st.sampled_from(sorted(where)))] = draw(ODD)
        elif draw(st.booleans()):
            del where[draw(st.sampled_from(sorted(where)))]
        else:
            where[draw(KEYS)] = draw(ODD)
        if not isinstance(body.get("lines", [{}]), list) or not body.get("lines", [{}]) or not isinstance(body.get("lines", [{}])[0], dict):
            break
    text = json.dumps(body, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from([None, 1])))
    if draw(st.booleans()):
        text = "{" + json.dumps(draw(KEYS)) + ":" + json.dumps(draw(ODD)) + "," + text[1:]
    raw = text.encode()
    if draw(st.integers(0, 3)) == 0:
        place = draw(st.integers(0, len(raw)))
        raw = raw[:place] + draw(RAW) + raw[place + draw(st.integers(0, 2)) :]
    return name, raw


def verdict(read: Any, body: bytes) -> Any:
    """What was read with its types, or every fault."""
    try:
        return pformat(read(body))
    except InvalidInput as refusal:
        return refusal.faults


class WithoutModel(Reader):
    """A reader that cannot fall back."""

    def read_by_model(self, body: bytes) -> Content:
        raise AssertionError("the decoder refused it")


@settings(max_examples=600)
@given(bodies())
def test_decoder_and_model_say_the_same_of_every_body(given_body: tuple[str, bytes]) -> None:
    name, body = given_body
    reader = GOOD[name][0]
    assert verdict(reader.read, body) == verdict(reader.read_by_model, body)


@pytest.mark.parametrize("odd", [*TEXTS, *INSTANTS, *NUMBERS, None, [], {}, ["a"], ["a"] * 101, {"a": 1.5}])
@pytest.mark.parametrize("name", sorted(GOOD))
def test_they_agree_on_every_oddity_in_every_field(name: str, odd: Any) -> None:
    reader, good = GOOD[name]
    for field in good:
        body = json.dumps({**good, field: odd}, ensure_ascii=False).encode()
        assert verdict(reader.read, body) == verdict(reader.read_by_model, body)


@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("name", sorted(GOOD))
def test_what_is_good_is_read_without_the_model(name: str, ascii_only: bool) -> None:
    body = json.dumps(KINDS[name][1], ensure_ascii=ascii_only, indent=1).encode()
    assert WithoutModel(KINDS[name][0]).read(body) == GOOD[name][0].read_by_model(body)


def test_what_is_nested_too_deeply_is_a_fault_and_no_failure() -> None:
    deep = b"[" * 100_000
    with pytest.raises(InvalidInput) as refused:
        reader_of(ActivityBody).read(b'{"activity":"a","member":"m","fields":{"a":' + deep)
    assert refused.value.faults[0].code == "not_json"


class _Closed(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class _Open(BaseModel):
    model_config = ConfigDict(strict=True, extra="allow")
    name: str


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="forbid")
    number: int


class _Stepped(_Closed):
    number: Annotated[int, Field(multiple_of=5)]


class _Either(_Closed):
    one: int | str


class _Fixed(_Closed):
    one: Literal["a"]


@pytest.mark.parametrize("kind", [_Open, _Lenient, _Stepped, _Either, _Fixed])
def test_nothing_is_derived_from_what_cannot_be_said_exactly(kind: type[BaseModel]) -> None:
    with pytest.raises(TypeError):
        Reader(kind).read(b"{}")
