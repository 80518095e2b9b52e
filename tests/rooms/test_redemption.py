"""What becomes of points that are redeemed, and how they come back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest

from praemia import catalogue, redemption
from praemia.catalogue import Wish
from praemia.redemption import State
from tests.rooms.ground import NOW, Ground, open_ground
from tests.rooms.shop import SHOP, Counter, code_of


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as opened:
        await opened.apply(SHOP)
        await opened.enrol("shop", "ann", "bob")
        await opened.enrol("shop", "stu", segments=("students",))
        yield opened
        async with opened.db.rehearsal(opened.tenant_id) as tx:
            assert [wrong async for _, found in redemption.verify(tx) for wrong in found] == []
        assert await opened.discrepancies() == []


@pytest.fixture
async def counter(ground: Ground) -> Counter:
    made = Counter(ground)
    await made.fund("ann", 2500)
    return made


async def test_a_redemption_takes_exactly_its_cost(counter: Counter) -> None:
    done = await counter.redeem("ann", "five")
    assert (done.spent, done.redemption.state, done.after["points"]) == (500, State.GIVEN, 2000)
    assert await counter.available("ann") == 2000


async def test_too_few_points_are_refused_and_nothing_is_taken(counter: Counter) -> None:
    await counter.fund("bob", 999)
    assert await code_of(counter.redeem("bob", "mug")) == "ledger.insufficient_points"
    assert (await counter.available("bob"), await counter.left("mug")) == (999, 5)


async def test_the_same_key_answers_the_first_redemption_and_another_content_is_refused(counter: Counter) -> None:
    first = await counter.redeem("ann", "multi", key="k")
    again = await counter.redeem("ann", "multi", key="k")
    assert again.replayed
    assert (again.event_id, again.spent, again.codes, again.after) == (first.event_id, first.spent, first.codes, first.after)
    assert await code_of(counter.redeem("ann", "five", key="k")) == "journal.key_reused"
    assert await counter.available("ann") == 2490


async def test_cancelling_gives_points_stock_and_limit_back_once(counter: Counter) -> None:
    done = await counter.redeem("ann", "mug")
    assert await counter.left("mug") == 4
    cancelled = await counter.act("cancel", done)
    assert (cancelled.returned, await counter.available("ann"), await counter.left("mug")) == (1000, 2500, 5)
    again = await counter.act("cancel", done)
    assert (again.event_id, again.returned, await counter.available("ann"), await counter.left("mug")) == (None, 0, 2500, 5)
    assert await code_of(counter.act("use", done)) == "redemption.undone"


async def test_what_was_used_is_final(counter: Counter) -> None:
    done = await counter.redeem("ann", "mug")
    await counter.act("use", done, key="till-1")
    assert (await counter.act("use", done, key="till-1")).replayed
    assert await code_of(counter.act("use", done)) == "redemption.already_used"
    assert await code_of(counter.act("cancel", done)) == "redemption.not_cancellable"
    assert await code_of(counter.act("use", "nonsense")) == "redemption.unknown"


async def test_points_come_back_to_the_lots_they_came_from(counter: Counter) -> None:
    from tests.rooms.deeds import recorded

    program = """
