"""The console's pages without a browser: what they show, what they refuse, and faults beside their fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from praemia.foundation.db import Database
from praemia.web.console.routes import ROUTES
from praemia.worker.jobs import do_due
from tests.e2e.town import Town, settle
from tests.web.conftest import LENIENT, purchase, running_site

LIMITS = "\nadjustments: { reasons: [goodwill, mistake], limits: { support: 100, supervisor: 1000 } }\n"
ONCE = "00000000-0000-0000-0000-00000000000{}"


@pytest.fixture(scope="module")
def town(module_database: str) -> Iterator[Town]:
    for running in running_site(module_database):
        town = settle(running)
        source = LENIENT + LIMITS
        answer = town.cafe.client.put(town.cafe.path(), content=source, headers={"Content-Type": "application/yaml"})
        assert answer.status_code == 200, answer.text
        yield town


class Desk:
    """A browser without a screen, signed in as a role."""

    def __init__(self, client: httpx2.Client) -> None:
        self.client = client

    def get(self, path: str = "/", status: int = 200) -> str:
        answer = self.client.get(path if path.startswith("/console") else f"/console/cafe{path}")
        assert answer.status_code == status, (path, answer.status_code, answer.text[-2000:])
        return answer.text

    def post(self, path: str, **fields: Any) -> httpx2.Response:
        return self.client.post(path if path.startswith("/console") else f"/console/cafe{path}", data=fields)

    def member(self, reference: str) -> str:
        answer = self.client.get("/console/cafe/members", params={"q": reference})
        assert answer.status_code == 303, answer.text[-2000:]
        return str(answer.headers["location"])


Sit = Callable[..., Desk]


@pytest.fixture
def sit(town: Town) -> Iterator[Sit]:
    """Sit down as a role; whoever sat down stands up at the end."""
    with ExitStack() as chairs:

        def sit_down(who: str, lang: str = "en") -> Desk:
            name, value = town.cookie_of(who)
            headers = {"Origin": town.base, "Accept": "text/html", "Accept-Language": lang}
            return Desk(chairs.enter_context(httpx2.Client(base_url=town.base, cookies={name: value}, headers=headers, timeout=30)))

        yield sit_down


@pytest.fixture
def owner(sit: Sit) -> Desk:
    return sit("owner")


@pytest.fixture
def support(sit: Sit) -> Desk:
    return sit("support")


def faults(answer: httpx2.Response) -> list[str]:
    """What stands beside fields, or above them."""
    assert answer.status_code == 422, answer.status_code
    return re.findall(r'class="fault"[^>]*>(?:<svg.*?</svg>)?([^<]+)', answer.text) + re.findall(
        r'class="alert bad".*?<p>([^<]+)</p>', answer.text, re.S
    )


def done(answer: httpx2.Response) -> str:
    assert answer.status_code == 303, (answer.status_code, answer.text[-2000:])
    return answer.headers["location"].rpartition("done=")[2]


def test_the_overview_answers_how_it_is_doing(town: Town, owner: Desk) -> None:
    page = owner.get("/")
    held = town.cafe.get("/figures").json()
    points = next(unit for unit in held["units"] if unit["unit"] == "points")
    assert f"{points['ever']['outstanding']:,}" in page
    assert f"{held['people']['members']} members" in page
    assert "<svg" in page
    assert "By week" in owner.get("/?days=365")


def test_the_live_list_has_what_just_happened(town: Town, owner: Desk) -> None:
    assert town.cafe.post("/purchases", purchase("just-now", "carla", 777)).status_code == 201
    first = owner.get("/live").split("<li>")[1]
    assert "carla" in first
    assert "+7 " in first


def test_members_are_found_by_name_card_and_mail(town: Town, owner: Desk) -> None:
    town.cafe.post("/members/bert/cards", {"number": "4006-7777"})
    assert owner.member("4006-77") == owner.member("bert")
    assert "Nobody found" in owner.get("/members?q=nobody@example.org")
    everybody = owner.get("/members")
    assert all(name in everybody for name in ("anna", "bert", "carla"))


def test_each_movement_leads_to_its_explanation(owner: Desk) -> None:
    history = owner.get(owner.member("anna") + "/history")
    links = re.findall(r'href="(/console/cafe/events/[^"]+)"', history)
    explained = [owner.get(link) for link in dict.fromkeys(links)]
    assert any("waterfall" in page and "order-" in page for page in explained)


def test_a_correction_within_limits_is_booked_once_however_often_it_is_sent(town: Town, support: Desk) -> None:
    before, anna = town.cafe.balance("anna"), support.member("anna")
    for _ in range(2):
        assert done(support.post(f"{anna}/adjust", amount="40", reason="goodwill", once=ONCE.format(1))) == "adjusted"
    assert town.cafe.balance("anna") == before + 40


def test_a_correction_above_them_waits_for_somebody_else(sit: Sit, town: Town, support: Desk, owner: Desk) -> None:
    before, anna = town.cafe.balance("anna"), support.member("anna")
    assert done(support.post(f"{anna}/adjust", amount="500", reason="goodwill", once=ONCE.format(2))) == "adjustment_asked"
    assert town.cafe.balance("anna") == before
    waiting = support.get("/approvals")
    (path,) = set(re.findall(r'action="(/console/cafe/approvals/[^"]+)"', waiting))
    assert "Withdraw" in waiting
    assert "Approve" not in re.findall(r"<button[^>]*>.*?</button>", waiting)
    assert support.post(path, decision="approve").status_code == 403
    assert sit("auditor").post(path, decision="reject").status_code == 403
    assert done(owner.post(path, decision="approve", comment="fine")) == "approved"
    assert town.cafe.balance("anna") == before + 500
    assert any("approved" in fault for fault in faults(owner.post(path, decision="approve")))


def test_nobody_approves_their_own_request(sit: Sit) -> None:
    manager = sit("manager")
    asked = manager.post(f"{manager.member('bert')}/adjust", amount="5000", reason="mistake", once=ONCE.format(3))
    assert done(asked) == "adjustment_asked"
    (path,) = set(re.findall(r'action="(/console/cafe/approvals/[^"]+)"', manager.get("/approvals")))
    assert any("somebody else" in fault for fault in faults(manager.post(path, decision="approve")))
    assert done(manager.post(path, decision="reject", comment="never mind")) == "rejected"


def test_faults_stand_beside_their_fields_and_nothing_is_lost(support: Desk) -> None:
    answer = support.post(f"{support.member('anna')}/adjust", amount="a few", reason="goodwill", once=ONCE.format(4))
    assert faults(answer) == ["Enter a number in steps of 1."]
    assert 'value="a few"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    wrong = support.post(f"{support.member('anna')}/adjust", amount="5", reason="because", once=ONCE.format(5))
    assert any("because" in fault for fault in faults(wrong))


def test_cards_are_issued_blocked_and_replaced(support: Desk) -> None:
    place = support.member("carla") + "/cards"
    assert done(support.post(place, number="5001", carrier="qr")) == "card_issued"
    assert done(support.post(f"{place}/block", card="5001", reason="lost")) == "card_blocked"
    assert faults(support.post(f"{place}/replace", card="5001", number="", reason="lost"))
    assert done(support.post(f"{place}/replace", card="5001", number="5002", reason="found again")) == "card_replaced"
    page = support.get(place)
    assert "replaced by 5002" in page
    assert faults(support.post(support.member("anna") + "/cards/block", card="5002", reason="not hers"))


def test_a_merge_is_looked_at_done_and_undone(town: Town, support: Desk) -> None:
    town.cafe.enrol("twin-a")
    town.cafe.enrol("twin-b")
    keep = support.member("twin-a")
    preview = support.get(f"{keep}/manage?drop=twin-b")
    assert "Merge twin-b into twin-a" in preview
    assert town.cafe.get("/members/twin-b").json()["member"] == "twin-b"
    assert done(support.post(f"{keep}/merge", drop="twin-b", once=ONCE.format(6))) == "merged"
    assert town.cafe.get("/members/twin-b").json()["member"] == "twin-a"
    merge = re.search(r'name="merge" value="([^"]+)"', support.get(f"{keep}/manage"))
    assert merge is not None
    assert done(support.post(f"{keep}/part", merge=merge[1], once=ONCE.format(7))) == "parted"
    assert town.cafe.get("/members/twin-b").json()["member"] == "twin-b"
    assert faults(support.post(f"{keep}/merge", drop="nobody"))


def test_a_tier_is_assigned_and_the_log_says_by_whom(support: Desk, owner: Desk) -> None:
    assert done(support.post(f"{support.member('bert')}/tier", tier="gold", **{"as": "floor"}, reason="thanks")) == "tier_assigned"
    assert "Gold" in support.get(support.member("bert"))
    assert "Support" in owner.get("/audit?action=tiers")
    assert faults(support.post(f"{support.member('bert')}/tier", tier="gold", reason=""))


def test_a_membership_ends_only_when_its_name_was_typed(town: Town, support: Desk) -> None:
    town.cafe.enrol("leaver")
    place = support.member("leaver")
    assert faults(support.post(f"{place}/close", confirm="lever"))
    assert done(support.post(f"{place}/close", confirm="leaver", reason="moved away")) == "closed"
    assert town.cafe.get("/members/leaver").json()["status"] == "closed"
    assert "has ended" in support.get(f"{place}/manage")


def test_the_log_is_filtered_and_pages(owner: Desk) -> None:
    assert "Invited" not in owner.get("/audit?action=programs")
    assert "Programme changed" in owner.get("/audit?action=programs")
    assert "No entry fits" in owner.get("/audit?actor=nobody")
    assert "Newest entry" in owner.get("/audit?before=3")


def test_an_examination_is_asked_for_and_its_result_shown(town: Town, owner: Desk) -> None:
    assert faults(owner.post("/proof", what="member", reference=""))
    assert done(owner.post("/proof", what="member", reference="anna")) == "examination_asked"
    assert "under way" in owner.get("/proof")

    async def work(db: Database) -> int:
        return await do_due(db, datetime.now(UTC))

    town.site.run(work)
    assert "2 of 2 parts examined, 0 findings." in owner.get("/proof")
    assert "unbroken" in owner.get("/audit")


def test_staff_are_invited_and_no_role_is_given_beyond_ones_own(sit: Sit, owner: Desk) -> None:
    invited = owner.post("/staff", name="Zoe", email="zoe@example.org", role="support", where="here")
    assert "/invitation/" in invited.text
    manager = sit("manager")
    assert 'value="owner"' not in manager.get("/staff")
    assert faults(manager.post("/staff", name="Eve", email="eve@example.org", role="owner"))
    person = re.search(r'(/console/cafe/staff/[^"]+)"><span><strong>Zoe', owner.get("/staff"))
    assert person is not None
    assert done(owner.post(person[1], deed="end")) == "access_ended"
    assert "no access" in owner.get(person[1])
    chief = re.search(r'(/console/cafe/staff/[^"]+)"><span><strong>Owner', owner.get("/staff"))
    assert chief is not None
    assert faults(manager.post(chief[1], deed="end"))
    assert faults(owner.post(chief[1], deed="end"))


def test_a_key_is_shown_once(owner: Desk) -> None:
    made = owner.post("/keys", name="till Berlin", role="till", mode="live")
    secret = re.search(r"praemia_live_[0-9A-Za-z]{39}", made.text)
    assert secret is not None
    assert made.headers["cache-control"] == "no-store"
    assert secret[0] not in owner.get("/keys")
    wrong = owner.post("/keys", name="", role="custom", scopes="earning:purchas:write", expires="2020-01-01")
    assert len(faults(wrong)) == 3
    (path, *_) = re.findall(r'action="(/console/cafe/keys/[^"]+/revoke)"', owner.get("/keys"))
    assert done(owner.post(path)) == "key_revoked"


def test_locations_are_registered_changed_and_closed(owner: Desk) -> None:
    assert done(owner.post("/locations", code="berlin-1", name="Berlin", place="Torstraße 1")) == "location_kept"
    assert len(faults(owner.post("/locations", code="a/b", name=""))) == 2
    assert done(owner.post("/locations", code="berlin-1", name="Berlin Mitte", deed="change")) == "location_kept"
    assert done(owner.post("/locations", code="berlin-1", deed="close")) == "location_closed"
    assert "closed" in owner.get("/locations")


def test_an_auditor_sees_everything_and_is_offered_nothing_to_change(sit: Sit) -> None:
    auditor = sit("auditor")
    anna = auditor.member("anna")
    for path in ("/", "/members", anna, f"{anna}/manage", f"{anna}/cards", "/approvals", "/audit", "/staff", "/keys", "/locations"):
        page = auditor.get(path)
        forms = re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"|<form[^>]*action="([^"]+)"[^>]*method="post"', page)
        assert {one or other for one, other in forms} <= {"/looks", "/sign-out"}, path


def test_who_may_not_open_a_page_is_refused_by_the_server(sit: Sit) -> None:
    cashier, analyst = sit("cashier"), sit("analyst")
    some = {"member": "01a20387-2f32-709c-8cc2-8d7d5e8f0ab2", "event": "x", "approval": "x", "staff": "x", "key": "x"}
    for route in ROUTES:
        path = route.path.format(address="cafe", **some)
        for method in route.methods:
            answer = cashier.client.request(method, path, data={} if method == "POST" else None)
            assert answer.status_code == 403, (method, path)
            if route.permission not in ("insight:figure:read", "locations:location:read", "access:console:open"):
                answer = analyst.client.request(method, path, data={} if method == "POST" else None)
                assert answer.status_code == 403, (method, path)


def test_the_same_pages_speak_german(sit: Sit) -> None:
    owner = sit("owner", lang="de")
    anna = owner.member("anna")
    for path, word in (("/", "Überblick"), (anna, "Mitglied seit"), (f"{anna}/manage", "Punkte korrigieren"), ("/audit", "Protokoll")):
        page = owner.get(path)
        assert '<html lang="de"' in page
        assert word in page
    assert faults(owner.post(f"{anna}/adjust", amount="", reason="goodwill")) == ["Geben Sie eine Zahl in Schritten von 1 ein."]


def test_a_form_from_elsewhere_is_refused(owner: Desk) -> None:
    answer = owner.client.post("/console/cafe/locations", data={"code": "x", "name": "x"}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
