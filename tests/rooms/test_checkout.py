"""Orders at the till: what they cost, what pays for them, and that everything of an order happens or nothing does."""

from __future__ import annotations

from typing import Any

import pytest

from praemia import orders, redemption
from praemia.catalogue import Wish
from praemia.earning import Recorded
from praemia.foundation.errors import DomainError
from praemia.redemption import NewCard, Redeem
from tests.rooms.deeds import adjust, recorded
from tests.rooms.ground import NOW, Ground, open_ground
from tests.rooms.tills import SHOP, held, order, place, quote, wrong


@pytest.fixture
async def ground(database: str) -> Any:
    async with open_ground(database) as ground:
        await ground.apply(SHOP)
        await ground.enrol("shop", "ann", "bob")
        for answer in await ground.record(
            adjust("shop", "ann", 2000, "a"), adjust("shop", "bob", 2000, "b"), adjust("shop", "ann", 1000, "w", unit="wallet")
        ):
            recorded(answer)
        yield ground


def told(answer: Recorded) -> dict[str, Any]:
    checkout: dict[str, Any] = answer.beside[orders.CHECKOUT]
    return checkout


async def refusal(ground: Ground, *args: Any, **kwargs: Any) -> str:
    """The code of what stands against an order, which must change nothing."""
    before = (await held(ground, "ann"), await held(ground, "bob"), await ground.fetch("select count(*) from events"))
    with pytest.raises(DomainError) as refused:
        await place(ground, order(*args, **kwargs))
    assert (await held(ground, "ann"), await held(ground, "bob"), await ground.fetch("select count(*) from events")) == before
    return refused.value.code


async def test_a_code_lowers_what_is_due_and_what_is_earned(ground: Ground) -> None:
    answer = await place(ground, order("o1", 10000, codes=["ten"]))
    assert (told(answer)["discount_minor"], told(answer)["due_minor"], dict(answer.verdict.awards)) == (1000, 9000, {"points": 90})
    assert await wrong(ground) == []


async def test_the_same_order_again_is_the_first_answer_and_uses_nothing_up(ground: Ground) -> None:
    first = await place(ground, order("o1", 10000, codes=["ONCE", "SINGLE"], pay_points=200))
    again = await place(ground, order("o1", 10000, codes=["ONCE", "SINGLE"], pay_points=200))
    assert (again.replayed, again.event_id, again.beside[orders.CHECKOUT]) == (True, first.event_id, first.beside[orders.CHECKOUT])
    assert await refusal(ground, "o1", 10000, codes=["TEN"]) == "journal.already_recorded"
    assert await wrong(ground) == []


async def test_the_points_of_an_order_never_pay_for_it(ground: Ground) -> None:
    answer = await place(ground, order("o1", 10000, pay_points=2000))
    assert told(answer)["paid"] == [{"by": "unit", "unit": "points", "amount": 2000, "amount_minor": 2000}]
    assert (told(answer)["due_minor"], await held(ground)) == (8000, {"points": (80, 0), "wallet": (1000, 0)})
    assert await refusal(ground, "o2", 100000, pay_points=1000) == "ledger.insufficient_points"


@pytest.mark.parametrize(
    ("wanted", "amount", "code"),
    [
        (100, 10000, "orders.too_few_points"),
        (250, 10000, "orders.broken_step"),
        (1100, 2000, "orders.too_many_points"),
        (2100, 100000, "ledger.insufficient_points"),
    ],
)
async def test_points_that_may_not_pay_are_refused(ground: Ground, wanted: int, amount: int, code: str) -> None:
    assert await refusal(ground, "o1", amount, pay_points=wanted) == code


async def test_gift_cards_and_wallets_pay_what_is_due_and_still_earn(ground: Ground) -> None:
    async def issue(tx: Any) -> Any:
        return await redemption.issue_card(tx, NewCard(program="shop", value_minor=3000, number="CARD-1"), now=NOW)

    await ground.db.run(ground.tenant_id, issue)
    answer = await place(ground, order("o1", 3500, codes=["TEN"], pay_gift=["card 1"], pay_wallet="wallet"))
    assert [one["amount_minor"] for one in told(answer)["paid"]] == [3000, 150]
    assert (told(answer)["due_minor"], answer.verdict.awards["points"]) == (0, 31)
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        assert (await redemption.get_card(tx, "shop", "CARD-1", now=NOW)).balance_minor == 0
    assert (await held(ground))["wallet"] == (850, 0)
    assert await wrong(ground) == []
    kept = await ground.fetch("select inputs::text || verdict::text as said from events")
    assert not any("CARD-1" in row["said"] for row in kept)


