"""Values of the ledger: postings in, accounts and lots out. Amounts are quanta, always positive in a posting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from praemia.foundation.values import Sheet, Value, field

AccountKey = tuple[UUID, int]  # owner and unit
TransferKey = tuple[UUID, UUID, int]  # owner, event and line: names a transfer, and the lot it issued
AllocationKey = tuple[UUID, UUID, int, UUID, int]  # owner, the transfer's event and line, the lot's event and line


class Role(StrEnum):
    """The accounts that points move between: AVAILABLE, PENDING and HELD belong to an owner, the others to the programme."""

    ISSUED = "issued"
    PENDING = "pending"
    AVAILABLE = "available"
    HELD = "held"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    TRANSIT = "transit"
    ADJUSTMENT = "adjustment"


class Kind(StrEnum):
    """What a transfer does; the chart (core/chart.py) says between which accounts."""

    EARN = "earn"
    PROMISE = "promise"
    OPEN = "open"
    VOID = "void"
    REVERSE = "reverse"
    HOLD = "hold"
    RELEASE = "release"
    CAPTURE = "capture"
    SPEND = "spend"
    RESTORE = "restore"
    EXPIRE = "expire"
    REINSTATE = "reinstate"
    SEND = "send"
    RECEIVE = "receive"
    CEDE = "cede"
    INHERIT = "inherit"
    REGAIN = "regain"
    RESUME = "resume"
    CREDIT = "credit"
    DEBIT = "debit"


class Posting(Value):
    """One transfer to make: `amount` quanta of `unit`, of the given kind, for `owner_id`, caused by line `line` of an event.

    `day` is the programme's local day on which it is posted: it decides which lots are usable.
    A kind that issues a lot takes `last_day` (the last local day of use; None: for ever), `earned_at` (when not
    `occurred_at`), `origin` (the event that first issued points which come from another owner) and, for a promise, `opens_on`
    (None: when told). `of` names the lot that is opened, voided, ceded or expired, or taken from first; or the transfer that is
    released, captured, restored, regained or resumed, and `after` those by which some of that came back before. `own` is the event
    whose lots a reversal takes first. `may_owe` lets a debit take the balance below zero; `oldest_first` takes lots by age instead of
    by expiry. A lot that `joins` ends with the last of those that are there, if any. Afterwards every lot that would end before
    `extend_to` ends on that day.
    """

    owner_id: UUID
    event_id: UUID
    line: int
    unit: int
    program_id: int
    kind: Kind
    amount: int
    day: date
    occurred_at: datetime
    posted_at: datetime
    last_day: date | None = None
    opens_on: date | None = None
    earned_at: datetime | None = None
    origin: UUID | None = None
    of: tuple[UUID, int] | None = None
    after: tuple[tuple[UUID, int], ...] = ()
    own: UUID | None = None
    may_owe: bool = False
    oldest_first: bool = False
    joins: bool = False
    extend_to: date | None = None


class Account(Sheet):
    """An owner's standing in one unit, as locked. Mutable: a batch posts to it in turn.

    `available` is net of `debt`; `due_day` is the next local day on which a lot opens or has expired, `lots_from` the
    event that issued the first lot which still holds something (None: none does). `successor_id` is who took everything over.
    """

    owner_id: UUID
    unit: int
    program_id: int
    available: int = 0
    pending: int = 0
    held: int = 0
    debt: int = 0
    lifetime: int = 0
    due_day: date | None = None
    lots_from: UUID | None = None
    successor_id: UUID | None = None


class Lot(Sheet):
    """Points issued together; `remaining` falls as a batch allocates from it. A pending lot is not usable yet. `origin` is the event
    that first issued points which came from another owner; None: the lot's own."""

    owner_id: UUID
    event_id: UUID
    line: int
    unit: int
    amount: int
    remaining: int
    earned_at: datetime
    last_day: date | None = None
    pending: bool = False
    opens_on: date | None = None
    origin: UUID | None = None

    @property
    def issued_by(self) -> UUID:
        """The event that first issued these points, whoever had them then."""
        return self.origin or self.event_id


class Posted(Sheet):
    """What a batch writes: its transfers (with those that settling added), the lot that each of them issued (None: none), the lots of
    which something changed, accounts, and allocations: how much a transfer took from a lot (below zero: gave back). `settled` counts
    the transfers that settling added to an owner's part of an event, over all units: it numbers their lines."""

    transfers: list[Posting] = field(default_factory=list)
    issued: list[Lot | None] = field(default_factory=list)
    changed: dict[TransferKey, Lot] = field(default_factory=dict)
    accounts: dict[AccountKey, Account] = field(default_factory=dict)
    allocations: dict[AllocationKey, int] = field(default_factory=dict)
    settled: dict[tuple[UUID, UUID], int] = field(default_factory=dict)


class Expired(Value):
    """What one transfer let expire of one lot: `last_day` is the lot's, `given_back` says that the lot had expired before."""

    event_id: UUID
    line: int
    unit: int
    amount: int
    last_day: date | None
    posted_at: datetime
    given_back: bool


class Piece(Value):
    """What a transfer took of one lot, with the lot's dates and the event that first issued it."""

    amount: int
    last_day: date | None
    earned_at: datetime
    origin: UUID


class Use(Value):
    """How much a transfer took from a line's lot of some event; below zero: gave back."""

    lot_line: int
    event_id: UUID
    line: int
    kind: str
    amount: int


class Balance(Value):
    """What an owner holds of a unit: `available` may be negative (debt), `lifetime` (earned, promised, credited) never falls."""

    unit: int
    available: int
    pending: int = 0
    held: int = 0
    lifetime: int = 0


class Movement(Value):
    """One transfer as a statement shows it: by how much it changed what the owner may use, has pending, has held."""

    event_id: UUID
    line: int
    unit: int
    kind: str
    occurred_at: datetime
    posted_at: datetime
    amount: int
    pending: int
    held: int


class StatementLine(Value):
    """A movement and what the owner had of its unit right after it."""

    movement: Movement
    available: int
    pending: int
    held: int


class Statement(Value):
    """A period of an owner's accounts by posted time: what there was when it began (not included), what moved, what there was when it
    ended (included). `has_more` says that the page does not reach the end."""

    opening: Mapping[int, Balance]
    lines: Sequence[StatementLine]
    closing: Mapping[int, Balance]
    has_more: bool


class Discrepancy(Value):
    """A row that does not fit: which invariant, where, what is stored and what the entries say."""

    invariant: str
    bucket: int
    row: str
    stored: str
    derived: str
