"""The till through its pages, without a browser: what a cashier sees and does, what is refused, and that practice keeps nothing."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from PIL import Image

from praemia.web.till.routes import ROUTES
from tests.web.conftest import Program, Site, purchase, running_site
from tests.web.counter import Cashier, corner_of, hidden, hired, words

SALE = {"member": "anna", "order": "R-1", "amount": "12.50"}


@pytest.fixture(scope="module")
def shop(module_database: str) -> Iterator[tuple[Site, Program]]:
    for site in running_site(module_database):
        yield site, corner_of(site)


@pytest.fixture
def corner(shop: tuple[Site, Program]) -> Program:
    return shop[1]


@pytest.fixture
def cashier(shop: tuple[Site, Program]) -> Iterator[Cashier]:
    somebody = hired(shop[0], "cashier")
    yield somebody
    somebody.close()


@pytest.fixture
def manager(shop: tuple[Site, Program]) -> Iterator[Cashier]:
    somebody = hired(shop[0], "manager")
    yield somebody
    somebody.close()


def test_one_input_finds_members_cards_codes_gift_cards_and_receipts(cashier: Cashier, corner: Program) -> None:
    assert corner.post("/gift-cards", {"value_minor": 2500, "number": "GIFT-1234"}, Idempotency_Key="g").status_code == 201
    corner.post("/purchases", purchase("receipt-9", "anna", 500))
    for shown, said in {
        "anna": "anna",
        "4006381333931": "anna",
        "3931": "Which one?",
        "hello": "scan the card first",
        "spring": "This code lowers a sale",
        "gift1234": "€25.00",
        "receipt-9": "Which articles come back?",
    }.items():
        assert said in cashier.sees("find", {"shown": shown}), shown
    assert "Valid hello · +50 points" in cashier.sees("find", {"shown": "hello", "member": "anna"})
    assert "fits this" in cashier.sees("find", {"shown": "9999"}, status=404)
    assert "Scan something" in cashier.sees("find", {"shown": " "}, status=422)


def test_a_sale_says_what_it_earns_and_why_is_recorded_once_and_undone(cashier: Cashier, corner: Program) -> None:
    before = corner.balance("anna")
    quote = cashier.post("quote", SALE, headers={"X-Part": "quote"})
    assert "+12 points" in words(quote)
    assert "base" in words(quote)
    assert "<html" not in quote.text
    assert corner.balance("anna") == before
    for _ in range(2):
        assert "+12 points" in cashier.sees("sale", SALE)
    assert corner.balance("anna") == before + 12
    assert "−12 points" in cashier.sees("undo", {"order": "R-1"})
    assert corner.balance("anna") == before


def test_a_wrong_amount_is_said_beside_the_field_and_what_was_entered_stays(cashier: Cashier) -> None:
    for amount in ("", "abc", "1.234", "-5", "99999999999.00"):
        answer = cashier.post("sale", {**SALE, "order": "R-2", "amount": amount})
        assert answer.status_code == 422
        assert re.search(r'id="amount-fault".*?Enter an amount', answer.text, re.DOTALL)
        assert hidden(answer, "order") == "R-2"
    assert "looks like a card number" in cashier.sees("sale", {**SALE, "order": "R-2", "amount": "40063813"}, status=422)


def test_points_codes_and_gift_cards_pay_in_the_sale(cashier: Cashier, corner: Program) -> None:
    assert corner.post("/gift-cards", {"value_minor": 300, "number": "GIFT-7777"}, Idempotency_Key="g77").status_code == 201
    before = corner.balance("anna")
    form = {"member": "anna", "order": "R-3", "amount": "20", "points": "500", "code": ["SPRING"], "gift": ["GIFT-7777"]}
    shown = cashier.sees("quote", form)
    assert "€10.00" in shown  # 20.00 less 10 %, less 5.00 in points, less the gift card of 3.00
    assert "To pay" in cashier.sees("sale", form)
    assert corner.balance("anna") == before - 500 + 13
    assert "whole steps" in cashier.sees("sale", {**form, "order": "R-4", "points": "50", "gift": []}, status=422)


def test_a_basket_counts_instead_of_the_amount(cashier: Cashier, corner: Program) -> None:
    form = {"member": "bert", "order": "R-5", "line_sku": ["BREAD", "MILK"], "line_quantity": ["2", ""], "line_amount": ["4.00", "1.20"]}
    assert "+5 points" in cashier.sees("sale", form)
    bought = corner.get("/orders/R-5").json()
    assert [(line["sku"], line["quantity"]) for line in bought["lines"]] == [("BREAD", 2), ("MILK", 1)]


def test_a_line_comes_back_and_takes_its_points(cashier: Cashier, corner: Program) -> None:
    form = {"member": "bert", "order": "R-6", "line_sku": ["BREAD", "MILK"], "line_quantity": ["2", "1"], "line_amount": ["8.00", "3.00"]}
    cashier.sees("sale", form)
    page = cashier.get("return", order="R-6")
    number = hidden(page, "number")
    for _ in range(2):  # a second tap is the first again
        assert "−4 points" in cashier.sees("return", {"order": "R-6", "number": number, "back_0": "1", "back_1": "0", "amount": ""})
    assert "1 of 2 left" in words(cashier.get("return", order="R-6"))
    assert "More would come back" in cashier.sees("return", {"order": "R-6", "number": "x", "amount": "50"}, status=409)
    assert "Enter an amount" in cashier.sees("return", {"order": "R-6", "number": "y", "amount": ""}, status=422)
    assert "−7 points" in cashier.sees("return", {"order": "R-6", "number": "z", "what": "all"})


def test_without_a_receipt_only_who_may_and_only_little(cashier: Cashier, manager: Cashier, corner: Program) -> None:
    form = {"number": "X-1", "member": "bert", "amount": "20.01"}
    assert cashier.get("return/open").status_code == 403
    assert cashier.post("return/open", form).status_code == 403
    assert "€20.00 at most" in manager.sees("return/open", form, status=409)
    before = corner.balance("bert")
    for _ in range(2):
        assert "−20 points" in manager.sees("return/open", {**form, "amount": "20"})
    assert corner.balance("bert") == before - 20
    assert "no such member" in manager.sees("return/open", {**form, "number": "X-2", "amount": "1", "member": "nobody"}, status=404)


def test_a_new_card_works_at_once(cashier: Cashier, corner: Program) -> None:
    shown = cashier.post("card", {"number": "4006-5555"})
    assert "The card works" in words(shown)
    assert hidden(shown, "member") == "card-4006-5555"
    assert "+3 points" in cashier.sees("sale", {"member": "card-4006-5555", "order": "R-7", "amount": "3"})
    assert corner.balance("4006-5555") == 3
    assert "taken already" in cashier.sees("card", {"number": "4006381333931"}, status=409)
    assert "Scan the card" in cashier.sees("card", {"number": ""}, status=422)


def test_a_reward_is_redeemed_its_code_burned_once_and_a_coupon_made_void(cashier: Cashier, corner: Program) -> None:
    before = corner.balance("anna")
    form = {"member": "anna", "order": "R-8", "reward": "mug"}
    first, again = cashier.post("redeem", form), cashier.post("redeem", form)
    codes = [re.search(r"data-code>([^<]+)<", page.text) for page in (first, again)]
    assert codes[0] is not None
    assert codes[1] is not None
    assert codes[0][1] == codes[1][1]
    assert corner.balance("anna") == before - 300
    code = codes[0][1]
    assert "Valid" in cashier.sees("find", {"shown": code})
    assert corner.balance("anna") == before - 300  # looking burns nothing
    assert "mug" in cashier.sees("code", {"burn": code, "once": "1"})
    assert "mug" in cashier.sees("code", {"burn": code, "once": "1"})  # a second tap
    assert "used already" in cashier.sees("code", {"burn": code, "once": "2"}, status=409)
    assert "+50 points" in cashier.sees("code", {"burn": "HELLO", "member": "anna", "once": "3"})
    assert "−50 points" in cashier.sees("code/undo", {"burn": "HELLO", "member": "anna"})
    assert corner.balance("anna") == before - 300


def test_a_reward_is_taken_back_before_it_is_used(cashier: Cashier, corner: Program) -> None:
    before = corner.balance("anna")
    done = cashier.post("redeem", {"member": "anna", "order": "R-9", "reward": "mug"})
    assert "+300 points" in cashier.sees("redeem/undo", {"redemption": hidden(done, "redemption")})
    assert corner.balance("anna") == before


def test_practice_walks_the_same_path_and_keeps_nothing(cashier: Cashier, corner: Program) -> None:
    before = corner.balance("anna")
    practice = {"practice": "yes"}
    for path, form, said in [
        ("find", {"shown": "anna"}, "anna"),
        ("sale", {**SALE, "order": "P-1"}, "+12 points"),
        ("undo", {"order": "P-1"}, "nothing to undo"),
        ("redeem", {"member": "anna", "order": "P-2", "reward": "mug"}, "Redeemed"),
        ("code", {"burn": "HELLO", "member": "anna"}, "Code used"),
        ("card", {"number": "4006-6666"}, "The card works"),
        ("return", {"order": "receipt-9", "number": "p", "what": "all"}, "Taken back"),
    ]:
        if path == "return":
            corner.post("/purchases", purchase("receipt-9", "anna", 500))
            before = corner.balance("anna")
        shown = cashier.sees(path, {**form, **practice})
        assert said in shown, path
        assert "nothing is recorded" in shown, path
    assert corner.balance("anna") == before
    assert corner.get("/orders/P-1").status_code == 404
    assert corner.get("/cards/4006-6666").status_code == 404


def test_the_till_speaks_german(shop: tuple[Site, Program]) -> None:
    kassierer = hired(shop[0], "cashier", lang="de")
    assert "Wer ist es?" in words(kassierer.get())
    assert "Bringt" in kassierer.sees("quote", {**SALE, "order": "D-1", "amount": "12,50"})
    assert "Kein Netz." in words(kassierer.get("alone"))
    assert "An der Kasse" in words(kassierer.get("help"))
    kassierer.close()


@pytest.mark.parametrize("route", [route for route in ROUTES if route.permission], ids=lambda r: f"{r.methods[0]} {r.path}")
def test_every_page_refuses_who_may_not_and_sends_strangers_to_sign_in(route: object, shop: tuple[Site, Program]) -> None:
    path = str(route.path).removeprefix("/till/{address}").lstrip("/").format(terminal="00000000-0000-7000-8000-000000000000")  # type: ignore[attr-defined]
    get = "GET" in route.methods  # type: ignore[attr-defined]
    marketer, stranger = hired(shop[0], "marketer"), Cashier(shop[0], "")
    for who, status in ((marketer, 403), (stranger, 303)):
        answer = who.get(path) if get else who.post(path)
        assert answer.status_code == status, (path, answer.status_code)
        who.close()


def test_a_cashier_cannot_reach_the_console(shop: tuple[Site, Program], cashier: Cashier) -> None:
    assert cashier._client.get("/console/corner/").status_code == 403


def test_a_reward_that_can_be_had_shows_its_picture_at_the_till(cashier: Cashier, corner: Program) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40), "#804020").save(drawn, "PNG")
    digest = corner.client.post(corner.path("/pictures"), content=drawn.getvalue(), headers={"Content-Type": "image/png"}).json()["digest"]
    source = corner.get("/source").text.replace("{id: mug, ", f"{{id: mug, picture: {digest}, ")
    assert corner.client.put(corner.path(), content=source, headers={"Content-Type": "application/yaml"}).status_code == 200
    corner.post("/adjustments", {"member": "anna", "amount": 2000, "reason": "x"}, Idempotency_Key="rich-in-pictures")
    sale = cashier.post("find", {"shown": "anna"}).text
    assert f'src="/pictures/corner/{digest}.webp" alt=""' in sale
