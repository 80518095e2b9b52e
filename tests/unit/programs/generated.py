"""Valid programme files, made at random: the shapes a shopkeeper could write, with comments, quotes and both layouts of YAML."""

from __future__ import annotations

import json
from typing import Any

import yaml
from hypothesis import strategies as st

Tree = dict[str, Any]

_words = st.sampled_from(["coffee", "000", "1.10", "no", "café", "a b", "true story"])
_periods = st.sampled_from(["day", "week", "month", "year", "lifetime"])
_comments = st.sampled_from(["", "# hello\n", "# äöü € 🎉\n\n", "---\n", "﻿"])


def _some(optional: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Tree]:
    return st.fixed_dictionaries({}, optional=optional)


def _when(*, purchase: bool) -> st.SearchStrategy[Tree]:
    conditions: dict[str, st.SearchStrategy[Any]] = {
        "from": st.just("2025-01-01"),
        "until": st.sampled_from(["2025-01-01", "2099-12-31"]),
        "days": st.sampled_from(["mon", ["sat", "sun"]]),
        "hours": st.sampled_from(["16:00-18:00", "22:00-02:00", "00:00-24:00"]),
        "tiers": _words,
        "segments": st.lists(_words, min_size=1, max_size=3),
        "if": st.just("size(member.segments) > 0"),
    }
    if purchase:
        conditions |= {"min_amount": st.sampled_from([5, "20.00"]), "min_quantity": st.integers(1, 9), "first_purchase": st.booleans()}
    return _some(conditions)


_life = _some(
    {
        "pending": st.sampled_from([{"days": 14}, {"until": "fulfilled"}]),
        "expiry": st.sampled_from(
            [
                {"months": 12, "round_up": "end_of_month", "extend_on": ["earn", "review"]},
                {"end_of": "year"},
                {"inactivity_months": 6, "resets_on": "redeem"},
            ]
        ),
        "spend_order": st.sampled_from(["soonest_expiry", "oldest_earned"]),
        "reinstate_days": st.integers(1, 99),
    }
)


@st.composite
def _rule(draw: st.DrawFn, number: int, units: list[str]) -> Tree:
    purchase = draw(st.booleans())
    ways: list[Tree] = [{"earn": {"points": draw(st.integers(1, 500))}}, {"add": draw(st.integers(1, 9))}]
    if purchase:
        ways += [
            {"earn": {"points": draw(st.sampled_from([1, "0.5", 3])), "per_amount": draw(st.sampled_from([1, "0.01", "10.00"]))}},
            {"earn": {"points": 2, "per_item": True}},
            {"multiply": draw(st.sampled_from([2, "1.5", "1.333"]))},
        ]
    rule: Tree = {
        "id": f"r{number}",
        "trigger": "purchase" if purchase else draw(st.sampled_from(["visit", "signup", "review", "birthday"])),
    }
    rule |= draw(st.sampled_from(ways))
    rule |= draw(
        _some(
            {
                "name": st.sampled_from(["Plain", {"de": "Süß", "en": "Sweet"}]),
                "to": st.sampled_from(units),
                "enabled": st.booleans(),
                "when": _when(purchase=purchase),
                "limit": st.fixed_dictionaries({"times": st.integers(1, 99)}, optional={"per": _periods}),
                "cooldown": st.sampled_from(["30m", "24h", "7d"]),
                "cap": st.fixed_dictionaries({"points": st.integers(1, 99), "per": _periods}),
                "priority": st.integers(-5, 5),
                "expiry": st.sampled_from(["none", {"days": 7}, {"each_year": "02-29", "counts_from": "earned"}]),
            }
        )
    )
    if purchase:
        rule |= draw(
            _some(
                {"match": st.fixed_dictionaries({"sku": _words}), "exclude": st.fixed_dictionaries({"tag": st.lists(_words, min_size=1)})}
            )
        )
    return rule


@st.composite
def trees(draw: st.DrawFn, slug: str = "made") -> Tree:
    """A programme as plain values, as a YAML reader would see it."""
    units = ["points", "stamps"][: draw(st.integers(1, 2))]
    rules = [draw(_rule(number, units)) for number in range(draw(st.integers(0, 6)))]
    earning: Tree = {"rules": rules} if rules else {}
    earning |= draw(
        _some({"accrual": st.just("whole_steps"), "backdate_limit_days": st.integers(0, 99), "basis": st.just({"tax": "include"})})
    )
    earning |= draw(
        _some({"caps": st.just([{"points": 5, "per": "balance"}]), "stacking": st.just({"multipliers": "best", "multiply": "all"})})
    )
    tree: Tree = {"program": slug, "units": {unit: draw(_some({"qualifying": st.booleans(), "value": st.just("0.01")})) for unit in units}}
    for unit in tree["units"].values():
        unit |= draw(_life)
    tree |= {"activities": {"review": {"fields": {"stars": "int"}}}}
    tree |= draw(_some({"timezone": st.sampled_from(["Europe/Berlin", "UTC"]), "context": st.just("wellness")}))
    return tree | ({"earning": earning} if earning else {})


@st.composite
def texts(draw: st.DrawFn, slug: str = "made") -> str:
    """A programme as somebody wrote it."""
    tree = draw(trees(slug))
    flow = draw(st.sampled_from([True, False, None]))
    body = draw(
        st.sampled_from([json.dumps(tree), yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, default_flow_style=flow, width=1000)])
    )
    text = draw(_comments) + body + draw(st.sampled_from(["", "\n\n", "# end", "\n# Ende ü\n"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