async def test_only_money_is_a_wallet_and_a_guest_has_none(ground: Ground) -> None:
    assert await refusal(ground, "o1", 1000, pay_wallet="points") == "orders.not_money"
    assert await refusal(ground, "o1", 1000, member=None, pay_wallet="wallet") == "orders.needs_member"
    assert await refusal(ground, "o1", 1000, member=None, pay_points=200) == "orders.needs_member"


async def test_a_redemption_is_used_by_the_order_that_it_lowers(ground: Ground) -> None:
    async def redeem(tx: Any) -> Any:
        return await redemption.redeem(tx, Redeem(program="shop", member="ann", reward="five", wish=Wish()), now=NOW)

    done = await ground.db.run(ground.tenant_id, redeem)
    name = str(done.redemption.redemption_id)
    assert await refusal(ground, "o0", 4000, member="bob", redemption=name) == "catalogue.code_of_another"
    answer = await place(ground, order("o1", 4000, redemption=name))
    assert (told(answer)["discount_minor"], told(answer)["due_minor"], answer.verdict.awards["points"]) == (500, 3500, 35)
    assert answer.beside[orders.SPENT] == [{"unit": "points", "amount": 500, "event": name, "line": 0}]
    assert await refusal(ground, "o2", 4000, redemption=name) == "redemption.already_used"


async def test_a_held_redemption_is_captured_by_the_order(ground: Ground) -> None:
    async def redeem(tx: Any) -> Any:
        return await redemption.redeem(tx, Redeem(program="shop", member="ann", reward="mug", wish=Wish(), hold=True), now=NOW)

    done = await ground.db.run(ground.tenant_id, redeem)
    command = order("o1", 900, 1000, redemption=str(done.redemption.redemption_id))
    lines = [dict(line) for line in command.inputs["lines"]]
    lines[0]["sku"] = "MUG"
    answer = await place(ground, order("o1", redemption=str(done.redemption.redemption_id), lines=lines))
    assert (told(answer)["due_minor"], (await held(ground))["points"]) == (1000, (1710, 0))
    assert await wrong(ground) == []


async def test_a_redemptions_code_is_burnt_and_its_points_come_back_with_the_goods(ground: Ground) -> None:
    async def redeem(tx: Any) -> Any:
        return await redemption.redeem(tx, Redeem(program="shop", member="ann", reward="five-code", wish=Wish()), now=NOW)

    done = await ground.db.run(ground.tenant_id, redeem)
    code = done.codes[0].spelled
    await place(ground, order("o1", 4000, codes=[code]))
    assert await refusal(ground, "o2", 4000, codes=[code]) in ("redemption.already_used", "catalogue.code_used_up")
    assert (await held(ground))["points"] == (1535, 0)

    async def cancel(tx: Any) -> Any:
        return await orders.return_order(tx, orders.ReturnOrder(program="shop", order="o1", kind=orders.CANCELLATION), now=NOW)

    settled = await ground.db.run(ground.tenant_id, cancel)
    assert (dict(settled.taken), dict(settled.restored)) == ({"points": 35}, {"points": 500})
    assert (await held(ground))["points"] == (2000, 0)
    assert await wrong(ground) == []


async def test_points_paid_come_back_with_the_goods_to_their_lots(ground: Ground) -> None:
    before = await ground.fetch("select remaining, last_day from lots order by event_id")
    await place(ground, order("o1", 12000, pay_points=2000))

    async def back(tx: Any) -> Any:
        return await orders.return_order(tx, orders.ReturnOrder(program="shop", order="o1", kind=orders.CANCELLATION), now=NOW)

    await ground.db.run(ground.tenant_id, back)
    after = await ground.fetch("select remaining, last_day from lots where remaining > 0 order by event_id")
    assert after == before
    assert await wrong(ground) == []


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        ({"codes": ["NOPE"]}, "catalogue.code_unknown"),
        ({"codes": ["TEN", "MINE"]}, "orders.incompatible"),
        ({"codes": ["RICH"]}, "orders.below_minimum"),
        ({"redemption": "nope"}, "redemption.unknown"),
        ({"pay_gift": ["nope"]}, "catalogue.card_unknown"),
    ],
)
async def test_a_wish_that_cannot_be_granted_refuses_the_order(ground: Ground, wishes: dict[str, Any], code: str) -> None:
    assert await refusal(ground, "o1", 4999, **wishes) == code


