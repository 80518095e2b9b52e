"""The first run: the token makes the owner, once; a template becomes a live programme; the first card earns the first points."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import httpx2
import pytest

from praemia import identity, programs
from praemia.web.setup.templates import Wish, made_of, slug_of, templates
from tests.web.conftest import Site

PASSWORD = "a sentence that nobody guesses"


@pytest.fixture
def browser(site: Site) -> Iterator[httpx2.Client]:
    headers = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html", "Accept-Language": "en"}
    with httpx2.Client(base_url=site.address, headers=headers, timeout=30) as client:
        yield client


def token(site: Site) -> str:
    return identity.setup_token(site.rooms.vault, site.rooms.settings.tenant)


def owner(site: Site, **more: str) -> dict[str, str]:
    return {"token": token(site), "name": "Olga", "email": "olga@example.org", "password": PASSWORD, **more}


def test_from_nothing_to_the_first_point(site: Site, browser: httpx2.Client) -> None:
    assert "Set up this server" in browser.get("/").text
    assert browser.get("/setup", params={"token": token(site)}).status_code == 200
    answer = browser.post("/setup", data=owner(site))
    assert (answer.status_code, answer.headers["location"]) == (303, "/setup/programme")
    page = html.unescape(browser.get("/setup/programme").text)
    assert "Any shop" in page
    assert "1 point for every €1.00 you spend" in page
    wish = {"template": "customer-shop", "name": "Müllers Brot & Käse", "colour": "#2d6a4f", "timezone": "Europe/Vienna", "currency": "EUR"}
    answer = browser.post("/setup/programme", data=wish)
    assert (answer.status_code, answer.headers["location"]) == (303, "/setup/muellers-brot-kaese/first")
    page = html.unescape(browser.get(answer.headers["location"]).text)
    assert "It waits for its first member" in page
    once = re.search(r'name="once" value="([^"]+)"', page)
    assert once is not None
    for _ in range(2):  # a double tap
        answer = browser.post("/setup/muellers-brot-kaese/first", data={"card": "4711", "amount": "12,00", "once": once[1]})
        page = html.unescape(answer.text)
        assert answer.status_code == 200, page[:2000]
        assert "The first points have arrived" in page
        assert "32 Points with the first member" in page
        assert "+12 Points" in page
    assert "32 Points" in browser.get("/setup/muellers-brot-kaese/news").text
    assert "Müllers Brot & Käse" in html.unescape(browser.get("/p/muellers-brot-kaese").text)
    assert browser.get("/console/muellers-brot-kaese/programme").status_code == 200


def test_only_the_token_opens_the_door_and_only_once(site: Site, browser: httpx2.Client) -> None:
    refused = browser.post("/setup", data=owner(site, token="aaaa"))
    assert refused.status_code == 422
    assert 'id="f-token-fault"' in refused.text
    assert PASSWORD not in refused.text
    weak = browser.post("/setup", data=owner(site, password="short"))
    assert weak.status_code == 422
    assert 'id="f-password-fault"' in weak.text
    assert browser.post("/setup", data=owner(site, email="no mail")).status_code == 422
    assert browser.post("/setup", data=owner(site)).status_code == 303
    browser.cookies.clear()
    assert "Set up this server" not in browser.get("/").text
    assert browser.get("/setup").status_code == 404
    assert browser.post("/setup", data=owner(site, email="eve@example.org")).status_code == 404
    assert browser.get("/setup/programme").headers["location"].startswith("/sign-in")


def test_what_is_missing_is_said_beside_its_field(site: Site, browser: httpx2.Client) -> None:
    browser.post("/setup", data=owner(site))
    refused = browser.post(
        "/setup/programme", data={"template": "", "name": "", "timezone": "Atlantis", "currency": "EUR", "colour": "#2d6a4f"}
    )
    assert refused.status_code == 422
    for name in ("name", "timezone"):
        assert f'id="f-{name}-fault"' in refused.text
    assert "Choose one to begin with" in refused.text
    pale = browser.post(
        "/setup/programme",
        data={"template": "customer-shop", "name": "X", "timezone": "UTC", "currency": "XXX", "colour": "#2d6a4f"},
    )
    assert pale.status_code == 422
    assert 'id="f-currency-fault"' in pale.text


@pytest.mark.parametrize("key", list(templates()))
def test_every_template_can_be_begun_with_and_keeps_its_comments(key: str) -> None:
    template = templates()[key]
    wish = Wish(template=key, name="Zum Löwen", colour="#2d6a4f", timezone="Europe/Zurich", currency="CHF")
    text = made_of(template, wish, "zum-loewen")
    file = programs.read_program(text).file
    assert (file.program, file.timezone, file.currency) == ("zum-loewen", "Europe/Zurich", "CHF")
    assert [line for line in template.text.splitlines() if line.startswith("#")] == [
        line for line in text.splitlines() if line.startswith("#")
    ]


def test_names_become_addresses() -> None:
    assert slug_of("Müllers Brot & Käse") == "muellers-brot-kaese"
    assert slug_of("  Café Zoë!  ") == "cafe-zoe"
    assert slug_of("24/7") == "program-24-7"
    assert slug_of("咖啡") == "program"
