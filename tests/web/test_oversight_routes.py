"""Corrections that need a second person, the audit log and statements, over HTTP."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.web.conftest import CAFE, Program, Site, purchase

LIMITS = "\nadjustments:\n  reasons: [goodwill, mistake]\n  limits: { support: 100, supervisor: 1000 }\n"


@pytest.fixture
def cafe(site: Site) -> Program:
    """The café, with limits to what may be corrected alone, and the member anna with 10 points."""
    made = site.cafe()
    source = made.get("/source").text + LIMITS
    applied = made.client.put(made.path(), content=source, headers={"Content-Type": "application/yaml"})
    assert applied.status_code == 200, applied.text
    made.enrol("anna")
    assert made.post("/purchases", purchase("R1", amount_minor=1000)).status_code == 201
    return made


def as_(site: Site, program: Program, *scopes: str) -> Program:
    return Program(site.client(site.key(*scopes)), program.slug)


def adjust(program: Program, amount: int, key: str, **more: Any) -> httpx2.Response:
    return program.post("/adjustments", {"member": "anna", "amount": amount, "reason": "goodwill", **more}, Idempotency_Key=key)


def test_a_correction_above_the_limit_waits_for_another_key(site: Site, cafe: Program) -> None:
    before = cafe.balance("anna")
    support, supervisor = as_(site, cafe, "support"), as_(site, cafe, "supervisor")
    assert adjust(support, 100, "k1").status_code == 201
    asked = adjust(support, 1, "k2")
    assert asked.status_code == 202
    approval = asked.json()
    assert (approval["state"], approval["asked_by"], approval["inputs"]["amount"]) == ("waiting", "a key", 1)
    assert adjust(support, 1, "k2").json() == approval
    assert cafe.balance("anna") == before + 100
    assert [a["approval"] for a in supervisor.get("/approvals").json()["approvals"]] == [approval["approval"]]
    approve = f"/approvals/{approval['approval']}/approve"
    assert support.post(approve, {}).json()["code"] == "access.permission_missing"
    approved = supervisor.post(approve, {"comment": "seen the receipt"})
    assert (approved.status_code, approved.json()["kind"]) == (200, "adjustment")
    assert cafe.balance("anna") == before + 101
    again = adjust(support, 1, "k2")
    assert (again.status_code, again.json()["event"]) == (200, approved.json()["event"])
    assert supervisor.post(approve, {}).json()["code"] == "access.approval_decided"
    found = supervisor.get(f"/approvals/{approval['approval']}").json()
    assert (found["state"], found["event"], found["comment"]) == ("approved", approved.json()["event"], "seen the receipt")
    assert supervisor.get("/approvals").json()["approvals"] == []


def test_who_asked_cannot_approve_and_a_rejected_request_books_nothing(site: Site, cafe: Program) -> None:
    before = cafe.balance("anna")
    supervisor = as_(site, cafe, "supervisor")
    approval = adjust(supervisor, 1001, "k1").json()["approval"]
    refused = supervisor.post(f"/approvals/{approval}/approve", {})
    assert (refused.status_code, refused.json()["code"]) == (403, "access.second_person_needed")
    rejected = cafe.post(f"/approvals/{approval}/reject", {"comment": "no"})
    assert (rejected.status_code, rejected.json()["state"]) == (200, "rejected")
    assert adjust(supervisor, 1001, "k1").json()["state"] == "rejected"
    assert cafe.balance("anna") == before


def test_a_request_that_nobody_decided_expires_with_the_programmes_clock(site: Site, cafe: Program) -> None:
    approval = adjust(as_(site, cafe, "support"), 101, "k1").json()
    assert cafe.client.put(cafe.path("/clock"), json={"to": approval["expires_at"]}).status_code == 200
    assert cafe.get(f"/approvals/{approval['approval']}").json()["state"] == "expired"
    assert cafe.post(f"/approvals/{approval['approval']}/approve", {}).json()["code"] == "access.approval_expired"


def test_an_unknown_reason_and_an_unknown_request_are_refused(cafe: Program) -> None:
    refused = adjust(cafe, 1, "k1", reason="because")
    assert (refused.status_code, refused.json()["code"]) == (422, "earning.reason_unknown")
    for name in (str(uuid4()), "nonsense"):
        missing = cafe.post(f"/approvals/{name}/approve", {})
        assert (missing.status_code, missing.json()["code"]) == (404, "access.approval_unknown")


def test_requests_of_another_programme_are_not_seen(site: Site, cafe: Program) -> None:
    approval = adjust(as_(site, cafe, "support"), 101, "k1").json()["approval"]
    other = site.cafe("other")
    assert other.get(f"/approvals/{approval}").status_code == 404
    assert other.get("/approvals?state=all").json()["approvals"] == []


def test_the_log_names_the_key_and_where_it_came_from(site: Site, cafe: Program) -> None:
    adjust(as_(site, cafe, "support"), 7, "k1", reason="mistake")
    adjust(as_(site, cafe, "support"), 101, "k2")
    entries = cafe.get("/audit").json()["entries"]
    assert [e["action"] for e in entries] == [
        "access.approval.asked",
        "ledger.adjustment.made",
        "programs.program.applied",
        "programs.program.applied",
    ]
    made = entries[1]
    assert (made["actor"], made["origin"], made["subject"]) == ("a key", "127.0.0.1", "anna")
    assert made["details"]["new"]["amount"] == 7
    assert made["details"]["new"]["balance"] - made["details"]["old"]["balance"] == 7
    page = cafe.get("/audit", limit=1).json()
    assert cafe.get("/audit", limit=1, after=page["next"]).json()["entries"] == entries[1:2]


def test_a_statement_matches_its_sum_and_joins_the_next_without_a_gap(cafe: Program) -> None:
    days = ["2026-03-04T09:00:00Z", "2026-03-05T09:00:00Z", "2026-03-06T09:00:00Z"]
    for n, day in enumerate(days):
        assert cafe.client.put(cafe.path("/clock"), json={"to": day}).status_code == 200
        cafe.post("/purchases", purchase(f"S{n}", amount_minor=1000 * (n + 1)))
        adjust(cafe, -3, f"k{n}")
    whole = cafe.get("/members/anna/statement").json()
    assert (whole["from"], whole["next"]) == (None, None)
    (unit,) = [u for u in whole["units"] if u["unit"] == "points"]
    assert unit["opening"]["available"] == 0
    assert unit["closing"]["available"] == cafe.balance("anna")
    held = 0
    for line in [each for each in whole["lines"] if each["unit"] == "points"]:
        held += line["amount"]
        assert line["after"]["available"] == held
    assert held == unit["closing"]["available"]

    first = cafe.get("/members/anna/statement", until=days[1]).json()
    second = cafe.get("/members/anna/statement", **{"from": days[1]}).json()
    assert [u["closing"] for u in first["units"]] == [u["opening"] for u in second["units"]]
    assert first["lines"] + second["lines"] == whole["lines"]
    at = cafe.get("/members/anna/balances", as_of=days[1]).json()["balances"]
    assert {b["unit"]: b["available"] for b in at} == {u["unit"]: u["closing"]["available"] for u in first["units"]}
    assert cafe.get("/members/anna/statement", as_of=days[1]).json() == first

    lines: list[Any] = []
    after: dict[str, str] = {}
    while True:
        page = cafe.get("/members/anna/statement", limit=2, **after).json()
        lines += page["lines"]
        if page["next"] is None:
            break
        after = {"after": page["next"], "until": page["until"]}
    assert lines == whole["lines"]


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ({"after": "nonsense"}, "?after"),
        ({"as_of": "2026-03-04T09:00:00Z", "until": "2026-03-04T09:00:00Z"}, "?as_of"),
        ({"from": "2026-03-05T09:00:00Z", "until": "2026-03-04T09:00:00Z"}, "?from"),
        ({"from": "yesterday"}, "?from"),
    ],
)
def test_a_period_that_cannot_be_is_named(query: dict[str, str], path: str, cafe: Program) -> None:
    refused = cafe.get("/members/anna/statement", **query)
    assert refused.status_code == 422
    assert [fault["path"] for fault in refused.json()["faults"]] == [path]


def test_the_cafe_of_the_demonstration_asks_a_second_person_and_lets_points_pay_without_a_network(site: Site, cafe: Program) -> None:
    applied = cafe.client.put(cafe.path(), content=CAFE.read_bytes(), headers={"Content-Type": "application/yaml"})
    assert applied.status_code == 200, applied.text
    owner, support = as_(site, cafe, "owner"), as_(site, cafe, "support")
    assert adjust(support, 100, "k1").status_code == 201
    assert adjust(support, 1, "k2").status_code == 202
    assert adjust(owner, 2001, "k3").status_code == 202
    made = cafe.post("/terminals", {"name": "Till 1"}).json()
    told = json.loads(cafe.post(f"/terminals/{made['terminal']}/snapshot", None).json()["text"])
    assert (told["limits"]["burn_sale"], told["limits"]["burn_member"]) == (500, 500)
