"""Rewards in a story's words and in the product's: the programme's blocks, requests about redemptions, and what answers say of them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tests.scenario.amounts import whole
from tests.scenario.api import Reply, member_path, required
from tests.scenario.stage import Figures, Stage
from tests.scenario.stories import Block, StoryFault


async def redeem(stage: Stage, step: Block) -> Reply:
    """Redeem, and remember under the story's name what came of it: the redemption, its code, its gift card."""
    rewards = stage.programme.rewards
    body: dict[str, Any] = {"member": str(step["member"]), "reward": rewards.of(step["reward"])}
    if "qty" in step:
        body["quantity"] = step["qty"]
    body |= {key: step[key] for key in ("option", "partner") if key in step}
    reply = await stage.api.post("/redemptions", body, step.get("key") or stage.next_key())
    if reply.ok and "as" in step:
        name = str(step["as"])
        stage.redemptions[name] = reply.body["redemption"]
        for kept, made in ((stage.codes, reply.body["codes"]), (stage.cards, reply.body["gift_cards"])):
            if made:
                kept[name] = made[0]["code"] or ""
    return reply


async def settle(stage: Stage, step: Block, act: str) -> Reply:
    """Use or cancel a redemption by the story's name of it; a name nobody gave is sent as it is."""
    name = str(step["redemption"])
    return await stage.api.post(f"/redemptions/{stage.redemptions.get(name, name)}/{act}", {}, step.get("key"))


async def use_code(stage: Stage, step: Block) -> Reply:
    """Show a code at the till."""
    name = str(step["code"])
    body = {"member": str(step["member"])} if "member" in step else {}
    return await stage.api.post(f"/codes/{stage.codes.get(name, name)}/use", body, step.get("key"))


def moved(stage: Stage, reply: Reply, word: str) -> Figures:
    """The points that an answer says were spent or returned, by wallet."""
    if not reply.ok:
        return {}
    return {stage.wallet_of(reply.body["unit"]): whole(reply.body[word], reply.body["decimals"])}


def cash_due(stage: Stage, reply: Reply) -> Fraction | None:
    """The money an answer asks for on top."""
    return whole(reply.body["cash_due_minor"], stage.programme.minor_digits) if reply.ok else None


async def stock_of(stage: Stage) -> Mapping[str, Fraction]:
    """What is left of every reward with a limited stock, by the story's names."""
    rewards = required(await stage.api.get("/rewards"), "rewards").body["rewards"]
    left = {one["reward"]: Fraction(one["left"]) for one in rewards if one["left"] is not None}
    return {name: left[id_] for name, id_ in stage.programme.rewards.given.items() if id_ in left}


async def donations_of(stage: Stage) -> Mapping[str, Fraction]:
    """What was donated to whom."""
    told = required(await stage.api.get("/donations"), "donations").body["donations"]
    return {name: whole(amount, stage.programme.minor_digits) for name, amount in told.items()}


async def card_balances(stage: Stage, names: Any) -> Mapping[str, Fraction]:
    """What gift cards hold, by the story's names."""
    held = {}
    for name in names:
        if str(name) not in stage.cards:
            raise StoryFault(f"gift_card: nothing made a card {name!r}")
        card = required(await stage.api.get(f"/gift-cards/{stage.cards[str(name)]}"), f"gift card {name}").body
        held[str(name)] = whole(card["balance_minor"], stage.programme.minor_digits)
    return held


async def completed_of(stage: Stage, member: str) -> Mapping[str, Fraction]:
    """How often a member had each reward, by the story's names."""
    times: dict[str, Fraction] = {}
    page = ""
    while True:
        found = required(await stage.api.get(member_path(member, f"/redemptions?limit=200{page}")), f"redemptions of {member}").body
        for one in found["redemptions"]:
            if one["state"] not in ("released", "cancelled"):
                times[one["reward"]] = times.get(one["reward"], Fraction()) + one["times"]
        if found["next"] is None:
            return {name: times.get(id_, Fraction()) for name, id_ in stage.programme.rewards.given.items()}
        page = f"&after={found['next']}"
