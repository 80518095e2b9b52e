"""What must come out, compared exactly: the answer of a step, and the state right after it. One function per word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.scenario import circles, rewards, tiers, tills
from tests.scenario.amounts import number, shown, whole
from tests.scenario.api import ApiBroken
from tests.scenario.kinds import OF_CODE
from tests.scenario.stage import Figures, Holding, Stage
from tests.scenario.steps import Outcome, wallet_figures
from tests.scenario.stories import Block, StoryFault, as_block, as_blocks, as_words
from tests.scenario.translation import DEFAULT_WALLET
from tests.scenario.vocabulary import ERROR_KINDS, NO_EFFECT, OK


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A figure that is not the expected one."""

    what: str
    expected: str
    actual: str


def compare_answer(expect: Block, outcome: Outcome) -> Iterator[Mismatch]:
    """The response words of an expectation. Without `result` a story expects ok."""
    wanted = expect.get("result", OK)
    if wanted not in outcome.kinds and not outcome.raced:
        yield Mismatch("result", wanted, _kinds_shown(outcome))
        return
    for word, check in ANSWERS.items():
        if word in expect:
            yield from check(expect[word], outcome)
    if outcome.raced:
        yield from _raced(expect, outcome.raced)


async def compare_state(expect: Block, stage: Stage) -> list[Mismatch]:
    """The state words of an expectation."""
    found: list[Mismatch] = []
    for word, check in STATES.items():
        if word in expect:
            found += await check(as_block(expect[word], word), stage)
    return found


def compare_unchanged(before: Mapping[str, Holding], after: Mapping[str, Holding]) -> Iterator[Mismatch]:
    """A refusal, or a request without effect, leaves every figure as it was."""
    for member, held in after.items():
        first = before.get(member, Holding({}, {}))
        yield from _figures(f"after a refusal: available of {member}", first.available, held.available)
        yield from _figures(f"after a refusal: lifetime of {member}", first.lifetime, held.lifetime)
        yield from _figures(f"after a refusal: pending of {member}", first.pending, held.pending)


def _earned(expected: Any, outcome: Outcome) -> Iterator[Mismatch]:
    wanted = wallet_figures(expected, "earned")
    if outcome.earned is None:
        yield Mismatch("earned", _all(wanted), "no answer that says it")
        return
    attempts = [list(_figures("earned", wanted, figures)) for figures in outcome.earned]
    if all(attempts):
        yield from attempts[0]


def _earned_by(expected: Any, outcome: Outcome) -> Iterator[Mismatch]:
    told = outcome.earned_by or {}
    for rule, points in as_block(expected, "earned_by").items():
        if str(rule) not in told and outcome.ok:
            raise StoryFault(f"earned_by: the programme has no rule {rule!r}")
        yield from _figures("earned_by", {str(rule): number(points, f"earned_by.{rule}")}, told)


def _due(expected: Any, outcome: Outcome) -> Iterator[Mismatch]:
    wanted = number(expected, "due")
    if outcome.due != wanted:
        yield Mismatch("due", shown(wanted), "no answer that says it" if outcome.due is None else shown(outcome.due))


def _returned(expected: Any, outcome: Outcome) -> Iterator[Mismatch]:
    wanted = wallet_figures(expected, "returned")
    if outcome.returned is None:
        yield Mismatch("returned", _all(wanted), "no answer that says it")
        return
    yield from _figures("returned", wanted, outcome.returned)


def _clawed_back(expected: Any, outcome: Outcome) -> Iterator[Mismatch]:
    wanted = wallet_figures(expected, "clawed_back")
    if outcome.clawed_back is None:
        yield Mismatch("clawed_back", _all(wanted), "no answer that says it")
        return
    yield from _figures("clawed_back", wanted, outcome.clawed_back)


def _spent(expected: Any, outcome: Outcome) -> Iterator[Mismatch]:
    wanted = wallet_figures(expected, "spent")
    if outcome.spent is None:
        yield Mismatch("spent", _all(wanted), "no answer that says it")
        return
    yield from _figures("spent", wanted, outcome.spent)


def _cash_due(expected: Any, outcome: Outcome) -> Iterator[Mismatch]:
    wanted = number(expected, "cash_due")
    if outcome.cash_due != wanted:
        yield Mismatch("cash_due", shown(wanted), "no answer that says it" if outcome.cash_due is None else shown(outcome.cash_due))


def _discount(expected: Any, outcome: Outcome) -> Iterator[Mismatch]:
    yield from _amount("discount", expected, outcome.discount)


def _wallet_paid(expected: Any, outcome: Outcome) -> Iterator[Mismatch]:
    yield from _amount("wallet_paid", expected, outcome.wallet_paid)


def _line_discount(expected: Any, outcome: Outcome) -> Iterator[Mismatch]:
    wanted = tills.wanted_lines(expected)
    if outcome.line_discount is None:
        yield Mismatch("line_discount", _all(wanted), "no answer that says it")
        return
    yield from _figures("line_discount", wanted, outcome.line_discount)


