"""The spellings of records, seals, checkpoints and audit entries never change: a check written anew from their description agrees."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import pytest

from praemia.access import Actor, AuditEntry
from praemia.access.core.auditing import FIRST as NO_ENTRY
from praemia.access.core.auditing import fault_of, hash_of
from praemia.proof.core.chains import FIRST, root_of_checkpoint, root_of_seal
from praemia.proof.core.comparing import difference
from praemia.proof.core.leaves import first_id_at, instant, leaf_of, micros, pairs, record_of, row_of
from praemia.proof.model import Checkpoint, Head, Seal, TransferRow

AT = datetime(2026, 3, 3, 8, 15, 0, 123456, UTC)
OWNER, EVENT = UUID("019d3a6e-52f0-7c04-8f2a-0c9a1a6b7d10"), UUID("019d3a6e-52f0-7c04-8f2a-0c9a1a6b7d11")
ROW = TransferRow(
    bucket=769,
    tenant=7,
    owner_id=OWNER,
    event_id=EVENT,
    line=2,
    unit=1,
    program_id=3,
    amount=1500,
    occurred_at=micros(AT),
    posted_at=micros(AT),
    earned_at=micros(AT),
    opens_on=None,
    last_day=9558,
    origin=None,
    kind="earn",
)


def number(value: int, size: int) -> bytes:
    return value.to_bytes(size, "big", signed=True)


def auditors_record() -> bytes:
    since = int((AT - datetime(2000, 1, 1, tzinfo=UTC)).total_seconds()) * 1_000_000 + 123456
    parts = [number(769, 4), number(7, 4), OWNER.bytes, EVENT.bytes, number(2, 2), number(1, 2), number(3, 4), number(1500, 8)]
    return b"".join([*parts, number(since, 8), number(since, 8), b"\1", number(since, 8), b"\0", b"\1", number(9558, 4), b"\0", b"earn"])


def test_a_record_is_every_column_in_order() -> None:
    assert record_of(ROW) == auditors_record()
    assert row_of(auditors_record()) == ROW
    came = replace(ROW, opens_on=-1, origin=EVENT)
    assert row_of(record_of(came)) == came
    assert instant(micros(AT)) == AT


def test_a_leaf_is_the_key_and_the_digest_of_the_record() -> None:
    leaf = leaf_of(record_of(ROW))
    assert leaf == OWNER.bytes + EVENT.bytes + number(2, 2) + sha256(auditors_record()).digest()
    assert list(pairs(leaf + leaf)) == [(leaf[:34], leaf[34:])] * 2


def test_the_hashes_of_seal_and_checkpoint_are_what_they_always_were() -> None:
    leaf = leaf_of(record_of(ROW))
    seal = Seal(bucket=769, number=1, checkpoint=1, cut=AT, previous=FIRST, leaves=leaf)
    cut = number(micros(AT), 8)
    root = sha256(
        b"praemia.seal.1" + number(7, 4) + number(769, 4) + number(1, 8) + number(1, 8) + cut + number(1, 8) + FIRST + leaf
    ).digest()
    assert root_of_seal(7, seal) == root
    assert root.hex() == "984853f7c9b453e55332b5af1b7b1a5b86dc572822dd3477a369640100a3b35f"

    checkpoint = Checkpoint(number=1, cut=AT, made_at=AT, previous=FIRST, rows=1, audited=0, audit=NO_ENTRY)
    head = Head(bucket=769, number=1, root=root)
    spelled = b"praemia.checkpoint.1" + number(7, 4) + number(1, 8) + cut + cut + number(1, 8) + number(0, 8) + NO_ENTRY + FIRST
    assert root_of_checkpoint(7, checkpoint, [head]) == sha256(spelled + number(769, 4) + number(1, 8) + root).digest()
    assert root_of_checkpoint(7, checkpoint, [head]).hex() == "99c4f07f27a2d233e13dc68aa2cb58323c99d545e42df8f40f119f6e89d6e75d"


def test_a_checkpoint_does_not_depend_on_the_order_in_which_its_seals_are_told() -> None:
    checkpoint = Checkpoint(number=1, cut=AT, made_at=AT, previous=FIRST, rows=1, audited=0, audit=NO_ENTRY)
    heads = [Head(bucket=b, number=1, root=bytes([b]) * 32) for b in range(3)]
    assert root_of_checkpoint(7, checkpoint, heads) == root_of_checkpoint(7, checkpoint, reversed(heads))


def test_ids_of_an_instant_begin_with_its_milliseconds() -> None:
    assert first_id_at(datetime(1970, 1, 1, 0, 0, 0, 1999, UTC)) == UUID(int=1 << 80)
    assert first_id_at(AT) < UUID(int=(int(AT.timestamp() * 1000) + 1) << 80)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"amount": 1501}, "amount was 1500, is 1501"),
        ({"kind": "credit"}, "kind was earn, is credit"),
        ({"unit": 2}, "unit was 1, is 2"),
        ({"program_id": 9}, "program_id was 3, is 9"),
        ({"last_day": 9559}, "last_day was 2026-03-03, is 2026-03-04"),
        ({"last_day": None}, "last_day was 2026-03-03, is None"),
        ({"opens_on": 9000}, "opens_on was None, is 2024-08-22"),
        ({"origin": OWNER}, f"origin was None, is {OWNER}"),
        ({"earned_at": None}, "earned_at was 2026-03-03T08:15:00.123456+00:00, is None"),
    ],
)
def test_what_a_column_was_is_proved_by_the_digest(change: dict[str, int], says: str) -> None:
    now = record_of(replace(ROW, **change))  # type: ignore[arg-type]
    assert difference(now, sha256(auditors_record()).digest(), {}, ["earn", "credit"]) == says


def entry() -> AuditEntry:
    actor = Actor(name="Jörg", origin="192.0.2.7", key_id=EVENT)
    draft = AuditEntry(
        number=1,
        at=AT,
        actor=actor,
        action="ledger.adjustment.made",
        subject="anna",
        program_id=3,
        details={"new": {"b": 2, "a": 1}},
        previous=NO_ENTRY,
        hash=b"",
    )
    return replace(draft, hash=hash_of(draft))


def test_an_audit_entry_is_hashed_as_sorted_json_after_the_hash_before_it() -> None:
    content = {
        "number": 1,
        "at": "2026-03-03T08:15:00.123456Z",
        "actor": "Jörg",
        "key": str(EVENT),
        "origin": "192.0.2.7",
        "action": "ledger.adjustment.made",
        "subject": "anna",
        "program": 3,
        "details": {"new": {"a": 1, "b": 2}},
    }
    spelled = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert entry().hash == sha256(NO_ENTRY + spelled).digest()
    assert entry().hash.hex() == "64b2379f576fa8a8a09adcec895584e8d8b8225574e9465c78853b9fe056f223"


def test_every_part_of_an_audit_entry_is_in_its_hash() -> None:
    good = entry()
    assert fault_of(good, None) is None
    changes = [
        {"at": datetime(2026, 3, 3, tzinfo=UTC)},
        {"actor": Actor(name="Eve", origin="192.0.2.7", key_id=EVENT)},
        {"actor": Actor(name="Jörg", origin="192.0.2.8", key_id=EVENT)},
        {"actor": Actor(name="Jörg", origin="192.0.2.7")},
        {"action": "ledger.adjustment.unmade"},
        {"subject": "ben"},
        {"program_id": None},
        {"details": {"new": {"b": 2, "a": 2}}},
    ]
    for change in changes:
        assert fault_of(replace(good, **change), None) == "its content is not what was written", change  # type: ignore[arg-type]
