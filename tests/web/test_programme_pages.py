"""The programme in the console: forms and text change a draft, the plan says what it means, and only what is applied counts."""

from __future__ import annotations

import html
import re
from typing import Any

from praemia.web.console.programme.routes import ROUTES
from tests.web.conftest import START
from tests.web.office import SOURCE, Staff, hired

TUESDAYS = {
    "id": "tuesdays",
    "name.de": "Doppelt am Dienstag",
    "name.en": "Double on Tuesdays",
    "trigger": "purchase",
    "gift": "multiply",
    "gift_points": "2",
    "when.days": "tue",
    "enabled": "yes",
    "then": "plan",
}


def test_the_overview_says_every_rule_in_a_sentence_in_both_languages(owner: Staff) -> None:
    text = owner.page()
    assert "2 times the points, on Mondays, Tuesdays, Wednesdays and Thursdays, from 14:00 to 16:00" in text
    assert "An espresso for 50 points" in text
    german = hired(owner.site, owner.cafe, "manager", "de")
    assert "1 Stempel für jeden Artikel (Waren der Gruppe „coffee“)" in german.page()
    german.close()


def test_a_rule_made_in_the_form_changes_its_own_lines_alone_and_counts_when_applied(owner: Staff) -> None:
    plan = owner.does("/parts/rule/new", TUESDAYS)
    assert "Rule “Double on Tuesdays”" in plan
    assert "2 times the points, on Tuesdays." in plan
    assert re.search(r"Tue 10:00\s*</td>\s*<td[^>]*>5 Points</td>\s*<td[^>]*>10 Points", plan), "what purchases would notice"
    assert owner.source() == SOURCE, "nothing counts before it is applied"
    written = owner.draft()
    assert set(written.splitlines()) - set(SOURCE.splitlines()) == {
        "    - id: tuesdays",
        "      name: { de: Doppelt am Dienstag, en: Double on Tuesdays }",
        "      when: { days: [tue] }",
    }
    assert "The new version counts" in owner.does("/apply", {"note": "for Tuesdays", "when": "now"})
    assert owner.source() == written, "byte for byte"
    assert "You have a draft" not in owner.page()
    assert "for Tuesdays" in owner.page("/versions")


def test_saving_a_form_without_changing_anything_is_no_draft(owner: Staff) -> None:
    for part, key in (("rule", "quiet-hours"), ("unit", "points"), ("level", "gold"), ("reward", "beans"), ("settings", "all")):
        page = owner.get(f"/parts/{part}/{key}").text
        form = {"then": ""} | inputs_of(page)
        assert "You have a draft" not in owner.does(f"/parts/{part}/{key}", form), part
        assert owner.draft() == SOURCE, part


def inputs_of(page: str) -> dict[str, Any]:
    """What a browser would send of the form with the part's fields."""
    form = re.search(r'<form class="form".*?</form>', page, re.DOTALL)
    assert form is not None
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form[0]):
        attributes = {name: html.unescape(value) for name, value in re.findall(r'([\w.-]+)="([^"]*)"', tag)}
        if attributes.get("type") in ("checkbox", "radio"):
            if re.search(r"\schecked", tag):
                sent.setdefault(attributes["name"], []).append(attributes["value"])
        else:
            sent[attributes["name"]] = attributes.get("value", "")
    for name, body in re.findall(r'<textarea id="[^"]*" name="([^"]*)"[^>]*>(.*?)</textarea>', form[0], re.DOTALL):
        sent[name] = html.unescape(body)
    for name, body in re.findall(r'<select id="[^"]*" name="([^"]*)"[^>]*>(.*?)</select>', form[0], re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body) or re.search(r'<option value="([^"]*)"', body)
        sent[name] = html.unescape(chosen[1]) if chosen else ""
    return sent


