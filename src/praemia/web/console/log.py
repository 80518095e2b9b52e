"""The audit log: who did what, filtered, and the state of its chain."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from praemia import access, insight, proof, tills
from praemia.foundation.db import Tx
from praemia.insight import CHAINS, Deed
from praemia.web.console.desk import Desk, at_desk, show
from praemia.web.doors import staff_page
from praemia.web.sessions import Visit

_PAGE = 50
_FILTERS = ("action", "actor", "subject")
_KINDS = (
    "",
    "ledger",
    "access.approval",
    "members",
    "sharing",
    "tiers",
    "programs",
    "access.staff",
    "access.key",
    "locations",
    "tills",
    "proof",
)


@staff_page("access:audit:read")
async def audit(visit: Visit, request: Request) -> Response:
    """Every deed of staff and keys, newest first."""
    filters = {name: request.query_params.get(name, "").strip() for name in _FILTERS}
    before = request.query_params.get("before", "")

    async def read(tx: Tx, desk: Desk) -> dict[str, Any]:
        page = await insight.deeds_of(
            tx,
            desk.program.program_id,
            before=int(before) if before.isdigit() and len(before) < 19 else None,
            action=filters["action"] or None,
            actor=filters["actor"] or None,
            subject=filters["subject"] or None,
            limit=_PAGE + 1,
        )
        names = await _names(tx, desk)
        given = {name: value for name, value in filters.items() if value}
        following = urlencode(given | {"before": page[_PAGE - 1].number}) if len(page) > _PAGE else None
        return {
            "filters": filters,
            "is_filtered": bool(given),
            "rows": [_row(desk, deed, names) for deed in page[:_PAGE]],
            "kinds": [(kind, desk.words[f"deeds_{kind.replace('.', '_') or 'all'}"]) for kind in _KINDS],
            "following": f"{desk.root}/audit?{following}" if following else None,
            "chain": await chain_of(tx),
        }

    return show(request, visit, "console/audit.html", here="audit", **await at_desk(visit, request, read))


async def chain_of(tx: Tx) -> dict[str, Any]:
    """How long the log is, up to where a checkpoint holds it fast, and what the newest examination of the chains said."""
    number, _ = await access.audit_head(tx)
    checkpoints = await proof.newest_checkpoints(tx, 1)
    examined = next((one for one in await insight.examinations(tx) if one.part == CHAINS), None)
    return {
        "number": number,
        "sealed": checkpoints[0][0].audited if checkpoints else 0,
        "examined": examined if examined and examined.examined_at else None,
    }


async def _names(tx: Tx, desk: Desk) -> dict[str, str]:
    """What ids in the log are called: people, keys, tills, for those who may see them."""
    staff = {str(one.staff_id): one.name for one in await access.staff_of(tx)} if desk.may("access:staff:read") else {}
    keys = {str(one.key_id): one.name for one in await access.keys_of(tx)} if desk.may("access:key:read") else {}
    terminals = await tills.terminals_of(tx, desk.slug) if desk.may("tills:terminal:read") else ()
    return staff | keys | {str(one.terminal_id): one.name for one in terminals}


def _row(desk: Desk, deed: Deed, names: dict[str, str]) -> dict[str, Any]:
    details = {key: value for key, value in deed.details.items() if value not in (None, {}, "")}
    return {
        "number": deed.number,
        "at": deed.at,
        "actor": deed.actor,
        "origin": deed.origin,
        "action": deed.action,
        "deed": desk.words.get(f"deed_{deed.action.replace('.', '_')}", deed.action),
        "about": names.get(deed.subject, "" if deed.action.startswith("pictures.") else deed.subject),
        "subject": deed.subject,
        "details": json.dumps(details, ensure_ascii=False, indent=1) if details else "",
        "hash": deed.hash.hex()[:16],
    }
