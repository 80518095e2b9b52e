"""Tills over HTTP: what a terminal sends is answered the same however often, and each permission refuses who lacks it."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from praemia import tills
from tests.web.conftest import START, Program, Site, purchase
from tests.web.counter import corner_of

AT = START.isoformat()


def said(terminal: str, sequence: int, **more: Any) -> str:
    sale = {"terminal": terminal, "sequence": sequence, "kind": "sale", "at": AT, "member": "bert", "amount_minor": 500}
    return json.dumps({**sale, **more})


def signed(private: str, text: str) -> dict[str, str]:
    key = Ed25519PrivateKey.from_private_bytes(urlsafe_b64decode(private + "="))
    return {"said": text, "signature": urlsafe_b64encode(tills.sign_event(key, text)).decode().rstrip("=")}


def registered(corner: Program) -> tuple[str, str]:
    made = corner.post("/terminals", {"name": "Till 1", "location": "berlin"})
    assert made.status_code == 201, made.text
    return made.json()["terminal"], made.json()["private_key"]


def test_events_are_taken_in_order_and_answered_the_same_for_ever(site: Site) -> None:
    corner = corner_of(site)
    terminal, private = registered(corner)
    events = [signed(private, said(terminal, n, **({"member": "nobody"} if n == 2 else {}))) for n in (1, 2, 3, 4)]

    def sync(*places: int) -> dict[str, Any]:
        body = {"sent_at": AT, "events": [events[n - 1] for n in places]}
        answer: dict[str, Any] = corner.post(f"/terminals/{terminal}/sync", body).json()
        return answer

    early = sync(4, 2)
    assert [(one["state"], one.get("code")) for one in early["answers"]] == [("refused", "tills.sequence_gap"), ("waiting", None)]
    first = sync(3, 1, 2)
    assert [(one["sequence"], one["state"]) for one in first["answers"]] == [(1, "recorded"), (2, "conflict"), (3, "recorded")]
    again = [sync(1, 2, 3, 4) for _ in range(3)]
    plain = [[{k: v for k, v in one.items() if k != "replayed"} for one in answer["answers"]] for answer in again]
    assert plain[0] == plain[1] == plain[2]
    assert again[2]["next_sequence"] == 5
    assert corner.balance("bert") == 15
    forged = {**events[0], "said": events[0]["said"].replace("500", "900")}
    refused = corner.post(f"/terminals/{terminal}/sync", {"sent_at": AT, "events": [forged]}).json()["answers"]
    assert refused[0]["code"] == "tills.signature_wrong"
    (conflict,) = corner.get("/terminals/conflicts").json()["conflicts"]
    assert (conflict["sequence"], conflict["code"]) == (2, "members.unknown")


def test_a_snapshot_is_signed_for_its_terminal(site: Site) -> None:
    corner = corner_of(site)
    made = corner.post("/terminals", {"name": "Till 1"}).json()
    told = corner.post(f"/terminals/{made['terminal']}/snapshot", None).json()
    key, signature = (urlsafe_b64decode(text + "=" * (-len(text) % 4)) for text in (made["server_key"], told["signature"]))
    assert tills.is_snapshot_signed(key, told["text"], signature)
    snapshot = json.loads(told["text"])
    assert snapshot["cards"][tills.card_digest(snapshot["salt"], "4006381333931")] == 3
    assert "4006381333931" not in told["text"]


def test_a_sale_of_the_till_is_undone_once_over_http_too(site: Site) -> None:
    corner = corner_of(site)
    corner.post("/purchases", purchase("R-1", "bert", 700, channel="till"))
    corner.post("/purchases", purchase("WEB", "bert", 700, channel="web"))
    assert [corner.post("/orders/R-1/undo", None).status_code for _ in range(2)] == [201, 200]
    assert corner.post("/orders/WEB/undo", None).json()["code"] == "tills.not_of_tills"
    assert corner.balance("bert") == 7


@pytest.mark.parametrize(
    ("path", "body", "permission"),
    [
        ("/tills/find", {"text": "anna"}, "members:member:read"),
        ("/orders/R-1/undo", None, "orders:cancellation:write"),
        ("/tills/returns", {"number": "X", "member": "anna", "amount_minor": 100}, "tills:return:unreceipted"),
        ("/terminals", {"name": "Till"}, "tills:terminal:write"),
        ("/terminals/{t}/revoke", None, "tills:terminal:write"),
        ("/terminals/{t}/snapshot", None, "tills:sale:sync"),
        ("/terminals/{t}/sync", {"sent_at": AT, "events": []}, "tills:sale:sync"),
        ("/terminals/{t}/events/1/settle", {"how": "drop", "note": "why"}, "tills:conflict:settle"),
        ("/terminals", "GET", "tills:terminal:read"),
        ("/terminals/conflicts", "GET", "tills:conflict:read"),
    ],
)
def test_each_permission_refuses_who_lacks_it(path: str, body: Any, permission: str, site: Site) -> None:
    corner = corner_of(site)
    terminal, _ = registered(corner)
    others = [scope for scope in ("tills:sale:sync", "tills:terminal:read", "members:member:read") if scope != permission]
    stranger = Program(site.client(site.key(*others)), "corner")
    there = path.replace("{t}", terminal)
    answer = stranger.get(there) if body == "GET" else stranger.post(there, body)
    assert (answer.status_code, answer.json()["code"]) == (403, "access.permission_missing")
    assert permission in answer.json()["detail"]
