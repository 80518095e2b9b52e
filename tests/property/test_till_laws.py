"""Laws of the till over drawn orders, on the real database: nothing is used twice, and what is let go leaves no trace in any balance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praemia import orders, redemption
from praemia.earning import Command, Recorded
from praemia.foundation.errors import DomainError
from praemia.orders import ReturnOrder, UseCoupon
from praemia.redemption import NewCard, Redeem
from tests.laws import few
from tests.property.earning_world import MEMBERS, World, world
from tests.rooms.deeds import adjust, recorded
from tests.rooms.ground import NOW, Ground
from tests.rooms.tills import SHOP, order, wrong

CODES = ["TEN", "ONCE", "MINE", "BIG", "SINGLE", "GIFT", "RICH"]
PLENTY = 3000


@pytest.fixture
def tills(database: str) -> Iterator[World]:
    """A world on a database of this test's own, shared by its examples."""
    with world(database) as opened:
        yield opened


@st.composite
def baskets(draw: st.DrawFn) -> dict[str, Any]:
    """What an order wants: amounts, whose it is, codes and payments, sensible or not."""
    wishes: dict[str, Any] = {}
    if codes := draw(st.lists(st.sampled_from(CODES), unique=True, max_size=3)):
        wishes["codes"] = codes
    if points := draw(st.sampled_from([0, 0, 200, 500, 1300])):
        wishes["pay_points"] = points
    if draw(st.booleans()):
        wishes["pay_gift"] = ["CARD-ONE"]
    if draw(st.booleans()):
        wishes["pay_wallet"] = "wallet"
    return {
        "amounts": draw(st.lists(st.integers(-50, 6000), min_size=1, max_size=3)),
        "member": draw(st.sampled_from([*MEMBERS, *MEMBERS, None])),
        "voucher": draw(st.booleans()),
        **wishes,
    }


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["place", "reserve", "reserve", "change", "buy", "let_go", "cancel", "use", "void"]), st.integers(0, 3), baskets()
    ),
    min_size=1,
    max_size=14,
)


async def begin(ground: Ground) -> None:
    """Everybody has points and money, there is a card, and vouchers to be used."""
    for n, member in enumerate(MEMBERS):
        recorded((await ground.record(adjust("shop", member, PLENTY, f"p{n}")))[0])
        recorded((await ground.record(adjust("shop", member, 700, f"w{n}", unit="wallet")))[0])

    async def gifts(tx: Any) -> None:
        await redemption.issue_card(tx, NewCard(program="shop", value_minor=2500, number="CARD-ONE"), now=NOW)

    await ground.db.run(ground.tenant_id, gifts)


async def voucher(ground: Ground, member: str) -> str:
    async def redeem(tx: Any) -> Any:
        return await redemption.redeem(tx, Redeem(program="shop", member=member, reward="five"), now=NOW)

    return str((await ground.db.run(ground.tenant_id, redeem)).redemption.redemption_id)


def command(number: int, basket: dict[str, Any], vouchers: dict[str, str]) -> Command:
    wishes = {key: value for key, value in basket.items() if key not in ("amounts", "member", "voucher")}
    if basket["voucher"] and basket["member"] is not None:
        wishes["redemption"] = vouchers[basket["member"]]
    return order(f"o{number}", *basket["amounts"], member=basket["member"], **wishes)


async def act(ground: Ground, what: str, number: int, basket: dict[str, Any], vouchers: dict[str, str]) -> bool:
    """Do it; whether it was carried out."""

    async def work(tx: Any) -> Any:
        name = f"o{number}"
        match what:
            case "place":
                return await orders.place(tx, command(number, basket, vouchers), now=NOW)
            case "reserve":
                return await orders.reserve(tx, command(number, basket, vouchers), now=NOW)
            case "change":
                return await orders.change(tx, command(number, basket, vouchers), now=NOW)
            case "buy":
                return await orders.buy(tx, "shop", name, now=NOW)
            case "let_go":
                return await orders.let_go(tx, "shop", name, now=NOW)
            case "cancel":
                return await orders.return_order(tx, ReturnOrder(program="shop", order=name, kind=orders.CANCELLATION), now=NOW)
            case "use":
                return await orders.use_code(tx, UseCoupon(program="shop", code="GIFT", member=basket["member"]), now=NOW)
            case _:
                return await orders.void_code(tx, UseCoupon(program="shop", code="GIFT", member=basket["member"]), now=NOW)

    try:
        await ground.db.run(ground.tenant_id, work)
    except DomainError:
        return False
    return True


async def everything(ground: Ground) -> Any:
    """All that an order can use up, whoever used it."""
    return (
        await ground.fetch("select owner_id, unit, available, held, debt from accounts order by 1, 2"),
        await ground.fetch(
            "select counter, used from counters where used <> 0 and counter ~ '^(promotion|coupon|discounts)' order by 1, 2"
        ),
        await ground.fetch("select balance_minor from gift_cards"),
        await ground.fetch("select redemption_id, state from redemptions order by 1"),
        await ground.fetch("select event_id, line, remaining, last_day from lots where remaining > 0 order by 1, 2"),
    )


@few(25)
@given(acts=ACTS)
def test_whatever_happens_at_the_till_everything_used_is_explained_and_nobody_owes(
    tills: World, acts: list[tuple[str, int, dict[str, Any]]]
) -> None:
    async def story(ground: Ground) -> None:
        await begin(ground)
        vouchers = {member: await voucher(ground, member) for member in MEMBERS}
        for what, number, basket in acts:
            before = await everything(ground)
            if not await act(ground, what, number, basket, vouchers):
                assert await everything(ground) == before, "a refusal changes nothing"
        assert await wrong(ground) == []
        (card,) = await ground.fetch("select balance_minor from gift_cards")
        assert 0 <= card["balance_minor"] <= 2500

    tills.play(SHOP, story)


@few(25)
@given(acts=ACTS)
def test_reserving_changing_and_letting_go_ends_where_it_began(tills: World, acts: list[tuple[str, int, dict[str, Any]]]) -> None:
    async def story(ground: Ground) -> None:
        await begin(ground)
        vouchers = {member: await voucher(ground, member) for member in MEMBERS}
        before = await everything(ground)
        for what, number, basket in acts:
            await act(ground, "change" if what in ("change", "buy") else "reserve", number, basket, vouchers)
        for number in range(4):
            await act(ground, "let_go", number, {}, vouchers)
        assert await everything(ground) == before
        assert await wrong(ground) == []

    tills.play(SHOP, story)


@few(20)
@given(basket=baskets())
def test_a_quote_is_what_the_purchase_will_be(tills: World, basket: dict[str, Any]) -> None:
    async def story(ground: Ground) -> None:
        await begin(ground)
        vouchers = {member: await voucher(ground, member) for member in MEMBERS}
        wanted = command(1, basket, vouchers)
        before = await everything(ground)
        async with ground.db.rehearsal(ground.tenant_id) as tx:
            quoted = await orders.quote(tx, wanted, now=NOW)
        assert await everything(ground) == before
        if quoted.against:
            with pytest.raises(type(quoted.against[0][1])):
                await ground.db.run(ground.tenant_id, lambda tx: orders.place(tx, wanted, now=NOW))
            return
        bought: Recorded = await ground.db.run(ground.tenant_id, lambda tx: orders.place(tx, wanted, now=NOW))
        assert bought.beside[orders.CHECKOUT] == quoted.recorded.beside[orders.CHECKOUT]
        assert bought.verdict.awards == quoted.recorded.verdict.awards

    tills.play(SHOP, story)
