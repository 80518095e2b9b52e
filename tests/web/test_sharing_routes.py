"""Points between people over HTTP: once, with reasons, explained in words; and cards wherever a member is named."""

from __future__ import annotations

import httpx2
import pytest

from tests.web.conftest import Program, Site, purchase


@pytest.fixture
def cafe(site: Site) -> Program:
    program = site.cafe()
    for name in ("anna", "bob"):
        program.enrol(name)  # 50 points each
    return program


def send(cafe: Program, amount: int, key: str | None = "k", **more: object) -> httpx2.Response:
    body = {"sender": "anna", "receiver": "bob", "amount": amount, **more}
    return cafe.post("/transfers", body, **({"Idempotency_Key": key} if key else {}))


def test_a_transfer_is_carried_out_once_and_explains_itself(cafe: Program) -> None:
    first, again = send(cafe, 20), send(cafe, 20)
    assert (first.status_code, again.status_code, again.headers["Idempotency-Replayed"]) == (201, 200, "true")
    assert again.json() == {**first.json(), "replayed": True}
    assert (first.json()["sent"], first.json()["fee"], first.json()["received"]) == (20, 0, 20)
    assert first.json()["balances"][0] == {"unit": "points", "amount": 30, "decimals": 0}
    assert (cafe.balance("anna"), cafe.balance("bob")) == (30, 70)
    other = send(cafe, 21)
    assert (other.status_code, other.json()["code"]) == (422, "journal.key_reused")
    told = cafe.get(f"/events/{first.json()['event']}", lang="de").json()
    assert (told["kind"], told["sentence"]) == ("transfer", "anna hat 20 points an bob geschickt; 20 kamen an, die Gebühr ist 0.")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"amount": 51}, 409, "ledger.insufficient_points"),
        ({"amount": 9}, 422, "sharing.below_least"),
        ({"amount": 0}, 422, "input.invalid"),
        ({"amount": 20, "receiver": "nobody"}, 404, "members.unknown"),
        ({"amount": 20, "receiver": "anna"}, 409, "sharing.to_oneself"),
        ({"amount": 20, "unit": "stars"}, 422, "sharing.unit_unknown"),
    ],
)
def test_a_refused_transfer_says_why_and_moves_nothing(cafe: Program, body: dict[str, object], status: int, code: str) -> None:
    answer = cafe.post("/transfers", {"sender": "anna", "receiver": "bob", **body}, Idempotency_Key="k")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (cafe.balance("anna"), cafe.balance("bob")) == (50, 50)


def test_without_an_identity_nothing_is_sent_or_spent(cafe: Program) -> None:
    assert send(cafe, 20, key=None).json()["code"] == "web.key_required"
    cafe.post("/pools", {"pool": "smiths", "members": ["anna", "bob"]})
    assert cafe.post("/pools/smiths/redemptions", {"member": "anna", "amount": 5}).json()["code"] == "web.key_required"


def test_a_pool_spends_together_and_lets_go(cafe: Program) -> None:
    made = cafe.post("/pools", {"pool": "smiths", "members": ["anna"], "draw": "proportional", "who": "head"}).json()
    assert (made["members"], made["available"][0]) == (["anna"], {"unit": "points", "amount": 50, "decimals": 0})
    assert cafe.post("/pools/smiths/members", {"member": "bob"}).json()["members"] == ["anna", "bob"]
    refused = cafe.post("/pools/smiths/redemptions", {"member": "bob", "amount": 20}, Idempotency_Key="p0")
    assert (refused.status_code, refused.json()["code"]) == (409, "sharing.only_the_head")
    spent = cafe.post("/pools/smiths/redemptions", {"member": "anna", "amount": 20}, Idempotency_Key="p1").json()
    assert spent["shares"] == [{"member": "anna", "amount": 10}, {"member": "bob", "amount": 10}]
    assert cafe.post("/pools/smiths/departures", {"member": "anna"}).json()["members"] == ["bob"]
    assert cafe.get("/pools/smiths").json()["available"][0]["amount"] == 40
    assert [one["pool"] for one in cafe.get("/members/bob/pools").json()["pools"]] == ["smiths"]
    assert cafe.get("/members/anna/pools").json() == {"member": "anna", "pools": []}
    assert cafe.get("/pools/nowhere").json()["code"] == "sharing.pool_unknown"


def test_a_merged_member_is_found_under_every_name_and_with_the_whole_history(cafe: Program) -> None:
    cafe.post("/members/bob/cards", {"number": "C-1"})
    merged = cafe.post("/members/anna/merges", {"drop": "bob"})
    assert (merged.status_code, merged.json()["keep"], merged.json()["undone"]) == (201, "anna", False)
    for name in ("anna", "bob", "C-1"):
        assert cafe.get(f"/members/{name}").json()["member"] == "anna"
    assert cafe.balance("bob") == 100
    kinds = [entry["kind"] for entry in cafe.get("/members/bob/history").json()["entries"]]
    assert sorted(kinds) == ["earn", "earn", "receive", "send"]
    assert [card["number"] for card in cafe.get("/members/anna/cards").json()["cards"]] == ["C-1"]
    assert cafe.post("/members/anna/merges", {"drop": "bob"}).json()["code"] == "sharing.already_merged"
    parted = cafe.post(f"/merges/{merged.json()['merge']}/undo", None)
    assert (parted.status_code, parted.json()["undone"]) == (201, True)
    assert cafe.get("/members/C-1").json()["member"] == "bob"
    assert (cafe.balance("anna"), cafe.balance("bob")) == (50, 50)


