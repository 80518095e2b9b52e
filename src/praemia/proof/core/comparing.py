"""Comparing a bucket's rows with its leaves: what changed, what is missing, what was slipped in; and what a changed row was before.

Rows and leaves come in the order of keys and are compared page by page, so that memory holds the leaves of one bucket (66 bytes for
each transfer) and a page of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from uuid import UUID

from praemia.foundation.values import replace
from praemia.proof.core.leaves import AMOUNT, KEY, KEY_BYTES, LEAF_BYTES, day, event_of, instant, name_of, record_of, row_of
from praemia.proof.model import Examined, Finding, Seal, TransferRow

NAMED = 10
"""How many rows of a bucket are named before they are only counted."""
_AMOUNTS_TRIED = 200_000
_NUMBERS_TRIED = 100
_DAYS_TRIED = 20_000  # until 2054


class BucketComparison:
    """One bucket under examination. Feed it pages of records in the order of keys, then `finish`."""

    def __init__(self, bucket: int, seals: Iterable[Seal], first_unsealed: UUID, examined: Examined) -> None:
        self._bucket = bucket
        self._leaves = [seal.leaves for seal in seals]
        self._at = [0] * len(self._leaves)
        self._first_unsealed = first_unsealed
        self._examined = examined
        self._found: list[tuple[str, bytes]] = []
        self.changed: list[tuple[bytes, bytes]] = []
        """Record and sealed digest of the changed rows that will be named."""

    def page(self, records: Sequence[bytes]) -> None:
        """Compare the next rows."""
        if not records:
            return
        sealed = self._take(records[-1][KEY])
        self._examined.rows += len(records)
        for record in records:
            digest = sealed.pop(record[KEY], None)
            if digest is None:
                self._unsealed(record[KEY])
            elif digest != sha256(record).digest():
                self._note("changed", record[KEY])
                self.changed.append((record, digest))
        for key in sealed:
            self._note("missing", key)

    def finish(self) -> None:
        """Whatever is left of the leaves has no row."""
        for key in self._take(b"\xff" * KEY_BYTES):
            self._note("missing", key)

    def findings(self, event_times: Mapping[UUID, tuple[int, int]], kinds: Sequence[str]) -> Iterator[Finding]:
        """The rows that do not fit, the first of them by name. `event_times` are occurred and posted of events, `kinds` the chart's."""
        was = {record[KEY]: difference(record, digest, event_times, kinds) for record, digest in self.changed[:NAMED]}
        says = {"missing": "was sealed, is gone", "inserted": "is not in the seals, though it claims to have arrived before they were made"}
        for what, key in self._found[:NAMED]:
            yield Finding(what=what, bucket=self._bucket, row=name_of(key), says=says.get(what) or was.get(key, "differs from its seal"))
        if len(self._found) > NAMED:
            yield Finding(what="more", bucket=self._bucket, row=f"{len(self._found) - NAMED} more rows", says="do not fit their seals")

    def _take(self, last: bytes) -> dict[bytes, bytes]:
        """Key and digest of the leaves up to a key that no page has taken yet, in the order of keys within each seal."""
        taken: dict[bytes, bytes] = {}
        for n, leaves in enumerate(self._leaves):
            at, end = self._at[n], len(leaves)
            while at < end and (key := leaves[at : at + KEY_BYTES]) <= last:
                taken[key] = leaves[at + KEY_BYTES : at + LEAF_BYTES]
                at += LEAF_BYTES
            self._at[n] = at
        return taken

    def _unsealed(self, key: bytes) -> None:
        if event_of(key) < self._first_unsealed:
            self._note("inserted", key)
        else:
            self._examined.waiting += 1

    def _note(self, what: str, key: bytes) -> None:
        self._found.append((what, key))


def difference(record: bytes, digest: bytes, event_times: Mapping[UUID, tuple[int, int]], kinds: Sequence[str]) -> str:
    """What a changed row was when it was sealed. The digest proves a guess: each column alone is tried with the values it may have had;
    two columns changed at once are beyond that, and so are amounts above 200 000."""
    now = row_of(record)
    guesses = _guesses(now, event_times, kinds)
    was = next((guess for guess in guesses if sha256(record_of(guess)).digest() == digest), None) or _with_other_amount(now, digest)
    if was is not None:
        return "; ".join(_told(now, was))
    return f"differs from its seal in more than one column, or by a lot: {now.kind} {now.amount} of unit {now.unit}"


def _guesses(now: TransferRow, event_times: Mapping[UUID, tuple[int, int]], kinds: Sequence[str]) -> Iterator[TransferRow]:
    for kind in kinds:
        yield replace(now, kind=kind)
    for number in range(_NUMBERS_TRIED):
        yield replace(now, unit=number)
        yield replace(now, program_id=number)
    occurred, posted = event_times.get(now.event_id, (now.occurred_at, now.posted_at))
    for first in {occurred, posted, now.occurred_at, now.posted_at}:
        yield replace(now, occurred_at=first)
        yield replace(now, posted_at=first)
    yield replace(now, occurred_at=occurred, posted_at=posted)
    for earned in (None, occurred, now.occurred_at):
        yield replace(now, earned_at=earned)
    for tried in (None, *range(_DAYS_TRIED)):
        yield replace(now, opens_on=tried)
        yield replace(now, last_day=tried)
    yield replace(now, origin=None)


def _with_other_amount(now: TransferRow, digest: bytes) -> TransferRow | None:
    """The row with the amount it had when it was sealed, if that is among those tried. Hashes what stands before the amount once."""
    record = record_of(now)
    head = sha256(record[: AMOUNT.start])
    rest = record[AMOUNT.stop :]
    for amount in range(1, _AMOUNTS_TRIED + 1):
        hasher = head.copy()
        hasher.update(amount.to_bytes(8, "big") + rest)
        if hasher.digest() == digest:
            return replace(now, amount=amount)
    return None


def _told(now: TransferRow, was: TransferRow) -> Iterator[str]:
    for column in ("kind", "amount", "unit", "program_id", "origin"):
        if getattr(now, column) != getattr(was, column):
            yield f"{column} was {getattr(was, column)}, is {getattr(now, column)}"
    spellings: dict[str, Callable[[int], date]] = dict.fromkeys(("occurred_at", "posted_at", "earned_at"), instant)
    for column, spelled in {**spellings, "opens_on": day, "last_day": day}.items():
        if getattr(now, column) != getattr(was, column):
            first, last = (None if value is None else spelled(value).isoformat() for value in (getattr(was, column), getattr(now, column)))
            yield f"{column} was {first}, is {last}"
