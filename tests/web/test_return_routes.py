"""Returns over HTTP: what is said, what is answered, and that German and English say why."""

from __future__ import annotations

from tests.web.conftest import Program, Site, purchase


def begin(site: Site) -> Program:
    cafe = site.cafe()
    cafe.enrol("anna")
    cafe.enrol("ben")
    lines = [{"sku": "beans", "amount_minor": 3000, "quantity": 3}, {"sku": "mug", "amount_minor": 1250}]
    assert cafe.post("/purchases", {"order": "R1", "member": "anna", "lines": lines}).status_code == 201
    return cafe


def test_goods_come_back_in_parts_until_nothing_is_left(site: Site) -> None:
    cafe = begin(site)
    before = cafe.balance("anna")
    first = cafe.post("/orders/R1/returns", {"lines": [{"sku": "beans", "quantity": 2}]}, Idempotency_Key="1")
    assert first.status_code == 201
    assert first.json()["taken"] == [{"unit": "points", "amount": 20, "decimals": 0}]
    assert (first.json()["left_minor"], cafe.balance("anna")) == (2250, before - 20)
    again = cafe.post("/orders/R1/returns", {"lines": [{"sku": "beans", "quantity": 2}]}, Idempotency_Key="1")
    assert (again.status_code, again.json()) == (200, {**first.json(), "replayed": True})
    off = cafe.post("/orders/R1/cancellation", {})
    assert (off.status_code, cafe.post("/orders/R1/cancellation", {}).status_code) == (201, 200)
    view = cafe.get("/orders/R1").json()
    assert (view["cancelled"], view["value_minor"], view["left_minor"]) == (True, 4250, 0)
    assert view["earned"] == view["taken"]
    assert [one["kind"] for one in view["returns"]] == ["return", "cancellation"]


def test_a_return_says_why_in_both_languages(site: Site) -> None:
    cafe = begin(site)
    body = {"lines": [{"line": 0, "quantity": 3}]}
    english = cafe.post("/orders/R1/returns?lang=en", body, Idempotency_Key="1").json()
    (base,) = [rule for rule in english["rules"] if rule["rule"] == "base"]
    assert base["amount"] == -30
    assert base["sentence"].endswith("30 points taken back; of 42 points for the purchase 12 points stay for what is kept.")
    german = cafe.get(f"/events/{english['event']}?lang=de").json()
    (base,) = [rule for rule in german["rules"] if rule["rule"] == "base"]
    assert "30 points zurück; von 42 points für den Kauf bleiben 12 points für das Behaltene." in base["sentence"]


def test_refusals_have_their_codes(site: Site) -> None:
    cafe = begin(site)

    def code(path: str, body: object, **headers: str) -> tuple[int, str]:
        answer = cafe.post(path, body, **headers)
        return answer.status_code, answer.json()["code"]

    everything = {"all": True}
    assert code("/orders/R9/returns", everything, Idempotency_Key="1") == (404, "orders.unknown")
    assert code("/orders/R1/returns", {**everything, "member": "ben"}, Idempotency_Key="2") == (409, "orders.wrong_member")
    assert code("/orders/R1/returns", {"amount_minor": 4251}, Idempotency_Key="3") == (409, "orders.exceeds_order")
    assert code("/orders/R1/returns", everything) == (400, "web.key_required")
    assert code("/orders/R1/returns", {**everything, "amount_minor": 1}, Idempotency_Key="4") == (422, "input.invalid")
    assert code("/orders/R1/returns", {"lines": [{"quantity": 1}]}, Idempotency_Key="5") == (422, "input.invalid")
    assert code("/orders/R1/returns", {"amount_minor": 0}, Idempotency_Key="6") == (422, "input.invalid")
    assert cafe.get("/orders/R9").json()["code"] == "orders.unknown"
    assert cafe.get("/orders/R1").json()["returns"] == []


def test_goods_without_an_order_go_by_the_rules_of_the_moment(site: Site) -> None:
    cafe = begin(site)
    before = cafe.balance("anna")
    body = {"order": "C1", "member": "anna", "amount_minor": 1999}
    first = cafe.post("/returns", body)
    assert (first.status_code, first.json()["kind"]) == (201, "return")
    assert [amount["amount"] for amount in first.json()["awards"] if amount["unit"] == "points"] == [-19]
    assert cafe.balance("anna") == before - 19
    assert cafe.post("/returns", body).status_code == 200
    assert cafe.post("/returns", {**body, "amount_minor": 1}).json()["code"] == "journal.already_recorded"
    assert cafe.get("/orders/C1").json()["code"] == "orders.unknown"
    assert cafe.post("/purchases", purchase("C1")).json()["code"] == "journal.already_recorded"


def test_readers_look_at_orders_and_take_nothing_back(site: Site) -> None:
    cafe = begin(site)
    reader = site.client(site.key("reader"))
    assert reader.get(cafe.path("/orders/R1")).status_code == 200
    assert reader.post(cafe.path("/orders/R1/returns"), json={"all": True}).status_code == 403


PAYS = """
program: cafe
units: {points: {}}
earning: {rules: [{id: base, trigger: purchase, earn: {points: 1, per_amount: "1.00"}}]}
pay_with_points: {points: 1, worth: "0.01"}
promotions: [{id: tenth, code: TENTH, gives: {percent_off: 10}}]
returns: {redeemed: on_full}
"""


def test_points_that_paid_for_an_order_come_back_with_it(site: Site) -> None:
    shop = Program(site.client(), "cafe")
    applied = shop.client.put(shop.path("?mode=sandbox"), content=PAYS, headers={"Content-Type": "application/yaml"})
    assert applied.status_code == 201, applied.text
    shop.enrol("anna")
    shop.post("/adjustments", {"member": "anna", "amount": 2000, "reason": "to begin with"}, Idempotency_Key="1")
    bought = shop.post("/purchases", {**purchase("R1", amount_minor=12_000), "pay_points": 2000})
    assert (bought.status_code, shop.balance("anna")) == (201, 100)
    first = shop.post("/orders/R1/returns", {"amount_minor": 9000}, Idempotency_Key="2").json()
    assert ([one["amount"] for one in first["taken"]], first["restored"], shop.balance("anna")) == ([75], [], 25)
    second = shop.post("/orders/R1/returns", {"amount_minor": 3000}, Idempotency_Key="3").json()
    assert ([one["amount"] for one in second["taken"]], shop.balance("anna")) == ([25], 2000)
    assert second["restored"] == [{"unit": "points", "amount": 2000, "decimals": 0}]


def test_a_discounted_order_comes_back_at_what_it_cost(site: Site) -> None:
    shop = Program(site.client(), "cafe")
    shop.client.put(shop.path("?mode=sandbox"), content=PAYS, headers={"Content-Type": "application/yaml"})
    shop.enrol("anna")
    lines = [{"sku": "beans", "amount_minor": 10_000}, {"sku": "mug", "amount_minor": 5000}]
    bought = shop.post("/purchases", {"order": "R1", "member": "anna", "lines": lines, "codes": ["TENTH"]})
    assert (bought.status_code, shop.balance("anna")) == (201, 135)
    done = shop.post("/orders/R1/returns", {"lines": [{"sku": "mug"}]}, Idempotency_Key="2").json()
    assert (done["left_minor"], shop.balance("anna")) == (9000, 90)
