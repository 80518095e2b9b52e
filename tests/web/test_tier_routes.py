"""Tiers over HTTP: what a member sees, what staff may do, and what is refused."""

from __future__ import annotations

from tests.web.conftest import Program, Site, purchase


def begin(site: Site) -> Program:
    cafe = site.cafe()
    cafe.enrol("anna")
    return cafe


def test_a_member_sees_the_tier_what_is_missing_and_how_it_came_about(site: Site) -> None:
    cafe = begin(site)
    before = cafe.get("/members/anna/tier", lang="de").json()
    assert (before["tier"], before["name"], before["until"], before["at_risk"]) == ("guest", "Gast", None, None)
    assert before["next"] == {"tier": "regular", "missing": [{"measure": "spend", "amount": 30000, "decimals": 2}]}
    bought = cafe.post("/purchases", purchase("R1", amount_minor=30000)).json()
    after = cafe.get("/members/anna/tier").json()
    assert (after["tier"], after["since"], after["until"]) == ("regular", "2026-03-03T09:00:00Z", "2027-03-02")
    assert (after["multiplier"], after["benefits"]) == ("1.25", ["Oat milk at no charge"])
    assert cafe.get("/members/anna").json()["tier"] == after
    assert cafe.get("/members/anna/tier/history").json()["changes"] == [
        {
            "at": "2026-03-03T09:00:00Z",
            "was": "guest",
            "becomes": "regular",
            "reason": "reached",
            "figures": [{"measure": "spend", "amount": 30000, "decimals": 2}],
            "event": bought["event"],
        }
    ]


def test_the_tiers_multiplier_says_so_in_words(site: Site) -> None:
    cafe = begin(site)
    cafe.post("/purchases", purchase("R1", amount_minor=30000))
    told = cafe.post("/purchases?lang=en", purchase("R2", amount_minor=2000)).json()
    (rate,) = [rule for rule in told["rules"] if rule["rule"] == "tier:regular"]
    assert (rate["name"], rate["amount"], rate["sentence"]) == ("Tier Regular", 5, "Tier Regular: 5 points by factor 1.25.")


def test_staff_gives_a_tier_once_and_takes_it_back(site: Site) -> None:
    cafe = begin(site)
    body = {"tier": "gold", "until": "2026-12-31", "reason": "a kind gesture"}
    headers = {"Idempotency-Key": "k1"}
    first = cafe.client.put(cafe.path("/members/anna/tier"), json=body, headers=headers)
    again = cafe.client.put(cafe.path("/members/anna/tier"), json=body, headers=headers)
    assert first.json()["tier"]["assigned"] == {"tier": "gold", "as": "floor", "until": "2026-12-31"}
    assert again.json() == {**first.json(), "replayed": True}
    other = cafe.client.put(cafe.path("/members/anna/tier"), json={**body, "tier": "regular"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "journal.key_reused")
    back = cafe.client.put(cafe.path("/members/anna/tier"), json={"tier": None, "reason": "a mistake"})
    assert (back.json()["tier"]["tier"], back.json()["tier"]["assigned"]) == ("guest", None)
    assert cafe.get(f"/events/{first.json()['event']}").json()["inputs"]["reason"] == "a kind gesture"


def test_what_cannot_be_is_refused_and_changes_nothing(site: Site) -> None:
    cafe = begin(site)
    for body, status, code in (
        ({"tier": "golden", "reason": "x"}, 422, "tiers.unknown"),
        ({"tier": "gold", "until": "2026-03-02", "reason": "x"}, 422, "tiers.until_past"),
        ({"tier": "gold", "as": "sometimes", "reason": "x"}, 422, "input.invalid"),
    ):
        answer = cafe.client.put(cafe.path("/members/anna/tier"), json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    late = cafe.post("/members/anna/qualification", {"day": "2026-03-04", "spend_minor": 1, "reason": "x"})
    assert (late.status_code, late.json()["faults"][0]["path"]) == (422, "/day")
    assert cafe.get("/members/anna/tier").json()["tier"] == "guest"
    till = site.client(site.key("till"))
    refused = till.put(cafe.path("/members/anna/tier"), json={"tier": "gold", "reason": "x"})
    assert (refused.status_code, refused.json()["code"]) == (403, "access.permission_missing")


def test_what_counted_elsewhere_lifts_without_a_welcome(site: Site) -> None:
    cafe = begin(site)
    points = cafe.balance("anna")
    body = {"day": "2025-12-31", "spend_minor": 100000, "reason": "brought along", "welcome": False}
    lifted = cafe.post("/members/anna/qualification", body, Idempotency_Key="k1")
    assert (lifted.status_code, lifted.json()["tier"]["tier"], cafe.balance("anna")) == (200, "gold", points)
    cafe.enrol("ben")
    welcomed = cafe.post("/members/ben/qualification", {**body, "welcome": True}, Idempotency_Key="k2")
    assert (welcomed.json()["tier"]["tier"], cafe.balance("ben")) == ("gold", points + 100)
