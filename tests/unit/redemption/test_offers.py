"""What a wish costs, what stands against it, and how codes are spelled: pure tables."""

from __future__ import annotations

from datetime import date
from itertools import cycle
from typing import Any

import pytest

from praemia.catalogue import ChoiceNeeded, Look, OptionUnknown, Wish, deal_of, objections, seats_of
from praemia.catalogue.core.spelling import ALPHABET, digest_of, ends_of, normal, spell, validity
from praemia.rules import CodeTerms, Experience, FreeItem, Other, Period, Price, Reward, RewardLimit

DAY = date(2025, 6, 1)
TOUR = Experience(name="Tour", dates=(DAY, date(2025, 6, 2)), places=("Berlin", "Köln"), seats=3)


def reward(**more: Any) -> Reward:
    return Reward(**{"id": "r", "unit": "points", "price": Price(quanta=100), "gift": Other(text="r"), **more})


@pytest.mark.parametrize(
    ("one", "wish", "tier", "price"),
    [
        (reward(), Wish(), None, (100, 0)),
        (reward(), Wish(quantity=3), None, (300, 0)),
        (reward(by_tier={"gold": 80}), Wish(quantity=2), "gold", (160, 0)),
        (reward(by_tier={"gold": 80}), Wish(), "silver", (100, 0)),
        (reward(options=(Price(quanta=60, cash_minor=800),)), Wish(option=0, quantity=2), "gold", (120, 1600)),
        (reward(gift=FreeItem(sku="S", quantity=2)), Wish(quantity=1), None, (100, 0)),
        (reward(gift=FreeItem(sku="S", quantity=2)), Wish(quantity=4), None, (200, 0)),
        (reward(gift=FreeItem(sku="S", quantity=2)), Wish(quantity=5), None, (300, 0)),
    ],
)
def test_the_price_is_of_the_tier_or_the_option_and_of_whole_sets(
    one: Reward, wish: Wish, tier: str | None, price: tuple[int, int]
) -> None:
    deal = deal_of(one, wish, tier)
    assert (deal.price.quanta, deal.price.cash_minor) == price


def test_what_is_limited_is_taken_from_stock_the_seats_of_the_chosen_date_and_place_too() -> None:
    deal = deal_of(reward(stock=5, gift=TOUR), Wish(on=DAY, place="Köln", quantity=2), None)
    assert deal.items == (("r", 5), ("r@2025-06-01@Köln", 3))
    assert len(seats_of("r", TOUR)) == 4


@pytest.mark.parametrize(
    "wish", [Wish(), Wish(on=DAY), Wish(place="Köln"), Wish(on=date(2025, 6, 3), place="Köln"), Wish(on=DAY, place="Ulm")]
)
def test_a_choice_must_be_one_of_those_offered(wish: Wish) -> None:
    with pytest.raises(ChoiceNeeded):
        deal_of(reward(gift=TOUR), wish, None)


def test_an_option_must_exist() -> None:
    with pytest.raises(OptionUnknown):
        deal_of(reward(), Wish(option=0), None)


@pytest.mark.parametrize(
    ("one", "look", "codes"),
    [
        (reward(), {}, []),
        (reward(first_day=DAY, last_day=DAY), {}, []),
        (reward(first_day=date(2025, 6, 2)), {}, ["catalogue.not_yet_offered"]),
        (reward(last_day=date(2025, 5, 31)), {}, ["catalogue.no_longer_offered"]),
        (reward(tiers=frozenset({"gold"})), {"tier": "gold"}, []),
        (reward(tiers=frozenset({"gold"})), {}, ["catalogue.not_for_tier"]),
        (reward(segments=frozenset({"a", "b"})), {"segments": frozenset({"b"})}, []),
        (reward(segments=frozenset({"a"})), {"segments": frozenset({"b"})}, ["catalogue.not_for_segment"]),
        (reward(per_member=RewardLimit(times=2, per=Period.MONTH)), {"used": 1}, []),
        (reward(per_member=RewardLimit(times=2, per=Period.MONTH)), {"used": 2}, ["catalogue.limit_reached"]),
        (reward(stock=3), {"left": 1}, []),
        (reward(stock=3), {"left": 0}, ["catalogue.out_of_stock"]),
        (reward(), {"available": 99}, ["ledger.insufficient_points"]),
        (reward(), {"available": -20}, ["ledger.insufficient_points"]),
        (
            reward(last_day=date(2025, 5, 31), tiers=frozenset({"gold"})),
            {"available": 0, "left": 0},
            ["catalogue.no_longer_offered", "catalogue.not_for_tier", "catalogue.out_of_stock", "ledger.insufficient_points"],
        ),
    ],
)
def test_everything_that_stands_against_an_offer_is_said_in_one_order(one: Reward, look: dict[str, Any], codes: list[str]) -> None:
    deal = deal_of(one, Wish(), None)
    assert [o.code for o in objections(one, deal, Look(**{"day": DAY, "available": 100, **look}))] == codes


def test_codes_are_spelled_from_signs_that_cannot_be_misread() -> None:
    assert not set(ALPHABET) & set("0O1I2Z5S6B8")
    signs = cycle("AC")
    assert spell("CAFE-##-##", lambda _: next(signs)) == "CAFE-AC-AC"


def test_blanks_hyphens_and_small_letters_do_not_count() -> None:
    assert normal(" ab-c d.e_f ") == "ABCDEF"
    assert digest_of("code", 1, "AB-CD") == digest_of("code", 1, "abcd")
    assert len({digest_of("code", 1, "abcd"), digest_of("code", 2, "abcd"), digest_of("gift_card", 1, "abcd")}) == 3


@pytest.mark.parametrize(("spelled", "ends"), [("ACDE-FGHJ-KLMN", "KLMN"), ("SPRING", "G"), ("12345678", "8"), ("123456789", "6789")])
def test_the_ends_never_give_half_a_code_away(spelled: str, ends: str) -> None:
    assert ends_of(spelled) == ends


@pytest.mark.parametrize(
    ("starts", "valid", "days"),
    [(0, None, (DAY, None)), (0, 1, (DAY, date(2025, 6, 2))), (30, 30, (date(2025, 7, 1), date(2025, 7, 31)))],
)
def test_a_code_counts_its_days_from_when_it_starts(starts: int, valid: int | None, days: tuple[date, date | None]) -> None:
    assert validity(CodeTerms(pattern="########", starts_after_days=starts, valid_days=valid), DAY) == days
