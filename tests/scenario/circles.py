"""Stories about points between people: the block of the programme, pools to begin with, sending, spending together, merging."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tests.scenario.amounts import quanta, whole
from tests.scenario.api import Reply, member_path, required
from tests.scenario.stories import Block, as_block, as_blocks, as_words

if TYPE_CHECKING:
    from tests.scenario.stage import Stage

WALLET = "pts"


def block(program: Block) -> dict[str, Any]:
    """What the story says, as the programme file says it. Pools say for themselves whose points they take."""
    drawn: dict[str, Any] = {}
    if program.get("transfers"):
        drawn["transfers"] = dict(as_block(program["transfers"], "program.transfers"))
    if program.get("merge"):
        drawn["merge"] = dict(as_block(program["merge"], "program.merge"))
    return {"sharing": drawn} if drawn else {}


async def open_pools(stage: Stage) -> None:
    """The pools of the story, as far as their members have joined by now; who comes later joins then."""
    for pool in as_blocks(stage.story.program.get("pools"), "program.pools"):
        here = [name for name in as_words(pool.get("members")) if name in stage.members]
        if here and str(pool["id"]) not in stage.pools:
            said = {key: pool[key] for key in ("draw", "who") if key in pool}
            required(await stage.api.post("/pools", {"pool": str(pool["id"]), "members": here, **said}), f"make the pool {pool['id']}")
            stage.pools.add(str(pool["id"]))
        for name in here:
            if (str(pool["id"]), name) not in stage.pooled:
                required(await stage.api.post(f"/pools/{pool['id']}/members", {"member": name}), f"{name} joins the pool {pool['id']}")
                stage.pooled.add((str(pool["id"]), name))


async def transfer(stage: Stage, step: Block) -> Reply:
    """Points of the default wallet from one member to another."""
    body = {"sender": str(step["from"]), "receiver": str(step["to"]), **_points(stage, step)}
    return await stage.api.post("/transfers", body, step.get("key") or stage.next_key())


async def pool_redeem(stage: Stage, step: Block) -> Reply:
    """A member spends points of a pool."""
    body = {"member": str(step["member"]), **_points(stage, step)}
    return await stage.api.post(f"/pools/{step['pool']}/redemptions", body, step.get("key") or stage.next_key())


async def pool_leave(stage: Stage, step: Block) -> Reply:
    """A member leaves a pool."""
    return await stage.api.post(f"/pools/{step['pool']}/departures", {"member": str(step["member"])}, step.get("key"))


async def merge(stage: Stage, step: Block) -> Reply:
    """Two memberships become one."""
    return await stage.api.post(member_path(str(step["keep"]), "/merges"), {"drop": str(step["drop"])}, step.get("key"))


def figure(reply: Reply, word: str) -> dict[str, Fraction] | None:
    """A figure of the answer in points; None when it says none."""
    return {WALLET: whole(reply.body[word], reply.body["decimals"])} if reply.ok and word in reply.body else None


async def leads_to(stage: Stage, member: str) -> str:
    """The member that a name leads to."""
    return str(required(await stage.api.get(member_path(member)), f"member {member}").body["member"])


def _points(stage: Stage, step: Block) -> dict[str, Any]:
    return {
        "amount": quanta(step["points"], stage.programme.decimals[WALLET], "points"),
        "unit": stage.programme.units.of(WALLET),
    }
