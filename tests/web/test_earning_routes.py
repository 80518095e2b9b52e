"""The routes that move points, through a real server on a real database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import httpx2
import pytest

from tests.web.conftest import Site, purchase, running_site


def test_a_purchase_earns_and_is_explained_for_ever(site: Site) -> None:
    cafe = site.cafe()
    cafe.enrol("anna")
    answer = cafe.post("/purchases?lang=de", purchase("R1", amount_minor=1290))
    assert answer.status_code == 201
    body = answer.json()
    assert body["awards"] == [{"unit": "points", "amount": 12, "decimals": 0}]
    assert body["balances"][0] == {"unit": "points", "amount": 62, "decimals": 0}
    assert {rule["rule"]: rule["clause"] for rule in body["rules"]}["quiet-hours"] == "when.hours"
    kept = cafe.get(f"/events/{body['event']}", lang="en").json()
    assert kept["awards"] == body["awards"]
    assert all(rule["sentence"] for rule in kept["rules"])
    assert cafe.get("/events", order="R1", lang="en").json() == kept


def test_the_same_order_again_gives_the_first_answer_and_no_second_award(site: Site) -> None:
    cafe = site.cafe()
    cafe.enrol("anna")
    first, second = (cafe.post("/purchases", purchase("R1")) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert second.json() == {**first.json(), "replayed": True}
    assert cafe.balance("anna") == 60


def test_an_order_with_other_content_is_refused_and_a_reused_key_too(site: Site) -> None:
    cafe = site.cafe()
    cafe.enrol("anna")
    cafe.post("/purchases", purchase("R1"), Idempotency_Key='"k1"')
    other = cafe.post("/purchases", purchase("R1", amount_minor=2000))
    assert (other.status_code, other.json()["code"]) == (409, "journal.already_recorded")
    reused = cafe.post("/purchases", purchase("R2"), Idempotency_Key="k1")
    assert (reused.status_code, reused.json()["code"]) == (422, "journal.key_reused")
    assert cafe.balance("anna") == 60


def test_a_refused_request_uses_up_no_key(site: Site) -> None:
    cafe = site.cafe()
    body = {"id": "v1", "member": "anna"}
    assert cafe.post("/visits", body, Idempotency_Key="k").status_code == 404
    cafe.enrol("anna")
    assert cafe.post("/visits", body, Idempotency_Key="k").status_code == 201


def test_saying_a_default_is_the_same_content_as_not_saying_it(site: Site) -> None:
    cafe = site.cafe()
    cafe.enrol("anna")
    cafe.post("/purchases", purchase("R1"))
    spelled_out = purchase("R1", shipping_minor=0)
    spelled_out["lines"][0] |= {"quantity": 1, "discount_minor": 0, "free": False}
    assert cafe.post("/purchases", spelled_out).status_code == 200


def test_what_moves_points_without_an_identity_needs_a_key(site: Site) -> None:
    cafe = site.cafe()
    cafe.enrol("anna")
    for path, body in {
        "/visits": {"member": "anna"},
        "/activities": {"member": "anna", "activity": "review", "fields": {"stars": 5, "text": "x"}},
        "/adjustments": {"member": "anna", "amount": 5, "reason": "sorry"},
    }.items():
        refused = cafe.post(path, body)
        assert (refused.status_code, refused.json()["code"]) == (400, "web.key_required"), path
        assert cafe.post(path, body, Idempotency_Key="k" + path).status_code == 201, path
        assert cafe.post(path, body, Idempotency_Key="k" + path).json()["replayed"], path


def test_a_quote_says_what_the_purchase_then_earns_and_keeps_nothing(site: Site) -> None:
    cafe = site.cafe()
    cafe.enrol("anna")
    quoted = cafe.post("/purchases/quote", purchase("R1")).json()
    assert quoted["event"] is None
    assert cafe.balance("anna") == 50
    assert cafe.get("/events", order="R1").status_code == 404
    bought = cafe.post("/purchases", purchase("R1")).json()
    assert {**bought, "event": None} == quoted


def test_a_guest_earns_nothing_but_his_order_is_known(site: Site) -> None:
    cafe = site.cafe()
    answer = cafe.post("/purchases", purchase("R1", member=None)).json()
    assert (answer["member"], answer["awards"]) == (None, [])
    assert cafe.get("/events", order="R1").json()["event"] == answer["event"]


def test_an_activity_route_opens_no_way_to_other_kinds_of_event(site: Site) -> None:
    cafe = site.cafe()
    cafe.enrol("anna")
    for kind in ("purchase", "visit", "signup", "birthday", "anniversary", "adjustment", "nothing"):
        refused = cafe.post("/activities", {"id": kind, "activity": kind, "member": "anna"})
        assert (refused.status_code, refused.json()["code"]) == (422, "earning.activity_unknown"), kind
    assert cafe.balance("anna") == 50


def test_adjustments_credit_and_debit_but_go_below_zero_only_when_asked(site: Site) -> None:
    cafe = site.cafe()
    cafe.enrol("anna")
    body = {"member": "anna", "amount": -60, "reason": "mistake"}
    refused = cafe.post("/adjustments", body, Idempotency_Key="a")
    assert (refused.status_code, refused.json()["code"]) == (409, "ledger.insufficient_points")
    assert cafe.post("/adjustments", {**body, "allow_negative": True}, Idempotency_Key="a").status_code == 201
    assert cafe.balance("anna") == -10
    cafe.post("/adjustments", {"member": "anna", "unit": "stamps", "amount": 3, "reason": "welcome"}, Idempotency_Key="b")
    assert cafe.balance("anna", "stamps") == 3


def test_a_batch_answers_each_command_and_a_bad_one_harms_no_other(site: Site) -> None:
    cafe = site.cafe()
    answer = cafe.post(
        "/batch",
        {
            "commands": [
                {"type": "member", "reference": "ben"},
                {"type": "purchase", **purchase("R1", "ben")},
                {"type": "purchase", **purchase("R2", "nobody")},
                {"type": "purchase", **purchase("R3", "ben"), "shiping_minor": 3},
                {"type": "gift"},
                {"type": "visit", "member": "ben"},
                {"type": "purchase", **purchase("R1", "ben")},
            ]
        },
    )
    assert answer.status_code == 200, answer.text
    results = answer.json()["results"]
    assert [each["status"] for each in results] == [201, 201, 404, 422, 422, 400, 200]
    fault = results[3]["problem"]["faults"][0]
    assert (fault["path"], fault["suggestion"]) == ("/shiping_minor", "shipping_minor")
    assert results[6]["answer"]["replayed"]
    assert cafe.balance("ben") == 60


def test_a_list_of_which_much_is_known_is_answered_in_its_order(site: Site) -> None:
    cafe = site.cafe()
    cafe.enrol("anna")
    commands = [{"type": "purchase", **purchase(f"R{n}")} for n in range(150)]
    firsts = cafe.post("/batch", {"commands": commands[::2]}).json()["results"]
    mixed = [*commands[:100], {"type": "gift"}, {"type": "purchase", **purchase("R100", "nobody")}, *commands[101:]]
    results = cafe.post("/batch", {"commands": mixed}).json()["results"]
    assert [each["status"] for each in results] == [200, 201] * 50 + [422, 409] + [201, 200] * 24 + [201]
    known = [each["answer"] for each in (*results[:100:2], *results[103::2])]
    assert known == [{**each["answer"], "replayed": True} for n, each in enumerate(firsts) if n != 50]
    balance = cafe.balance("anna")
    again = cafe.post("/batch", {"commands": mixed}).json()["results"]
    assert [each["status"] for each in again] == [200] * 100 + [422, 409] + [200] * 49
    assert cafe.balance("anna") == balance


def test_a_batch_carries_out_only_what_the_key_may(site: Site) -> None:
    cafe = site.cafe()
    cafe.enrol("anna")
    till = site.client(site.key("earning:purchase:write"))
    commands = [{"type": "purchase", **purchase("R1")}, {"type": "visit", "id": "v", "member": "anna"}]
    results = till.post(cafe.path("/batch"), json={"commands": commands}).json()["results"]
    assert [each["status"] for each in results] == [201, 403]


def test_a_batch_of_more_than_a_thousand_is_refused_whole(site: Site) -> None:
    cafe = site.cafe()
    commands = [{"type": "purchase", **purchase(f"R{n}", None)} for n in range(1001)]
    refused = cafe.post("/batch", {"commands": commands})
    assert (refused.status_code, refused.json()["faults"][0]["path"]) == (422, "/commands")
    assert [each["status"] for each in cafe.post("/batch", {"commands": commands[:1000]}).json()["results"]] == [201] * 1000


def test_cloud_events_are_known_by_source_and_id(site: Site) -> None:
    cafe = site.cafe()
    cafe.enrol("anna", enrolled_at="2026-03-01T00:00:00Z")
    event = {"specversion": "1.0", "type": "praemia.visit", "source": "door", "id": "1", "data": {"member": "anna"}}

    def send(document: object, kind: str = "application/cloudevents+json") -> httpx2.Response:
        return cafe.client.post(cafe.path("/events"), json=document, headers={"Content-Type": kind})

    first, second = send(event), send(event)
    assert (first.status_code, second.status_code, second.json()["event"]) == (201, 200, first.json()["event"])
    assert send({**event, "source": "other door"}).json()["event"] != first.json()["event"]
    dated = send({**event, "id": "2", "time": "2026-03-03T08:59:00Z", "traceparent": "00-ab"}).json()
    assert dated["occurred_at"] == "2026-03-03T08:59:00Z"
    assert send({**event, "id": "3", "specversion": "0.3"}).json()["faults"][0]["path"] == "/specversion"
    batch = send([event, {**event, "id": "4", "data": {}}, {**event, "id": "5"}], "application/cloudevents-batch+json")
    assert [each["status"] for each in batch.json()["results"]] == [200, 422, 201]
    assert batch.json()["results"][1]["problem"]["faults"][0]["path"] == "/data/member"


async def test_two_hundred_parallel_requests_under_one_key_make_one_event(site: Site) -> None:
    cafe = site.cafe()
    cafe.enrol("anna")
    async with httpx2.AsyncClient(base_url=site.address, headers={"Authorization": f"Bearer {site.owner}"}, timeout=60) as client:
        body = {"member": "anna", "activity": "review", "fields": {"stars": 5, "text": "good"}}
        answers = await asyncio.gather(
            *(client.post(cafe.path("/activities"), json=body, headers={"Idempotency-Key": "once"}) for _ in range(200))
        )
    assert {answer.status_code for answer in answers} == {200, 201}
    assert [answer.status_code for answer in answers].count(201) == 1
    assert len({json.dumps({**answer.json(), "replayed": None}, sort_keys=True) for answer in answers}) == 1
    assert cafe.balance("anna") == 70


async def test_parallel_purchases_of_one_member_all_count(site: Site) -> None:
    cafe = site.cafe()
    cafe.enrol("anna")
    async with httpx2.AsyncClient(base_url=site.address, headers={"Authorization": f"Bearer {site.owner}"}, timeout=60) as client:
        answers = await asyncio.gather(
            *(client.post(cafe.path("/purchases"), json=purchase(f"R{n}", amount_minor=100)) for n in range(150))
        )
    assert {answer.status_code for answer in answers} == {201}
    assert cafe.balance("anna") == 50 + 150
    assert sorted(answer.json()["balances"][0]["amount"] for answer in answers) == list(range(51, 201))


@pytest.fixture
def ordinary_site(database: str) -> Iterator[Site]:
    yield from running_site(database, hot_routes=False)


def test_the_ordinary_routes_answer_as_the_hot_ones(ordinary_site: Site) -> None:
    """The same function behind both; this sends the same through the framework's own routes, refusals included."""
    cafe = ordinary_site.cafe()
    cafe.enrol("anna")
    assert cafe.post("/purchases", purchase("R1")).status_code == 201
    assert cafe.post("/purchases", purchase("R1")).headers["Idempotency-Replayed"] == "true"
    assert cafe.post("/purchases", {"order": "R2", "lines": []}).json()["faults"][0]["path"] == "/lines"
    assert cafe.post("/visits", {"id": "v", "member": "anna"}).status_code == 201
    assert cafe.post("/batch", {"commands": [{"type": "visit", "id": "v", "member": "anna"}]}).json()["results"][0]["status"] == 200
