"""Conditions that are answered without the engine mean what they mean in CEL: same answer, same words for an error."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from praemia.rules import PURCHASE, Facts, Happening, Line
from praemia.rules.core.conditions import asking, predicate, simple
from praemia.rules.core.selections import Selections
from praemia.rules.core.showing import Shown
from praemia.rules.core.sight import Sight
from tests.laws import few

START = datetime(2025, 1, 1, tzinfo=UTC)
NUMBERS = (-(2**63), -1, 0, 1, 2, 100, 2**63 - 1)
TEXTS = ("", "a", "b", "ab", "é", "日本", "😀")
FIELDS = ("hour", "weekday", "day", "amount_minor", "quantity", "channel", "location", "n", "text", "yes", "absent")
MEMBER = ("tier", "reference", "segments", "attributes")

fields = st.one_of(st.sampled_from(FIELDS).map("event.{}".format), st.sampled_from(MEMBER).map("member.{}".format))
constants = st.one_of(st.sampled_from(NUMBERS).map(str), st.sampled_from(TEXTS).map("'{}'".format))
lists = st.one_of(
    st.lists(st.sampled_from(NUMBERS).map(str), min_size=1, max_size=3), st.lists(st.sampled_from(TEXTS).map("'{}'".format), min_size=1)
)
comparisons = st.builds("{} {} {}".format, fields, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), constants)
tests = st.one_of(
    comparisons,
    comparisons,
    st.builds("{} in [{}]".format, fields, lists.map(", ".join)),
    fields.map("has({})".format),
    st.just("event.yes"),
)
expressions = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.builds("({} && {})".format, inner, inner), st.builds("({} || {})".format, inner, inner), inner.map("!({})".format)
    ),
    max_leaves=5,
)
said = st.one_of(st.sampled_from(TEXTS), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=3))
own_fields = st.fixed_dictionaries(
    {}, optional={"n": st.sampled_from(NUMBERS), "text": said, "yes": st.booleans(), "channel": said, "amount_minor": st.just(7)}
)
odd_fields = st.fixed_dictionaries(
    {},
    optional={
        name: st.one_of(st.none(), st.booleans(), st.sampled_from(NUMBERS), said, st.lists(said, max_size=2))
        for name in ("n", "text", "yes")
    },
)


@st.composite
def sights(draw: st.DrawFn) -> Sight:
    happening = Happening(
        trigger=draw(st.sampled_from([PURCHASE, "walk"])),
        occurred_at=START + timedelta(minutes=draw(st.integers(0, 500_000))),
        lines=tuple(Line(sku="A", amount_minor=amount) for amount in draw(st.lists(st.integers(-5, 100), max_size=2))),
        channel=draw(st.one_of(st.none(), said)),
        location=draw(st.one_of(st.none(), said)),
        fields=draw(st.one_of(own_fields, odd_fields)),
    )
    facts = Facts(reference=draw(st.one_of(st.none(), said)), tier=draw(st.sampled_from([None, "a", "b"])), segments=frozenset({"a"}))
    return Sight(happening, facts, ZoneInfo("Europe/Berlin"), Selections())


def _seeing(**own: Any) -> Sight:
    at = datetime(2025, 3, 5, 12, tzinfo=UTC)
    return Sight(Happening(trigger="walk", occurred_at=at, fields=own), Facts(), ZoneInfo("UTC"), Selections())


@few(400)
@given(expressions, sights())
@example("event.n == 1", _seeing(n=True))
@example("event.n >= 1", _seeing(n=1.0))
@example("event.n < 1", _seeing(n=2**63))
@example("event.text == 'a'", _seeing(text="a\0"))
@example("event.text < 'ｂ'", _seeing(text="😀"))
@example("event.absent == 1 || event.n == 1", _seeing(n=1))
@example("event.absent == 1 && event.n == 1", _seeing(n=2))
@example("event.n && event.yes", _seeing(n=1, yes=True))
@example("!event.text", _seeing(text="a"))
def test_a_simple_condition_is_answered_as_the_engine_answers_it(text: str, sight: Sight) -> None:
    assert simple(text) is not None
    answered = predicate(text, Shown())(sight)
    sight.activation = None
    assert answered == asking(text, Shown())(sight)
