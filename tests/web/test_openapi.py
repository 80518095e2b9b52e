"""The API document is true: its schemas hold, its examples work, and the server answers what it says."""

from __future__ import annotations

import hashlib
import json
from base64 import b32encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import jsonschema
import pyotp
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from praemia.access import PERMISSIONS
from praemia.tills import sign_event
from praemia.web.app import OPERATIONS
from praemia.web.bodies.scalars import Body
from praemia.web.errors import TABLE
from tests.web.conftest import Program, Site, purchase

DOCS = Path(__file__).resolve().parents[2] / "docs"


class Document:
    """The document, and a validator for any of its schemas."""

    def __init__(self, whole: dict[str, Any]) -> None:
        self.whole = whole

    def check(self, schema: dict[str, Any], value: Any) -> None:
        jsonschema.Draft202012Validator({**schema, "components": self.whole["components"]}).validate(value)

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for path, methods in self.whole["paths"].items():
            for method, drawn in methods.items():
                yield path, method, drawn

    def answer_schema(self, name: str, status: int) -> dict[str, Any]:
        drawn = next(each for _, _, each in self.operations() if each["operationId"] == name)
        (content,) = drawn["responses"][str(status)]["content"].values()
        schema: dict[str, Any] = content["schema"]
        return schema


@pytest.fixture
def document(site: Site) -> Document:
    return Document(site.client("").get("/openapi.json").json())


