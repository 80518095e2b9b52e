"""Orders at the till in a story's words: promotions, coupons and budgets of the programme, what an order names, what its answer says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tests.scenario.amounts import number, quanta, whole
from tests.scenario.api import Reply, required
from tests.scenario.scope import unknown_conditions
from tests.scenario.stories import Block, Story, StoryFault, as_block, as_blocks, as_words

if TYPE_CHECKING:
    from tests.scenario.stage import Figures, Stage

_ON_EXCEED = {"truncate": "cut", "reject": "refuse"}
_TAKES = ("amount_off", "percent_off", "max", "scope", "buy", "get", "off_percent")


def money_wallets(story: Story) -> frozenset[str]:
    """The wallets that pay at some till of the story."""
    steps = [*story.steps, *(op for step in story.steps for op in as_blocks(step.get("ops"), "ops"))]
    return frozenset(str(step["pay_wallet"]) for step in steps if step.get("pay_wallet") is not None)


def blocks(program: Block, names: Callable[[Any], str], conditions: Mapping[str, str]) -> dict[str, Any]:
    """What the story says about prices, as the programme file says it. `names` gives out ids of the file format."""
    drawn: dict[str, Any] = {}
    if program.get("promotions"):
        drawn["promotions"] = [_promotion(one, names, conditions) for one in as_blocks(program["promotions"], "program.promotions")]
    if program.get("coupons"):
        drawn["coupons"] = [_coupon(one, names, n) for n, one in enumerate(as_blocks(program["coupons"], "program.coupons"))]
    budgets = [_budget(one, names) for one in priced_budgets(program)]
    said = dict(as_block(program.get("discounts") or {}, "program.discounts"))
    if said or budgets:
        drawn["discounts"] = {**said, **({"budgets": budgets} if budgets else {})}
    return drawn


def priced_budgets(program: Block) -> list[Block]:
    """The budgets of promotions."""
    return [budget for budget in as_blocks(program.get("budgets"), "program.budgets") if "promotions" in budget]


def _promotion(promotion: Block, names: Callable[[Any], str], conditions: Mapping[str, str]) -> dict[str, Any]:
    gives = as_block(promotion.get("gives") or {}, f"promotion {promotion['id']}.gives")
    drawn: dict[str, Any] = {"id": names(f"promotion {promotion['id']}"), "gives": {key: gives[key] for key in _TAKES if key in gives}}
    if isinstance(gives.get("free"), dict):
        drawn["gives"]["free"] = {("quantity" if key == "qty" else key): value for key, value in gives["free"].items()}
    for key in ("match", "exclude"):
        if selection := gives.get(key) or promotion.get(key):
            drawn[key] = dict(selection)
    drawn |= {key: promotion[key] for key in ("code", "enabled", "limits") if key in promotion}
    if promotion.get("incompatible_with"):
        drawn["incompatible_with"] = [names(f"promotion {other}") for other in as_words(promotion["incompatible_with"])]
    when = as_block(promotion.get("when") or {}, f"promotion {promotion['id']}.when")
    if unknown_conditions(promotion):
        drawn["enabled"] = False  # nobody knows the condition, so it is never met
    elif when:
        drawn["when"] = {conditions[key]: value for key, value in when.items()}
    return drawn


def _coupon(coupon: Block, names: Callable[[Any], str], place: int) -> dict[str, Any]:
    kept = ("codes", "uses", "campaign_uses", "per_member", "member", "segments", "min_amount", "from", "until")
    return {
        "id": names(f"coupon {coupon.get('id', place)}"),
        **{key: coupon[key] for key in kept if key in coupon},
        "gives": dict(as_block(coupon.get("gives") or {}, "coupon.gives")),
    }


def _budget(budget: Block, names: Callable[[Any], str]) -> dict[str, Any]:
    drawn: dict[str, Any] = {
        "id": names(f"budget {budget['id']}"),
        "of": [names(f"promotion {one}") for one in as_words(budget["promotions"])],
    }
    drawn |= {key: budget[key] for key in ("money", "uses", "per") if key in budget}
    if "on_exceed" in budget:
        drawn["on_exceed"] = _ON_EXCEED[budget["on_exceed"]]
    return drawn


async def open_cards(stage: Stage) -> None:
    """The gift cards that are there at first, under their own names."""
    for card in as_blocks(stage.story.program.get("gift_cards"), "program.gift_cards"):
        name = str(card["id"])
        value = quanta(card.get("balance", 0), stage.programme.minor_digits, f"gift card {name}")
        stage.cards[name] = f"gift-card-{name}"
        body = {"value_minor": value, "number": stage.cards[name]}
        required(await stage.api.post("/gift-cards", body, stage.next_key()), f"gift card {name}")


def wishes(stage: Stage, step: Block) -> dict[str, Any]:
    """What an order names beside its lines, in the words of the API."""
    body: dict[str, Any] = {}
    if codes := as_words(step.get("codes")):
        body["codes"] = [stage.codes.get(code, code) for code in codes]
    if step.get("reward") is not None:
        body["redemption"] = stage.redemptions.get(str(step["reward"]), str(step["reward"]))
    if step.get("pay_points"):
        body["pay_points"] = quanta(step["pay_points"], stage.programme.decimals["pts"], "pay_points")
    if cards := as_words(step.get("pay_gift")):
        body["pay_gift"] = [stage.cards.get(card, card) for card in cards]
    if step.get("pay_wallet") is not None:
        body["pay_wallet"] = stage.programme.units.of(step["pay_wallet"])
    return body


def told(stage: Stage, step: Block, reply: Reply) -> dict[str, Any]:
    """The figures of an answer to a purchase: what was taken off, what paid, what is due. Nothing when the API priced nothing."""
    checkout = reply.body.get("checkout")
    if not reply.ok or checkout is None:
        return {"discount": Fraction(), "line_discount": {}, "spent": {}, "wallet_paid": Fraction()} if reply.ok else {}
    digits = stage.programme.minor_digits
    lines: dict[str, Fraction] = {}
    for line in checkout["lines"]:
        lines[line["sku"]] = lines.get(line["sku"], Fraction()) + whole(line["discount_minor"] + line["order_share_minor"], digits)
    wallet = str(step["pay_wallet"]) if step.get("pay_wallet") is not None else None
    paid = [one for one in checkout["paid"] if one["by"] == "unit"]
    return {
        "discount": whole(checkout["discount_minor"], digits),
        "line_discount": lines,
        "spent": {stage.wallet_of(one["unit"]): whole(one["amount"], one["decimals"]) for one in paid},
        "wallet_paid": sum((whole(one["amount_minor"], digits) for one in paid if stage.wallet_of(one["unit"]) == wallet), Fraction()),
        "due": whole(checkout["due_minor"], digits),
    }


async def use_coupon(stage: Stage, step: Block) -> Reply:
    """A coupon's code is used without an order."""
    return await _act(stage, step, "use")