program: lots
units: {points: {expiry: {days: 30}}}
earning: {rules: [{id: base, trigger: purchase, earn: {points: 1, per_amount: 1}}]}
rewards: [{id: r, cost: 150, gives: {other: r}}]
"""
    from tests.rooms.ground import purchase

    ground = counter.ground
    await ground.apply(program)
    await ground.enrol("lots", "ann")
    for order, back in (("a", 20), ("b", 1)):
        (answer,) = await ground.record(purchase("lots", "ann", order, 10000, at=NOW - timedelta(days=back)))
        recorded(answer)
    wanted = redemption.Redeem(program="lots", member="ann", reward="r")
    done = await counter.run(lambda tx: redemption.redeem(tx, wanted, now=NOW))
    lots = "select remaining, last_day from lots where amount = 100 order by last_day"
    assert [row["remaining"] for row in await ground.fetch(lots)] == [0, 50]
    act = redemption.Act(program="lots", redemption=str(done.redemption.redemption_id))
    await counter.run(lambda tx: redemption.cancel(tx, act, now=NOW))
    assert [(row["remaining"], row["last_day"]) for row in await ground.fetch(lots)] == [(100, date(2025, 6, 11)), (100, date(2025, 6, 30))]


async def test_a_hold_ends_captured_or_released(counter: Counter) -> None:
    held = await counter.redeem("ann", "mug", hold=True)
    assert (held.redemption.state, await counter.available("ann"), await counter.left("mug")) == (State.HELD, 1500, 4)
    assert await code_of(counter.act("use", held)) == "redemption.not_given"
    captured = await counter.act("capture", held)
    assert captured.redemption.state is State.GIVEN
    assert (await counter.act("capture", held)).event_id is None
    assert await code_of(counter.act("release", held)) == "redemption.not_held"
    other = await counter.redeem("ann", "mug", hold=True)
    released = await counter.act("release", other)
    assert (released.returned, await counter.available("ann"), await counter.left("mug")) == (1000, 1500, 4)
    assert (await counter.act("release", other)).event_id is None
    assert await code_of(counter.act("capture", other)) == "redemption.not_held"


async def test_a_captured_hold_can_still_be_cancelled(counter: Counter) -> None:
    held = await counter.redeem("ann", "five", hold=True)
    await counter.act("capture", held)
    assert (await counter.act("cancel", held)).returned == 500
    assert await counter.available("ann") == 2500


async def test_a_hold_beyond_its_deadline_is_released_by_whoever_looks_first(counter: Counter) -> None:
    held = await counter.redeem("ann", "mug", hold=True, deadline=NOW + timedelta(hours=1))
    late = NOW + timedelta(hours=1)
    assert await code_of(counter.act("capture", held, now=late)) == "redemption.hold_lapsed"
    overdue = await counter.run(lambda tx: redemption.overdue_holds(tx, "shop", now=late))
    for released in (1, 0):
        assert await counter.run(lambda tx: redemption.lapse_holds(tx, "shop", overdue, now=late)) == released
    assert not await counter.run(lambda tx: redemption.overdue_holds(tx, "shop", now=late))
    assert (await counter.available("ann"), await counter.left("mug")) == (2500, 5)
    assert await code_of(counter.redeem("ann", "mug", hold=True, deadline=NOW)) == "redemption.deadline_passed"


async def test_an_option_costs_points_and_cash(counter: Counter) -> None:
    done = await counter.redeem("ann", "lamp", wish=Wish(option=0))
    assert (done.spent, done.redemption.cash_minor) == (600, 800)
    assert await code_of(counter.redeem("ann", "lamp", wish=Wish(option=2))) == "catalogue.option_unknown"


async def test_free_articles_are_paid_in_whole_sets(counter: Counter) -> None:
    assert (await counter.redeem("ann", "socks", wish=Wish(quantity=2))).spent == 100
    assert (await counter.redeem("ann", "socks", wish=Wish(quantity=3))).spent == 200


async def test_a_limit_counts_what_was_not_cancelled_in_its_period(counter: Counter) -> None:
    await counter.redeem("ann", "monthly")
    second = await counter.redeem("ann", "monthly")
    assert await code_of(counter.redeem("ann", "monthly")) == "catalogue.limit_reached"
    july = NOW + timedelta(days=30)
    await counter.redeem("ann", "monthly", now=july, wish=Wish(quantity=2))
    await counter.act("cancel", second, now=july)
    assert await code_of(counter.redeem("ann", "monthly", now=july)) == "catalogue.limit_reached"
    await counter.redeem("ann", "monthly")


@pytest.mark.parametrize(
    ("member", "reward", "code"),
    [
        ("ann", "students", "catalogue.not_for_segment"),
        ("ann", "summer", "catalogue.not_yet_offered"),
        ("ann", "spring", "catalogue.no_longer_offered"),
        ("ann", "tour", "catalogue.choice_needed"),
        ("ann", "pooled", "catalogue.pool_empty"),
        ("ann", "mgu", "catalogue.reward_unknown"),
        ("nobody", "mug", "members.unknown"),
    ],
)
async def test_every_refusal_has_its_reason(member: str, reward: str, code: str, counter: Counter) -> None:
    assert await code_of(counter.redeem(member, reward)) == code
    assert await counter.available("ann") == 2500


async def test_offers_say_all_that_stands_against_them_and_what_is_missing(counter: Counter) -> None:
    await counter.fund("stu", 400)
    offers = await counter.run(lambda tx: redemption.offers_for(tx, "shop", "stu", now=NOW))
    against = {offer.reward.id: [one.code for one in offer.against] for offer in offers}
    assert against["students"] == []
    assert against["summer"] == ["catalogue.not_yet_offered"]
    assert against["mug"] == ["ledger.insufficient_points"]
    (missing,) = next(offer.against for offer in offers if offer.reward.id == "five")
    assert (missing.fields["asked"], missing.fields["available"]) == (500, 400)


async def test_a_code_is_burnt_once_within_its_days_by_its_member(counter: Counter) -> None:
    first, second = await counter.redeem("ann", "coupon"), await counter.redeem("ann", "coupon")
    code, other = first.codes[0].spelled or "", second.codes[0].spelled or ""
    active = datetime(2025, 7, 1, 0, 0, tzinfo=UTC) - timedelta(hours=2)  # local midnight of the 31st day
    assert await code_of(counter.burn(code, "ann", now=active - timedelta(minutes=1))) == "catalogue.code_not_active"
    assert await code_of(counter.burn(code, "bob", now=active)) == "catalogue.code_of_another"
    assert await code_of(counter.burn(code, None, now=active)) == "catalogue.code_of_another"
    done = await counter.burn(code.lower().replace("-", " "), "ann", now=active)
    assert (done.redemption.state, done.codes[0].spelled) == (State.USED, None)
    assert await code_of(counter.burn(code, "ann", now=active)) == "catalogue.code_used_up"
    assert await code_of(counter.burn(other, "ann", now=active + timedelta(days=31))) == "catalogue.code_expired"
    assert await code_of(counter.burn("NOPE", "ann")) == "catalogue.code_unknown"


async def test_codes_are_kept_by_digest_and_their_spelling_goes_when_they_are_worth_nothing(counter: Counter) -> None:
    kept, burnt, called_in = [await counter.redeem("ann", "multi") for _ in range(3)]
    for _ in range(3):
        await counter.burn(burnt.codes[0].spelled or "")
    await counter.act("cancel", called_in)
    rows = await counter.ground.fetch("select spelled, ends from codes")
    assert sorted(row["spelled"] for row in rows if row["spelled"]) == [kept.codes[0].spelled]
    assert {row["ends"] for row in rows} == {one.codes[0].ends for one in (kept, burnt, called_in)}
    assert await code_of(counter.burn(called_in.codes[0].spelled or "")) == "catalogue.code_unknown"


async def test_a_redemption_of_which_a_code_was_used_cannot_be_cancelled(counter: Counter) -> None:
    done = await counter.redeem("ann", "multi")
    await counter.burn(done.codes[0].spelled or "")
    assert await code_of(counter.act("cancel", done)) == "redemption.not_cancellable"


async def test_uploaded_codes_are_handed_out_once_each(counter: Counter) -> None:
    async def upload(tx: object) -> int:
        return await catalogue.upload_codes(tx, 1, "partner", ["AB-1", "ab1", "CD-2"])  # type: ignore[arg-type]

    assert [await counter.run(upload), await counter.run(upload)] == [2, 0]
    codes = {(await counter.redeem("ann", "pooled")).codes[0].spelled for _ in range(2)}
    assert {(code or "").replace("-", "").upper() for code in codes} == {"AB1", "CD2"}
    assert await code_of(counter.redeem("ann", "pooled")) == "catalogue.pool_empty"


async def test_gift_cards_hold_money_and_are_called_in_only_untouched(counter: Counter) -> None:
    done, other = await counter.redeem("ann", "card"), await counter.redeem("ann", "card")
    number, event = done.cards[0].spelled or "", done.redemption.redemption_id

    async def charge(tx: object, amount: int, line: int) -> int:
        card = await catalogue.charge_card(tx, 1, number, amount, event_id=event, line=line, day=date(2025, 6, 1), at=NOW)  # type: ignore[arg-type]
        return card.balance_minor

    assert await counter.run(lambda tx: charge(tx, 400, 10)) == 600
    assert await code_of(counter.run(lambda tx: charge(tx, 601, 11))) == "catalogue.card_short"
    assert await code_of(counter.act("cancel", done)) == "redemption.not_cancellable"
    assert (await counter.act("cancel", other)).returned == 100
    assert (
        await code_of(counter.run(lambda tx: redemption.get_card(tx, "shop", other.cards[0].spelled or "", now=NOW)))
        == "catalogue.card_unknown"
    )


async def test_donations_add_up_by_receiver_and_fall_back(counter: Counter) -> None:
    await counter.redeem("ann", "trees", wish=Wish(quantity=5))
    one = await counter.redeem("ann", "trees")
    await counter.act("cancel", one)
    assert await counter.run(lambda tx: catalogue.donations_of(tx, 1)) == {"forest": 500}


async def test_an_experience_has_as_many_seats_as_it_says_for_each_date(counter: Counter) -> None:
    first, second = (Wish(on=date(2025, 7, day), place="Berlin") for day in (1, 2))
    await counter.redeem("ann", "tour", wish=first)
    assert await counter.left("tour") == 1
    assert await code_of(counter.redeem("ann", "tour", wish=first)) == "catalogue.out_of_stock"
    assert (await counter.redeem("ann", "tour", wish=second)).redemption.terms["date"] == "2025-07-02"


async def test_what_was_taken_comes_back_whatever_its_place_is_called(counter: Counter) -> None:
    place = r'Bad {Ischl}, "Zur Post" \ 1. Stock'
    await counter.ground.apply(SHOP.replace("[Berlin]", f"['{place}', Berlin]"))
    done = await counter.redeem("ann", "tour", wish=Wish(on=date(2025, 7, 1), place=place), hold=True)
    assert await counter.left("tour") == 3
    assert [item.endswith(place) for item in (await counter.act("release", done)).redemption.items] == [True]
    assert await counter.left("tour") == 4


async def test_more_stock_in_a_later_version_is_added_and_less_never_takes_back_what_is_gone(counter: Counter) -> None:
    await counter.redeem("ann", "last")
    assert await code_of(counter.redeem("ann", "last")) == "catalogue.out_of_stock"
    await counter.ground.apply(SHOP.replace("id: last, cost: 10, stock: 1", "id: last, cost: 10, stock: 3"))
    await counter.redeem("ann", "last")
    await counter.ground.apply(SHOP.replace("id: last, cost: 10, stock: 1", "id: last, cost: 10, stock: 0"))
    assert await code_of(counter.redeem("ann", "last")) == "catalogue.out_of_stock"
    assert await counter.left("last") == 0


async def test_a_fulfilment_goes_step_by_step_and_is_captured_at_the_end(counter: Counter) -> None:
    done = await counter.redeem("ann", "sent")
    assert (done.redemption.state, redemption.fulfilment_of(done.redemption)) == (State.HELD, "requested")
    assert await code_of(counter.act("take_step", done, step="sent")) == "redemption.step_out_of_turn"
    assert await code_of(counter.act("take_step", done, step="painted")) == "redemption.no_such_step"
    for step in ("approved", "packed"):
        assert (await counter.act("take_step", done, step=step)).redemption.step == step
    assert (await counter.act("take_step", done, step="packed")).event_id is None
    last = await counter.act("take_step", done, step="sent")
    assert (last.redemption.state, redemption.fulfilment_of(last.redemption), len(last.cards)) == (State.GIVEN, "sent", 1)


async def test_a_step_that_fails_gives_everything_back(counter: Counter) -> None:
    done = await counter.redeem("ann", "sent")
    await counter.act("take_step", done, step="approved")
    failed = await counter.act("take_step", done, step="packed", failed=True)
    assert (failed.redemption.state, redemption.fulfilment_of(failed.redemption), failed.returned) == (State.RELEASED, "refunded", 10)
    assert (await counter.act("take_step", done, step="packed", failed=True)).event_id is None
    assert (await counter.available("ann"), await counter.left("sent")) == (2500, 3)