def test_parting_is_refused_with_the_events_that_used_the_points(cafe: Program) -> None:
    merged = cafe.post("/members/anna/merges", {"drop": "bob"}).json()["merge"]
    cafe.enrol("cem")
    used = cafe.post("/transfers", {"sender": "anna", "receiver": "cem", "amount": 100}, Idempotency_Key="t").json()["event"]
    refused = cafe.post(f"/merges/{merged}/undo", None)
    assert (refused.status_code, refused.json()["code"], refused.json()["fields"]["events"]) == (409, "sharing.points_gone", used)


def test_a_card_earns_and_spends_where_a_reference_would(cafe: Program) -> None:
    cafe.post("/members/anna/cards", {"number": "C-1", "carrier": "nfc"})
    bought = cafe.post("/purchases", purchase("R1", None, card="C-1")).json()
    assert (bought["member"], cafe.balance("C-1")) == ("anna", 60)
    assert cafe.get(f"/events/{bought['event']}").json()["inputs"]["card"] == "C-1"
    assert cafe.post("/purchases", purchase("R2", "C-1")).json()["member"] == "anna"
    assert cafe.post("/transfers", {"sender": "C-1", "receiver": "bob", "amount": 10}, Idempotency_Key="t").status_code == 201
    both = cafe.post("/purchases", purchase("R3", "anna", card="C-1"))
    assert (both.status_code, both.json()["faults"][0]["path"]) == (422, "/card")


def test_a_blocked_card_neither_earns_nor_spends_but_its_member_does(cafe: Program) -> None:
    cafe.post("/members/anna/cards", {"number": "C-1"})
    cafe.post("/members/anna/cards", {"number": "C-2"})
    blocked = cafe.post("/cards/C-1/block", {"reason": "lost"}).json()
    assert (blocked["condition"], blocked["reason"]) == ("blocked", "lost")
    for refused in (
        cafe.post("/purchases", purchase("R1", "C-1")),
        cafe.post("/transfers", {"sender": "C-1", "receiver": "bob", "amount": 10}, Idempotency_Key="t"),
        cafe.post("/redemptions", {"member": "C-1", "reward": "espresso"}, Idempotency_Key="r"),
    ):
        assert (refused.status_code, refused.json()["code"], refused.json()["fields"]["reason"]) == (409, "members.card_blocked", "lost")
    assert cafe.post("/purchases", purchase("R2", "C-2")).status_code == 201
    assert cafe.get("/cards/C-1").json()["condition"] == "blocked"


def test_a_replaced_card_leads_to_its_successor_and_keeps_the_history(cafe: Program) -> None:
    cafe.post("/members/anna/cards", {"number": "C-1"})
    cafe.post("/purchases", purchase("R1", "C-1"))
    fresh = cafe.post("/cards/C-1/replace", {"number": "C-9", "reason": "broken"}).json()
    assert (fresh["number"], fresh["member"], fresh["condition"]) == ("C-9", "anna", "active")
    assert cafe.post("/cards/C-1/replace", {"number": "C-9", "reason": "broken"}).json() == fresh, "sent again"
    assert cafe.post("/cards/C-1/replace", {"number": "C-8", "reason": "broken"}).json()["code"] == "members.card_replaced"
    refused = cafe.post("/purchases", purchase("R2", "C-1"))
    assert (refused.json()["code"], refused.json()["fields"]["by"]) == ("members.card_replaced", "C-9")
    assert cafe.balance("C-9") == 60


def test_a_number_is_taken_once_among_cards_and_references(cafe: Program) -> None:
    assert cafe.post("/members/anna/cards", {"number": "C-1"}).status_code == 200
    assert cafe.post("/members/anna/cards", {"number": "C-1"}).status_code == 200, "the same again"
    assert cafe.post("/members/bob/cards", {"number": "C-1"}).json()["code"] == "members.card_taken"
    assert cafe.post("/members/bob/cards", {"number": "anna"}).json()["code"] == "members.card_taken"
    assert cafe.post("/members", {"reference": "C-1"}).json()["code"] == "members.already_enrolled"
    assert cafe.get("/cards/C-2").json()["code"] == "members.card_unknown"


def test_an_anonymous_card_collects_points_until_somebody_claims_it(cafe: Program) -> None:
    card = cafe.post("/cards", {"number": "C-1", "carrier": "qr"}).json()
    assert cafe.post("/cards", {"number": "C-1", "carrier": "qr"}).json() == card, "sent again"
    cafe.post("/purchases", purchase("R1", "C-1"))
    assert cafe.balance("C-1") == 60, "it signed up and bought"
    merged = cafe.post("/members/anna/merges", {"drop": "C-1"})
    assert merged.status_code == 201
    assert (cafe.get("/cards/C-1").json()["member"], cafe.balance("anna")) == ("anna", 110)
    assert cafe.post("/purchases", purchase("R2", "C-1")).json()["member"] == "anna"


def test_who_merged_and_blocked_is_in_the_audit_log(cafe: Program) -> None:
    merged = cafe.post("/members/anna/merges", {"drop": "bob", "reason": "twice"}).json()["merge"]
    cafe.post(f"/merges/{merged}/undo", None)
    cafe.post("/members/anna/cards", {"number": "C-1"})
    cafe.post("/cards/C-1/block", {"reason": "lost"})
    cafe.post("/cards/C-1/block", {"reason": "lost"})
    noted = [entry["action"] for entry in cafe.get("/audit").json()["entries"]]
    assert noted[:3] == ["members.card.blocked", "sharing.members.parted", "sharing.members.merged"]
