"""Requests for approval, audit entries and statements to JSON. Shapes are those of bodies/oversight.py; a test holds them equal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from praemia.access import Approval, AuditEntry
from praemia.ledger import Balance, Statement, StatementLine
from praemia.web.presenting import instant, movement


def approval(asked: Approval, at: datetime) -> dict[str, Any]:
    """A request as it stands at an instant of the programme's time."""
    return {
        "approval": str(asked.approval_id),
        "verb": asked.verb,
        "state": asked.state_at(at),
        "member": asked.subject,
        "inputs": dict(asked.body["inputs"]),
        "asked_by": asked.asked.name,
        "asked_at": instant(asked.asked_at),
        "expires_at": instant(asked.expires_at),
        "decided_by": asked.decided.name if asked.decided else None,
        "decided_at": instant(asked.decided_at) if asked.decided_at else None,
        "comment": asked.comment,
        "event": str(asked.event_id) if asked.event_id else None,
    }


def audit_entry(entry: AuditEntry) -> dict[str, Any]:
    """An entry of the audit log."""
    return {
        "number": entry.number,
        "at": instant(entry.at),
        "actor": entry.actor.name,
        "key": str(entry.actor.key_id) if entry.actor.key_id else None,
        "origin": entry.actor.origin,
        "action": entry.action,
        "subject": entry.subject,
        "details": dict(entry.details),
        "hash": entry.hash.hex(),
    }


def statement(found: Statement, units: Mapping[int, tuple[str, int]]) -> dict[str, Any]:
    """Every unit of the programme, zero where nothing was held, and the lines. `units` is number -> (code, decimals)."""
    return {
        "units": [
            {
                "unit": code,
                "decimals": decimals,
                "opening": _held(found.opening.get(number)),
                "closing": _held(found.closing.get(number)),
            }
            for number, (code, decimals) in sorted(units.items())
        ],
        "lines": [_line(line, units) for line in found.lines],
        "next": line_cursor(found.lines[-1]) if found.has_more else None,
    }


def line_cursor(line: StatementLine) -> str:
    """Where the next page of a statement begins, opaque to clients."""
    moved = line.movement
    return f"{moved.posted_at.astimezone(UTC).strftime('%Y%m%dT%H%M%S.%f')}.{moved.event_id.hex}.{moved.line}"


def read_line_cursor(text: str) -> tuple[datetime, UUID, int] | None:
    """The inverse of `line_cursor`; None when the text is none of ours."""
    try:
        second, micros, event, line = text.split(".")
        return datetime.strptime(f"{second}.{micros}", "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC), UUID(hex=event), int(line)
    except ValueError:
        return None


def _line(line: StatementLine, units: Mapping[int, tuple[str, int]]) -> dict[str, Any]:
    after = {"available": line.available, "pending": line.pending, "held": line.held}
    return {**movement(line.movement, units), "after": after}


def _held(balance: Balance | None) -> dict[str, int]:
    if balance is None:
        return {"available": 0, "pending": 0, "held": 0}
    return {"available": balance.available, "pending": balance.pending, "held": balance.held}