def _amount(word: str, expected: Any, told: Fraction | None) -> Iterator[Mismatch]:
    wanted = number(expected, word)
    if told != wanted:
        yield Mismatch(word, shown(wanted), "no answer that says it" if told is None else shown(told))


def _received(expected: Any, outcome: Outcome) -> Iterator[Mismatch]:
    yield from _told("received", expected, outcome.received)


def _fee(expected: Any, outcome: Outcome) -> Iterator[Mismatch]:
    yield from _told("fee", expected, outcome.fee)


def _told(word: str, expected: Any, figures: Figures | None) -> Iterator[Mismatch]:
    wanted = wallet_figures(expected, word)
    if figures is None:
        yield Mismatch(word, _all(wanted), "no answer that says it")
        return
    yield from _figures(word, wanted, figures)


def _raced(expect: Block, outcomes: Sequence[Outcome]) -> Iterator[Mismatch]:
    """How many of the requests of a race were carried out, and how the others were refused.

    `errors` is a number of refusals, a kind (or a list of kinds, one per refusal), or a number for each kind. A purchase that
    is recorded but whose points a limit took counts as refused where the story names that limit.
    """
    wanted = _wanted_errors(expect.get("errors"), len(outcomes))
    kinds = frozenset(wanted) - {NO_EFFECT} if isinstance(wanted, Counter) else frozenset()
    refused = [one for one in outcomes if not one.ok or one.kinds & kinds]
    went = len(outcomes) - len(refused)
    if "ok" in expect and number(expect["ok"], "ok") != went:
        yield Mismatch("ok", shown(expect["ok"]), f"{went} of {len(outcomes)}")
    if isinstance(wanted, int) and wanted != len(refused):
        yield Mismatch("errors", str(wanted), str(len(refused)))
    if isinstance(wanted, Counter):
        told = Counter(next((kind for kind in sorted(one.kinds) if kind in wanted), _kinds_shown(one)) for one in refused)
        if isinstance(expect["errors"], str):
            wanted = Counter({expect["errors"]: len(refused)})
        if +told != +wanted:
            yield Mismatch("errors", _counted(wanted), _counted(told))


def _wanted_errors(said: Any, most: int) -> Counter[str] | int | None:
    if said is None or isinstance(said, int):
        return said
    wanted = Counter({str(kind): int(count) for kind, count in said.items()}) if isinstance(said, dict) else Counter(as_words(said))
    if unknown := set(wanted) - ERROR_KINDS:
        raise StoryFault(f"errors: unknown kinds {', '.join(sorted(unknown))}")
    if wanted.total() > most:
        raise StoryFault(f"errors: {wanted.total()} refusals of {most} requests")
    return wanted


ANSWERS: Mapping[str, Callable[[Any, Outcome], Iterator[Mismatch]]] = {
    "earned": _earned,
    "earned_by": _earned_by,
    "due": _due,
    "returned": _returned,
    "clawed_back": _clawed_back,
    "spent": _spent,
    "received": _received,
    "fee": _fee,
    "cash_due": _cash_due,
    "discount": _discount,
    "line_discount": _line_discount,
    "wallet_paid": _wallet_paid,
}


async def _available(expected: Block, stage: Stage) -> list[Mismatch]:
    return await _held(expected, stage, "available", lambda holding: holding.available)


async def _lifetime(expected: Block, stage: Stage) -> list[Mismatch]:
    return await _held(expected, stage, "lifetime", lambda holding: holding.lifetime)


async def _pending(expected: Block, stage: Stage) -> list[Mismatch]:
    return await _held(expected, stage, "pending", lambda holding: holding.pending)


async def _lots(expected: Block, stage: Stage) -> list[Mismatch]:
    """What is open, summed by last day. A story may count what is still pending in, where its last day is known."""
    found: list[Mismatch] = []
    for member, value in expected.items():
        by_wallet = value if isinstance(value, dict) else {DEFAULT_WALLET: value}
        lots = await stage.lots_of(str(member))
        for wallet, listed in by_wallet.items():
            wanted: dict[str, Fraction] = {}
            for lot in as_blocks(listed, f"lots.{member}"):
                day = str(lot.get("last_day", "never"))
                wanted[day] = wanted.get(day, Fraction()) + number(lot["remaining"], f"lots.{member}.remaining")
            own = [lot for lot in lots if stage.wallet_of(lot["unit"]) == str(wallet)]
            told = _by_last_day(lot for lot in own if lot["status"] == "open")
            if wanted not in (told, _by_last_day(own)):
                found.append(Mismatch(f"lots of {member} ({wallet})", _all(wanted), _all(told)))
    return found


def _by_last_day(lots: Iterable[Mapping[str, Any]]) -> dict[str, Fraction]:
    sums: dict[str, Fraction] = {}
    for lot in lots:
        day = lot["last_day"] or "never"
        sums[day] = sums.get(day, Fraction()) + whole(lot["remaining"], lot["decimals"])
    return sums


async def _expired(expected: Block, stage: Stage) -> list[Mismatch]:
    found: list[Mismatch] = []
    for member, value in expected.items():
        found += _figures(f"expired of {member}", wallet_figures(value, f"expired.{member}"), await stage.expired_of(str(member)))
    return found


