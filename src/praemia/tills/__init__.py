"""The tills' front door: what a cashier does, terminals that go on without a network, and what somebody settles afterwards."""

from praemia.tills.core.bands import band_of, card_digest, floor_of
from praemia.tills.core.said import Said, read_said, sequence_of
from praemia.tills.core.signing import is_snapshot_signed, sign_event
from praemia.tills.errors import (
    EventUnknown,
    EventUnreadable,
    NoConflict,
    NothingFound,
    NotOfTills,
    ReceiptNeeded,
    SequenceGap,
    SequenceReused,
    SignatureWrong,
    TerminalRevoked,
    TerminalUnknown,
    UndoTooLate,
)
from praemia.tills.model import (
    CHANNEL,
    Candidate,
    Found,
    How,
    KeptEvent,
    Kind,
    Outcome,
    Registered,
    Settle,
    Signed,
    SignedSnapshot,
    Snapshot,
    State,
    Terminal,
)
from praemia.tills.service.finding import find, masked
from praemia.tills.service.proving import verify
from praemia.tills.service.selling import NO_ARTICLE, open_card, return_unreceipted, sell, terms_of, undo
from praemia.tills.service.settling import conflicts_of, event_of, settle
from praemia.tills.service.snapshots import take_snapshot
from praemia.tills.service.syncing import take
from praemia.tills.service.terminals import get_terminal, register, report, revoke, terminals_of

__all__ = [
    "CHANNEL",
    "NO_ARTICLE",
    "Candidate",
    "EventUnknown",
    "EventUnreadable",
    "Found",
    "How",
    "KeptEvent",
    "Kind",
    "NoConflict",
    "NotOfTills",
    "NothingFound",
    "Outcome",
    "ReceiptNeeded",
    "Registered",
    "Said",
    "SequenceGap",
    "SequenceReused",
    "Settle",
    "SignatureWrong",
    "Signed",
    "SignedSnapshot",
    "Snapshot",
    "State",
    "Terminal",
    "TerminalRevoked",
    "TerminalUnknown",
    "UndoTooLate",
    "band_of",
    "card_digest",
    "conflicts_of",
    "event_of",
    "find",
    "floor_of",
    "get_terminal",
    "is_snapshot_signed",
    "masked",
    "open_card",
    "read_said",
    "register",
    "report",
    "return_unreceipted",
    "revoke",
    "sell",
    "sequence_of",
    "settle",
    "sign_event",
    "take",
    "take_snapshot",
    "terminals_of",
    "terms_of",
    "undo",
    "verify",
]
