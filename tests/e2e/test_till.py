"""The till in a real browser: keyboard, scanner, codes, returns, practice, German; and twenty sales without a network."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.chromium import Ear
from tests.e2e.town import Town

BURN = "burn: { sale: 500, member: 500 }"


@pytest.fixture(scope="module", autouse=True)
def points_pay_without_a_network(site: Town) -> None:
    """The café lets a hundred points pay without a network, and twenty sales of one member."""
    source = site.cafe.get("/source").text
    assert BURN in source
    source = source.replace(BURN, "burn: { sale: 100 }\n    sales_per_member: 20")
    answer = site.cafe.client.put(site.cafe.path(), content=source, headers={"Content-Type": "application/yaml"})
    assert answer.status_code in (200, 201), answer.text


@pytest.fixture
def cashier(site: Town, chrome: Browser, ear: Ear) -> Iterator[Page]:
    context = site.context(chrome, "cashier", ear=ear)
    yield context.new_page()
    context.close()


def points(site: Town, member: str) -> int:
    return site.cafe.balance(member)


def test_a_customer_takes_seconds_with_the_keyboard_alone(site: Town, cashier: Page) -> None:
    before = points(site, "anna")
    cashier.goto("/till/cafe/")
    began = time.monotonic()
    cashier.keyboard.type("anna", delay=40)
    cashier.keyboard.press("Enter")
    expect(cashier.locator("#amount")).to_be_focused()
    cashier.keyboard.type("7.50", delay=60)
    expect(cashier.locator("#earns")).to_have_text("+7 Points")
    cashier.keyboard.press("Enter")
    expect(cashier.locator("#awards")).to_have_text("+7 Points")
    took = time.monotonic() - began
    expect(cashier.locator("#balance-now")).to_have_text(f"{before + 7} Points")
    expect(cashier.locator("#scan")).to_be_focused()  # the next customer can be scanned at once
    assert took < 10
    assert points(site, "anna") == before + 7
    cashier.keyboard.press("F9")
    expect(cashier.locator(".huge")).to_have_text("−7 Points")
    assert points(site, "anna") == before


def scan(page: Page, number: str) -> None:
    """What a scanner types: signs five milliseconds apart by their own clock, however busy this machine is."""
    browser = page.context.new_cdp_session(page)
    began = time.time()
    for place, sign in enumerate([*number, "Enter"]):
        text = "\r" if sign == "Enter" else sign
        stroke = {"key": sign, "text": text, "windowsVirtualKeyCode": ord(text), "timestamp": began + place * 0.005}
        browser.send("Input.dispatchKeyEvent", {"type": "keyDown", **stroke})
    browser.detach()


def test_the_keys_lead_where_they_say(cashier: Page) -> None:
    cashier.goto("/till/cafe/")
    for key, path in (("F4", "card"), ("F6", "return"), ("F8", "?practice"), ("F2", "")):
        cashier.keyboard.press(key)
        cashier.wait_for_url(f"**/till/cafe/{path}" + ("?practice" if key == "F2" else ""))


def test_a_scanner_that_types_into_the_amount_scans_and_sells_nothing(site: Town, cashier: Page) -> None:
    site.cafe.post("/members/bert/cards", {"number": "4006381333931"})
    before = points(site, "anna")
    cashier.goto("/till/cafe/")
    cashier.keyboard.type("anna\n")
    expect(cashier.locator("#amount")).to_be_focused()
    expect(cashier.locator("[data-pad]").first).to_be_visible()  # the script is there, which listens to the scanner
    scan(cashier, "4006381333931")
    expect(cashier.locator("#shopper-name")).to_have_text("bert")
    assert points(site, "anna") == before


def test_the_pad_types_as_a_cash_register_does(cashier: Page) -> None:
    cashier.goto("/till/cafe/")
    cashier.keyboard.type("anna\n")
    for key in ("1", "2", "5", "0"):
        cashier.get_by_role("button", name=key, exact=True).click()
    expect(cashier.locator("#amount")).to_have_value("12.50")
    expect(cashier.locator("#earns")).to_have_text("+12 Points")
    cashier.get_by_role("button", name="Delete the last digit").click()
    expect(cashier.locator("#amount")).to_have_value("1.25")


def test_a_code_of_a_reward_lowers_the_sale(site: Town, cashier: Page) -> None:
    site.cafe.post("/adjustments", {"member": "carla", "amount": 2000, "reason": "x"}, Idempotency_Key="rich-carla")
    made = site.cafe.post("/redemptions", {"member": "carla", "reward": "five-off"}, Idempotency_Key="five").json()
    code = made["codes"][0]["code"]
    cashier.goto("/till/cafe/")
    cashier.keyboard.type("carla\n")
    cashier.locator("#scan").press_sequentially(code)
    cashier.keyboard.press("Enter")
    expect(cashier.get_by_text("Valid", exact=True)).to_be_visible()
    cashier.click("#use-in-sale")
    cashier.locator("#amount").press_sequentially("20")
    expect(cashier.locator("#due")).to_have_text("€15.00")
    cashier.keyboard.press("Enter")
    expect(cashier.locator("#awards")).to_have_text("+15 Points")
    assert site.cafe.get(f"/redemptions/{made['redemption']}").json()["state"] == "used"


def test_a_code_is_validated_then_burned_once(site: Town, chrome: Browser) -> None:
    site.cafe.post("/adjustments", {"member": "carla", "amount": 2000, "reason": "x"}, Idempotency_Key="richer-carla")
    made = site.cafe.post("/redemptions", {"member": "carla", "reward": "five-off"}, Idempotency_Key="six").json()
    code = made["codes"][0]["code"]
    context = site.context(chrome, "cashier")
    page = context.new_page()
    page.goto("/till/cafe/")
    page.keyboard.type(f"{code}\n")
    expect(page.get_by_text("scan their card first")).to_be_visible()  # it is bound to its member
    page.locator("#scan").press_sequentially("carla\n")
    page.locator("#scan").press_sequentially(f"{code}\n")
    page.click("#burn")
    expect(page.locator("#result-title")).to_have_text("Code used")
    page.locator("#scan").press_sequentially("carla\n")
    page.locator("#scan").press_sequentially(f"{code}\n")
    expect(page.get_by_text("This code was used already.")).to_be_visible()
    context.close()


def test_a_line_of_a_receipt_comes_back(site: Town, cashier: Page) -> None:
    lines = [{"sku": "BEANS", "amount_minor": 2000, "quantity": 2}, {"sku": "CUP", "amount_minor": 900}]
    assert site.cafe.post("/purchases", {"order": "TO-RETURN", "member": "anna", "lines": lines}).status_code == 201
    before = points(site, "anna")
    cashier.goto("/till/cafe/")
    cashier.keyboard.press("F6")
    cashier.get_by_label("Receipt").fill("TO-RETURN")
    cashier.keyboard.press("Enter")
    cashier.get_by_label("BEANS").fill("1")
    cashier.click("#return")
    expect(cashier.locator("#taken")).to_have_text("−10 Points")
    assert points(site, "anna") == before - 10


def test_practice_is_marked_and_changes_nothing(site: Town, cashier: Page) -> None:
    before = points(site, "anna")
    cashier.goto("/till/cafe/?practice")
    expect(cashier.get_by_text("nothing is recorded")).to_be_visible()
    cashier.keyboard.type("anna\n")
    cashier.locator("#amount").press_sequentially("100")
    cashier.keyboard.press("Enter")
    expect(cashier.locator("#awards")).to_have_text("+100 Points")
    expect(cashier.get_by_text("Practice: nothing of this was recorded.")).to_be_visible()
    assert points(site, "anna") == before


def test_the_same_in_german(site: Town, chrome: Browser, ear: Ear) -> None:
    context = site.context(chrome, "cashier", lang="de", ear=ear)
    page = context.new_page()
    page.goto("/till/cafe/")
    expect(page.get_by_role("heading", name="Wer ist es?")).to_be_visible()
    page.keyboard.type("anna\n")
    page.locator("#amount").press_sequentially("3,20")
    expect(page.locator("#earns")).to_have_text("+3 Punkte")
    page.keyboard.press("Enter")
    expect(page.locator("#result-title")).to_have_text("Erfasst")
    context.close()


def test_a_cashier_cannot_reach_the_console(site: Town, chrome: Browser) -> None:
    context = site.context(chrome, "cashier")
    page = context.new_page()
    answer = page.goto("/console/cafe/")
    assert answer is not None
    assert answer.status == 403
    expect(page.get_by_role("heading", name="This is not for you")).to_be_visible()
    context.close()


def test_twenty_sales_without_a_network_arrive_once_each_however_often_they_are_sent(site: Town, chrome: Browser) -> None:
    context = registered(site, chrome, "counter")
    page = context.new_page()
    page.goto("/till/cafe/")
    page.wait_for_function("navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)")
    site.cafe.post("/adjustments", {"member": "carla", "amount": 1000, "reason": "x"}, Idempotency_Key="offline-carla")
    page.goto("/till/cafe/terminal")
    page.click("#sync")
    expect(page.locator("#terminal-state")).to_have_text("Everything is sent.")
    before = {member: points(site, member) for member in ("bert", "carla")}

    context.set_offline(True)
    page.goto("/till/cafe/")
    expect(page.locator("#alone-scan")).to_be_focused()
    for number in range(20):
        sell_alone(page, ("bert", "carla")[number % 2], f"{number + 1}.00", burn="100" if number == 1 else "")
    expect(page.locator("#alone-count")).to_have_text("20")
    assert {member: points(site, member) for member in before} == before

    page.reload()  # what is kept outlives the page
    expect(page.locator("#alone-count")).to_have_text("20")
    context.set_offline(False)
    expect(page.locator("#alone-count")).to_have_text("0", timeout=30_000)
    answers = [synced(page) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert [one["state"] for one in answers[0]] == ["recorded"] * 20
    assert points(site, "bert") == before["bert"] + sum(range(1, 20, 2))
    assert points(site, "carla") == before["carla"] + sum(range(2, 21, 2)) - 100 - 1  # a euro less to earn on, paid with points
    rows = site.site.run(lambda db: sales_of(db, site))
    assert len(rows) == 20
    assert len({row["order_number"] for row in rows}) == 20
    context.close()


def test_a_sale_whose_answer_is_lost_goes_on_under_its_receipt(site: Town, chrome: Browser) -> None:
    context = registered(site, chrome)
    page = context.new_page()
    page.goto("/till/cafe/")
    page.wait_for_function("navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)")
    page.keyboard.type("anna\n")
    page.locator("#amount").press_sequentially("30")
    expect(page.locator("#earns")).to_have_text("+30 Points")
    order = page.locator("[name=order]").first.input_value()
    before = points(site, "anna")
    context.set_offline(True)
    page.keyboard.press("Enter")
    expect(page.locator("#alone-amount")).to_have_value("30")
    page.locator("#alone-amount").press("Enter")
    expect(page.get_by_text("The answer got lost.")).to_be_visible()
    context.set_offline(False)
    expect(page.locator("#alone-count")).to_have_text("0", timeout=30_000)
    assert site.cafe.get(f"/orders/{order}").json()["earned"][0]["amount"] == 30
    assert points(site, "anna") == before + 30
    context.close()


def test_a_manager_settles_what_could_not_be_taken(site: Town, chrome: Browser, ear: Ear) -> None:
    context = registered(site, chrome)
    page = context.new_page()
    page.goto("/till/cafe/alone")
    sell_alone(page, "unheard-of", "9.00")
    expect(page.locator("#alone-count")).to_have_text("0", timeout=30_000)
    context.close()
    before = points(site, "bert")
    desk = site.context(chrome, "manager", ear=ear)
    page = desk.new_page()
    page.goto("/till/cafe/conflicts")
    conflict = page.locator(".conflict").filter(has_text="unheard-of")
    expect(conflict.get_by_text("Nobody knows this card.")).to_be_visible()
    conflict.get_by_label("For another customer").fill("bert")
    conflict.get_by_label("Why").fill("misread")
    conflict.get_by_role("button", name="Record it", exact=True).click()
    expect(page.get_by_text("Nothing to settle")).to_be_visible()
    assert points(site, "bert") == before + 9
    desk.close()


def registered(site: Town, chrome: Browser, place: str = "elsewhere") -> BrowserContext:
    """A tablet that a manager has registered, in a cashier's hands."""
    context = site.context(chrome, "manager")
    page = context.new_page()
    page.goto("/till/cafe/terminal")
    page.get_by_label("Name of this till").fill("Till 1")
    page.get_by_label("Place").fill(place)
    page.get_by_role("button", name="Register this tablet").click()
    expect(page.locator("#terminal-known")).to_be_visible()
    page.close()
    name, value = site.cookie_of("cashier")
    context.add_cookies([{"name": name, "value": value, "url": site.base, "httpOnly": True, "sameSite": "Lax"}])
    return context


