"""The verb `part`: a merge is undone. What came with it goes back; what was earned since under either name stays where it is.

Refused when points that came with the merge were used since: then nobody could say whose they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import UUID

from praemia import journal, ledger, members, tiers
from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of, new_id
from praemia.foundation.values import replace
from praemia.rules import CounterKey, Scope, terms_of
from praemia.sharing import store
from praemia.sharing.errors import AlreadyParted, MergedOn, MergeUnknown, PointsGone
from praemia.sharing.model import PARTING, Merge, Parting, Shared
from praemia.sharing.service.scene import FIRST_PIECE, Scene, Sent, balances_of, done_before, scene_of, write_event

_NAMED_AT_MOST = 5
_BY_ITSELF = frozenset({"expire", "open"})
Arrived = tuple[ledger.Lot, Mapping[str, Any]]
"""A lot as it is now, and what the merge's event says of it."""


async def part(tx: Tx, wanted: Parting, *, now: datetime) -> Shared:
    """Undo a merge: points with their dates, debts, counts, references and cards are where they were. What expired meanwhile is gone.

    Order of checks: programme, known key, merge, undone already, merged on, points used. Raises MergeUnknown, AlreadyParted, MergedOn,
    PointsGone, KeyReused; Contended when a race is lost.
    """
    scene = await scene_of(tx, wanted.program, now=now)
    sent = Sent(kind=PARTING, content={"merge": wanted.merge}, key=wanted.key)
    before = await done_before(tx, scene, sent)
    if before is not None:
        return before
    merge = await _find(tx, scene, wanted.merge)
    both = [merge.keep_id, merge.drop_id]
    accounts = await ledger.lock_accounts(tx, both, handed_over=True)
    if (await _find(tx, scene, wanted.merge)).undone_by is not None:
        raise AlreadyParted(merge=wanted.merge)
    keep = (await members.leading(tx, [merge.keep_id]))[merge.keep_id]
    event = await journal.get_event(tx, scene.program_id, merge.merge_id)
    about: Mapping[str, Any] = event.verdict["about"]
    if keep.member_id != merge.keep_id:
        raise MergedOn(keep=about["keep"])
    event_id = new_id(bucket_of(merge.keep_id))
    await ledger.settle(tx, [scene.posting(merge.keep_id, event_id, 1, 0, ledger.Kind.EXPIRE, 1)], accounts)
    lots, uses = await _arrived(tx, merge, about)
    _check_unused(merge, uses)
    postings = [
        *_giving_back(scene, merge, event_id, lots, uses),
        *await _owing_again(tx, scene, merge, event_id, about["debts"]),
    ]
    await ledger.post(tx, postings, accounts)
    await journal.wind_back_counters(tx, merge.keep_id, dict(_counters(about["counters"])))
    if "tiers" in about:
        cause = tiers.Cause(at=scene.at, day=scene.day, event=event_id)
        await tiers.part(tx, scene.program, keep, merge.drop_id, about["tiers"]["before"], about["tiers"]["after"], cause)
    await members.stand_alone(tx, merge.drop_id)
    await ledger.name_successor(tx, merge.drop_id, None)
    await store.undo_merge(tx, merge.merge_id, event_id)
    told = {"keep": about["keep"], "drop": about["drop"], "merge": str(merge.merge_id)}
    return await write_event(tx, scene, sent, event_id, keep, told, await balances_of(tx, scene, merge.keep_id, accounts))


async def _find(tx: Tx, scene: Scene, name: str) -> Merge:
    try:
        merge = await store.find_merge(tx, UUID(name))
    except ValueError:
        merge = None
    if merge is None or merge.program_id != scene.program_id:
        raise MergeUnknown(merge=name)
    return merge


async def _arrived(tx: Tx, merge: Merge, about: Mapping[str, Any]) -> tuple[Sequence[Arrived], Sequence[ledger.Use]]:
    """The lots that came with the merge as they are now, and what was taken from them."""
    names = [(merge.keep_id, merge.merge_id, lot["line"]) for lot in about["lots"]]
    found = await ledger.lots_issued_by(tx, names)
    arrived = [(found[name], lot) for name, lot in zip(names, about["lots"], strict=True)]
    return arrived, await ledger.uses_of(tx, merge.keep_id, merge.merge_id)


