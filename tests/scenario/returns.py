"""Orders after their purchase: the requests of the steps about them, and what their answers say."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tests.scenario import vocabulary as words
from tests.scenario.amounts import quanta, whole
from tests.scenario.api import Reply, order_path
from tests.scenario.stage import Stage
from tests.scenario.stories import Block, StoryFault, as_blocks


async def refund(stage: Stage, step: Block) -> Reply:
    """Goods come back: all that is left, a value, or pieces of articles."""
    body: dict[str, Any] = {"member": str(step["member"])} if "member" in step else {}
    if step.get("all"):
        body["all"] = True
    elif "amount" in step:
        body["amount_minor"] = quanta(step["amount"], stage.programme.minor_digits, "amount")
    else:
        body["lines"] = [_line(line) for line in as_blocks(step.get("lines"), "lines")]
    return await stage.api.post(order_path(str(step["order"]), "/returns"), body, step.get("key") or stage.next_key())


async def cancel(stage: Stage, step: Block) -> Reply:
    """The order is called off."""
    return await stage.api.post(order_path(str(step["order"]), "/cancellation"), {}, step.get("key"))


def moved(stage: Stage, reply: Reply, which: str) -> Mapping[str, Fraction]:
    """What the answer says went or came back, by wallet; nothing when it was refused."""
    if not reply.ok:
        return {}
    return {stage.wallet_of(m["unit"]): whole(m["amount"], m["decimals"]) for m in reply.body[which]}


def _line(line: Block) -> Mapping[str, Any]:
    if unknown := set(line) - set(words.BACK):
        raise StoryFault(f"refund: unknown keys of a line: {', '.join(sorted(unknown))}")
    return {"sku": str(line["sku"]), "quantity": int(line.get("qty", 1))}