def sell_alone(page: Page, card: str, amount: str, burn: str = "") -> None:
    """One sale without a network, by the keyboard."""
    page.locator("#alone-scan").press_sequentially(card)
    page.keyboard.press("Enter")
    expect(page.locator("#alone-amount")).to_be_focused()
    page.keyboard.type(amount)
    if burn:
        page.keyboard.press("Tab")
        page.keyboard.type(burn)
    page.keyboard.press("Enter")
    expect(page.locator("#alone-scan")).to_be_focused()


def synced(page: Page) -> list[dict[str, Any]]:
    """Send everything once more, and what the server answers to each."""
    answers: list[dict[str, Any]] = page.evaluate(
        """async () => {
            const { openStore } = await import("/static/js/till-store.js");
            const store = await openStore("cafe");
            const terminal = await store.own("terminal");
            const events = (await store.queue()).map(({ said, signature }) => ({ said, signature }));
            const answer = await fetch(`/till/cafe/terminals/${terminal.id}/sync`, {
                method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" },
                body: JSON.stringify({ sent_at: new Date().toISOString(), events }),
            });
            return (await answer.json()).answers;
        }"""
    )
    return answers


async def sales_of(db: Any, site: Town) -> list[dict[str, Any]]:
    async with db.rehearsal(site.site.tenant_id) as tx:
        return [
            dict(row)
            for row in await tx.conn.fetch(
                "select inputs ->> 'order' as order_number from events where kind = 'purchase' and inputs ->> 'channel' = 'till'"
                " and inputs ->> 'order' ~ '^[0-9a-f]{8}-[0-9]+$' and inputs ->> 'location' = 'counter'"
            )
        ]
