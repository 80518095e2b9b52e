"""The words after `do`, one function each: a request to the API, and what its answer says in the story's words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from tests.scenario import circles, returns, rewards, tiers, tills
from tests.scenario.amounts import number, quanta, whole
from tests.scenario.api import Reply, member_path, order_path
from tests.scenario.kinds import ORDER_USED, kinds_of
from tests.scenario.stage import Figures, Stage
from tests.scenario.stories import Block, StoryFault, as_blocks, as_words
from tests.scenario.translation import DEFAULT_WALLET, VALUE_FIELD, VISIT
from tests.scenario.vocabulary import NO_EFFECT, OK


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a step brought. `kinds` are the results a story may call it, `earned` the figures it may name; None: it has none."""

    kinds: frozenset[str] = frozenset({OK, NO_EFFECT})
    said: str = ""
    earned: Sequence[Figures] | None = None
    earned_by: Figures | None = None
    due: Fraction | None = None
    returned: Figures | None = None
    clawed_back: Figures | None = None
    spent: Figures | None = None
    received: Figures | None = None
    fee: Figures | None = None
    cash_due: Fraction | None = None
    discount: Fraction | None = None
    line_discount: Figures | None = None
    wallet_paid: Fraction | None = None
    raced: Sequence[Outcome] = field(default_factory=tuple)

    @property
    def ok(self) -> bool:
        """Whether it was carried out."""
        return OK in self.kinds


Act = Callable[[Stage, Block], Awaitable[Outcome]]


async def play(stage: Stage, step: Block) -> Outcome:
    """Move the clock if the step says so, then do it."""
    if "at" in step:
        await stage.move_clock(step["at"])
    return await ACTS[step["do"]](stage, step)


async def enroll(stage: Stage, step: Block) -> Outcome:
    """A new member, joining now."""
    body = {"reference": str(step["member"])} | ({"birthdate": step["birthdate"]} if "birthdate" in step else {})
    reply = await stage.api.post("/members", body, step.get("key"))
    if reply.ok:
        stage.members.add(str(step["member"]))
    return answered(stage, reply)


async def set_birthdate(stage: Stage, step: Block) -> Outcome:
    """Another date of birth."""
    return answered(stage, await stage.api.patch(member_path(str(step["member"])), {"birthdate": step["birthdate"]}))


async def purchase(stage: Stage, step: Block) -> Outcome:
    """A purchase. Under an order number that was accepted before, without the key of that time, it must earn nothing more."""
    order, key = str(step["order"]), step.get("key")
    repeated = order in stage.orders and (key is None or key != stage.orders[order])
    reply = await stage.api.post("/purchases", _purchase_body(stage, step), key)
    if reply.ok:
        stage.orders.setdefault(order, key)
    told = ({"due": _due(stage, step)} if reply.ok else {}) | tills.told(stage, step, reply)
    outcome = _repeated(stage, reply) if repeated else answered(stage, reply)
    return replace(outcome, **told)


async def activity(stage: Stage, step: Block) -> Outcome:
    """Something a member did, with the value it reports if any. A visit without a value is a visit of ours."""
    name = str(step["name"])
    body: dict[str, Any] = {"member": str(step["member"]), **_copied(step, "occurred_at")}
    key = step.get("key") or stage.next_key()
    if name == VISIT and name not in stage.programme.activities.given:
        return answered(stage, await stage.api.post("/visits", body, key))
    body["activity"] = stage.programme.activities.of(name)
    if "value" in step:
        body["fields"] = {VALUE_FIELD: quanta(step["value"], stage.programme.value_decimals[name], "value")}
    return answered(stage, await stage.api.post("/activities", body, key))


async def adjust(stage: Stage, step: Block) -> Outcome:
    """A correction by hand of the default wallet."""
    amount = quanta(step["points"], stage.programme.decimals[DEFAULT_WALLET], "points")
    unit = stage.programme.units.of(DEFAULT_WALLET)
    body = {"member": str(step["member"]), "unit": unit, "amount": amount, "reason": str(step.get("reason", "no reason given"))}
    if step.get("allow_negative"):
        body["allow_negative"] = True
    if "last_day" in step:
        body["last_day"] = step["last_day"]
    return answered(stage, await stage.api.post("/adjustments", body, step.get("key") or stage.next_key()))


