"""What an order costs: which promotions apply by themselves, what the named ones, coupons and rewards take off, and why not. Pure.

Order: promotions without a code in the order of the file, then what was named in the order in which it was. Conditions look at the
order as it was sent. With `best_order_level` discounts on lines come first; of those on the whole order only the best counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from praemia.foundation.values import replace
from praemia.rules.core.clauses import Clause
from praemia.rules.core.gates import Gate, gate_of
from praemia.rules.core.periods import ALWAYS, first_day
from praemia.rules.core.selections import Selections
from praemia.rules.core.showing import Shown
from praemia.rules.core.sight import Sight
from praemia.rules.core.takeoffs import Amounts, Prices, cut_to
from praemia.rules.model import (
    PURCHASE,
    AmountOff,
    Combine,
    CounterKey,
    DiscountBudget,
    Discounts,
    Earning,
    Facts,
    Fixed,
    Happening,
    Offer,
    OfferKind,
    PercentOf,
    PercentOff,
    Priced,
    Promotion,
    Rule,
    Scope,
    Taken,
    Usage,
)

_UNUSED = Usage()
LIMIT, BUDGET, INCOMPATIBLE, BEST, NOTHING = "limit", "budget", "incompatible", "best", "nothing_off"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Ready:
    """A promotion with its conditions compiled."""

    promotion: Promotion
    gate: Gate | None
    selection: int


class PriceRules:
    """What a version says about prices, made by `compile_discounts`; immutable, shared between requests."""

    def __init__(self, earning: Earning, discounts: Discounts) -> None:
        self.discounts = discounts
        self._timezone = earning.timezone
        self.rules = tuple(rule_of(promotion, earning) for promotion in discounts.promotions)
        self._selections = Selections()
        shown = Shown()
        ready = []
        for promotion, rule in zip(discounts.promotions, self.rules, strict=True):
            selection = self._selections.number(promotion.match, promotion.exclude)
            ready.append(_Ready(promotion=promotion, gate=gate_of(rule, selection, shown), selection=selection))
        self._ready = {one.promotion.id: one for one in ready}
        self._clashes = _clashes(discounts.promotions)
        self.automatic = tuple(
            Offer(kind=OfferKind.PROMOTION, id=p.id, takes=p.takes) for p in discounts.promotions if p.code is None and p.enabled
        )
        conditions = [promotion.when for promotion in discounts.promotions if promotion.enabled]
        expressions = " ".join(when.expression for when in conditions if when.expression is not None)
        self.needs_attributes = "attributes" in expressions
        self.needs_tier = "tier" in expressions or any(w.tiers for w in conditions) or any(c.tiers for c in discounts.coupons)

    def local_day(self, happening: Happening) -> date:
        """The programme's day on which it happens."""
        return happening.occurred_at.astimezone(self._timezone).date()

    def promotion(self, id: str) -> Promotion | None:
        """A promotion by its id."""
        return self._ready[id].promotion if id in self._ready else None

    def counters_for(self, happening: Happening, named: Sequence[Offer]) -> tuple[CounterKey, ...]:
        """Every stored counter that pricing may look at or use up."""
        found: dict[CounterKey, None] = {}
        for offer in (*self.automatic, *named):
            promotion = self.promotion(offer.id) if offer.kind is OfferKind.PROMOTION else None
            if promotion is not None and promotion.total is not None:
                found[uses_key(promotion.id, Scope.PROGRAM)] = None
            if promotion is not None and promotion.per_member is not None:
                found[uses_key(promotion.id, Scope.MEMBER)] = None
            for budget in self._budgets(offer):
                found[budget_key(budget, self.local_day(happening))] = None
        return tuple(found)

    def price(self, happening: Happening, facts: Facts, named: Sequence[Offer]) -> Priced:
        """What is taken off. A guest has no reference: what asks for a member or counts by member is not for them."""
        guest = facts.reference is None
        sight = Sight(happening, replace(facts, purchases_before=1) if guest else facts, self._timezone, self._selections)
        till = _Till(Prices(happening, initially=self.discounts.sequence is PercentOf.INITIAL), sight)
        offers = [*self.automatic, *named]
        if self.discounts.combine is Combine.ALL:
            for place, offer in enumerate(offers):
                self._apply(till, place, offer)
        else:
            whole = [place for place, offer in enumerate(offers) if self._is_whole(offer)]
            for place, offer in enumerate(offers):
                if place not in whole:
                    self._apply(till, place, offer)
            self._apply_best(till, [(place, offers[place]) for place in whole])
        prices = till.prices
        lines = range(len(happening.lines))
        return Priced(
            line_off=tuple(prices.of_lines.get(index, 0) for index in lines),
            shares=tuple(prices.shared.get(index, 0) for index in lines),
            order_off=prices.of_order,
            taken=tuple(till.told[place] for place in range(len(offers))),
            spent=till.spent,
        )

    def _apply(self, till: _Till, place: int, offer: Offer) -> None:
        till.settle(place, self._looked_at(till, offer))

    def _apply_best(self, till: _Till, offers: list[tuple[int, Offer]]) -> None:
        """The one that takes off most; the first among equals. Nothing is used up by the others."""
        looked = [(place, self._looked_at(till, offer)) for place, offer in offers]
        best = max((told for _, told in looked if told.applied), key=lambda told: told.amount_minor, default=None)
        for place, told in looked:
            if told is best or not told.applied or best is None:
                till.settle(place, told)
            else:
                numbers = {"by": best.id, "amount_minor": told.amount_minor}
                till.settle(place, replace(told, applied=False, amount_minor=0, by_line={}, counters={}, clause=BEST, numbers=numbers))

    def _looked_at(self, till: _Till, offer: Offer) -> Taken:
        """What an offer would take off now, or why it takes nothing."""
        told = Taken(kind=offer.kind, id=offer.id, code=offer.code, name=offer.name, whole=self._is_whole(offer))
        counters: dict[CounterKey, int] = {}
        ready = self._ready.get(offer.id) if offer.kind is OfferKind.PROMOTION else None
        if ready is not None:
            told = replace(told, name=ready.promotion.name)
            refused = _refused(ready, till, counters)
            if refused is not None:
                return replace(told, clause=refused[0], numbers=refused[1])
        for other in till.told.values():
            if other.applied and other.id in self._clashes.get(offer.id, ()) and OfferKind.REWARD not in (offer.kind, other.kind):
                return replace(told, clause=INCOMPATIBLE, numbers={"by": other.id})
        if offer.takes is None:
            return replace(told, applied=True, counters=counters)
        amounts = self._amounts(till, offer, ready)
        if not sum(amounts.values()):
            return replace(told, clause=NOTHING)
        for budget in self._budgets(offer):
            amounts = _within(budget, amounts, till, counters, budget_key(budget, till.sight.day))
            if not amounts:
                return replace(told, clause=BUDGET, numbers={"budget": budget.id})
        for budget in self._budgets(offer):
            counters[budget_key(budget, till.sight.day)] = 1 if budget.money_minor is None else sum(amounts.values())
        return replace(told, applied=True, amount_minor=sum(amounts.values()), by_line=amounts, counters=counters)

    def _amounts(self, till: _Till, offer: Offer, ready: _Ready | None) -> Amounts:
        assert offer.takes is not None
        if self._is_whole(offer):
            return till.prices.off_order(offer.takes)
        lines = till.prices.lines
        selection = ready.selection if ready is not None else 0
        picked = [index for index, line in enumerate(lines) if not line.free and selection in self._selections.takers(line)]
        cheapest = ready is not None and ready.promotion.cheapest
        return till.prices.off_lines(offer.takes, picked, cheapest=cheapest)

    def _is_whole(self, offer: Offer) -> bool:
        if not isinstance(offer.takes, AmountOff | PercentOff):
            return False
        promotion = self.promotion(offer.id) if offer.kind is OfferKind.PROMOTION else None
        return promotion is None or (promotion.match is None and promotion.exclude is None and not promotion.cheapest)

    def _budgets(self, offer: Offer) -> Iterable[DiscountBudget]:
        return [] if offer.kind is OfferKind.REWARD else [budget for budget in self.discounts.budgets if offer.id in budget.of]


