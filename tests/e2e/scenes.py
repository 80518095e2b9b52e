"""Pages that only a deed leads to: the sale at the till, a code that was sent, faults beside their fields. Each says what is done first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playwright.sync_api import Page

_TILL = "/till/{address}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is done on the page at `path` before one looks; `name` tells it from the others of that path."""

    name: str
    path: str
    who: str | None
    play: Callable[[Page], None]


def _scan(text: str) -> Callable[[Page], None]:
    def play(page: Page) -> None:
        page.locator("#scan").fill(text)
        with page.expect_navigation():
            page.locator("#scan").press("Enter")

    return play


def _click(which: str) -> Callable[[Page], None]:
    def play(page: Page) -> None:
        with page.expect_navigation():
            page.locator(which).click()

    return play


def _price(page: Page) -> None:
    _scan("anna")(page)
    page.locator("#amount").press_sequentially("12.50")
    page.locator("#earns").wait_for()


def _sell(page: Page) -> None:
    _price(page)
    page.keyboard.press("Enter")
    page.locator("#awards").wait_for()


def _redeem(page: Page) -> None:
    _scan("bert")(page)
    _click("button.reward >> nth=0")(page)


def _give_back(page: Page) -> None:
    _scan("week-6-bert")(page)
    page.locator("#f-amount").fill("0.01")
    _click("#return")(page)


def _take_a_number_twice(page: Page) -> None:
    page.locator("input[name=number]").fill("anna")
    _click("main button.button >> nth=0")(page)


def _ask_for_a_code(page: Page) -> None:
    page.locator("input[name=email]").fill("bert@example.org")
    _click("button[value=code]")(page)


SCENES: Sequence[Scene] = (
    Scene(name="sale", path=_TILL, who="cashier", play=_scan("anna")),
    Scene(name="priced", path=_TILL, who="cashier", play=_price),
    Scene(name="sold", path=_TILL, who="cashier", play=_sell),
    Scene(name="redeemed", path=_TILL, who="cashier", play=_redeem),
    Scene(name="code", path=_TILL, who="cashier", play=_scan("HELLO")),
    Scene(name="nothing", path=_TILL, who="cashier", play=_scan("0000-0000")),
    Scene(name="receipt", path=_TILL, who="cashier", play=_scan("week-7-bert")),
    Scene(name="returned", path=_TILL, who="cashier", play=_give_back),
    Scene(name="refused", path="/till/{address}/card", who="cashier", play=_take_a_number_twice),
    Scene(name="practice", path="/till/{address}/?practice", who="cashier", play=_sell),
    Scene(name="code", path="/m/{address}/sign-in", who=None, play=_ask_for_a_code),
    Scene(name="faults", path="/m/{address}/join", who=None, play=_click("main form.form > button.button >> nth=0")),
    Scene(name="redeemed", path="/m/{address}/rewards/trees", who="bert", play=_click("#redeem button.button")),
    Scene(name="code", path="/m/{address}/mine", who="anna", play=_click(".rows a >> nth=-1")),
    Scene(name="faults", path="/console/{address}/programme/parts/rule/new", who="owner", play=_click("button[name=then][value=plan]")),
    Scene(name="faults", path="/console/{address}/programme/parts/reward/new", who="owner", play=_click("button[name=then][value=plan]")),
)