async def _budget_used(expected: Block, stage: Stage) -> list[Mismatch]:
    """What a budget has paid out: what its rules gave, or its promotions took off."""
    budgets = {str(budget["id"]): budget for budget in stage.story.program.get("budgets") or ()}
    found: list[Mismatch] = []
    for name, points in expected.items():
        if str(name) not in budgets:
            raise StoryFault(f"budget_used: the programme has no budget {name!r}")
        if "promotions" in budgets[str(name)]:
            found += _listed("budget_used", {name: points}, await tills.budgets_of(stage))
            continue
        told = await stage.given_by(as_words(budgets[str(name)].get("rules")))
        found += _figures("budget_used", {str(name): number(points, f"budget_used.{name}")}, {str(name): told})
    return found


async def _stock(expected: Block, stage: Stage) -> list[Mismatch]:
    return _listed("stock", expected, await rewards.stock_of(stage))


async def _donations(expected: Block, stage: Stage) -> list[Mismatch]:
    return _listed("donations", expected, await rewards.donations_of(stage))


async def _gift_card(expected: Block, stage: Stage) -> list[Mismatch]:
    return _listed("gift_card", expected, await rewards.card_balances(stage, expected))


async def _completed(expected: Block, stage: Stage) -> list[Mismatch]:
    found: list[Mismatch] = []
    for member, value in expected.items():
        found += _listed(f"completed of {member}", as_block(value, "completed"), await rewards.completed_of(stage, str(member)))
    return found


def _listed(what: str, expected: Block, told: Figures) -> list[Mismatch]:
    return list(_figures(what, {str(name): number(value, f"{what}.{name}") for name, value in expected.items()}, told))


async def _member_of(expected: Block, stage: Stage) -> list[Mismatch]:
    """Which member a name leads to."""
    found: list[Mismatch] = []
    for name, wanted in expected.items():
        told = await circles.leads_to(stage, str(name))
        if told != str(wanted):
            found.append(Mismatch(f"member_of {name}", str(wanted), told))
    return found


async def _tier(expected: Block, stage: Stage) -> list[Mismatch]:
    return await _of_tier(expected, stage, "tier", "tier")


async def _tier_until(expected: Block, stage: Stage) -> list[Mismatch]:
    return await _of_tier(expected, stage, "tier_until", "until")


async def _of_tier(expected: Block, stage: Stage, word: str, key: str) -> list[Mismatch]:
    found: list[Mismatch] = []
    for member, value in expected.items():
        told = (await tiers.tier_of(stage, str(member)))[key]
        if (None if value is None else str(value)) != told:
            found.append(Mismatch(f"{word} of {member}", str(value), str(told)))
    return found


async def _qualifying(expected: Block, stage: Stage) -> list[Mismatch]:
    found: list[Mismatch] = []
    for member, value in expected.items():
        told = tiers.figures(await tiers.tier_of(stage, str(member)))
        found += _figures(f"qualifying of {member}", dict(tiers.wanted_figures(stage, value, f"qualifying.{member}")), told)
    return found


STATES: Mapping[str, Callable[[Block, Stage], Awaitable[list[Mismatch]]]] = {
    "available": _available,
    "pending": _pending,
    "lots": _lots,
    "expired": _expired,
    "lifetime": _lifetime,
    "stock": _stock,
    "donations": _donations,
    "gift_card": _gift_card,
    "completed": _completed,
    "budget_used": _budget_used,
    "member_of": _member_of,
    "tier": _tier,
    "tier_until": _tier_until,
    "qualifying": _qualifying,
}


async def _held(expected: Block, stage: Stage, word: str, figures: Callable[[Holding], Figures]) -> list[Mismatch]:
    found: list[Mismatch] = []
    for member, value in expected.items():
        wanted = wallet_figures(value, f"{word}.{member}")
        if unknown := set(wanted) - set(stage.programme.decimals):
            raise StoryFault(f"{word}.{member}: there is no wallet {', '.join(sorted(unknown))}")
        try:
            held = figures(await stage.holding_of(str(member)))
        except ApiBroken as broken:
            found.append(Mismatch(f"{word} of {member}", _all(wanted), str(broken)))
        else:
            found += _figures(f"{word} of {member}", wanted, held)
    return found


def _figures(what: str, wanted: Figures, told: Figures) -> Iterator[Mismatch]:
    for name, figure in wanted.items():
        if told.get(name, Fraction()) != figure:
            yield Mismatch(f"{what} ({name})", shown(figure), shown(told.get(name, Fraction())))


def _all(figures: Figures) -> str:
    return ", ".join(f"{name}: {shown(figure)}" for name, figure in figures.items())


def _counted(kinds: Mapping[str, int]) -> str:
    return ", ".join(f"{kind}: {count}" for kind, count in sorted(kinds.items())) or "none"


def _kinds_shown(outcome: Outcome) -> str:
    if outcome.ok:
        return OK
    known = sorted((outcome.kinds - {NO_EFFECT}) & set().union(*OF_CODE.values())) or [NO_EFFECT]
    return f"{' or '.join(known)} ({outcome.said})"
