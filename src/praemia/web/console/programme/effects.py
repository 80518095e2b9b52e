"""What a change would mean for purchases, tried out: the same baskets through a week, judged by the old rules and by the new ones.

Pure. A member without history or tier buys; caps, budgets and limits therefore hardly bind. It shows what rules do, not what they cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from praemia.programs import MINOR_DIGITS, ProgramFile, to_earning
from praemia.rules import PURCHASE, Facts, Happening, Line, RuleSet, compile_earning

_AMOUNTS = (5, 20, 50)
_MOST_GOODS = 4
_MOST_HOURS = 5
_MOST_ROWS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """A purchase to try: so much of the currency, of plain goods or of those that a rule selects."""

    amount: int
    kind: str = ""
    goods: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One basket at one hour: the days on which it changes, and what it gave and will give (quanta by unit)."""

    basket: Basket
    days: tuple[int, ...]
    hour: int
    before: Mapping[str, int]
    after: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """How many of the tried purchases change, and which: at most a screen full."""

    tried: int
    changed: int
    rows: tuple[Row, ...]


def effect_between(before: ProgramFile, after: ProgramFile, *, first_day: date) -> Effect:
    """What becomes of a week of purchases that begins on a local day."""
    old, new = compile_earning(to_earning(before)), compile_earning(to_earning(after))
    found: dict[tuple[Basket, int, tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]], list[int]] = {}
    tried = changed = 0
    for basket in _baskets(before, after):
        for hour in _hours(before, after):
            for offset in range(7):
                day = first_day + timedelta(days=offset)
                tried += 1
                was, will = (_judged(rules, file, basket, day, hour) for rules, file in ((old, before), (new, after)))
                if was != will:
                    changed += 1
                    found.setdefault((basket, hour, tuple(sorted(was.items())), tuple(sorted(will.items()))), []).append(day.weekday())
    rows = [
        Row(basket=basket, days=tuple(sorted(days)), hour=hour, before=dict(was), after=dict(will))
        for (basket, hour, was, will), days in found.items()
    ]
    return Effect(tried=tried, changed=changed, rows=tuple(rows[:_MOST_ROWS]))


def _judged(rules: RuleSet, file: ProgramFile, basket: Basket, day: date, hour: int) -> Mapping[str, int]:
    goods = (basket.goods,) if basket.goods else ()
    line = Line(
        sku=basket.goods if basket.kind == "sku" else "-",
        amount_minor=basket.amount * 10 ** MINOR_DIGITS.get(file.currency, 2),
        categories=goods if basket.kind == "category" else (),
        brand=basket.goods if basket.kind == "brand" else None,
        tags=goods if basket.kind == "tag" else (),
    )
    at = datetime.combine(day, time(hour // 60, hour % 60), rules.earning.timezone)
    return rules.judge(Happening(trigger=PURCHASE, occurred_at=at, lines=(line,)), Facts(purchases_before=1)).awards


def _baskets(before: ProgramFile, after: ProgramFile) -> Iterator[Basket]:
    """Plain goods of several prices, then what rules select, one price each."""
    yield from (Basket(amount=amount) for amount in _AMOUNTS)
    goods: dict[tuple[str, str], None] = {}
    for rule in (*after.earning.rules, *before.earning.rules):
        for selection in filter(None, (rule.match, rule.exclude)):
            for kind in ("category", "sku", "brand", "tag"):
                goods |= dict.fromkeys((kind, name) for name in sorted(getattr(selection, kind) or ()))
    yield from (Basket(amount=_AMOUNTS[1], kind=kind, goods=name) for kind, name in list(goods)[:_MOST_GOODS])


def _hours(before: ProgramFile, after: ProgramFile) -> list[int]:
    """Ten o'clock, and the beginning of every span of hours some rule names; minutes of the day."""
    spans = [rule.when.hours[0] for rule in (*after.earning.rules, *before.earning.rules) if rule.when.hours]
    return sorted(dict.fromkeys([10 * 60, *spans][:_MOST_HOURS]))
