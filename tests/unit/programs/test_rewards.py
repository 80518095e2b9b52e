"""Rewards of a programme file: what they become, and every fault at its place."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from praemia.foundation.errors import InvalidInput
from praemia.programs import read_program
from praemia.programs.core.reward_translate import to_rewards
from praemia.rules import AmountOff, CodeTerms, Experience, FreeItem, PayWithPoints, PercentOff, Period, Price, RewardLimit


def file(*rewards: dict[str, Any], **more: Any) -> str:
    units = {"points": {}, "cash": {"decimals": 2}, "status": {"spendable": False}}
    return json.dumps({"program": "p", "units": units, "rewards": [{"id": "r", "cost": 10, **one} for one in rewards], **more})


def faults(text: str) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refused:
        read_program(text)
    return {fault.path: fault.code for fault in refused.value.faults}


def test_a_reward_becomes_quanta_and_minor_units() -> None:
    text = file(
        {
            "unit": "cash",
            "cost": "1.50",
            "cost_by_tier": {"gold": 1},
            "options": [{"points": "0.5", "cash": "8.00"}],
            "gives": {"percent_off": "12.5", "max": "20.00"},
            "per_member": {"times": 2, "per": "month"},
            "from": "2025-03-01",
            "code": {"valid_days": 30, "bound": True},
            "fulfilment": {"steps": ["a", "b"], "automatic": ["b"]},
        }
    )
    reward = to_rewards(read_program(text).file).rewards["r"]
    assert (reward.price, reward.by_tier, reward.options) == (Price(quanta=150), {"gold": 100}, (Price(quanta=50, cash_minor=800),))
    assert reward.gift == PercentOff(percent=Fraction(25, 2), most_minor=2000)
    assert reward.per_member == RewardLimit(times=2, per=Period.MONTH)
    assert reward.first_day == date(2025, 3, 1)
    assert reward.code == CodeTerms(pattern="####-####-####", valid_days=30, bound=True)
    assert (reward.steps, reward.automatic_steps) == (("a", "b"), frozenset({"b"}))


def test_gifts_read_as_they_are_said() -> None:
    dates = {"experience": {"name": "Tour", "dates": ["2025-07-01"], "places": "Berlin", "seats": 3}}
    read = to_rewards(read_program(file({"gives": {"amount_off": 5}}, {"id": "s", "gives": {"free": {"sku": "X", "quantity": 2}}},
                                        {"id": "t", "gives": dates})).file).rewards  # fmt: skip
    assert read["r"].gift == AmountOff(amount_minor=500)
    assert read["s"].gift == FreeItem(sku="X", quantity=2)
    assert read["t"].gift == Experience(name="Tour", dates=(date(2025, 7, 1),), places=("Berlin",), seats=3)


def test_paying_with_points_reads_as_it_is_said() -> None:
    pay = {"points": 100, "worth": "1.00", "min_points": 500, "max_percent": 50, "over": "clamp"}
    assert to_rewards(read_program(file(pay_with_points=pay)).file).pay_with_points == PayWithPoints(
        unit="points", quanta=100, worth_minor=100, min_quanta=500, max_percent=Fraction(50), clamp=True
    )


@pytest.mark.parametrize(
    ("reward", "path", "code"),
    [
        ({"gives": {}}, "/rewards/0/gives", "one_of"),
        ({"gives": {"amount_off": 1, "other": "x"}}, "/rewards/0/gives/other", "one_of"),
        ({"gives": {"donation": 1}}, "/rewards/0/gives/donation", "missing"),
        ({"gives": {"tier": "gold"}}, "/rewards/0/gives/tier", "missing"),
        ({"gives": {"amount_off": 1, "max": 2}}, "/rewards/0/gives/max", "misplaced"),
        ({"gives": {"percent_off": 101}}, "/rewards/0/gives/percent_off", "range"),
        ({"gives": {"amount_off": "1.005"}}, "/rewards/0/gives/amount_off", "too_fine"),
        ({"gives": {"other": "x"}, "cost": "1.5"}, "/rewards/0/cost", "too_fine"),
        ({"gives": {"other": "x"}, "unit": "pionts"}, "/rewards/0/unit", "unknown_name"),
        ({"gives": {"other": "x"}, "unit": "status"}, "/rewards/0/unit", "not_spendable"),
        ({"gives": {"other": "x"}, "from": "2025-02-01", "until": "2025-01-01"}, "/rewards/0/until", "dates"),
        ({"gives": {"other": "x"}, "per_member": {"times": 1, "per": "order"}}, "/rewards/0/per_member/per", "period"),
        ({"gives": {"other": "x"}, "code": {"pattern": "X-####"}}, "/rewards/0/code/pattern", "guessable"),
        ({"gives": {"other": "x"}, "code": {"pattern": "########", "pool": "p"}}, "/rewards/0/code/pool", "one_of"),
        ({"gives": {"other": "x"}, "fulfilment": {"steps": ["a", "a"]}}, "/rewards/0/fulfilment/steps", "duplicate_id"),
        ({"gives": {"other": "x"}, "fulfilment": {"steps": ["a"], "automatic": ["b"]}}, "/rewards/0/fulfilment/automatic", "unknown_name"),
        ({"gives": {"other": "x"}, "options": [{"points": 0, "cash": 0}]}, "/rewards/0/options/0", "free_of_charge"),
        ({"gives": {"experience": {"name": "T", "dates": ["2025-07-01"]}}, "auto": True}, "/rewards/0/auto", "needs_choice"),
    ],
)
def test_a_reward_that_makes_no_sense_is_refused_at_its_place(reward: dict[str, Any], path: str, code: str) -> None:
    assert faults(file(reward)) == {path: code}


def test_two_rewards_of_one_name_are_refused() -> None:
    assert faults(file({"gives": {"other": "x"}}, {"gives": {"other": "y"}})) == {"/rewards/1/id": "duplicate_id"}
