"""Passes, consents and the end of a membership over HTTP: the same verbs as the member's pages, each behind its permission."""

from __future__ import annotations

import hashlib
from base64 import b32encode, urlsafe_b64decode

import pyotp
import pytest

from tests.web.conftest import Program, Site, purchase


@pytest.fixture
def cafe(site: Site) -> Program:
    cafe = site.cafe()
    cafe.enrol("anna", birthdate="1990-02-28", attributes={"vip": True})
    return cafe


@pytest.mark.parametrize(
    ("path", "body", "scope"),
    [
        ("/members/anna/passes", {}, "members:card:read"),
        ("/members/anna/passes/revocation", {}, "members:card:read"),
        ("/passes/resolve", {"code": "99" + "1" * 18}, "members:member:read"),
        ("/members/anna/consents", {"given": {"newsletter": True}, "lang": "en"}, "members:member:read"),
        ("/members/anna/closure", {}, "members:member:write"),
    ],
)
def test_each_deed_is_refused_without_its_permission(site: Site, cafe: Program, path: str, body: dict[str, object], scope: str) -> None:
    client = site.client(site.key(scope))
    refused = client.post(cafe.path(path), json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "access.permission_missing")


def test_passes_that_were_taken_back_show_nothing(cafe: Program) -> None:
    held = cafe.post("/members/anna/passes", {}).json()
    assert cafe.post("/members/anna/passes/revocation", {}).json() == {"member": "anna", "status": "active"}
    secret = b32encode(urlsafe_b64decode(held["secret"] + "=")).decode()
    code = f"99{held['number']}{pyotp.TOTP(secret, digits=8, digest=hashlib.sha256).now()}"
    assert cafe.post("/passes/resolve", {"code": code}).json()["code"] == "members.pass_code_invalid"


def test_a_text_that_is_no_code_is_refused_like_one_that_is_too_old(cafe: Program) -> None:
    for code in ("4006-0001", "99" + "1" * 18):
        refused = cafe.post("/passes/resolve", {"code": code})
        assert (refused.status_code, refused.json()["code"]) == (422, "members.pass_code_invalid")


def test_a_purpose_the_programme_does_not_ask_for_is_refused(cafe: Program) -> None:
    refused = cafe.post("/members/anna/consents", {"given": {"newsletter": True, "spying": True}, "lang": "en"})
    assert (refused.status_code, refused.json()["code"]) == (422, "sharing.purpose_unknown")
    assert cafe.get("/members/anna/consents").json()["consents"] == []


def test_a_consent_is_proven_by_the_version_whose_text_was_shown(cafe: Program) -> None:
    said = cafe.post("/members/anna/consents", {"given": {"newsletter": True}, "lang": "de", "origin": "paper"}).json()["consents"]
    assert (said[0]["version"], said[0]["lang"], said[0]["origin"]) == (1, "de", "paper")
    source = cafe.client.get(cafe.path("/source"), params={"version": 1}).text
    assert "Ich möchte Neuigkeiten" in source


def test_a_membership_that_ended_earns_nothing_and_keeps_its_books(cafe: Program) -> None:
    cafe.post("/purchases", purchase("R1", amount_minor=990))
    ended = cafe.post("/members/anna/closure", {"reason": "asked for it"})
    assert ended.json() == {"member": "anna", "status": "closed"}
    member = cafe.get("/members/anna").json()
    assert (member["status"], member["birthdate"], member["attributes"]) == ("closed", None, {})
    assert cafe.balance("anna") == 59
    assert cafe.post("/purchases", purchase("R2")).json()["code"] == "members.closed"
    assert cafe.post("/members/anna/closure", {}).json()["code"] == "members.closed"
    entry = cafe.get("/audit").json()["entries"][0]
    assert (entry["action"], entry["subject"]) == ("members.membership.closed", "anna")