async def test_codes_are_used_up_and_say_so(ground: Ground) -> None:
    await place(ground, order("o1", 1000, codes=["ONCE", "MINE", "SINGLE"]))
    assert await refusal(ground, "o2", 1000, codes=["ONCE"]) == "catalogue.limit_reached"
    assert await refusal(ground, "o2", 1000, codes=["MINE"]) == "catalogue.limit_reached"
    assert await refusal(ground, "o2", 1000, codes=["SINGLE"]) == "catalogue.code_used_up"
    assert told(await place(ground, order("o2", 1000, member="bob", codes=["MINE"])))["discount_minor"] == 100
    assert await wrong(ground) == []


async def test_a_budget_that_would_be_exceeded_gives_nothing_and_refuses_nothing(ground: Ground) -> None:
    discounts = [told(await place(ground, order(f"o{n}", 1000, codes=["BIG"])))["discount_minor"] for n in range(3)]
    assert discounts == [400, 400, 0]
    assert told(await place(ground, order("o9", 200, codes=["BIG"])))["discount_minor"] == 200
    assert await wrong(ground) == []


async def test_a_coupons_points_come_with_an_event_of_their_own_and_go_with_its_voiding(ground: Ground) -> None:
    answer = await place(ground, order("o1", 1000, codes=["GIFT"]))
    assert (dict(answer.verdict.awards), (await held(ground))["points"]) == ({"points": 10}, (2060, 0))

    async def void(tx: Any) -> Any:
        return await orders.void_code(tx, orders.UseCoupon(program="shop", code="GIFT", member="ann", key="v"), now=NOW)

    first = await ground.db.run(ground.tenant_id, void)
    again = await ground.db.run(ground.tenant_id, void)
    assert (dict(first.awards), again.replayed, (await held(ground))["points"]) == ({"points": -50}, True, (2010, 0))
    await place(ground, order("o2", 1000, codes=["GIFT"]))
    assert await wrong(ground) == []


async def test_a_quote_tells_what_an_order_costs_and_keeps_nothing(ground: Ground) -> None:
    before = await ground.fetch("select count(*) from events")
    answer = await quote(ground, order("o1", 4000, codes=["TEN", "NOPE", "RICH"], pay_points=9900))
    assert (told(answer.recorded)["due_minor"], dict(answer.recorded.verdict.awards)) == (3600, {"points": 36})
    assert [(what, refused.code) for what, refused in answer.against] == [
        ("…E", "catalogue.code_unknown"),
        ("…H", "orders.below_minimum"),
        ("pay_points", "ledger.insufficient_points"),
    ]
    looks = {look.reward: (look.amount_minor, [one.code for one in look.against]) for look in answer.rewards}
    assert looks == {"five": (500, []), "five-code": (500, []), "mug": (0, [])}
    assert await ground.fetch("select count(*) from events") == before
    assert told(await place(ground, order("o1", 4000, codes=["TEN"])))["due_minor"] == 3600


async def test_a_purchase_of_a_programme_with_promotions_of_its_own_is_priced_first(ground: Ground) -> None:
    await ground.apply(SHOP.replace("program: shop", "program: auto").replace("code: TEN,", ""))
    await ground.enrol("auto", "ann")
    command = order("o1", 10000)
    command = type(command)(program="auto", kind="purchase", member="ann", inputs=command.inputs, identities=command.identities)
    (refused,) = await ground.record(command)
    assert isinstance(refused, DomainError)
    assert refused.code == "earning.not_priced"
    assert told(await place(ground, command))["due_minor"] == 9000
    (again,) = await ground.record(command)
    assert recorded(again).replayed


async def test_issued_codes_are_for_their_member_and_counted_by_the_campaign(ground: Ground) -> None:
    async def issue(tx: Any) -> Any:
        return await orders.issue_codes(tx, orders.IssueCodes(program="shop", coupon="sorry", count=3, member="ann", key="i"), now=NOW)

    issued = await ground.db.run(ground.tenant_id, issue)
    again = await ground.db.run(ground.tenant_id, issue)
    assert (len(set(issued.codes)), again.replayed, list(again.codes)) == (3, True, list(issued.codes))

    async def use(code: str, member: str) -> str:
        try:
            await ground.db.run(
                ground.tenant_id, lambda tx: orders.use_code(tx, orders.UseCoupon(program="shop", code=code, member=member), now=NOW)
            )
        except DomainError as refused:
            return refused.code
        return "used"

    one, two, three = issued.codes
    assert await use(one, "bob") == "catalogue.code_of_another"
    assert await use(one, "ann") == "used"
    assert await use(one, "ann") == "catalogue.code_used_up"
    assert [await use(two, "ann"), await use(three, "ann")] == ["used", "catalogue.limit_reached"]
    assert (await held(ground))["points"] == (2040, 0)
    assert await wrong(ground) == []
    assert (await ground.db.run(ground.tenant_id, issue)).codes == [three]
