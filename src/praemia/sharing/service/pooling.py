"""The verbs about pools: make one, join, leave, spend together. Everybody's points stay their own until the pool spends them.

Order of locks: the pool, then the accounts of all its members in the ledger's one order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from praemia import ledger, members
from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of, new_id
from praemia.foundation.values import replace
from praemia.members import Member
from praemia.rules import Draw, PoolSpender, extended_day
from praemia.sharing import store
from praemia.sharing.core.shares import in_proportion, oldest_first
from praemia.sharing.errors import NotInPool, OnlyTheHead, PoolTaken, PoolUnknown
from praemia.sharing.model import POOL_REDEMPTION, NewPool, Pool, PoolSpend, PoolView, Shared
from praemia.sharing.service.reading import owners_of
from praemia.sharing.service.scene import Scene, Sent, balances_of, done_before, find_member, scene_of, without_nones, write_event

_REDEEM = "redeem"  # what a programme calls redeeming where it says which activity extends


async def create_pool(tx: Tx, wanted: NewPool, *, now: datetime) -> PoolView:
    """Make a pool; the first member is its head. The same again answers the pool as it is.

    Raises PoolTaken, MemberUnknown, MemberClosed.
    """
    scene = await scene_of(tx, wanted.program, now=now)
    joining = list(dict.fromkeys([(await find_member(tx, scene, name)).member_id for name in wanted.members]))
    pool = Pool(
        pool_id=new_id(bucket_of(joining[0])),
        program_id=scene.program_id,
        reference=wanted.reference,
        draw=wanted.draw,
        who=wanted.who,
        created_at=scene.at,
    )
    if await store.claim_pool(tx, pool):
        await store.insert_pool(tx, pool)
        await store.join_pool(tx, pool.pool_id, joining, scene.at)
        return await _view(tx, scene, pool)
    known = await _find(tx, scene, wanted.reference)
    there = await _members(tx, known)
    if [m.member_id for m in there] != joining or (known.draw, known.who) != (wanted.draw, wanted.who):
        raise PoolTaken(pool=wanted.reference)
    return await _view(tx, scene, known)


async def get_pool(tx: Tx, slug: str, reference: str, *, now: datetime) -> PoolView:
    """A pool as it is now. Raises PoolUnknown."""
    scene = await scene_of(tx, slug, now=now)
    return await _view(tx, scene, await _find(tx, scene, reference))


async def pools_of(tx: Tx, slug: str, member_id: UUID, *, now: datetime) -> list[PoolView]:
    """The pools a member belongs to, also by memberships that became theirs."""
    scene = await scene_of(tx, slug, now=now)
    return [await _view(tx, scene, pool) for pool in await store.pools_of(tx, scene.program_id, await owners_of(tx, member_id))]


async def join_pool(tx: Tx, slug: str, reference: str, name: str, *, now: datetime) -> PoolView:
    """A member joins a pool, behind the others. Who is there already stays. Raises PoolUnknown, MemberUnknown, MemberClosed."""
    scene = await scene_of(tx, slug, now=now)
    pool, member = await _find(tx, scene, reference), await find_member(tx, scene, name)
    await store.hold_pool(tx, pool.pool_id, changing=True)
    if all(one.member_id != member.member_id for one in await _members(tx, pool)):
        await store.join_pool(tx, pool.pool_id, [member.member_id], scene.at)
    return await _view(tx, scene, pool)


async def leave_pool(tx: Tx, slug: str, reference: str, name: str, *, now: datetime) -> PoolView:
    """A member leaves a pool with all points that are left of their own; the next in order becomes the head.

    Raises PoolUnknown, MemberUnknown, NotInPool.
    """
    scene = await scene_of(tx, slug, now=now)
    pool, member = await _find(tx, scene, reference), await members.get_member(tx, scene.program_id, name)
    await store.hold_pool(tx, pool.pool_id, changing=True)
    ids = [one.member_id for one in await store.pool_members(tx, pool.pool_id)]
    heirs = await members.leading(tx, ids)
    leaving = [one for one in ids if heirs[one].member_id == member.member_id]
    if not leaving:
        raise NotInPool(member=name, pool=reference)
    await store.leave_pool(tx, pool.pool_id, leaving, scene.at)
    return await _view(tx, scene, pool)


async def spend_pool(tx: Tx, wanted: PoolSpend, *, now: datetime) -> Shared:
    """A member spends points of the pool: the oldest of all its members, or of each in proportion. Points that wait are not counted.

    Order of checks: programme, known key, pool, member, membership, head, unit, points. Sent again with the same key and content it
    answers the first time's. Raises PoolUnknown, MemberUnknown, MemberClosed, NotInPool, OnlyTheHead, UnitUnknown, NotSpendable,
    InsufficientPoints, KeyReused; Contended when a race is lost.
    """
    scene = await scene_of(tx, wanted.program, now=now)
    sent = Sent(kind=POOL_REDEMPTION, content=_content(wanted), key=wanted.key)
    before = await done_before(tx, scene, sent)
    if before is not None:
        return before
    pool, member = await _find(tx, scene, wanted.pool), await find_member(tx, scene, wanted.member)
    await store.hold_pool(tx, pool.pool_id, changing=False)
    together = await _members(tx, pool)
    _check_spender(scene, pool, member, together, wanted)
    unit, number = scene.spendable(wanted.unit)
    accounts = await ledger.lock_accounts(tx, [one.member_id for one in together])
    mine = {key: account for key, account in accounts.items() if key[1] == number}
    held = {owner: max(balance.available, 0) for (owner, _), balance in (await ledger.standing(tx, mine, scene.day)).items()}
    if wanted.amount > sum(held.values()):
        raise ledger.InsufficientPoints(asked=wanted.amount, available=sum(held.values()))
    draw = pool.draw or scene.policies.sharing.pools.draw
    shares = await _shares(tx, scene, together, number, held, wanted.amount, draw)
    event_id = new_id(bucket_of(pool.pool_id))
    extend_to = extended_day(unit.lots, _REDEEM, scene.day)
    postings = [
        replace(
            scene.posting(owner, event_id, line, number, ledger.Kind.SPEND, share),
            oldest_first=draw is Draw.OLDEST_FIRST or unit.lots.oldest_first,
            extend_to=extend_to,
        )
        for line, (owner, share) in enumerate(shares.items())
    ]
    await ledger.post(tx, postings, accounts)
    about = {
        "pool": pool.reference,
        "member": member.reference,
        "unit": unit.code,
        "decimals": unit.decimals,
        "spent": wanted.amount,
        "draw": draw.value,
        "shares": [
            {"member": one.reference, "amount": shares[one.member_id]} for one in together if one.member_id in shares
        ],
    }  # fmt: skip
    return await write_event(tx, scene, sent, event_id, member, about, await balances_of(tx, scene, member.member_id, accounts))


def _check_spender(scene: Scene, pool: Pool, member: Member, together: Sequence[Member], wanted: PoolSpend) -> None:
    if all(one.member_id != member.member_id for one in together):
        raise NotInPool(member=wanted.member, pool=wanted.pool)
    head = together[0]
    if (pool.who or scene.policies.sharing.pools.who) is PoolSpender.HEAD and head.member_id != member.member_id:
        raise OnlyTheHead(head=head.reference, pool=wanted.pool)


async def _shares(
    tx: Tx, scene: Scene, together: Iterable[Member], number: int, held: Mapping[UUID, int], amount: int, draw: Draw
) -> dict[UUID, int]:
    """Who pays how much, nobody nothing; the members' accounts are locked."""
    owners = [one.member_id for one in together if held.get(one.member_id)]
    if draw is Draw.PROPORTIONAL:
        shares = in_proportion(amount, {owner: held[owner] for owner in owners})
    else:
        lots = [
            (lot.earned_at, owner, lot.remaining)
            for owner in owners
            for lot in await ledger.lots_on(tx, owner, scene.day)
            if lot.unit == number and not lot.pending
        ]
        shares = oldest_first(amount, lots)
    return {owner: share for owner, share in shares.items() if share}