async def fulfil(stage: Stage, step: Block) -> Outcome:
    """An order reached its buyer."""
    return answered(stage, await stage.api.post(order_path(str(step["order"]), "/fulfilment"), {}, step.get("key")))


async def reinstate(stage: Stage, step: Block) -> Outcome:
    """Expired points of the default wallet come back, if they expired so lately."""
    body = {"unit": stage.programme.units.of(DEFAULT_WALLET), **_copied(step, "within_days")}
    reply = await stage.api.post(member_path(str(step["member"]), "/reinstatement"), body, step.get("key"))
    given = {stage.wallet_of(m["unit"]): whole(m["amount"], m["decimals"]) for m in reply.body.get("moved", ())}
    return replace(answered(stage, reply), returned=given if reply.ok else {})


async def refund(stage: Stage, step: Block) -> Outcome:
    """Goods of an order come back."""
    return _came_back(stage, await returns.refund(stage, step))


async def cancel_order(stage: Stage, step: Block) -> Outcome:
    """An order is called off."""
    return _came_back(stage, await returns.cancel(stage, step))


async def redeem(stage: Stage, step: Block) -> Outcome:
    """A member redeems a reward."""
    reply = await rewards.redeem(stage, step)
    return replace(answered(stage, reply), spent=rewards.moved(stage, reply, "spent"), cash_due=rewards.cash_due(stage, reply))


async def use_redemption(stage: Stage, step: Block) -> Outcome:
    """What was redeemed is used."""
    return answered(stage, await rewards.settle(stage, step, "use"))


async def cancel_redemption(stage: Stage, step: Block) -> Outcome:
    """What was redeemed is given back."""
    reply = await rewards.settle(stage, step, "cancellation")
    return replace(answered(stage, reply), returned=rewards.moved(stage, reply, "returned"))


async def use_code(stage: Stage, step: Block) -> Outcome:
    """A code is shown at the till: a redemption's, or a coupon's."""
    if str(step["code"]) in stage.codes:
        return answered(stage, await rewards.use_code(stage, step))
    return answered(stage, await tills.use_coupon(stage, step))


async def void_code(stage: Stage, step: Block) -> Outcome:
    """The use of a coupon's code is made void."""
    return answered(stage, await tills.void_coupon(stage, step))


async def set_tier(stage: Stage, step: Block) -> Outcome:
    """Staff gives a tier."""
    return answered(stage, await tiers.assign(stage, step))


async def transfer(stage: Stage, step: Block) -> Outcome:
    """Points go from one member to another."""
    reply = await circles.transfer(stage, step)
    sent, received, fee = (circles.figure(reply, word) for word in ("sent", "received", "fee"))
    return replace(answered(stage, reply), spent=sent, received=received, fee=fee)


async def pool_redeem(stage: Stage, step: Block) -> Outcome:
    """A member spends points of a pool."""
    reply = await circles.pool_redeem(stage, step)
    return replace(answered(stage, reply), spent=circles.figure(reply, "spent"))


async def pool_leave(stage: Stage, step: Block) -> Outcome:
    """A member leaves a pool."""
    return answered(stage, await circles.pool_leave(stage, step))


async def merge(stage: Stage, step: Block) -> Outcome:
    """Two members become one."""
    return answered(stage, await circles.merge(stage, step))


async def advance(stage: Stage, step: Block) -> Outcome:
    """Live until then, every midnight on the way."""
    await stage.move_clock(step["to"])
    return Outcome()


async def race(stage: Stage, step: Block) -> Outcome:
    """Several requests at the same moment. Only requests: a clock cannot race."""
    ops = as_blocks(step["ops"], "ops")
    if any(op["do"] in ("advance", "race", "check") or "at" in op for op in ops):
        raise StoryFault("race: only requests without `at` can be sent at the same moment")
    outcomes = await asyncio.gather(*(ACTS[op["do"]](stage, op) for op in ops))
    return Outcome(raced=tuple(outcomes))


async def check(_stage: Stage, _step: Block) -> Outcome:
    """Only look."""
    return Outcome()


ACTS: Mapping[str, Act] = {
    "enroll": enroll,
    "set_birthdate": set_birthdate,
    "purchase": purchase,
    "activity": activity,
    "adjust": adjust,
    "fulfil": fulfil,
    "refund": refund,
    "cancel_order": cancel_order,
    "redeem": redeem,
    "use_redemption": use_redemption,
    "cancel_redemption": cancel_redemption,
    "use_code": use_code,
    "void_code": void_code,
    "reinstate": reinstate,
    "set_tier": set_tier,
    "transfer": transfer,
    "merge": merge,
    "pool_redeem": pool_redeem,
    "pool_leave": pool_leave,
    "advance": advance,
    "race": race,
    "check": check,
}


