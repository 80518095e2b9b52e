"""Orders at the till over HTTP: quoted, priced, set aside, bought, let go; and coupons."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest

from tests.web.conftest import Program, Site, purchase
from tests.web.test_openapi import Document


@pytest.fixture
def cafe(site: Site) -> Program:
    cafe = site.cafe()
    cafe.enrol("anna")
    credit = {"member": "anna", "amount": 1000, "reason": "to begin with"}
    assert cafe.post("/adjustments", credit, Idempotency_Key="begin").status_code == 201
    return cafe


@pytest.fixture
def document(site: Site) -> Document:
    return Document(site.client("").get("/openapi.json").json())


def test_a_purchase_with_codes_is_priced_and_explained(cafe: Program, document: Document) -> None:
    body = purchase("c1", amount_minor=2000, codes=["spring", "HELLO"], pay_points=500)
    quoted = cafe.post("/orders/quote?lang=en", body).json()
    document.check(document.answer_schema("quote_order", 200), quoted)
    bought = cafe.post("/purchases?lang=en", body)
    assert bought.status_code == 201, bought.text
    document.check(document.answer_schema("record_purchase", 201), bought.json())
    checkout = bought.json()["checkout"]
    assert checkout == quoted["checkout"]
    assert (checkout["discount_minor"], checkout["due_minor"]) == (200, 1300)
    assert [one["sentence"] for one in checkout["discounts"]] == ["Spring discount: €2.00 off the whole order.", "Welcome present: used."]
    again = cafe.post("/purchases", body)
    assert (again.status_code, again.json()["event"], again.headers["Idempotency-Replayed"]) == (200, bought.json()["event"], "true")
    told = cafe.get(f"/events/{bought.json()['event']}", lang="de").json()
    assert told["checkout"]["discounts"][0]["sentence"] == "Frühlingsrabatt: 2,00\xa0€ weniger auf die ganze Bestellung."
    assert "HELLO" not in str(told)


def test_a_refused_code_is_a_problem_and_a_quote_says_it(cafe: Program) -> None:
    body = purchase("c1", codes=["SPRING", "NOPE"])
    refused = cafe.post("/purchases", body)
    assert (refused.status_code, refused.json()["code"]) == (404, "catalogue.code_unknown")
    assert cafe.post("/purchases/quote", body).json()["code"] == "catalogue.code_unknown"
    against = cafe.post("/orders/quote", body).json()["against"]
    assert [one["code"] for one in against] == ["catalogue.code_unknown"]
    assert cafe.balance("anna") == 1050


def test_a_batch_prices_what_has_to_be_priced_and_keeps_its_order(cafe: Program) -> None:
    commands: list[dict[str, Any]] = [
        {"type": "purchase", **purchase("b1", amount_minor=1000, codes=["SPRING"])},
        {"type": "purchase", **purchase("b2", amount_minor=1000)},
        {"type": "purchase", **purchase("b3", amount_minor=1000, codes=["NOPE"])},
    ]
    results = cafe.post("/batch", {"commands": commands}).json()["results"]
    assert [one["status"] for one in results] == [201, 201, 404]
    assert [one["answer"].get("checkout", {}).get("due_minor") for one in results[:2]] == [900, None]


def test_a_purchase_that_breaks_while_it_is_priced_harms_no_other_of_its_list(cafe: Program, database: str) -> None:
    async def lock_out() -> None:
        owner = await asyncpg.connect(database)
        await owner.execute("revoke insert on code_uses from praemia_app")
        await owner.close()

    asyncio.run(lock_out())
    commands: list[dict[str, Any]] = [
        {"type": "purchase", **purchase("b1", amount_minor=1000)},
        {"type": "purchase", **purchase("b2", amount_minor=1000, codes=["HELLO"])},
        {"type": "purchase", **purchase("b3", amount_minor=1000, pay_points=100)},
    ]
    results = cafe.post("/batch", {"commands": commands}).json()["results"]
    assert [one["status"] for one in results] == [201, 500, 201]


def test_a_reservation_is_changed_bought_or_let_go(cafe: Program, document: Document) -> None:
    body = purchase("r1", amount_minor=2000, pay_points=500)
    made = cafe.post("/orders", body)
    assert (made.status_code, made.json()["state"], cafe.balance("anna")) == (201, "reserved", 550)
    assert cafe.post("/orders", body).status_code == 200
    other = cafe.post("/orders", {**body, "pay_points": 600})
    assert other.json()["code"] == "orders.already_reserved"
    changed = cafe.client.put(cafe.path("/orders/r1/reservation"), json={**body, "pay_points": 600})
    assert (changed.status_code, cafe.balance("anna")) == (200, 450)
    mismatch = cafe.client.put(cafe.path("/orders/r2/reservation"), json=body)
    assert [fault["path"] for fault in mismatch.json()["faults"]] == ["/order"]
    document.check(document.answer_schema("get_reservation", 200), cafe.get("/orders/r1/reservation").json())
    bought = cafe.post("/orders/r1/commit", None)
    assert (bought.status_code, bought.json()["checkout"]["due_minor"]) == (201, 1400)
    assert cafe.post("/orders/r1/commit", None).status_code == 200
    assert cafe.post("/orders/r1/cancel", None).json()["code"] == "orders.not_reserved"
    assert cafe.get("/orders/r1").json()["spent"][0]["amount"] == 600
    assert cafe.post("/orders", {**body, "order": "r3", "pay_points": 400}).status_code == 201
    gone = cafe.post("/orders/r3/cancel", None)
    assert (gone.json()["state"], cafe.balance("anna")) == ("released", 450 + 14)


def test_a_reservation_ends_with_the_sandboxs_clock(cafe: Program) -> None:
    clock = cafe.get("/clock").json()["clock"]
    cafe.post("/orders", purchase("r1", amount_minor=2000, pay_points=500))
    assert cafe.balance("anna") == 550
    later = clock.replace("T", "T", 1)[:11] + "23:59:00Z"
    assert cafe.client.put(cafe.path("/clock"), json={"to": later}).status_code == 200
    assert cafe.balance("anna") == 1050
    assert cafe.post("/orders/r1/commit", None).json()["code"] == "orders.not_reserved"


def test_coupons_are_used_issued_and_made_void(cafe: Program) -> None:
    assert cafe.post("/coupons/HELLO/use", {"member": "anna"}).json()["code"] == "web.key_required"
    used = cafe.post("/coupons/hello/use", {"member": "anna"}, Idempotency_Key="u1")
    assert (used.status_code, used.json()["awards"][0]["amount"], used.json()["code"]) == (201, 25, "O")
    assert cafe.post("/coupons/hello/use", {"member": "anna"}, Idempotency_Key="u1").status_code == 200
    void = cafe.post("/coupons/HELLO/void", {"member": "anna"}, Idempotency_Key="v1")
    assert (void.json()["awards"][0]["amount"], cafe.balance("anna")) == (-25, 1050)
    assert cafe.post("/coupons/HELLO/void", {}, Idempotency_Key="v2").json()["code"] == "orders.nothing_to_void"
    issued = cafe.post("/coupons/sorry/codes", {"member": "anna"}, Idempotency_Key="i1").json()["codes"]
    assert cafe.post("/purchases", purchase("c1", codes=issued)).json()["checkout"]["due_minor"] == 800
    assert cafe.post("/coupons/sory/codes", {}, Idempotency_Key="i2").json()["detail"].endswith("did you mean 'sorry'?")


def test_promotions_of_the_programme_apply_to_every_purchase_by_themselves(site: Site) -> None:
    cafe = site.cafe("auto")
    source = cafe.client.get(cafe.path("/source")).text.replace("    code: SPRING\n", "")
    assert cafe.client.put(cafe.path(), content=source, headers={"Content-Type": "application/yaml"}).status_code == 200
    cafe.enrol("anna")
    for path, status in (("/purchases/quote", 200), ("/purchases", 201)):
        answer = cafe.post(path, purchase("a1", amount_minor=2000))
        assert (answer.status_code, answer.json()["checkout"]["due_minor"]) == (status, 1800)
