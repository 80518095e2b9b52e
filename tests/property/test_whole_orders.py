"""An order that comes back altogether, in whatever pieces, leaves nothing behind: no points, no money, no code that is used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praemia import journal, orders, redemption
from praemia.earning import Command
from praemia.foundation.errors import DomainError
from praemia.foundation.values import replace
from praemia.orders import CANCELLATION, IssueCodes, ReturnOrder
from praemia.redemption import NewCard, Redeem
from tests.laws import few
from tests.property.earning_world import MEMBERS, World, world
from tests.rooms.deeds import adjust, recorded
from tests.rooms.ground import NOW, Ground
from tests.rooms.tills import SHOP, order, wrong

CODES = ["TEN", "ONCE", "MINE", "BIG", "SINGLE", "GIFT", "RICH"]
OF_A_CODE = re.compile(r"coupon:[a-z]+:[0-9a-f]{32}")
CARDS = ["CARD-ONE", "CARD-TWO"]


@pytest.fixture
def tills(database: str) -> Iterator[World]:
    """A world on a database of this test's own, shared by its examples."""
    with world(database) as opened:
        yield opened


@st.composite
def baskets(draw: st.DrawFn) -> dict[str, Any]:
    """Lines of some pieces, codes, and everything that can pay."""
    lines = [
        {"sku": f"S{n}", "amount_minor": draw(st.integers(1, 4000)) * pieces, "quantity": pieces}
        for n, pieces in enumerate(draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)))
    ]
    wishes: dict[str, Any] = {"lines": lines, "shipping_minor": draw(st.sampled_from([0, 0, 490]))}
    if codes := draw(st.lists(st.sampled_from([*CODES, "issued"]), unique=True, max_size=3)):
        wishes["codes"] = codes
    if points := draw(st.sampled_from([0, 200, 500, 1300])):
        wishes["pay_points"] = points
    if cards := draw(st.lists(st.sampled_from(CARDS), unique=True)):
        wishes["pay_gift"] = cards
    if draw(st.booleans()):
        wishes["pay_wallet"] = "wallet"
    return {"member": draw(st.sampled_from(["ada", "ada", None])), "voucher": draw(st.booleans()), "wishes": wishes}


RETURNS = st.lists(
    st.builds(lambda n, q: {"lines": ((n, q),)}, st.integers(0, 2), st.integers(1, 3))
    | st.builds(lambda a: {"amount_minor": a}, st.integers(1, 3000)),
    max_size=5,
)


async def begin(ground: Ground) -> str:
    """Everybody has points and money, there are two cards, one issued code."""
    for n, member in enumerate(MEMBERS):
        for days, amount in ((40, 300), (20, 700), (90, 2000)):  # so that what is spent and comes back lies in several lots
            command = adjust("shop", member, amount, f"p{n}-{days}")
            lived = replace(command, inputs={**command.inputs, "last_day": (NOW.date() + timedelta(days=days)).isoformat()})
            recorded((await ground.record(lived))[0])
        recorded((await ground.record(adjust("shop", member, 700, f"w{n}", unit="wallet")))[0])

    async def gifts(tx: Any) -> str:
        for number in CARDS:
            await redemption.issue_card(tx, NewCard(program="shop", value_minor=1700, number=number), now=NOW)
        return (await orders.issue_codes(tx, IssueCodes(program="shop", coupon="sorry"), now=NOW)).codes[0]

    return await ground.db.run(ground.tenant_id, gifts)


async def voucher(ground: Ground) -> str:
    async def redeem(tx: Any) -> Any:
        return await redemption.redeem(tx, Redeem(program="shop", member="ada", reward="five"), now=NOW)

    return str((await ground.db.run(ground.tenant_id, redeem)).redemption.redemption_id)


