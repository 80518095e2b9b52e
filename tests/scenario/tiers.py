"""Stories about tiers: the block of the programme, what members bring along, assigning one, and what must come out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tests.scenario.amounts import number, quanta, whole
from tests.scenario.api import Reply, member_path, required
from tests.scenario.stories import Block, StoryFault, as_block, as_blocks

if TYPE_CHECKING:
    from tests.scenario.stage import Stage

MEASURES = ("points", "spend", "visits", "balance")
_SAME = (
    *("basis", "criteria", "upgrade", "downgrade", "downgrade_step", "review", "hold", "count_pending", "purchase_rate", "at_risk_days"),
    *("match", "exclude"),
)
_ROUND_UP = {True: "end_of_month", "month": "end_of_month", "quarter": "end_of_quarter", "year": "end_of_year"}


def block(tiers: Block, unit: str | None) -> dict[str, Any]:
    """The tiers of a story as the programme file says them. Without a window everything counts for ever."""
    levels = [_level(level) for level in as_blocks(tiers.get("levels"), "tiers.levels")]
    counts = {
        measure for level in levels for measure in (level["at"] if isinstance(level["at"], dict) else (tiers.get("basis", "points"),))
    }
    drawn = {key: tiers[key] for key in _SAME if key in tiers}
    if counts != {"balance"}:
        drawn["window"] = tiers.get("window", "lifetime")
    if "grace" in tiers:
        grace = dict(as_block(tiers["grace"], "tiers.grace"))
        if "round_up" in grace:
            grace["round_up"] = _ROUND_UP.get(grace["round_up"], grace["round_up"])
            if grace["round_up"] is False:
                del grace["round_up"]
        drawn["grace"] = grace
    return drawn | ({"unit": unit} if unit is not None else {}) | {"levels": levels}


def _level(level: Block) -> dict[str, Any]:
    kept = {key: level[key] for key in ("multiplier", "entry_points") if key in level and number(level[key], f"level {level['id']}.{key}")}
    return {"id": level["id"], "at": level.get("at", 0), **kept}


async def bring_along(stage: Stage, member: Block) -> None:
    """What counted for a member's tier before the story, and the tier they had. Nobody is welcomed for it."""
    if "tiers" not in stage.story.program:
        return
    name = str(member["id"])
    for entry in as_blocks(member.get("history"), f"members[{name}].history"):
        body: dict[str, Any] = {"day": _day(stage, str(entry["at"])), "reason": "brought along", "welcome": False}
        if "points" in entry:
            body["points"] = quanta(entry["points"], _points_decimals(stage), f"members[{name}].history.points")
        if "spend" in entry:
            body["spend_minor"] = quanta(entry["spend"], stage.programme.minor_digits, f"members[{name}].history.spend")
        if "visits" in entry:
            body["visits"] = entry["visits"]
        required(await stage.api.post(member_path(name, "/qualification"), body, stage.next_key()), f"history of {name}")
    if member.get("tier") is not None:
        body = {"tier": str(member["tier"]), "as": "once", "reason": "brought along"}
        required(await stage.api.put(member_path(name, "/tier"), body, stage.next_key()), f"tier of {name}")


async def assign(stage: Stage, step: Block) -> Reply:
    """Staff gives a tier."""
    until = {"until": str(step["until"])} if "until" in step else {}
    mode = "floor" if step.get("floor") else "fixed" if until else "once"
    body = {"tier": str(step["tier"]), "as": mode, **until, "reason": str(step.get("reason", "no reason given"))}
    return await stage.api.put(member_path(str(step["member"]), "/tier"), body, step.get("key") or stage.next_key())


async def tier_of(stage: Stage, member: str) -> Mapping[str, Any]:
    """The member's tier now."""
    found: Mapping[str, Any] = required(await stage.api.get(member_path(member, "/tier")), f"tier of {member}").body
    return found


def figures(tier: Mapping[str, Any]) -> dict[str, Fraction]:
    """What counts, by measure."""
    return {entry["measure"]: whole(entry["amount"], entry["decimals"]) for entry in tier["figures"]}


def wanted_figures(stage: Stage, value: Any, path: str) -> Iterator[tuple[str, Fraction]]:
    """The measures a story names; a bare number means what the tiers are based on."""
    if isinstance(value, dict):
        for measure, amount in value.items():
            if measure not in MEASURES:
                raise StoryFault(f"{path}.{measure}: unknown measure")
            yield str(measure), number(amount, f"{path}.{measure}")
        return
    yield str(as_block(stage.story.program["tiers"], "program.tiers").get("basis", "points")), number(value, path)


def _points_decimals(stage: Stage) -> int:
    wallet = as_block(stage.story.program["tiers"], "program.tiers").get("wallet", "pts")
    return stage.programme.decimals[str(wallet)]


def _day(stage: Stage, at: str) -> str:
    """The programme's day of an instant; a bare day is one."""
    if len(at) == len("2025-01-01"):
        return at
    zone = ZoneInfo(str(stage.story.program.get("timezone", "UTC")))
    return datetime.fromisoformat(at).astimezone(zone).date().isoformat()