def compile_discounts(earning: Earning, discounts: Discounts) -> PriceRules:
    """Prices of a checked programme version."""
    return PriceRules(earning, discounts)


def rule_of(promotion: Promotion, earning: Earning) -> Rule:
    """A promotion's conditions as a rule: tested, and explained, in the same words."""
    return Rule(
        id=promotion.id,
        trigger=PURCHASE,
        unit=earning.units[0].code,
        effect=Fixed(quanta=0),
        name=promotion.name,
        enabled=promotion.enabled,
        when=promotion.when,
        match=promotion.match,
        exclude=promotion.exclude,
    )


def uses_key(promotion: str, scope: Scope) -> CounterKey:
    """The counter of a promotion's uses, by everybody or by one member."""
    return CounterKey(scope=scope, counter=f"promotion:{promotion}", period=ALWAYS)


def budget_key(budget: DiscountBudget, day: date) -> CounterKey:
    """The counter of a budget in the period of a local day; money and uses are counted apart."""
    what = "uses" if budget.money_minor is None else "money"
    return CounterKey(scope=Scope.PROGRAM, counter=f"discounts:{budget.id}:{what}:{budget.per}", period=first_day(budget.per, day))


@dataclass(slots=True)
class _Till:
    """An order while it is being priced."""

    prices: Prices
    sight: Sight
    told: dict[int, Taken] = field(default_factory=dict)
    spent: dict[CounterKey, int] = field(default_factory=dict)

    def settle(self, place: int, told: Taken) -> None:
        """Take it off and use it up."""
        self.told[place] = told
        if told.applied:
            self.prices.take(dict(told.by_line), whole=told.whole)
            for key, more in told.counters.items():
                self.spent[key] = self.spent.get(key, 0) + more

    def used(self, key: CounterKey) -> int:
        """How much of a counter is used, by this order too."""
        return self.sight.facts.used.get(key, _UNUSED).used + self.spent.get(key, 0)


