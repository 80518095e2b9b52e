"""Laws of the verdict over random programmes and purchases, and the compiled evaluator against a slow reading of the rules' page."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from praemia.foundation.values import replace
from praemia.rules import (
    PURCHASE,
    Accrual,
    Add,
    Basis,
    Budget,
    Cap,
    Conditions,
    CounterKey,
    Earning,
    Facts,
    Fixed,
    Happening,
    Limit,
    Line,
    MultiplierStacking,
    Multiply,
    OnExceed,
    PerAmount,
    Period,
    PerItem,
    PromotionStacking,
    RoundAt,
    Rounding,
    Rule,
    Selection,
    Stacking,
    Unit,
    Usage,
    compile_earning,
    explain,
    facts_from_json,
    facts_to_json,
    verdict_from_json,
    verdict_to_json,
)
from tests.laws import few
from tests.property.rules_oracle import expected
from tests.unit.rules.making import NOON, bought, counters_for, earning, points, spend

SKUS = "ABC"
ratios = st.builds(Fraction, st.integers(0, 12), st.integers(1, 6))
selections = st.one_of(st.none(), st.none(), st.builds(Selection, skus=st.frozensets(st.sampled_from(SKUS), min_size=1)))
bases = st.builds(
    Basis,
    tax=st.booleans(),
    shipping=st.booleans(),
    points_tender=st.booleans(),
    money_tender=st.booleans(),
    spread_order_discount=st.booleans(),
)
effects = st.one_of(
    st.builds(
        PerAmount,
        quanta=ratios,
        per_minor=st.sampled_from([1, 7, 100, 1000]),
        accrual=st.sampled_from(Accrual),
        round_at=st.sampled_from(RoundAt),
        basis=bases,
    ),
    st.builds(PerItem, quanta=st.integers(0, 20)),
    st.builds(Fixed, quanta=st.integers(0, 50)),
    st.builds(Multiply, factor=ratios),
    st.builds(Multiply, factor=ratios),
    st.builds(Add, quanta=st.integers(0, 50)),
)
stackings = st.builds(
    Stacking,
    multipliers=st.sampled_from(MultiplierStacking),
    promotions=st.sampled_from(PromotionStacking),
    multiply_all_points=st.booleans(),
)
purchase_lines = st.builds(
    Line,
    sku=st.sampled_from(SKUS),
    amount_minor=st.integers(-500, 5000),
    quantity=st.integers(1, 4),
    discount_minor=st.integers(0, 100),
    tax_minor=st.integers(0, 300),
    free=st.sampled_from([False, False, False, True]),
)
purchases = st.builds(
    Happening,
    trigger=st.just(PURCHASE),
    occurred_at=st.just(NOON),
    lines=st.lists(purchase_lines, max_size=6).map(tuple),
    shipping_minor=st.integers(0, 900),
    shipping_tax_minor=st.integers(0, 90),
    order_discount_minor=st.integers(0, 2000),
    points_tender_minor=st.integers(0, 2000),
    money_tender_minor=st.integers(0, 2000),
)


@st.composite
def rule_sets(draw: st.DrawFn, ceilings: bool = False) -> Earning:
    rules = []
    for number in range(draw(st.integers(1, 6))):
        effect = draw(effects)
        promotion = isinstance(effect, Multiply | Add)
        rules.append(
            Rule(
                id=f"r{number}",
                trigger=PURCHASE,
                unit="pts",
                effect=effect,
                match=draw(selections),
                exclude=draw(selections),
                exclusive=not promotion and draw(st.integers(0, 5)) == 0,
                stop=draw(st.integers(0, 7)) == 0,
                priority=draw(st.integers(0, 2)),
                created=draw(st.one_of(st.none(), st.dates(date(2024, 1, 1), date(2024, 1, 5)))),
                limit=draw(st.one_of(st.none(), st.builds(Limit, times=st.integers(1, 3)))) if ceilings else None,
                cooldown_seconds=draw(st.one_of(st.none(), st.integers(1, 9000))) if ceilings else None,
                when=Conditions(tiers=frozenset({"gold"})) if ceilings and draw(st.booleans()) else Conditions(),
                cap=draw(st.one_of(st.none(), caps(list(Period)))) if ceilings else None,
            )
        )
    ids = st.lists(st.sampled_from([rule.id for rule in rules]), unique=True).map(tuple)
    budget = st.builds(
        Budget, id=st.just("b"), rules=ids, unit=st.just("pts"), quanta=st.integers(0, 90), on_exceed=st.sampled_from(OnExceed)
    )
    return Earning(
        timezone=ZoneInfo("Europe/Berlin"),
        currency="EUR",
        units=(Unit(code="pts", rounding=draw(st.sampled_from(Rounding)), value_minor=Fraction(1)),),
        rules=tuple(rules),
        caps=(draw(caps([Period.ORDER])), draw(caps([Period.DAY, Period.BALANCE]))) if ceilings else (),
        budgets=(draw(budget),) if ceilings else (),
        stacking=draw(stackings),
    )


@st.composite
def multiplied(draw: st.DrawFn) -> Earning:
    """Programmes in which several multipliers are sure to meet: chance alone brings them together too rarely."""
    amounts = st.builds(PerAmount, quanta=st.just(Fraction(3, 2)), per_minor=st.just(100), round_at=st.sampled_from(RoundAt))
    factors = st.builds(Multiply, factor=st.sampled_from([Fraction(1, 2), Fraction(4, 3), Fraction(3, 2), Fraction(5, 2), Fraction(3)]))
    given_effects = [draw(effects.filter(lambda effect: not isinstance(effect, Multiply | Add))), draw(amounts)]
    given_effects += draw(st.lists(factors, min_size=2, max_size=4))
    rules = [
        Rule(id=f"r{number}", trigger=PURCHASE, unit="pts", effect=effect, match=draw(selections) if number > 1 else None)
        for number, effect in enumerate(given_effects)
    ]
    unit = Unit(code="pts", rounding=draw(st.sampled_from(Rounding)))
    stacking = Stacking(multipliers=draw(st.sampled_from(MultiplierStacking)), multiply_all_points=draw(st.booleans()))
    return Earning(timezone=ZoneInfo("UTC"), currency="EUR", units=(unit,), rules=tuple(rules), stacking=stacking)


def caps(periods: list[Period]) -> st.SearchStrategy[Cap]:
    return st.builds(
        Cap, quanta=st.integers(0, 120), per=st.sampled_from(periods), unit=st.just("pts"), on_exceed=st.sampled_from(OnExceed)
    )


@st.composite
def members(draw: st.DrawFn, keys: tuple[CounterKey, ...]) -> Facts:
    usage = st.builds(
        Usage, used=st.integers(0, 90), last_at=st.one_of(st.none(), st.integers(-9000, 9000).map(lambda s: NOON + timedelta(seconds=s)))
    )
    return Facts(
        reference="ann",
        tier=draw(st.sampled_from([None, "gold", "silver"])),
        segments=frozenset({"x"}),
        balances={"pts": draw(st.integers(-50, 150))},
        used={key: draw(usage) for key in keys},
    )


@few(400)
@given(st.one_of(rule_sets(), multiplied()), purchases)
def test_the_compiled_evaluator_agrees_with_a_slow_reading_of_the_page(programme: Earning, purchase: Happening) -> None:
    verdict = compile_earning(programme).judge(purchase, Facts())
    assert {one.rule: one.quanta for one in verdict.outcomes} == expected(programme, purchase)


@few(200)
@given(rule_sets(), purchases, caps([Period.ORDER]))
def test_the_reading_agrees_on_what_an_order_cap_leaves(programme: Earning, purchase: Happening, cap: Cap) -> None:
    capped = replace(programme, caps=(replace(cap, on_exceed=OnExceed.CUT),))
    verdict = compile_earning(capped).judge(purchase, Facts())
    assert {one.rule: one.quanta for one in verdict.outcomes} == expected(capped, purchase)


@few(200)
@given(st.data())
def test_awards_are_the_sum_of_outcomes_and_stay_under_every_ceiling(data: st.DataObject) -> None:
    programme = data.draw(rule_sets(ceilings=True))
    purchase = data.draw(purchases)
    rules = compile_earning(programme)
    facts = data.draw(members(counters_for(rules, purchase)))
    verdict = rules.judge(purchase, facts)
    award = verdict.awards.get("pts", 0)
    assert award == sum(one.quanta for one in verdict.outcomes) >= 0
    for one in verdict.outcomes:
        assert one.fired == (one.quanta != 0) == (one.clause is None)
    for cap in programme.caps:
        if cap.per is Period.ORDER:
            assert award <= cap.quanta
        if cap.per is Period.BALANCE:
            assert award <= max(cap.quanta - facts.balances["pts"], 0)
    assert set(verdict.spent) <= set(counters_for(rules, purchase))
    assert all(cut.quanta > 0 for cut in verdict.cuts)
    assert len(explain(verdict, programme, "de")) == len(explain(verdict, programme, "en")) == len(programme.rules)


@few(200)
@given(st.data())
def test_a_verdict_survives_storage_and_is_reached_again_from_stored_facts(data: st.DataObject) -> None:
    programme = data.draw(rule_sets(ceilings=True))
    purchase = data.draw(purchases)
    rules = compile_earning(programme)
    facts = data.draw(members(counters_for(rules, purchase)))
    verdict = rules.judge(purchase, facts)
    assert verdict_from_json(json.loads(json.dumps(verdict_to_json(verdict)))) == verdict
    kept = json.loads(json.dumps(facts_to_json(rules, facts)))
    assert rules.judge(purchase, facts_from_json(kept)) == verdict
    assert "segments" not in kept
    assert "reference" not in kept


@few(150)
@given(rule_sets(), purchases, st.randoms(use_true_random=False))
def test_the_order_of_the_lines_does_not_change_the_verdict(programme: Earning, purchase: Happening, random: object) -> None:
    lines = list(purchase.lines)
    random.shuffle(lines)  # type: ignore[attr-defined]
    rules = compile_earning(programme)
    assert rules.judge(replace(purchase, lines=tuple(lines)), Facts()) == rules.judge(purchase, Facts())


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=6), st.integers(0, 6), ratios, st.sampled_from(Accrual))
def test_splitting_an_order_never_gains_points(cents: list[int], cut: int, quanta: Fraction, accrual: Accrual) -> None:
    programme = earning(spend(quanta=str(quanta), with_={"accrual": accrual}))
    parts = points(programme, bought(*cents[:cut])) + points(programme, bought(*cents[cut:]))
    assert parts <= points(programme, bought(*cents))