def test_a_fault_stands_beside_its_field_and_nothing_is_kept(owner: Staff) -> None:
    answer = owner.post("/parts/rule/new", {**TUESDAYS, "gift_points": "two", "when.from": "2026-13-01", "cooldown": "soon"})
    assert answer.status_code == 422
    text = html.unescape(answer.text)
    for name in ("gift_points", "when.from", "cooldown"):
        assert f'id="f-{name}-fault"' in text, name
    assert "is not a number" in text
    assert 'value="Double on Tuesdays"' in text, "what was typed is not lost"
    assert "You have a draft" not in owner.page()


def test_a_second_rule_of_the_same_name_is_refused(owner: Staff) -> None:
    answer = owner.post("/parts/rule/new", {**TUESDAYS, "id": "base"})
    assert answer.status_code == 422
    assert 'id="f-id-fault"' in answer.text


def test_a_rule_is_switched_off_and_removed(owner: Staff) -> None:
    assert "switched off" in owner.does("/parts/rule/quiet-hours", {"act": "switch"})
    assert "enabled: false" in owner.draft()
    assert "will give nothing" in owner.page("/plan")
    owner.does("/parts/rule/quiet-hours", {"act": "switch"})
    assert owner.draft() == SOURCE
    assert "You have a draft" not in owner.page()
    owner.does("/parts/rule/kind-words", {"act": "remove"})
    gone = set(SOURCE.splitlines()) - set(owner.draft().splitlines())
    assert "    - id: kind-words" in gone
    assert "You have a draft" not in owner.does("/discard")


def test_the_text_page_keeps_what_is_wrong_and_says_where(owner: Staff) -> None:
    broken = SOURCE.replace("multiply: 2", "multiply: two")
    text = owner.does("/text", {"source": broken, "then": ""})
    line = broken.splitlines().index("      multiply: two") + 1
    assert f"Line {line}, column 17" in text
    assert owner.draft() == broken
    assert "One fault has to be mended" in owner.page()
    assert f"Line {line}, column 17" in owner.page("/plan")
    refused = owner.post("/apply", {"when": "now"})
    assert refused.status_code == 422
    assert owner.source() == SOURCE


def test_a_text_that_is_no_yaml_leaves_every_page_standing(owner: Staff) -> None:
    owner.does("/text", {"source": "program: [", "then": ""})
    assert "One fault" in owner.page()
    assert owner.get("/parts/rule/new").status_code == 200
    answer = owner.post("/parts/rule/new", TUESDAYS)
    assert answer.status_code == 422
    assert owner.draft() == "program: ["


def test_who_was_overtaken_is_told_and_cannot_apply(owner: Staff) -> None:
    other = hired(owner.site, owner.cafe, "manager")
    owner.does("/parts/rule/new", TUESDAYS)
    other.does("/parts/rule/welcome", {"act": "switch"})
    other.does("/apply", {"when": "now"})
    assert re.search(r"begun on version \d+, but version \d+ has been applied", owner.page())
    assert owner.post("/apply", {"when": "now"}).status_code == 422
    plan = owner.does("/discard", {"anew": "yes"})
    assert "Rule “Welcome”" in plan, "applying it would undo what the other did, and says so"
    other.close()


def test_a_change_may_count_from_a_day_ahead_and_never_from_the_past(owner: Staff) -> None:
    owner.does("/parts/rule/new", TUESDAYS)
    early = owner.post("/apply", {"when": "later", "from": "2020-01-01T00:00"})
    assert early.status_code == 422
    assert "earlier" in early.text
    assert owner.post("/apply", {"when": "later", "from": "tomorrow"}).status_code == 422
    page = owner.does("/apply", {"when": "later", "from": "2026-04-01T08:00"})
    assert "counts from 1 Apr 2026, 08:00" in page


def test_versions_are_compared_and_the_way_back_begins_with_its_plan(owner: Staff) -> None:
    owner.does("/parts/rule/new", TUESDAYS)
    owner.does("/apply", {"when": "now"})
    newest = owner.cafe.get().json()["version"]
    text = owner.page(f"/versions/{newest}")
    assert '<span class="new">+       multiply: 2' in text
    assert "+     - id: tuesdays" in owner.page(f"/versions/{newest}?with=1")
    back = owner.page(f"/versions/{newest - 1}/back")
    assert "gone" in back
    assert "2 times the points, on Tuesdays." in back
    assert owner.cafe.get().json()["version"] == newest
    owner.does(f"/versions/{newest - 1}/back")
    assert owner.source() == SOURCE
    assert owner.cafe.get().json()["version"] == newest + 1
    assert owner.get("/versions/99").status_code == 404


