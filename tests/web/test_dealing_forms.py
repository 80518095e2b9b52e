"""The forms of what surrounds earning: each changes its own lines, says its faults beside the field, and is complete in both languages."""

from __future__ import annotations

import html

import pytest
import yaml

from praemia.web.console.programme.dealings import DEALINGS
from tests.web.conftest import Program, Site
from tests.web.office import SOURCE, Staff, hired, owner_of
from tests.web.test_programme_pages import inputs_of

FORMS = [
    ("activity", "review"),
    ("consent", "newsletter"),
    *((part, "all") for part in ("till", "sharing", "returns", "adjustments")),
    ("reward", "espresso"),
]


def form_at(owner: Staff, path: str, **changes: object) -> dict[str, object]:
    """What a browser would send of a form after somebody changed some of it."""
    return {"then": ""} | inputs_of(owner.get(path).text) | changes


def said(owner: Staff) -> dict[str, object]:
    """The draft as data."""
    found: dict[str, object] = yaml.safe_load(owner.draft())
    return found


@pytest.mark.parametrize(("part", "key"), FORMS)
def test_a_form_that_is_saved_unchanged_changes_not_one_byte(owner: Staff, part: str, key: str) -> None:
    assert "You have a draft" not in owner.does(f"/parts/{part}/{key}", form_at(owner, f"/parts/{part}/{key}"))
    assert owner.draft() == SOURCE


@pytest.mark.parametrize(("part", "key"), FORMS)
def test_a_form_is_there_in_german(house: tuple[Site, Program], part: str, key: str) -> None:
    owner_of(*house).close()
    german = hired(*house, "manager", "de")
    assert "Im Entwurf sichern" in german.page(f"/parts/{part}/{key}")
    assert "Wie es läuft" in german.page()
    german.close()


def test_an_activity_says_what_it_reports_and_can_then_trigger_rules(owner: Staff) -> None:
    form = form_at(owner, "/parts/activity/new")
    form |= {"key": "run", "name.de": "Lauf", "name.en": "Run", "fields.name-0": "metres", "fields.type-0": "int"}
    plan = owner.does("/parts/activity/new", form | {"then": "plan", "fields.name-2": "trail", "fields.type-2": "string"})
    assert "Activity “run”" in plan
    assert said(owner)["activities"]["run"] == {"name": {"de": "Lauf", "en": "Run"}, "fields": {"metres": "int", "trail": "string"}}  # type: ignore[index]
    assert 'value="run"' in owner.page("/parts/rule/new")
    assert "reports metres, trail" in owner.page()
    owner.does("/parts/activity/run", form_at(owner, "/parts/activity/run", act="remove"))
    assert owner.draft() == SOURCE


def test_a_consent_is_made_with_its_whole_text_in_both_languages(owner: Staff) -> None:
    form = {"key": "post", "name.de": "Post", "name.en": "Letters", "text.de": "Briefe, bitte.", "text.en": "Letters, please.", "then": ""}
    assert "Letters, please." in owner.does("/parts/consent/new", form)
    added = set(owner.draft().splitlines()) - set(SOURCE.splitlines())
    assert any("post:" in line for line in added)
    answer = owner.post("/parts/consent/new", {**form, "key": "newsletter"})
    assert answer.status_code == 422
    assert 'id="f-key-fault"' in answer.text
    answer = owner.post("/parts/consent/new", {**form, "key": "other", "text.de": "", "text.en": ""})
    assert answer.status_code == 422
    assert 'id="f-text.de-fault"' in answer.text


def test_the_till_form_writes_offline_burns_and_takes_them_away_again(owner: Staff) -> None:
    form = form_at(owner, "/parts/till/all", **{"till.offline.burn.sale": "300", "till.undo_minutes": "5", "till.offline.earn": ""})
    owner.does("/parts/till/all", form)
    offline = {"burn": {"sale": 300, "member": 500}, "earn": False}
    assert said(owner)["till"] == {"undo_minutes": 5, "offline": offline}
    cleared = {"till.offline.burn.sale": "", "till.offline.burn.member": "", "till.undo_minutes": "", "till.offline.earn": "yes"}
    owner.does("/parts/till/all", form_at(owner, "/parts/till/all", **cleared))
    assert "burn" not in str(said(owner)["till"])
    answer = owner.post("/parts/till/all", form_at(owner, "/parts/till/all", **{"till.offline.late_days": "soon"}))
    assert answer.status_code == 422
    assert 'id="f-till.offline.late_days-fault"' in answer.text


def test_sharing_is_switched_off_without_losing_its_limits(owner: Staff) -> None:
    form = form_at(owner, "/parts/sharing/all", **{"sharing.merge.tier": "recompute", "sharing.pools.who": "head"})
    del form["sharing.transfers.allowed"]
    owner.does("/parts/sharing/all", form)
    assert said(owner)["sharing"] == {
        "transfers": {"allowed": False, "min": 10},
        "pools": {"draw": "oldest_first", "who": "head"},
        "merge": {"tier": "recompute"},
    }


