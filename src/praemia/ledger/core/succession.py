"""Everything one owner has goes over to another, as transfers. Pure.

Open lots arrive as they are, each with its own dates and origin; promised ones too; a debt is paid for and owed by the heir instead.
What is held stays behind: a redemption in progress belongs to whoever began it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from uuid import UUID

from praemia.foundation.values import replace
from praemia.ledger.model import Account, Kind, Lot, Posting


def handing_over(account: Account, lots: Sequence[Lot], heir: UUID, cause: Posting, lines: count[int]) -> Iterator[Posting]:
    """The transfers of one settled account to the heir, each lot's leaving before its arriving; `lines` numbers them for both owners."""

    def part(owner: UUID, kind: Kind, amount: int, lot: Lot | None = None) -> Posting:
        made = replace(cause, owner_id=owner, unit=account.unit, program_id=account.program_id, kind=kind, amount=amount, line=next(lines))
        return made if lot is None else replace(made, last_day=lot.last_day, earned_at=lot.earned_at, origin=lot.issued_by)

    for lot in lots:
        leaves, arrives = (Kind.CEDE, Kind.INHERIT) if lot.pending else (Kind.SEND, Kind.RECEIVE)
        yield replace(part(account.owner_id, leaves, lot.remaining), of=(lot.event_id, lot.line))
        yield replace(part(heir, arrives, lot.remaining, lot), opens_on=lot.opens_on)
    if account.debt:
        yield part(account.owner_id, Kind.RECEIVE, account.debt)
        yield replace(part(heir, Kind.SEND, account.debt), may_owe=True)