async def all_there_is(ground: Ground) -> dict[str, Any]:
    """Whatever an order can use up or bring."""
    return {
        "accounts": await ground.fetch("select owner_id, unit, available, held, debt from accounts order by 1, 2"),
        "lots": await ground.fetch("select event_id, line, remaining, last_day from lots where remaining > 0 order by 1, 2"),
        "counters": await ground.fetch("select owner_id, counter, used from counters where used <> 0 order by 1, 2"),
        "cards": await ground.fetch("select digest, balance_minor from gift_cards order by 1"),
        "codes": await ground.fetch("select digest, used from codes order by 1"),
    }


def command(basket: dict[str, Any], issued: str) -> Command:
    wishes = dict(basket["wishes"])
    if "codes" in wishes:
        wishes["codes"] = [issued if code == "issued" else code for code in wishes["codes"]]
    return order("o1", member=basket["member"], **wishes)


async def bring_back(ground: Ground, **said: Any) -> bool:
    wanted = ReturnOrder(program="shop", order="o1", **said)
    try:
        await ground.db.run(ground.tenant_id, lambda tx: orders.return_order(tx, wanted, now=NOW))
    except DomainError:
        return False
    return True


async def buy(ground: Ground, basket: dict[str, Any], issued: str, reserved: bool) -> bool:
    async def work(tx: Any) -> Any:
        if reserved:
            await orders.reserve(tx, command(basket, issued), now=NOW)
            return await orders.buy(tx, "shop", "o1", now=NOW)
        return await orders.place(tx, command(basket, issued), now=NOW)

    try:
        await ground.db.run(ground.tenant_id, work)
    except DomainError:
        return False
    return True


@few(30)
@given(basket=baskets(), pieces=RETURNS, cancels=st.booleans(), reserved=st.booleans())
def test_an_order_that_comes_back_in_any_pieces_leaves_nothing_behind(
    tills: World, basket: dict[str, Any], pieces: list[dict[str, Any]], cancels: bool, reserved: bool
) -> None:
    async def story(ground: Ground) -> None:
        issued = await begin(ground)
        before = await all_there_is(ground)
        if basket["voucher"] and basket["member"]:
            basket["wishes"]["redemption"] = await voucher(ground)
        if not await buy(ground, basket, issued, reserved):
            return
        for n, said in enumerate(pieces):
            had = await all_there_is(ground)
            if not await bring_back(ground, identities=((journal.IDEMPOTENCY_KEY, f"r{n}"),), **said):
                assert await all_there_is(ground) == had
            cards = (await all_there_is(ground))["cards"]
            assert all(card["balance_minor"] <= 1700 for card in cards), "never more than was paid with it"
        if cancels:
            assert await bring_back(ground, kind=CANCELLATION)
        else:
            await bring_back(ground, identities=((journal.IDEMPOTENCY_KEY, "all"),), all=True)
            await bring_back(ground, kind=CANCELLATION)
        assert await all_there_is(ground) == before
        assert await wrong(ground) == []

    tills.play(SHOP, story)


@few(15)
@given(basket=baskets(), word=st.sampled_from(["but_codes", "keep"]))
def test_what_the_programme_keeps_used_stays_used(tills: World, basket: dict[str, Any], word: str) -> None:
    async def story(ground: Ground) -> None:
        issued = await begin(ground)
        before = await all_there_is(ground)
        if not await buy(ground, basket, issued, False):
            return
        bought = await all_there_is(ground)
        assert await bring_back(ground, kind=CANCELLATION)
        after = await all_there_is(ground)
        assert after["cards"] == before["cards"], "cards are money"
        assert after["codes"] == bought["codes"], "a used code stays used"
        kept = [row for row in prices(bought) if word == "keep" or OF_A_CODE.fullmatch(row["counter"])]
        assert prices(after) == kept
        assert await wrong(ground) == []

    tills.play(f"{SHOP}returns: {{ uses: {word} }}\n", story)


def prices(found: dict[str, Any]) -> list[Any]:
    return [row for row in found["counters"] if row["counter"].split(":")[0] in ("promotion", "coupon", "discounts")]
