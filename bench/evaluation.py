"""How fast the rules judge, as a process: the programme of the bench over its baskets, one core, nothing stored.

Beside it the same ten rules written by hand as one function: integers only, no explanation, no counters. What lies between
the two is the price of rules that come from a file and explain themselves. Run as `python -m bench.evaluation WHICH SECONDS`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.traffic.streams import BASKETS, basket
from praemia.programs import read_program, to_earning
from praemia.rules import Facts, Happening, Line, RuleSet, Verdict, compile_earning

FACTS = (Facts(reference="M0000001"), Facts(reference="M0000010", segments=frozenset({"regulars"})))
_CHANNELS = ("store", "web", "app")
_START = datetime(2025, 6, 1, 3, 30, tzinfo=UTC)


def happenings() -> list[Happening]:
    """The baskets as purchases, over every hour of two weeks."""
    return [
        Happening(
            trigger="purchase",
            occurred_at=_START + timedelta(minutes=83 * n),
            channel=_CHANNELS[n % 3],
            location=f"L{n % 40:02d}",
            lines=tuple(_line(line) for line in basket(n)),
        )
        for n in range(BASKETS)
    ]


def ruleset() -> RuleSet:
    """The compiled programme."""
    return compile_earning(to_earning(read_program((Path(__file__).parent / "programme.yaml").read_text()).file))


def by_hand(happening: Happening, facts: Facts, rules: RuleSet) -> dict[str, int]:
    """What programme.yaml awards, as a programmer would write it for this one programme."""
    eligible = bakery = goods = stamps = own = items = 0
    for line in happening.lines:
        amount = line.amount_minor - line.discount_minor
        goods += amount
        items += line.quantity
        category = line.categories[0]
        if category != "deposit":
            eligible += amount
        if category == "bakery":
            bakery += amount
        elif category in ("coffee", "tea"):
            stamps += line.quantity
        if line.brand == "own":
            own += line.quantity
    local = happening.occurred_at.astimezone(rules.earning.timezone)
    quarters = 4  # the factor in quarters: multipliers add up
    if local.weekday() >= 5:
        quarters += 2
    if 6 <= local.hour < 9:
        quarters += 4
    if "regulars" in facts.segments:
        quarters += 1
    points = (eligible // 100 + bakery // 200) * quarters // 4 + 2 * own
    if items >= 8:
        points += 10
    if points:
        if goods >= 7500:
            points += 25
        if happening.channel == "app" and goods >= 2000:
            points += 5
    awards = {"points": min(points, 100_000), "stamps": stamps}
    return {unit: quanta for unit, quanta in awards.items() if quanta}


def evaluate(which: str, seconds: float) -> tuple[int, float]:
    """Judge basket after basket for that long; how many, and how long it took."""
    rules, given = ruleset(), happenings()
    judge: Callable[[Happening, Facts], Any] = rules.judge if which == "rules" else lambda h, f: by_hand(h, f, rules)
    pairs = [(happening, facts) for happening in given for facts in FACTS]
    for happening, facts in pairs:
        judge(happening, facts)
    done, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < seconds:
        for happening, facts in pairs:
            judge(happening, facts)
        done += len(pairs)
    return done, spent


def verdicts(rules: RuleSet) -> list[tuple[Verdict, dict[str, int]]]:
    """Both judgements of every basket, for the test that holds them equal."""
    return [(rules.judge(h, f), by_hand(h, f, rules)) for h in happenings() for f in FACTS]


def _line(line: dict[str, Any]) -> Line:
    return Line(**{**line, "categories": tuple(line["categories"])})


def main() -> None:
    """Evaluate and answer."""
    done, spent = evaluate(sys.argv[1], float(sys.argv[2]))
    print(json.dumps({"units": done, "seconds": spent}))


if __name__ == "__main__":
    main()
