"""Whoever joins is asked for consent with nothing ticked, and what they said is kept with the texts they read and the terms in force."""

from __future__ import annotations

import hashlib
import html
import json
import re
from datetime import UTC, date, datetime
from typing import Any

import yaml

from praemia import programs, sharing
from praemia.foundation.db import Database
from praemia.members import Consent
from tests.web.browsing import Browser, browser, cafe, code_of, newest_mail
from tests.web.conftest import LENIENT, Program, Site
from tests.web.test_member_sign_in import member_by_email

__all__ = ["browser", "cafe"]

TEXTS: dict[str, Any] = {name: one["text"] for name, one in yaml.safe_load(LENIENT)["consents"].items()}
TERMS = {"de": "Es gilt.", "en": "It holds."}


def publish(site: Site) -> None:
    """The café has terms."""

    async def work(db: Database) -> None:
        async with db.transaction(site.tenant_id) as tx:
            await programs.publish_terms(
                tx, "cafe", TERMS, effective_from=date(2026, 1, 1), note="", by="a test", at=datetime(2026, 1, 1, tzinfo=UTC)
            )

    site.run(work)


def said_by(site: Site, email: str = "anna@example.org") -> list[Consent]:
    member = member_by_email(site, email)
    assert member is not None

    async def look(db: Database) -> list[Consent]:
        async with db.transaction(site.tenant_id) as tx:
            return await sharing.consents_of(tx, member)

    found: list[Consent] = site.run(look)
    return found


def box_of(page: str, purpose: str) -> str:
    found = re.search(rf'<input id="f-given-{purpose}"[^>]*>', page)
    assert found is not None, purpose
    assert "checked" not in found[0], "nothing is ticked for anybody"
    value = re.search(r'value="([^"]+)"', found[0])
    assert value is not None
    return value[1]


def test_the_join_page_asks_with_text_and_version_and_keeps_yes_and_no(site: Site, cafe: Program, browser: Browser) -> None:
    publish(site)
    page = browser.open("/m/cafe/join").text
    assert html.escape(TEXTS["newsletter"]["en"], quote=True).replace("&#x27;", "&#39;") in page
    assert "Texts of version 1" in page
    assert "terms (version 1)" in page
    box_of(page, "profile")
    browser.send("/m/cafe/join", email="anna@example.org", given=box_of(page, "newsletter"))
    browser.send("/m/cafe/sign-in/code", code=code_of(newest_mail(site)))
    said = {one.purpose: one for one in said_by(site)}
    assert {name: one.is_given for name, one in said.items()} == {"newsletter": True, "profile": False, "terms": True}
    newsletter = said["newsletter"]
    assert newsletter.digest == hashlib.sha256(TEXTS["newsletter"]["en"].encode()).digest()
    assert (newsletter.version, newsletter.lang, newsletter.origin, newsletter.terms_version) == (1, "en", "join", 1)
    assert newsletter.terms_digest == said["terms"].digest == hashlib.sha256(TERMS["en"].encode()).digest()
    page = browser.open("/m/cafe/me/consents").text
    assert "Terms of membership: <strong>Yes</strong>" in page
    assert "Terms in force: version 1" in page
    assert "when joining" in page
    assert re.search(r'value="newsletter" checked', page)
    member = member_by_email(site, "anna@example.org")
    assert member is not None
    told = cafe.get(f"/members/{member.reference}/consents").json()["consents"]
    assert {one["terms_version"] for one in told} == {1}


def test_terms_accepted_on_paper_are_recorded_over_the_api(site: Site, cafe: Program) -> None:
    cafe.enrol("paul")
    body = {"terms": True, "lang": "de", "origin": "paper"}
    assert cafe.post("/members/paul/consents", body).json()["consents"] == [], "there are no terms yet"
    publish(site)
    (said,) = cafe.post("/members/paul/consents", body).json()["consents"]
    assert (said["purpose"], said["given"], said["terms_version"], said["origin"]) == ("terms", True, 1, "paper")
    assert said["sha256"] == said["terms_sha256"] == hashlib.sha256(TERMS["de"].encode()).hexdigest()


def test_a_german_page_proves_the_german_text(site: Site, cafe: Program, browser: Browser) -> None:
    page = browser.open("/m/cafe/join?lang=de").text
    assert "Dürfen wir?" in page
    browser.send("/m/cafe/join?lang=de", email="anna@example.org", given=box_of(page, "newsletter"))
    browser.send("/m/cafe/sign-in/code", code=code_of(newest_mail(site)))
    said = {one.purpose: one for one in said_by(site)}
    assert (said["newsletter"].lang, said["newsletter"].is_given) == ("de", True)
    assert said["newsletter"].digest == hashlib.sha256(TEXTS["newsletter"]["de"].encode()).digest()
    assert "terms" not in said, "without terms nothing is accepted"
    assert said["newsletter"].terms_version is None


def test_a_yes_to_a_text_that_changed_meanwhile_counts_for_nothing(site: Site, cafe: Program, browser: Browser) -> None:
    page = browser.open("/m/cafe/join").text
    browser.send("/m/cafe/join", email="anna@example.org", given=box_of(page, "newsletter"))
    changed = LENIENT.replace("I want to receive news and offers", "I want to receive everything").replace("Neuigkeiten", "alles")
    assert cafe.client.put(cafe.path(), content=changed, headers={"Content-Type": "application/yaml"}).status_code == 200
    browser.send("/m/cafe/sign-in/code", code=code_of(newest_mail(site)))
    assert {one.purpose for one in said_by(site)} == {"profile"}


def test_who_turns_out_to_be_new_is_asked_too(site: Site, cafe: Program, browser: Browser) -> None:
    browser.open("/m/cafe/sign-in")
    browser.send("/m/cafe/sign-in", email="new@example.org", how="code")
    page = browser.send("/m/cafe/sign-in/code", code=code_of(newest_mail(site))).text
    browser.send("/m/cafe/join/confirm", name="Nele", given=box_of(page, "profile"))
    assert {one.purpose: one.is_given for one in said_by(site, "new@example.org")} == {"newsletter": False, "profile": True}


def test_a_programme_that_asks_nothing_shows_no_box(site: Site, cafe: Program, browser: Browser) -> None:
    asked = LENIENT[: LENIENT.index("consents:")] + LENIENT[LENIENT.index("pay_with_points:") :]
    assert cafe.client.put(cafe.path(), content=asked, headers={"Content-Type": "application/yaml"}).status_code == 200
    page = browser.open("/m/cafe/join").text
    assert "May we?" not in page
    assert 'name="given"' not in page
    browser.send("/m/cafe/join", email="anna@example.org", given=json.dumps({"newsletter": True}))
    browser.send("/m/cafe/sign-in/code", code=code_of(newest_mail(site)))
    assert said_by(site) == []
