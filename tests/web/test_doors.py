"""Doors: who gets in, who is sent to sign in, what comes from elsewhere is refused, and failures are pages for people."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from praemia import access, identity
from praemia.foundation.db import Database
from praemia.web import faces
from praemia.web.doors import PageRoute
from tests.web.conftest import Site

HTML = {"Accept": "text/html,application/xhtml+xml"}
HERE = {"Sec-Fetch-Site": "same-origin", **HTML}


def test_what_is_not_there_is_a_page_for_people_and_a_problem_for_programs(site: Site) -> None:
    client = site.client("")
    page = client.get("/console/nowhere/", headers={**HTML, "Accept-Language": "de"})
    assert (page.status_code, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "Hier ist nichts" in page.text
    problem = client.get("/console/nowhere/", headers={"Accept": "application/json"})
    assert (problem.status_code, problem.json()["code"]) == (404, "web.not_found")


def test_the_api_never_answers_with_a_page(site: Site) -> None:
    answer = site.client("").get("/v1/programs/cafe", headers=HTML)
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")


def test_a_post_from_elsewhere_is_refused(site: Site) -> None:
    from_where: list[tuple[dict[str, str], int]] = [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ]
    for headers, status in from_where:
        answer = site.client("").post("/looks", data={"theme": "dark"}, headers={**HTML, **headers})
        assert answer.status_code == status, headers
        assert ("praemia_theme" in answer.headers.get("set-cookie", "")) == (status == 303)


def test_where_the_browser_does_not_say_the_origin_must_be_our_own_host(site: Site) -> None:
    client = site.client("")
    assert client.post("/looks", data={"theme": "dark"}, headers={"Origin": site.address}).status_code == 303
    strange = {"Origin": site.address, "Host": "other.example", **HTML}
    assert client.post("/looks", data={"theme": "dark"}, headers=strange).status_code == 403


def test_nobody_is_led_away_by_a_form(site: Site) -> None:
    for there in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "/a\nb"):
        answer = site.client("").post("/looks", data={"theme": "dark", "next": there}, headers=HERE)
        assert answer.headers["Location"] == "/", there


def test_an_older_address_leads_to_the_newer_one(site: Site) -> None:
    site.cafe()
    client = site.client()
    assert client.put("/v1/programs/cafe/address", json={"address": "kaffee"}).status_code == 200
    stylesheet = client.get("/brand/cafe.css")
    assert "--brand:light-dark(" in stylesheet.text
    moved = site.client("").get("/console/cafe/?a=1", headers=HTML)
    assert (moved.status_code, moved.headers["Location"]) == (308, "/console/kaffee/?a=1")


def test_a_stranger_is_sent_to_sign_in_and_back(site: Site) -> None:
    site.cafe()
    client = site.client("")
    for route in (each for each in faces.PAGES if each.page.kind != "open"):
        path = _path(route)
        where = "/m/cafe/sign-in?next=" if route.page.kind == "member" else "/sign-in?next="
        for method in route.methods:
            answer = client.request(method, path, headers=HERE)
            assert (answer.status_code, answer.headers.get("Location", "").startswith(where)) == (303, True), (method, path)
            script = client.request(method, path, headers={"Accept": "application/json", "Sec-Fetch-Site": "same-origin"})
            assert (script.status_code, script.json()["code"]) == (401, "web.sign_in_required"), (method, path)


def test_every_page_for_staff_refuses_whoever_lacks_its_permission(site: Site) -> None:
    site.cafe()
    client = site.client("")
    client.cookies.set("praemia_session", _session(site, site.tenant_id, ["analyst"], then=[]))
    for route in (each for each in faces.PAGES if each.page.kind == "staff"):
        assert route.permission in access.PERMISSIONS, route.path
        for method in route.methods:
            answer = client.request(method, _path(route), headers=HERE)
            assert answer.status_code == 403, (method, route.path)
            assert "This is not for you" in answer.text, (method, route.path)


def test_staff_of_another_operator_do_not_even_learn_that_a_programme_exists(site: Site) -> None:
    site.cafe()

    async def found(db: Database) -> int:
        return await access.create_tenant(db, "other", "Other", at=datetime.now(UTC))

    client = site.client("")
    client.cookies.set("praemia_session", _session(site, site.run(found), ["owner"]))
    for route in (each for each in faces.PAGES if each.page.kind == "staff" and "{address}" in each.path):
        for method in route.methods:
            assert client.request(method, _path(route), headers=HERE).status_code == 404, (method, route.path)


def test_a_cashier_opens_no_page_of_the_console_and_an_auditor_writes_nothing(site: Site) -> None:
    site.cafe()
    cashier, auditor = site.client(""), site.client("")
    cashier.cookies.set("praemia_session", _session(site, site.tenant_id, ["cashier"]))
    auditor.cookies.set("praemia_session", _session(site, site.tenant_id, ["auditor"]))
    for route in (each for each in faces.PAGES if each.path.startswith("/console/")):
        for method in route.methods:
            assert cashier.request(method, _path(route), headers=HERE).status_code == 403, (method, route.path)
            if not str(route.permission).endswith((":read", ":check", ":open")):
                assert auditor.request(method, _path(route), headers=HERE).status_code == 403, (method, route.path)


def test_a_failure_of_ours_is_a_page_for_people_without_a_trace(site: Site) -> None:
    async def broken(_: object) -> None:
        raise RuntimeError("secret")

    site.app.router.add_route("/m/broken", broken)
    answer = site.client("").get("/m/broken", headers=HTML)
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "text/html; charset=utf-8")
    assert "secret" not in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def _session(site: Site, tenant_id: int, roles: list[str], *, then: list[str] | None = None) -> str:
    """The token of somebody with these roles, or who had them and has others now."""

    async def enter(db: Database) -> str:
        now = datetime.now(UTC)
        async with db.transaction(tenant_id) as tx:
            invited = await access.invite(tx, name="Somebody", roles=roles, program_id=None, now=now)
            person = await access.join(tx, invited.token, now=now)
            if then is not None:
                await access.give_roles(tx, person.staff_id, program_id=None, roles=then, now=now)
            means = identity.Means.PASSKEY
            begun = await identity.begin_session(
                tx, identity.Kind.STAFF, person.staff_id, program_id=None, means=means, device="a test", now=now
            )
            return begun.token

    return str(site.run(enter))


def _path(route: PageRoute) -> str:
    """The path with something in it that has the right shape; whether it exists is asked later than who asks."""
    return re.sub(r"\{(\w+)(:int)?\}", lambda found: "1" if found[2] else "cafe" if found[1] == "address" else found[1], route.path)