def test_what_is_applied_is_in_the_audit_log_under_the_name_of_who_did_it(owner: Staff) -> None:
    owner.does("/parts/rule/new", TUESDAYS)
    owner.does("/apply", {"when": "now", "note": "audited"})
    entries = owner.cafe.get("/audit").json()["entries"]
    deed = next(each for each in entries if each["action"] == "programs.program.applied" and each["details"]["new"]["note"] == "audited")
    assert deed["actor"] == "A owner"


def test_every_page_refuses_whoever_lacks_its_permission(owner: Staff) -> None:
    cashier = hired(owner.site, owner.cafe, "cashier")
    analyst = hired(owner.site, owner.cafe, "analyst")
    for route in ROUTES:
        path = re.sub(r"\{(\w+)(:\w+)?\}", "1", route.path.replace("/console/{address}/programme", ""))
        assert cashier._client.request(route.methods[0], f"/console/cafe/programme{path}").status_code == 403, route.path
        if route.permission == "programs:program:write":
            assert analyst._client.request(route.methods[0], f"/console/cafe/programme{path}").status_code == 403, route.path
    assert analyst.page("/versions")
    assert "New rule" not in analyst.page(), "what somebody may not do is not offered"
    cashier.close()
    analyst.close()


def test_every_post_from_another_site_is_refused(owner: Staff) -> None:
    for route in ROUTES:
        if "POST" in route.methods:
            path = re.sub(r"\{(\w+)(:\w+)?\}", "1", route.path.replace("/console/{address}/programme", ""))
            assert owner.post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403, route.path


assert START.weekday() == 1, "the café's clock stands on a Tuesday"


def test_the_tester_explains_every_rule_for_an_imagined_member_at_any_hour(owner: Staff) -> None:
    text = owner.page("/test?kind=purchase&amount-0=10.00&at=2026-03-03T15:00")
    assert "By version" in text
    assert "+20 Points" in text.replace("\n", "")
    assert "Double points on quiet afternoons" in text
    text = owner.page("/test?kind=purchase&amount-0=10,00&category-0=coffee&quantity-0=3&at=2026-03-07T15:00&tier=gold")
    assert "the purchase was on a Saturday" in text
    assert "+3 Stamps" in text
    assert "+15 Points" in text
    text = owner.page("/test?kind=review&fields=stars=5,text=good")
    assert "+20 Points" in text
    assert "+50 Points" in owner.page("/test?kind=signup")


def test_the_tester_takes_the_path_of_the_till_for_a_member_and_records_nothing(owner: Staff) -> None:
    reference = f"tess-{owner.cafe.get().json()['version']}"
    owner.cafe.enrol(reference)
    text = owner.page(f"/test?kind=purchase&amount-0=10.00&member={reference}")
    assert f"for {reference}." in text
    assert "+10 Points" in text
    assert owner.cafe.balance(reference) == 50, "the sign-up's points alone"
    owner.does("/parts/rule/new", TUESDAYS)
    assert "+20 Points" in owner.page(f"/test?kind=purchase&amount-0=10.00&member={reference}&rules=draft")
    assert "+10 Points" in owner.page(f"/test?kind=purchase&amount-0=10.00&member={reference}&rules=live")
    assert owner.source() == SOURCE
    assert owner.cafe.balance(reference) == 50


def test_the_tester_says_beside_the_field_what_it_cannot_read(owner: Staff) -> None:
    answer = owner.get("/test?kind=purchase&amount-0=ten")
    assert answer.status_code == 422
    assert 'id="f-amount-0-fault"' in answer.text
    assert owner.get("/test?kind=purchase").status_code == 422
    assert "no member" in owner.get("/test?kind=purchase&amount-0=1&member=nobody-at-all").text.lower()
