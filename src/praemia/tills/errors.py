"""Refusals of the tills. Those about an event that a terminal signed are kept with it as a conflict."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class TerminalUnknown(DomainError):
    """There is no such terminal."""

    code = "tills.terminal_unknown"
    template = "there is no terminal {terminal!r}"


class TerminalRevoked(DomainError):
    """The terminal was taken out of use."""

    code = "tills.terminal_revoked"
    template = "the terminal {terminal!r} was taken out of use"


class KeyUnreadable(DomainError):
    """Not the 32 bytes of an Ed25519 public key."""

    code = "tills.key_unreadable"
    template = "the public key is not an Ed25519 key of 32 bytes"


class SignatureWrong(DomainError):
    """The text was not signed by this key, or was changed since."""

    code = "tills.signature_wrong"
    template = "the signature does not fit: this was not signed by the terminal, or it was changed since"


class EventUnreadable(DomainError):
    """Signed, but nothing a terminal says."""

    code = "tills.event_unreadable"
    template = "the event cannot be read: {reason}"


class SequenceGap(DomainError):
    """Events before this one have not come yet."""

    code = "tills.sequence_gap"
    template = "event {sequence} has to wait: {expected} comes next"


class SequenceReused(DomainError):
    """Another event had this place in the sequence."""

    code = "tills.sequence_reused"
    template = "event {sequence} was sent before, with other content"


class OfflineNotAllowed(DomainError):
    """The programme takes no sales made without a network."""

    code = "tills.offline_not_allowed"
    template = "the programme takes no sales that were made without a network"


class SaleTooLarge(DomainError):
    """More than the programme allows without a network."""

    code = "tills.sale_too_large"
    template = "the sale of {amount_minor} is larger than {most_minor}, the most without a network"


class TooLate(DomainError):
    """Older than the programme takes by itself."""

    code = "tills.too_late"
    template = "the sale of {occurred_at} arrived more than {days} days later"


class OverLimit(DomainError):
    """A limit of the day is used up."""

    code = "tills.over_limit"
    template = "more than {most} {what} on one day of one {of}"


class BurnNotAllowed(DomainError):
    """Points do not pay without a network."""

    code = "tills.burn_not_allowed"
    template = "points do not pay without a network in this programme"


class BurnTooLarge(DomainError):
    """More points than one sale may take."""

    code = "tills.burn_too_large"
    template = "{asked} points are more than {most}, the most that one sale may take without a network"


class SnapshotUnknown(DomainError):
    """The terminal never got that snapshot."""

    code = "tills.snapshot_unknown"
    template = "the terminal had no snapshot {number}"


class SnapshotOver(DomainError):
    """The snapshot did not count any more, or not yet."""

    code = "tills.snapshot_over"
    template = "the snapshot counted from {taken_at} until {valid_until}, the sale was at {occurred_at}"


class CardNotInSnapshot(DomainError):
    """The snapshot does not know the card."""

    code = "tills.card_not_in_snapshot"
    template = "the snapshot does not know the card"


class AboveBand(DomainError):
    """More points than the card's band was sure to hold."""

    code = "tills.above_band"
    template = "{asked} points are more than {floor}, where the card's band began"


class ClockAhead(DomainError):
    """The sale claims to be later than now."""

    code = "tills.clock_ahead"
    template = "the terminal says {occurred_at}, {seconds} seconds ahead of {now}"


class ClockMoved(DomainError):
    """The terminal's clock was changed since it last asked for the time."""

    code = "tills.clock_moved"
    template = "the terminal corrected its clock by {corrected} seconds, now it would be {measured}: when the sale was is not known"


class EventUnknown(DomainError):
    """The terminal sent no such event."""

    code = "tills.event_unknown"
    template = "the terminal sent no event {sequence}"


class NoConflict(DomainError):
    """There is nothing to settle."""

    code = "tills.no_conflict"
    template = "event {sequence} is {state}: there is nothing to settle"


class NothingFound(DomainError):
    """No member, card, code or order."""

    code = "tills.nothing_found"
    template = "no member, card, code or order fits this"


class UndoTooLate(DomainError):
    """Only what was just done can be undone at the till."""

    code = "tills.undo_too_late"
    template = "the order {order!r} can be undone for {minutes} minutes only; take it back as a return"


class NotOfTills(DomainError):
    """Bought elsewhere."""

    code = "tills.not_of_tills"
    template = "the order {order!r} was not recorded at a till"


class ReceiptNeeded(DomainError):
    """Too much to come back without a receipt."""

    code = "tills.receipt_needed"
    template = "goods of {amount_minor} come back with their receipt only: without one {most_minor} is the most"