def _clashes(promotions: Iterable[Promotion]) -> dict[str, set[str]]:
    """What goes with what not, both ways."""
    found: dict[str, set[str]] = {}
    for promotion in promotions:
        for other in promotion.incompatible_with:
            found.setdefault(promotion.id, set()).add(other)
            found.setdefault(other, set()).add(promotion.id)
    return found


def _refused(ready: _Ready, till: _Till, counters: dict[CounterKey, int]) -> tuple[str, dict[str, object]] | None:
    """The first condition or limit that stands against a promotion; without one the uses it costs are noted."""
    promotion, facts = ready.promotion, till.sight.facts
    if not promotion.enabled:
        return Clause.DISABLED.value, {}
    refusal = None if ready.gate is None else ready.gate(till.sight)
    if refusal is not None:
        return str(refusal.clause), dict(refusal.numbers)
    limits = ((promotion.total, Scope.PROGRAM), (promotion.per_member, Scope.MEMBER))
    for times, scope in limits:
        if times is None:
            continue
        if scope is Scope.MEMBER and facts.reference is None:
            return Clause.MEMBERS.value, {}
        key = uses_key(promotion.id, scope)
        if till.used(key) >= times:
            return LIMIT, {"used": till.used(key), "times": times}
        counters[key] = 1
    return None


def _within(budget: DiscountBudget, amounts: Amounts, till: _Till, counters: dict[CounterKey, int], key: CounterKey) -> Amounts:
    """The amounts as far as a budget goes: nothing when it does not reach, unless it may be cut."""
    if budget.money_minor is None:
        return amounts if budget.uses is not None and till.used(key) < budget.uses else {}
    room = max(budget.money_minor - till.used(key), 0)
    if sum(amounts.values()) <= room:
        return amounts
    return cut_to(amounts, room) if budget.cut else {}
