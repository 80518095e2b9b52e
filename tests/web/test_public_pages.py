"""What everybody may read of a programme: true, in both languages, and nothing that is anybody's."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from typing import Any

import httpx2

from praemia import programs
from praemia.foundation.db import Database
from praemia.web.public.routes import ROUTES
from tests.web.conftest import Program, Site


def read(site: Site, path: str, lang: str = "en") -> httpx2.Response:
    with httpx2.Client(base_url=site.address, headers={"Accept-Language": lang, "Accept": "text/html"}) as client:
        return client.get(path)


def text_of(site: Site, path: str, lang: str = "en") -> str:
    answer = read(site, path, lang)
    assert answer.status_code == 200, answer.text[:2000]
    assert answer.headers["content-language"] == lang
    return html.unescape(answer.text)


def test_every_page_opens_for_everybody_in_both_languages(house: tuple[Site, Program]) -> None:
    for route in ROUTES:
        assert route.page.kind == "open"
        for lang, word in (("en", "Coffee Friends"), ("de", "Kaffeefreunde")):
            assert word in text_of(house[0], route.path.replace("{address}", "cafe"), lang)
    assert read(house[0], "/p/nobody").status_code == 404


def test_the_guide_says_every_rule_that_is_in_force(house: tuple[Site, Program]) -> None:
    text = text_of(house[0], "/p/cafe/guide")
    for sentence in ("A stamp for every coffee: 1 stamp for every item", "500 points a day at most", "Regular: from €300.00 spent"):
        assert sentence in text
    assert "Was geschieht bei einer Rückgabe?" in text_of(house[0], "/p/cafe/guide", "de")
    assert "SPRING" not in text
    assert "HELLO" not in text


def linked(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_search_engines_are_told_the_tiers_and_what_they_earn(house: tuple[Site, Program]) -> None:
    data = linked(read(house[0], "/p/cafe").text)
    assert (data["@type"], data["name"], data["inLanguage"]) == ("MemberProgram", "Coffee Friends", "en")
    assert data["url"].startswith("http")
    tiers = {tier["name"]: tier for tier in data["hasTiers"]}
    assert list(tiers) == ["Guest", "Regular", "Gold"]
    assert [tier["membershipPointsEarned"]["value"] for tier in tiers.values()] == [1, "1.25", "1.5"]
    assert tiers["Gold"]["hasTierRequirement"] == "€1,000.00 spent"
    assert "Oat milk" in tiers["Regular"]["description"]
    assert "hasTierRequirement" not in tiers["Guest"]


def test_a_name_cannot_break_out_of_the_linked_data(house: tuple[Site, Program]) -> None:
    site, cafe = house
    source = cafe.get("/source").text.replace("program: cafe", "program: evil")
    source = source.replace("name: { de: Kaffeefreunde, en: Coffee Friends }", 'name: "</script><script>alert(1)</script>"')
    answer = cafe.client.put("/v1/programs/evil", params={"mode": "sandbox"}, content=source, headers={"Content-Type": "application/yaml"})
    assert answer.status_code == 201, answer.text
    page = read(site, "/p/evil").text
    assert "<script>alert" not in page
    assert linked(page)["name"] == "</script><script>alert(1)</script>"


def test_the_poster_leads_to_joining_and_its_code_says_so(house: tuple[Site, Program]) -> None:
    text = text_of(house[0], "/p/cafe/poster")
    assert f"{house[0].address}/m/cafe/join" in text
    assert 'viewBox="' in text
    assert "One point per euro: 1 point for every €1.00 you spend" in text


def test_terms_are_shown_as_of_their_day_and_older_ones_stay(house: tuple[Site, Program]) -> None:
    site = house[0]
    assert "No terms published yet" in text_of(site, "/p/cafe/terms")

    async def publish(db: Database) -> None:
        now = site.app.state.face.now()
        async with db.transaction(site.tenant_id) as tx:
            for day, english in (
                (date(2026, 3, 1), "# Old\n\nFirst words."),
                (date(2026, 3, 2), "# New\n\n- one\n- two"),
                (date(2027, 1, 1), "Later."),
            ):
                await programs.publish_terms(tx, "cafe", {"en": english, "de": "Auf Deutsch."}, effective_from=day, by="someone", at=now)

    site.run(publish)
    text = text_of(site, "/p/cafe/terms")
    assert "<h2>New</h2>" in text
    assert "Version 2, from 2 Mar 2026" in text
    assert "First words." in text_of(site, "/p/cafe/terms?version=1")
    assert "Auf Deutsch." in text_of(site, "/p/cafe/terms", "de")
    assert "Later." in text_of(site, "/p/cafe/terms?version=3")
    assert read(site, "/p/cafe/terms?version=9").status_code == 404