def _check_unused(merge: Merge, uses: Iterable[ledger.Use]) -> None:
    """Paying a debt while they arrived, opening and expiring is no use; what was held and given back comes to nothing."""
    taken: dict[UUID, int] = {}
    for use in uses:
        if use.event_id != merge.merge_id and use.kind not in _BY_ITSELF:
            taken[use.event_id] = taken.get(use.event_id, 0) + use.amount
    spent = sum(taken.values())
    if spent:
        by = [str(event) for event, amount in taken.items() if amount > 0]
        raise PointsGone(spent=spent, events=", ".join(by[:_NAMED_AT_MOST]))


def _giving_back(
    scene: Scene, merge: Merge, event_id: UUID, lots: Iterable[Arrived], uses: Sequence[ledger.Use]
) -> Iterator[ledger.Posting]:
    """Into every lot that went over comes back what is left of it, and what paid a debt when it came, to end as it would end now."""
    lines = count(FIRST_PIECE)
    for lot, told in lots:
        paid = sum(use.amount for use in uses if use.event_id == merge.merge_id and use.lot_line == lot.line)
        amount = lot.remaining + paid
        if not amount:
            continue
        leaves = ledger.Kind.CEDE if lot.pending else ledger.Kind.SEND
        leaving = scene.posting(merge.keep_id, event_id, next(lines), lot.unit, leaves, amount)
        yield replace(leaving, of=(lot.event_id, lot.line), may_owe=not lot.pending)
        returns = ledger.Kind.RESUME if told["pending"] else ledger.Kind.REGAIN
        returning = scene.posting(merge.drop_id, event_id, next(lines), lot.unit, returns, amount)
        yield replace(returning, of=(merge.merge_id, told["sent"]), last_day=lot.last_day)
        if told["pending"] and not lot.pending and (lot.opens_on is None or lot.opens_on > scene.day):
            opening = scene.posting(merge.drop_id, event_id, next(lines), lot.unit, ledger.Kind.OPEN, amount)
            yield replace(opening, of=(UUID(told["of"][0]), told["of"][1]), last_day=lot.last_day)


async def _owing_again(tx: Tx, scene: Scene, merge: Merge, event_id: UUID, debts: Iterable[Mapping[str, Any]]) -> list[ledger.Posting]:
    """A debt that came goes back; the lots that paid a part of it get that back."""
    postings: list[ledger.Posting] = []
    lines = count(FIRST_PIECE // 2)
    for debt in debts:
        paid = sum(piece.amount for piece in await ledger.pieces_of(tx, merge.keep_id, merge.merge_id, debt["line"]))
        owed = debt["amount"] - paid
        if owed:  # first, so that it pays what was owed and not what comes back
            back = scene.posting(merge.keep_id, event_id, next(lines), debt["unit"], ledger.Kind.RECEIVE, owed)
            postings.append(replace(back, last_day=_fresh_day(scene, debt["unit"])))
        if paid:
            back = scene.posting(merge.keep_id, event_id, next(lines), debt["unit"], ledger.Kind.REGAIN, paid)
            postings.append(replace(back, of=(merge.merge_id, debt["line"])))
        owing = scene.posting(merge.drop_id, event_id, next(lines), debt["unit"], ledger.Kind.SEND, debt["amount"])
        postings.append(replace(owing, may_owe=True))
    return postings


def _fresh_day(scene: Scene, number: int) -> date | None:
    """When points end that pay no debt any more, because it was paid since."""
    code = next(unit.code for unit in scene.program.units.values() if unit.number == number)
    known = {unit.code: unit for unit in scene.policies.rules.earning.units}
    return terms_of(known[code].lots, None, scene.day, waits=False).last_day if code in known else None


def _counters(added: Iterable[Mapping[str, Any]]) -> Iterator[tuple[CounterKey, tuple[int, datetime | None, datetime | None]]]:
    for one in added:
        key = CounterKey(scope=Scope.MEMBER, counter=one["counter"], period=date.fromisoformat(one["period"]))
        came, was = _instant(one["last_at"]), _instant(one["was_last_at"])
        yield key, (one["used"], max((at for at in (came, was) if at is not None), default=None), was)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