def _refs(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref":
                yield value
            yield from _refs(value)
    elif isinstance(part, list):
        for value in part:
            yield from _refs(value)


def test_the_document_is_openapi_31_and_hangs_together(document: Document) -> None:
    whole = document.whole
    assert whole["openapi"].startswith("3.1.")
    schemas = whole["components"]["schemas"]
    assert {ref.removeprefix("#/components/schemas/") for ref in _refs(whole)} <= schemas.keys()
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    assert whole["security"] == [{"key": []}]
    names = [drawn["operationId"] for _, _, drawn in document.operations()]
    assert sorted(names) == sorted(operation.name for operation in OPERATIONS)


def test_every_body_is_closed_and_every_input_described(document: Document) -> None:
    schemas = document.whole["components"]["schemas"]
    for operation in OPERATIONS:
        if operation.body is not None:
            assert schemas[operation.body.__name__]["additionalProperties"] is False
    for path, method, drawn in document.operations():
        for parameter in drawn["parameters"]:
            assert parameter["schema"], (path, method, parameter)
        in_path = {parameter["name"] for parameter in drawn["parameters"] if parameter["in"] == "path"}
        assert in_path == {part.strip("{}") for part in path.split("/") if part.startswith("{")}


def test_every_example_fits_its_schema(document: Document) -> None:
    checked = 0
    for _, _, drawn in document.operations():
        contents = [*drawn.get("requestBody", {}).get("content", {}).values()]
        for response in drawn["responses"].values():
            contents += response.get("content", {}).values()
        for content in contents:
            examples = [example["value"] for example in content.get("examples", {}).values()]
            examples += [content["example"]] if "example" in content else []
            for example in examples:
                document.check(content["schema"], example)
                checked += 1
    assert checked > 100


def test_every_operation_documents_its_problems_and_a_permission_that_exists(document: Document) -> None:
    for operation in OPERATIONS:
        assert operation.permission is None or operation.permission in PERMISSIONS
        assert set(operation.problems) <= TABLE.keys()
    for _, _, drawn in document.operations():
        statuses = set(drawn["responses"])
        assert {"401", "403", "500", "503"} <= statuses
        for status, response in drawn["responses"].items():
            if int(status) >= 400:
                assert response["content"]["application/problem+json"]["examples"]


def test_every_documented_body_works_for_real(site: Site, document: Document) -> None:
    cafe = site.cafe()
    cafe.enrol("someone")
    anna = {"type": "member", "reference": "anna"}
    assert cafe.post("/batch", {"commands": [anna]}).json()["results"][0]["status"] == 201
    credit = {"member": "anna", "amount": 5000, "reason": "for rewards"}
    assert cafe.post("/adjustments", credit, Idempotency_Key="rich").status_code == 201
    for operation in OPERATIONS:
        for title, example in (operation.examples or {}).items():
            if operation.name == "move_clock":
                continue
            path = _for_real(cafe, operation.name, operation.path)
            body = example["value"]
            if operation.name == "resolve_code":
                body = {"code": _shown_now(cafe)}
            if operation.name == "enrol_member":
                body = {**body, "reference": f"new {title}"}
            answer = cafe.client.request(
                operation.method, cafe.path(path), json=body, headers={"Idempotency-Key": f"{operation.name}-{title}"}
            )
            assert answer.status_code in (200, 201), (operation.name, title, answer.text)
            document.check(document.answer_schema(operation.name, answer.status_code), answer.json())
            for result in answer.json().get("results", ()):
                assert result["status"] in (200, 201), (title, result)
        for media_type, content in (operation.media or {}).items():
            if operation.name == "record_events":
                answer = cafe.client.post(
                    cafe.path("/events"), content=json.dumps(content["example"]), headers={"Content-Type": media_type}
                )
                assert answer.status_code in (200, 201), answer.text
                assert all(result["status"] == 201 for result in answer.json().get("results", ())), answer.text
    moved = cafe.client.put(cafe.path("/clock"), json={"to": "2026-04-01T00:00:00Z"})
    assert moved.json() == {"clock": "2026-04-01T00:00:00Z", "nights": 29}


def _shown_now(cafe: Program) -> str:
    """What a phone with a new pass shows at this moment, by the RFC's own library."""
    held = cafe.post("/members/anna/passes", {}).json()
    secret = b32encode(urlsafe_b64decode(held["secret"] + "=")).decode()
    return f"99{held['number']}{pyotp.TOTP(secret, digits=8, digest=hashlib.sha256).now()}"


def _for_real(cafe: Program, name: str, path: str) -> str:
    """The path with something in it that is there, made for this very request."""
    path = path.replace("{reference:path}", "anna").replace("{pool}", "partner").replace("{order:path}", "R-2026-000123")
    path = path.replace("{household}", "the-smiths").replace("{card}", "4006-0001").replace("{location}", "berlin-1")
    if name == "recall_coupon":
        path = path.replace("{coupon_code}", cafe.post("/coupons/sorry/codes", {}, Idempotency_Key=uuid4().hex).json()["codes"][0])
    path = path.replace("{coupon_code}", "HELLO").replace("{coupon}", "sorry")
    if "{terminal}" in path:
        path = path.replace("{terminal}", _terminal_with_a_conflict(cafe)).replace("{sequence}", "1")
    if name == "change_order":
        path = path.replace("R-2026-000123", "R-2026-000210")
    if name == "merge_members":
        cafe.enrol("anna-old")
    if "{staff}" in path:
        person = cafe.post("/staff", {"name": "Zoe", "email": f"{uuid4().hex}@example.org", "roles": ["support"]}).json()
        path = path.replace("{staff}", person["staff"])
    if name == "close_membership":
        cafe.enrol("leaver")
        path = path.replace("/members/anna/", "/members/leaver/")
    if "{redemption}" not in path and "{code}" not in path:
        return path
    reward = {"take_step": "beans", "use_code": "five-off"}.get(name, "espresso")
    held = name in ("capture_redemption", "release_redemption")
    made = cafe.post("/redemptions", {"member": "anna", "reward": reward, "hold": held}, Idempotency_Key=str(uuid4())).json()
    code = made["codes"][0]["code"] if made["codes"] else ""
    return path.replace("{redemption}", made["redemption"]).replace("{code}", code)


def _terminal_with_a_conflict(cafe: Program) -> str:
    """A terminal that sold to a card nobody knows."""
    made = cafe.post("/terminals", {"name": "Till"}).json()
    terminal: str = made["terminal"]
    sale = {"terminal": terminal, "sequence": 1, "kind": "sale", "at": "2026-03-03T09:00:00Z", "member": "unheard", "amount_minor": 100}
    said = json.dumps(sale)
    signature = sign_event(Ed25519PrivateKey.from_private_bytes(urlsafe_b64decode(made["private_key"] + "=")), said)
    event = {"said": said, "signature": urlsafe_b64encode(signature).decode().rstrip("=")}
    synced = cafe.post(f"/terminals/{terminal}/sync", {"sent_at": "2026-03-03T09:00:00Z", "events": [event]})
    assert synced.json()["answers"][0]["code"] == "members.unknown", synced.text
    return terminal


def test_answers_are_what_the_document_says(site: Site, document: Document) -> None:
    cafe = site.cafe()
    enrolled = cafe.enrol("anna", birthdate="1990-02-28", segments=["regulars"], attributes={"vip": True})
    document.check(document.answer_schema("enrol_member", 201), enrolled.json())
    bought = cafe.post("/purchases?lang=en", purchase("R1", amount_minor=90000))
    document.check(document.answer_schema("record_purchase", 201), bought.json())
    assert bought.json()["cuts"], "the daily cap cuts this one"
    redeemed = cafe.post("/redemptions", {"member": "anna", "reward": "trees", "quantity": 2}, Idempotency_Key="r1")
    document.check(document.answer_schema("redeem", 201), redeemed.json())
    card = cafe.post("/gift-cards", {"value_minor": 2500}, Idempotency_Key="c1")
    document.check(document.answer_schema("issue_gift_card", 201), card.json())
    reads = {
        "get_program": "",
        "get_clock": "/clock",
        "get_member": "/members/anna",
        "get_balances": "/members/anna/balances",
        "get_history": "/members/anna/history",
        "get_lots": "/members/anna/lots",
        "get_event": f"/events/{bought.json()['event']}",
        "find_event": "/events?order=R1",
        "list_rewards": "/rewards",
        "list_offers": "/members/anna/rewards",
        "list_redemptions": "/members/anna/redemptions",
        "get_redemption": f"/redemptions/{redeemed.json()['redemption']}",
        "list_donations": "/donations",
        "get_order": "/orders/R1",
        "get_gift_card": f"/gift-cards/{card.json()['number']}",
        "get_pool": "/pools/the-smiths",
        "list_terms": "/terms",
        "list_cards": "/members/anna/cards",
        "get_card": "/cards/4006-0001",
    }
    cafe.post("/pools", {"pool": "the-smiths", "members": ["anna"]})
    cafe.post("/members/anna/cards", {"number": "4006-0001"})
    for name, path in reads.items():
        answer = cafe.get(path)
        assert answer.status_code == 200, answer.text
        document.check(document.answer_schema(name, 200), answer.json())
    back = cafe.post("/orders/R1/returns?lang=en", {"amount_minor": 100}, Idempotency_Key="b1")
    document.check(document.answer_schema("return_goods", 201), back.json())
    document.check(document.answer_schema("get_order", 200), cafe.get("/orders/R1").json())
    fulfilled = cafe.post("/orders/R1/fulfilment", None)
    document.check(document.answer_schema("fulfil_order", 201), fulfilled.json())
    cafe.enrol("old")
    merged = cafe.post("/members/anna/merges?lang=de", {"drop": "old"})
    document.check(document.answer_schema("merge_members", 201), merged.json())
    parted = cafe.post(f"/merges/{merged.json()['merge']}/undo", None)
    document.check(document.answer_schema("undo_merge", 201), parted.json())
    source = cafe.get("/source")
    assert source.headers["content-type"] == "application/yaml"
    plan = cafe.client.post(
        cafe.path("/plan"), content=source.text.replace("points: 50", "points: 60"), headers={"Content-Type": "text/yaml"}
    )
    document.check(document.answer_schema("plan_program", 200), plan.json())
    problem = document.whole["components"]["schemas"]["ProblemAnswer"]
    for refused in (cafe.get("/members/nobody"), cafe.post("/purchases", {"lins": []}), cafe.client.get("/v1/programs/none")):
        document.check(problem, refused.json())


def test_bodies_are_strict() -> None:
    models = [operation.body for operation in OPERATIONS if operation.body is not None]
    for model in models:
        assert issubclass(model, Body)
        assert model.model_config["strict"] is True
        assert model.model_config["extra"] == "forbid"