async def void_coupon(stage: Stage, step: Block) -> Reply:
    """The use of a code is made void."""
    return await _act(stage, step, "void")


async def budgets_of(stage: Stage) -> Figures:
    """What budgets of promotions have paid out, by the story's names: money, or uses."""
    used = required(await stage.api.get("/discounts"), "discounts").body["used"]
    return dict(_of_budgets(stage, used))


def _of_budgets(stage: Stage, used: list[Mapping[str, Any]]) -> Iterator[tuple[str, Fraction]]:
    by_id = {one["id"]: one for one in used if one["kind"] == "budget"}
    for budget in priced_budgets(stage.story.program):
        one = by_id.get(stage.programme.rules.of(f"budget {budget['id']}"))
        if one is None:
            raise StoryFault(f"budget_used: the API tells nothing of {budget['id']!r}")
        yield str(budget["id"]), whole(one["used"], stage.programme.minor_digits if one["money"] else 0)


async def _act(stage: Stage, step: Block, act: str) -> Reply:
    code = str(step["code"])
    body = {"member": str(step["member"])} if step.get("member") is not None else {}
    return await stage.api.post(f"/coupons/{stage.codes.get(code, code)}/{act}", body, step.get("key") or stage.next_key())


def wanted_lines(expected: Any) -> Mapping[str, Fraction]:
    """Amounts by article."""
    return {str(sku): number(amount, f"line_discount.{sku}") for sku, amount in as_block(expected, "line_discount").items()}
