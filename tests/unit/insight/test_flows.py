"""Flows: nothing is lost between issuing, redeeming, expiring and holding; stretches cover a period without gap or overlap."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from praemia.insight import percent, redemption_percent
from praemia.insight.core.flows import stretches, totals, totals_by_unit
from praemia.insight.model import Flow, Totals
from praemia.ledger import Kind

TODAY = date(2026, 3, 3)
_INTERNAL = {Kind.SEND, Kind.RECEIVE, Kind.CEDE, Kind.INHERIT, Kind.REGAIN, Kind.RESUME}
FLOWS = st.lists(
    st.builds(
        Flow,
        day=st.dates(TODAY - timedelta(days=60), TODAY),
        unit=st.integers(0, 2),
        kind=st.sampled_from([kind.value for kind in Kind if kind not in _INTERNAL]),
        transfers=st.integers(1, 9),
        amount=st.integers(1, 10**9),
    )
)


@given(FLOWS)
def test_what_was_given_is_redeemed_expired_or_held(flows: list[Flow]) -> None:
    for found in totals_by_unit(flows).values():
        assert found.issued + found.corrected == found.redeemed + found.expired + found.held


@given(FLOWS, st.integers(1, 61), st.sampled_from([1, 7]))
def test_stretches_add_up_to_their_days(flows: list[Flow], days: int, step: int) -> None:
    since = TODAY - timedelta(days=days - 1)
    cut = stretches(flows, since=since, today=TODAY, days=step)
    firsts = [stretch.first_day for stretch in cut]
    assert firsts == [firsts[0] + timedelta(days=step * n) for n in range(len(cut))]
    assert firsts[0] <= since < firsts[0] + timedelta(days=step)
    assert firsts[-1] + timedelta(days=step - 1) == TODAY
    within = totals(flow for flow in flows if flow.day is not None and flow.day >= firsts[0])
    assert sum(stretch.totals.issued for stretch in cut) == within.issued
    assert sum(stretch.totals.held for stretch in cut) == within.held


def test_points_that_only_change_hands_are_neither_issued_nor_redeemed() -> None:
    pairs = [(Kind.SEND, Kind.RECEIVE), (Kind.CEDE, Kind.INHERIT)]
    flows = [Flow(day=None, unit=0, kind=kind.value, transfers=1, amount=5) for pair in pairs for kind in pair]
    assert totals(flows) == Totals()


def test_shares_are_rounded_half_up_and_of_nothing_there_is_none() -> None:
    assert (percent(1, 200), percent(1, 201), percent(1, 3), percent(0, 5), percent(1, 0)) == (1, 0, 33, 0, None)
    assert redemption_percent(Totals(issued=90, corrected=10, redeemed=25)) == 25
    assert redemption_percent(Totals(issued=100, corrected=-50, redeemed=25)) == 25
