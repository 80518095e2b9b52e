"""Every refusal is an RFC 9457 problem that says what to mend and nothing a stranger could use."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

import praemia
from praemia import access
from praemia.foundation.errors import DomainError
from praemia.web.errors import NEVER_OVER_HTTP, TABLE
from tests.web.conftest import Site, purchase, running_site


def _refusals(of: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for child in of.__subclasses__():
        yield child
        yield from _refusals(child)


def test_every_refusal_has_a_row_and_every_row_a_refusal() -> None:
    for module in pkgutil.walk_packages(praemia.__path__, "praemia."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    codes = {refusal.code for refusal in _refusals() if "code" in vars(refusal) and refusal.__module__.startswith("praemia.")}
    assert codes
    over_http = {code for code in codes if not code.startswith(NEVER_OVER_HTTP)}
    assert over_http - TABLE.keys() == set()
    of_rooms = {code for code in TABLE if not code.startswith("web.")}
    assert of_rooms - over_http == set()


def _assert_problem(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert (answer.status_code, document["status"], document["code"]) == (status, status, code), document
    assert document["type"] == f"/problems/{code}"
    assert document["instance"] == f"urn:uuid:{answer.headers['X-Request-Id']}"
    assert document["title"]
    assert document["detail"]
    return document


def test_addresses_methods_and_media_types_that_are_not_there(site: Site) -> None:
    cafe = site.cafe()
    _assert_problem(cafe.client.get("/nowhere"), 404, "web.not_found")
    _assert_problem(cafe.client.get("/v1/programs/cafe/purchases/"), 404, "web.not_found")
    refused = cafe.client.delete("/v1/programs/cafe")
    _assert_problem(refused, 405, "web.method_not_allowed")
    assert refused.headers["Allow"] == "GET, HEAD, PUT"
    assert cafe.client.post("/v1/programs/cafe/members/anna").headers["Allow"] == "GET, HEAD, PATCH"
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", ""):
        answer = cafe.client.post(cafe.path("/purchases"), content=b"{}", headers={"Content-Type": kind})
        _assert_problem(answer, 415, "web.unsupported_media_type")


def test_a_body_above_the_limit_is_refused_declared_or_not(database: str) -> None:
    for site in running_site(database, body_limit_bytes=2000):
        client = site.client()
        address, headers = "/v1/programs/cafe/purchases", {"Content-Type": "application/json"}
        _assert_problem(client.post(address, content=b" " * 2001, headers=headers), 413, "web.body_too_large")
        chunks = iter([b" " * 1500, b" " * 1500])
        _assert_problem(client.post(address, content=chunks, headers=headers), 413, "web.body_too_large")
        _assert_problem(client.post(address, content=b" " * 2000, headers=headers), 422, "input.invalid")


def test_a_bug_is_answered_without_a_trace_of_it(site: Site) -> None:
    async def broken(_: Any) -> None:
        raise RuntimeError("secret of the house")

    site.app.router.add_route("/broken", broken)
    answer = site.client().get("/broken")
    _assert_problem(answer, 500, "web.internal")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        (b"", {"": "not_json"}),
        (b"{", {"": "not_json"}),
        (b"[]", {"": "not_an_object"}),
        (b'{"order": "\\ud800"}', {"": "not_json"}),
        (b'{"order": "R", "lines": []}', {"/lines": "too_short"}),
        (
            b'{"order": 7, "membr": "a", "lines": [{"sku": "a", "amount_minor": true}, {"amount_minor": "12", "quantity": 1.0}]}',
            {
                "/order": "not_a_text",
                "/membr": "unknown_key",
                "/lines/0/amount_minor": "not_an_integer",
                "/lines/1/sku": "missing",
                "/lines/1/amount_minor": "not_an_integer",
                "/lines/1/quantity": "not_an_integer",
            },
        ),
        (
            b'{"order": "R", "occurred_at": "2026-03-03", "lines": [{"sku": "a\\u0000", "amount_minor": 1e3}]}',
            {"/occurred_at": "not_an_instant", "/lines/0/sku": "control_character", "/lines/0/amount_minor": "not_an_integer"},
        ),
        (
            b'{"order": "R", "occurred_at": "2026-03-03T09:00:00", "lines": [{"sku": "a", "amount_minor": 99999999999999999999}]}',
            {"/occurred_at": "not_an_instant", "/lines/0/amount_minor": "less_than_equal"},
        ),
    ],
)
def test_malformed_input_names_every_fault_with_its_path(site: Site, body: bytes, faults: dict[str, str]) -> None:
    client = site.client()
    answer = client.post("/v1/programs/cafe/purchases", content=body, headers={"Content-Type": "application/json"})
    found = _assert_problem(answer, 422, "input.invalid")["faults"]
    assert {fault["path"]: fault["code"] for fault in found} == faults


def test_a_mistyped_key_is_told_what_was_meant(site: Site) -> None:
    body = {"order": "R", "lines": [{"sku": "a", "amount_minor": 1, "quantitty": 2}]}
    (fault,) = site.client().post("/v1/programs/cafe/purchases", json=body).json()["faults"]
    assert (fault["path"], fault["suggestion"]) == ("/lines/0/quantitty", "quantity")


def test_who_may_not_is_refused_before_what_he_sent_is_read(site: Site) -> None:
    stranger, reader = site.client(""), site.client(site.key("reader"))
    refused = stranger.post("/v1/programs/cafe/purchases", content=b"{")
    _assert_problem(refused, 401, "access.key_missing")
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    _assert_problem(reader.post("/v1/programs/cafe/purchases", content=b"{"), 403, "access.permission_missing")
    _assert_problem(site.client("praemia_live_wrong").get("/v1/programs/cafe"), 401, "access.key_invalid")


def test_keys_reach_their_own_programmes_only(site: Site) -> None:
    cafe, shop = site.cafe(), site.cafe("shop")
    place = site.app.state.face.places
    cafe.get()
    bound = site.client(site.key("owner", program_id=place[site.tenant_id, "cafe"].program_id))
    assert bound.get(cafe.path()).status_code == 200
    _assert_problem(bound.get(shop.path()), 403, "access.program_out_of_reach")
    test_key = site.client(site.key("owner", mode=access.Mode.TEST))
    assert test_key.get(cafe.path()).status_code == 200
    source = cafe.get("/source").content.replace(b"program: cafe", b"program: real")
    yaml = {"Content-Type": "application/yaml"}
    _assert_problem(test_key.put("/v1/programs/real", content=source, headers=yaml), 403, "access.sandbox_only")
    _assert_problem(site.client().get("/v1/programs/real"), 404, "programs.unknown")
    assert site.client().put("/v1/programs/real", content=source, headers=yaml).status_code == 201
    _assert_problem(test_key.get("/v1/programs/real"), 403, "access.sandbox_only")


def test_another_tenants_programmes_and_events_do_not_exist(site: Site) -> None:
    cafe = site.cafe()
    cafe.enrol("anna")
    event = cafe.post("/purchases", purchase("R1")).json()["event"]

    async def other_owner(db: Any) -> str:
        tenant_id = await access.create_tenant(db, "other", "Other", at=datetime.now(UTC))
        async with db.transaction(tenant_id) as tx:
            return (await access.issue(tx, name="o", scopes=["owner"], now=datetime.now(UTC))).secret

    stranger = site.client(site.run(other_owner))
    _assert_problem(stranger.get(cafe.path()), 404, "programs.unknown")
    source = cafe.get("/source").content
    assert stranger.put(cafe.path(), content=source, headers={"Content-Type": "application/yaml"}).status_code == 201
    _assert_problem(stranger.get(cafe.path(f"/events/{event}")), 404, "journal.event_unknown")
    _assert_problem(stranger.get(cafe.path("/members/anna")), 404, "members.unknown")
    assert stranger.post(cafe.path("/purchases"), json=purchase("R1", None)).status_code == 201


def test_an_expired_key_is_told_so(site: Site) -> None:
    secret = site.key("owner", expires_at=datetime.now(UTC) + timedelta(seconds=0.3))
    client = site.client(secret)
    answer = client.get("/v1/programs/cafe")
    while answer.status_code != 401:
        answer = client.get("/v1/programs/cafe")
    _assert_problem(answer, 401, "access.key_expired")


@pytest.mark.parametrize("key", ["", '""', "a b", "ü", "x" * 256, '"unclosed'])
def test_an_idempotency_key_that_cannot_be_told_apart_is_refused(site: Site, key: str) -> None:
    cafe = site.cafe()
    cafe.enrol("anna")
    answer = cafe.client.post(
        cafe.path("/visits"), json={"member": "anna"}, headers=[(b"Idempotency-Key", key.encode()), (b"Content-Type", b"application/json")]
    )
    _assert_problem(answer, 400, "web.bad_request")


def test_every_response_carries_the_security_headers(site: Site) -> None:
    client = site.client()
    for address in (
        "/",
        "/docs",
        "/openapi.json",
        "/health",
        "/nowhere",
        "/v1/programs/none",
        "/static/praemia.css",
        "/problems/input.invalid",
    ):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Referrer-Policy" in headers
    assert client.get("/v1/programs/none").headers["Cache-Control"] == "no-store"