async def _find(tx: Tx, scene: Scene, reference: str) -> Pool:
    pool = await store.find_pool(tx, scene.program_id, reference)
    if pool is None:
        raise PoolUnknown(pool=reference)
    return pool


async def _members(tx: Tx, pool: Pool) -> list[Member]:
    """Who belongs to the pool, in the order of joining; two that became one count once, where the first of them stood. Who left the
    programme does not count any more."""
    ids = [one.member_id for one in await store.pool_members(tx, pool.pool_id)]
    heirs = await members.leading(tx, ids)
    there = {heirs[one].member_id: heirs[one] for one in reversed(ids)}
    found = {heirs[one].member_id: there[heirs[one].member_id] for one in ids}.values()
    return [one for one in found if one.status == "active"]


async def _view(tx: Tx, scene: Scene, pool: Pool) -> PoolView:
    together = await _members(tx, pool)
    codes = {unit.number: unit.code for unit in scene.program.units.values()}
    available = dict.fromkeys(codes.values(), 0)
    for one in together:
        for balance in await ledger.balances_of(tx, one.member_id, day=scene.day):
            available[codes[balance.unit]] += max(balance.available, 0)
    policy = scene.policies.sharing.pools
    return PoolView(
        pool=pool,
        draw=pool.draw or policy.draw,
        who=pool.who or policy.who,
        members=tuple(one.reference for one in together),
        member_ids=tuple(one.member_id for one in together),
        available=available,
    )


def _content(wanted: PoolSpend) -> dict[str, object]:
    said = {"pool": wanted.pool, "member": wanted.member, "amount": wanted.amount, "unit": wanted.unit, "reason": wanted.reason}
    return without_nones(said)