def test_limits_typed_for_sending_allow_nothing_while_it_is_switched_off(owner: Staff) -> None:
    without = SOURCE.replace("  transfers: { allowed: true, min: 10 }\n", "")
    owner.does("/text", {"source": without, "then": ""})
    owner.does("/parts/sharing/all", form_at(owner, "/parts/sharing/all"))
    assert "transfers" not in said(owner)["sharing"]  # type: ignore[operator]
    owner.does("/parts/sharing/all", form_at(owner, "/parts/sharing/all", **{"sharing.transfers.min": "5"}))
    assert said(owner)["sharing"]["transfers"] == {"allowed": False, "min": 5}  # type: ignore[index]
    owner.does("/parts/sharing/all", form_at(owner, "/parts/sharing/all", **{"sharing.transfers.allowed": "yes"}))
    assert said(owner)["sharing"]["transfers"] == {"allowed": True, "min": 5}  # type: ignore[index]


def test_the_returns_form_says_what_comes_back_and_what_becomes_of_early_returns(owner: Staff) -> None:
    chosen = {"returns.earned": "by_value", "returns.shortfall": "clamp", "returns.block_if_spent": "yes"}
    chosen |= {"out_of_order.refund_first": "park"}
    owner.does("/parts/returns/all", form_at(owner, "/parts/returns/all", **chosen))
    assert said(owner)["returns"] == {"earned": "by_value", "shortfall": "clamp", "block_if_spent": True}
    assert said(owner)["out_of_order"] == {"refund_first": "park"}
    answer = owner.post("/parts/returns/all", form_at(owner, "/parts/returns/all", **{"returns.tier_effect": "perhaps"}))
    assert 'id="f-returns.tier_effect-fault"' in answer.text


def test_limits_of_corrections_stand_by_role_and_their_faults_beside_the_role(owner: Staff) -> None:
    owner.does("/parts/adjustments/all", form_at(owner, "/parts/adjustments/all", **{"adjustments.limits.support": "150"}))
    assert said(owner)["adjustments"]["limits"] == {"support": 150, "supervisor": 1000, "owner": 5000}  # type: ignore[index]
    answer = owner.post("/parts/adjustments/all", form_at(owner, "/parts/adjustments/all", **{"adjustments.limits.support": "many"}))
    assert answer.status_code == 422
    assert 'id="f-adjustments.limits.support-fault"' in answer.text
    assert "is not a number" in html.unescape(answer.text)
    emptied = {f"adjustments.limits.{role}": "" for role in ("support", "supervisor", "owner")}
    owner.does("/parts/adjustments/all", form_at(owner, "/parts/adjustments/all", **emptied))
    assert "limits" not in said(owner)["adjustments"]  # type: ignore[operator]


def test_a_reward_has_prices_by_tier_and_prices_with_money_on_top(owner: Staff) -> None:
    more = {"cost_by_tier.gold": "40", "options.points-1": "30", "options.cash-1": "0,50"}
    owner.does("/parts/reward/espresso", form_at(owner, "/parts/reward/espresso", **more))
    reward = said(owner)["rewards"][0]  # type: ignore[index]
    assert reward["cost_by_tier"] == {"gold": 40}
    assert [(each["points"], str(each["cash"])) for each in reward["options"]] == [(20, "1.00"), (30, "0.5")]
    fewer = {"cost_by_tier.gold": "", "options.points-0": "", "options.cash-0": ""}
    owner.does("/parts/reward/espresso", form_at(owner, "/parts/reward/espresso", **fewer))
    reward = said(owner)["rewards"][0]  # type: ignore[index]
    assert "cost_by_tier" not in reward
    assert len(reward["options"]) == 1
    answer = owner.post("/parts/reward/espresso", form_at(owner, "/parts/reward/espresso", **{"cost_by_tier.gold": "-1"}))
    assert 'id="f-cost_by_tier.gold-fault"' in answer.text
    answer = owner.post("/parts/reward/espresso", form_at(owner, "/parts/reward/espresso", **{"options.points-2": "5"}))
    assert 'id="f-options-fault"' in answer.text


def test_an_experience_has_days_and_places_to_choose_from(owner: Staff) -> None:
    form = form_at(owner, "/parts/reward/new")
    form |= {
        "id": "tasting",
        "name.de": "Verkostung",
        "name.en": "Tasting",
        "cost": "200",
        "gives.experience.name.de": "Verkostung",
        "gives.experience.name.en": "Tasting",
        "gives.experience.dates": ["2026-05-01", "", "2026-05-08"],
        "gives.experience.places": "mitte, nord",
        "gives.experience.seats": "12",
    }
    owner.does("/parts/reward/new", form)
    reward = said(owner)["rewards"][-1]  # type: ignore[index]
    gives = reward["gives"]["experience"]
    assert [str(day) for day in gives["dates"]] == ["2026-05-01", "2026-05-08"]
    assert (gives["places"], gives["seats"]) == (["mitte", "nord"], 12)
    page = owner.page("/parts/reward/tasting")
    assert 'value="2026-05-08"' in page
    answer = owner.post("/parts/reward/tasting", form_at(owner, "/parts/reward/tasting", **{"gives.experience.dates": ["someday"]}))
    assert 'id="f-gives.experience.dates-fault"' in answer.text


def test_every_form_is_led_to_from_the_overview(owner: Staff) -> None:
    page = owner.page()
    for part in DEALINGS:
        key = "new" if part.path else "all"
        assert f"/programme/parts/{part.key}/{key}" in page, part.key
