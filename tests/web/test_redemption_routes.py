"""Redemptions over HTTP: once, with reasons, and explained in words."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.web.conftest import Program, Site, running_site


@pytest.fixture
def cafe(site: Site) -> Program:
    program = site.cafe()
    program.enrol("anna")
    credit = {"member": "anna", "amount": 950, "reason": "for rewards"}  # with the 50 of the sign-up: 1000
    assert program.post("/adjustments", credit, Idempotency_Key="rich").status_code == 201
    return program


def redeem(cafe: Program, reward: str, key: str, **more: object) -> httpx2.Response:
    return cafe.post("/redemptions", {"member": "anna", "reward": reward, **more}, Idempotency_Key=key)


def test_a_redemption_without_an_identity_is_refused(cafe: Program) -> None:
    answer = cafe.post("/redemptions", {"member": "anna", "reward": "espresso"})
    assert (answer.status_code, answer.json()["code"]) == (400, "web.key_required")
    assert cafe.balance("anna") == 1000


def test_the_same_key_answers_the_first_time_again_with_its_code(cafe: Program) -> None:
    first, again = redeem(cafe, "five-off", "k"), redeem(cafe, "five-off", "k")
    assert (first.status_code, again.status_code, again.headers["Idempotency-Replayed"]) == (201, 200, "true")
    assert again.json() == {**first.json(), "replayed": True}
    other = redeem(cafe, "espresso", "k")
    assert (other.status_code, other.json()["code"]) == (422, "journal.key_reused")
    assert cafe.balance("anna") == 600


def test_a_code_is_used_once_at_the_till_and_its_repeat_is_told_by_the_key(cafe: Program) -> None:
    code = redeem(cafe, "five-off", "k").json()["codes"][0]["code"]
    used = cafe.post(f"/codes/{code}/use", {"member": "anna"}, Idempotency_Key="till")
    again = cafe.post(f"/codes/{code}/use", {"member": "anna"}, Idempotency_Key="till")
    third = cafe.post(f"/codes/{code}/use", {"member": "anna"})
    assert (used.json()["state"], again.json()["replayed"]) == ("used", True)
    assert (third.status_code, third.json()["code"]) == (409, "catalogue.code_used_up")
    assert used.json()["codes"] == [{"code": None, "ends": code[-4:]}]


def test_holds_are_captured_released_and_cancelled_once(cafe: Program) -> None:
    held = redeem(cafe, "espresso", "h1", hold=True).json()
    assert (held["state"], held["spent"], cafe.balance("anna")) == ("held", 50, 950)
    captured = cafe.post(f"/redemptions/{held['redemption']}/capture", {}).json()
    assert (captured["state"], captured["event"] is None) == ("given", False)
    assert cafe.post(f"/redemptions/{held['redemption']}/capture", {}).json()["event"] is None
    refused = cafe.post(f"/redemptions/{held['redemption']}/release", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "redemption.not_held")
    cancelled = cafe.post(f"/redemptions/{held['redemption']}/cancellation", {"note": "cold"}).json()
    assert (cancelled["state"], cancelled["returned"], cafe.balance("anna")) == ("cancelled", 50, 1000)
    assert cafe.post(f"/redemptions/{held['redemption']}/cancellation", {}).json()["returned"] == 0


def test_events_of_a_redemption_explain_themselves_in_both_languages(cafe: Program) -> None:
    done = redeem(cafe, "espresso", "k").json()
    cancelled = cafe.post(f"/redemptions/{done['redemption']}/cancellation", {}).json()
    told = cafe.get(f"/events/{done['event']}", lang="de").json()
    assert told["kind"] == "redemption"
    assert told["sentence"] == "50 points für 1 × Ein Espresso eingelöst, die zuerst verfallenden zuerst."
    told = cafe.get(f"/events/{cancelled['event']}", lang="en").json()
    assert told["sentence"] == "An espresso was cancelled: 50 points are back in the lots they came from, with their own last days."


def test_an_offer_says_what_is_missing(cafe: Program) -> None:
    redeem(cafe, "gift-card", "g")
    offers = {one["reward"]: one for one in cafe.get("/members/anna/rewards").json()["rewards"]}
    assert (offers["espresso"]["available"], offers["espresso"]["reasons"]) == (True, [])
    assert (offers["five-off"]["available"], offers["five-off"]["missing"]) == (False, 200)
    assert [reason["code"] for reason in offers["gift-card"]["reasons"]] == ["catalogue.limit_reached", "ledger.insufficient_points"]


def test_a_gift_card_is_found_by_its_number_however_it_is_typed(cafe: Program) -> None:
    card = cafe.post("/gift-cards", {"value_minor": 2500, "number": "GC 4711 0001"}, Idempotency_Key="c").json()
    assert cafe.get("/gift-cards/gc-4711-0001").json()["balance_minor"] == card["balance_minor"] == 2500
    assert (
        cafe.post("/gift-cards", {"value_minor": 2500, "number": "gc47110001"}, Idempotency_Key="d").json()["code"]
        == "catalogue.number_taken"
    )
    assert cafe.post("/gift-cards", {"value_minor": 2500, "number": "GC 4711 0001"}, Idempotency_Key="c").json()["replayed"]
    assert cafe.get("/gift-cards/unknown-0000").status_code == 404


def test_a_member_pages_through_what_was_redeemed(cafe: Program) -> None:
    made = [redeem(cafe, "espresso", f"k{n}").json()["redemption"] for n in range(5)]
    seen, page = [], cafe.get("/members/anna/redemptions", limit=2).json()
    seen += [one["redemption"] for one in page["redemptions"]]
    while page["next"]:
        page = cafe.get("/members/anna/redemptions", limit=2, after=page["next"]).json()
        seen += [one["redemption"] for one in page["redemptions"]]
    assert seen == made[::-1]


async def at_once(site: Site, cafe: Program, *requests: tuple[str, dict[str, Any], str | None]) -> list[httpx2.Response]:
    """Send (path, body, key) all at the same moment."""
    async with httpx2.AsyncClient(base_url=site.address, headers={"Authorization": f"Bearer {site.owner}"}, timeout=60) as client:
        sent = (
            client.post(cafe.path(path), json=body, headers={} if key is None else {"Idempotency-Key": key}) for path, body, key in requests
        )
        return await asyncio.gather(*sent)


async def test_a_rush_shares_transactions_and_everybody_gets_their_own_answer(site: Site, cafe: Program) -> None:
    """Among them what goes alone (a donation) and what is refused: the points pay for as many as they cover."""
    rewards = ["espresso", "trees", "espresso", "yacht", "espresso", "espresso", "espresso", "espresso"]
    wanted = [("/redemptions", {"member": "anna", "reward": rewards[n % 8], "hold": n % 8 == 0}, f"k{n}") for n in range(80)]
    answers = await at_once(site, cafe, *wanted)
    told = Counter(answer.json().get("code", answer.status_code) for answer in answers)
    assert told["catalogue.reward_unknown"] == 10
    assert told.keys() == {201, "catalogue.reward_unknown", "ledger.insufficient_points"}
    spent = sum(answer.json()["spent"] for answer in answers if answer.status_code == 201)
    assert cafe.balance("anna") == 1000 - spent
    again = await at_once(site, cafe, *[sent for sent, answer in zip(wanted, answers, strict=True) if answer.status_code == 201])
    assert {answer.headers["Idempotency-Replayed"] for answer in again} == {"true"}
    assert cafe.balance("anna") == 1000 - spent


async def test_one_hold_is_captured_once_however_many_ask(site: Site, cafe: Program) -> None:
    held = redeem(cafe, "espresso", "h", hold=True).json()["redemption"]
    answers = await at_once(site, cafe, *[(f"/redemptions/{held}/capture", {}, None)] * 20)
    assert [answer.status_code for answer in answers] == [200] * 20
    assert sum(answer.json()["event"] is not None for answer in answers) == 1
    assert cafe.balance("anna") == 950


@pytest.fixture
def ordinary_site(database: str) -> Iterator[Site]:
    yield from running_site(database, hot_routes=False)


def test_the_ordinary_routes_answer_as_the_hot_ones(ordinary_site: Site) -> None:
    cafe = ordinary_site.cafe()
    cafe.enrol("anna")
    held = redeem(cafe, "espresso", "h", hold=True)
    assert held.status_code == 201
    assert redeem(cafe, "espresso", "h", hold=True).headers["Idempotency-Replayed"] == "true"
    assert cafe.post(f"/redemptions/{held.json()['redemption']}/capture", {}).json()["state"] == "given"
    assert cafe.post("/redemptions/nothing/release", {}).json()["code"] == "redemption.unknown"
    assert redeem(cafe, "five-off", "f").json()["code"] == "ledger.insufficient_points"