def answered(stage: Stage, reply: Reply) -> Outcome:
    """An answer in the story's words."""
    if not reply.ok:
        return Outcome(kinds=kinds_of(reply), said=reply.said(), earned=({},), earned_by={})
    return Outcome(kinds=kinds_of(reply), earned=(_earned(stage, reply),), earned_by=_earned_by(stage, reply))


def _came_back(stage: Stage, reply: Reply) -> Outcome:
    taken, restored = returns.moved(stage, reply, "taken"), returns.moved(stage, reply, "restored")
    return replace(answered(stage, reply), clawed_back=taken, returned=restored)


def _repeated(stage: Stage, reply: Reply) -> Outcome:
    """An order number seen before. The first answer again says what was earned then, and that nothing was earned now: a story
    may name either. Refusing the number as used is as good as an answer without points. Nothing may change in any case."""
    first = answered(stage, reply)
    if reply.code == ORDER_USED:
        return replace(first, kinds=first.kinds | {OK})
    if not reply.ok:
        return first
    return replace(first, earned=(*(first.earned or ()), {}))


def _purchase_body(stage: Stage, step: Block) -> dict[str, Any]:
    digits = stage.programme.minor_digits
    body: dict[str, Any] = {
        "order": str(step["order"]),
        "lines": [_line(stage, line) for line in as_blocks(step["lines"], "lines")],
        **_copied(step, "occurred_at", "channel", "partner"),
    }
    if step.get("member") is not None:
        body["member"] = str(step["member"])
    for key in ("shipping", "shipping_tax"):
        if key in step:
            body[f"{key}_minor"] = quanta(step[key], digits, key)
    return body | tills.wishes(stage, step)


def _line(stage: Stage, line: Block) -> dict[str, Any]:
    """`price` is for one unit, `tax` for the line."""
    digits = stage.programme.minor_digits
    quantity = line.get("qty", 1)
    if not isinstance(quantity, int):
        raise StoryFault(f"qty: whole units are needed, not {quantity!r}")
    amount = quantity * quanta(line["price"], digits, "price")
    drawn: dict[str, Any] = {"sku": str(line["sku"]), "amount_minor": amount, "quantity": quantity}
    if "tax" in line:
        drawn["tax_minor"] = quanta(line["tax"], digits, "tax")
    if categories := as_words(line.get("category")):
        drawn["categories"] = categories
    if tags := as_words(line.get("tag")):
        drawn["tags"] = tags
    return drawn | _copied(line, "free")


def _due(stage: Stage, step: Block) -> Fraction:
    """What is left to pay where the API had nothing to price: what was sent."""
    digits = stage.programme.minor_digits
    body = _purchase_body(stage, step)
    lines = sum(line["amount_minor"] + line.get("tax_minor", 0) for line in body["lines"])
    return whole(lines + body.get("shipping_minor", 0) + body.get("shipping_tax_minor", 0), digits)


def _earned(stage: Stage, reply: Reply) -> Figures:
    return {stage.wallet_of(a["unit"]): whole(a["amount"], a["decimals"]) for a in reply.body.get("awards", ())}


def _earned_by(stage: Stage, reply: Reply) -> Figures:
    """By the story's name of the rule; a rule of another trigger, or one the product refused to store, gave nothing."""
    decimals = {stage.programme.units.of(name): digits for name, digits in stage.programme.decimals.items()}
    told = {r["rule"]: whole(r["amount"], decimals[r["unit"]]) for r in reply.body.get("rules", ())}
    return {name: told.get(rule, Fraction()) for name, rule in stage.programme.rules.given.items()}


def _copied(block: Block, *keys: str) -> dict[str, Any]:
    return {key: block[key] for key in keys if key in block}


def wallet_figures(value: Any, path: str) -> Figures:
    """A number for the default wallet, or numbers by wallet."""
    if isinstance(value, dict):
        return {str(wallet): number(amount, f"{path}.{wallet}") for wallet, amount in value.items()}
    return {DEFAULT_WALLET: number(value, path)}
