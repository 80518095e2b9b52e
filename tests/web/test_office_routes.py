"""Figures, lists, locations, keys, staff and examinations over HTTP: what they say, and what they refuse."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from praemia.foundation.db import Database
from praemia.worker.jobs import do_due
from tests.web.conftest import Program, Site, purchase


@pytest.fixture
def cafe(site: Site) -> Program:
    cafe = site.cafe()
    cafe.enrol("anna")
    cafe.enrol("bert")
    assert cafe.post("/purchases", purchase("R1", "anna", 2000)).status_code == 201
    return cafe


def as_key(site: Site, *scopes: str) -> Program:
    return Program(site.client(site.key(*scopes)), "cafe")


def test_figures_agree_with_the_ledger(cafe: Program) -> None:
    figures = cafe.get("/figures").json()
    points = next(unit for unit in figures["units"] if unit["unit"] == "points")
    assert points["ever"]["outstanding"] == cafe.balance("anna") + cafe.balance("bert")
    assert sum(stretch["issued"] for stretch in figures["stretches"]) == points["period"]["issued"] == points["ever"]["issued"]
    assert (figures["people"]["members"], figures["people"]["participation_percent"]) == (2, 100)


def test_pages_of_members_join(cafe: Program) -> None:
    first = cafe.get("/members", limit=1).json()
    second = cafe.get("/members", limit=1, after=first["next"]).json()
    assert {page["members"][0]["member"] for page in (first, second)} == {"anna", "bert"}
    assert second["next"] is None


def test_members_are_found_by_the_beginning_of_a_card(cafe: Program) -> None:
    cafe.post("/members/anna/cards", {"number": "4006-0001"})
    assert [one["member"] for one in cafe.get("/members", q="4006").json()["members"]] == ["anna"]
    assert cafe.get("/members", q="none").json()["members"] == []


def test_a_cursor_that_is_none_is_refused(cafe: Program) -> None:
    assert cafe.get("/members", after="x").json()["faults"][0]["path"] == "?after"


def test_a_location_is_as_the_last_body_says(cafe: Program) -> None:
    path = cafe.path("/locations/berlin-1")
    assert cafe.client.put(path, json={"name": "Berlin", "region": "Berlin"}).json()["open"] is True
    assert cafe.client.put(path, json={"name": "Berlin Mitte", "open": False}).json()["open"] is False
    (only,) = cafe.get("/locations").json()["locations"]
    assert (only["code"], only["name"], only["region"], only["open"]) == ("berlin-1", "Berlin Mitte", "", False)


def test_a_key_works_until_it_is_revoked(site: Site, cafe: Program) -> None:
    issued = cafe.post("/keys", {"name": "till", "scopes": ["till"]}).json()
    till = Program(site.client(issued["secret"]), "cafe")
    assert till.get("/members/anna").status_code == 200
    assert "secret" not in cafe.get("/keys").text
    assert cafe.post(f"/keys/{issued['key']}/revoke", None).json()["revoked_at"] is not None
    assert till.get("/members/anna").json()["code"] == "access.key_revoked"


def test_a_key_gives_no_more_than_it_has(site: Site, cafe: Program) -> None:
    giver = as_key(site, "access:key:write", "earning:*:write")
    assert giver.post("/keys", {"name": "a", "scopes": ["earning:visit:write"]}).status_code == 201
    refused = giver.post("/keys", {"name": "b", "scopes": ["ledger:adjustment:write"]})
    assert (refused.status_code, refused.json()["code"]) == (403, "access.role_out_of_reach")
    assert giver.post("/keys", {"name": "c", "scopes": ["owner"]}).status_code == 403


def test_a_key_of_one_programme_revokes_none_of_all(site: Site, cafe: Program) -> None:
    bound = cafe.post("/keys", {"name": "bound", "scopes": ["access:key:*"]}).json()
    everywhere = next(key for key in cafe.get("/keys").json()["keys"] if key["everywhere"])
    own = Program(site.client(bound["secret"]), "cafe")
    assert own.post(f"/keys/{everywhere['key']}/revoke", None).json()["code"] == "access.program_out_of_reach"
    assert cafe.post(f"/keys/{'0' * 32}/revoke", None).json()["code"] == "access.key_not_found"


def test_staff_come_and_go(cafe: Program) -> None:
    invited = cafe.post("/staff", {"name": "Zoe", "email": "zoe@example.org", "roles": ["support"]}).json()
    assert invited["link"].startswith("http")
    assert invited["state"] == "invited"
    path = cafe.path(f"/staff/{invited['staff']}")
    changed = cafe.client.put(f"{path}/roles", json={"roles": ["marketer"]}).json()
    assert changed["roles"] == ["marketer"]
    assert cafe.client.post(f"{path}/access", json={"deed": "end"}).json()["state"] == "disabled"
    assert cafe.client.post(f"{path}/access", json={"deed": "give_back"}).json()["state"] == "invited"
    again = cafe.client.post(f"{path}/access", json={"deed": "reset"}).json()
    assert again["link"] != invited["link"]
    assert [one["name"] for one in cafe.get("/staff").json()["staff"]] == ["Zoe"]


def test_nobody_invites_beyond_their_own_scopes(site: Site, cafe: Program) -> None:
    giver = as_key(site, "access:staff:write")
    body = {"name": "Eve", "email": "eve@example.org", "roles": ["owner"]}
    assert giver.post("/staff", body).json()["code"] == "access.role_out_of_reach"
    assert cafe.get("/staff").json()["staff"] == []


def test_a_key_of_one_programme_invites_nobody_to_all(site: Site, cafe: Program) -> None:
    bound = cafe.post("/keys", {"name": "bound", "scopes": ["owner"]}).json()
    own = Program(site.client(bound["secret"]), "cafe")
    body = {"name": "Eve", "email": "eve@example.org", "roles": ["cashier"], "everywhere": True}
    assert own.post("/staff", body).json()["code"] == "access.role_out_of_reach"
    assert own.post("/staff", body | {"everywhere": False}).status_code == 201


def test_an_examination_is_done_by_a_worker_and_its_result_is_kept(site: Site, cafe: Program) -> None:
    asked = cafe.post("/proof/examinations", {"member": "anna"}).json()
    assert [one["waits"] for one in asked["examinations"]] == [True, True]

    async def work(db: Database) -> int:
        return await do_due(db, datetime.now(UTC))

    assert site.run(work) == 2
    done = cafe.get("/proof").json()["examinations"]
    assert [(one["waits"], one["findings"]) for one in done] == [(False, []), (False, [])]
    assert sum(one["transfers"] for one in done) > 0


def test_each_is_refused_without_its_permission(site: Site, cafe: Program) -> None:
    other = as_key(site, "earning:visit:write")
    for method, path in (
        ("GET", "/figures"),
        ("GET", "/members"),
        ("GET", "/proof"),
        ("POST", "/proof/examinations"),
        ("GET", "/locations"),
        ("PUT", "/locations/x"),
        ("GET", "/keys"),
        ("POST", "/keys"),
        ("POST", "/keys/x/revoke"),
        ("GET", "/staff"),
        ("POST", "/staff"),
        ("PUT", "/staff/x/roles"),
        ("POST", "/staff/x/access"),
    ):
        answer = other.client.request(method, other.path(path), json={} if method != "GET" else None)
        assert (answer.status_code, answer.json()["code"]) == (403, "access.permission_missing"), path
