"""Refusals of the redemption journey. What stands against a reward itself is refused by the catalogue."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class RedemptionUnknown(DomainError):
    """The programme knows no such redemption."""

    code = "redemption.unknown"
    template = "there is no redemption {redemption!r}"


class NotHeld(DomainError):
    """Only points that are still held can be captured or released."""

    code = "redemption.not_held"
    template = "the redemption is {state}, not held"


class HoldLapsed(DomainError):
    """The hold ended before it was captured."""

    code = "redemption.hold_lapsed"
    template = "the hold ended at {deadline}"


class NotGiven(DomainError):
    """What is only held cannot be used yet."""

    code = "redemption.not_given"
    template = "the redemption is {state}: it cannot be used yet"


class AlreadyUsed(DomainError):
    """A redemption is used once."""

    code = "redemption.already_used"
    template = "the redemption was used already"


class Undone(DomainError):
    """A redemption that was released or cancelled is worth nothing."""

    code = "redemption.undone"
    template = "the redemption was {state}"


class NotCancellable(DomainError):
    """What was used, or has its effect at once, is final."""

    code = "redemption.not_cancellable"
    template = "the redemption cannot be cancelled: {reason}"


class DeadlinePassed(DomainError):
    """A hold must end later than now."""

    code = "redemption.deadline_passed"
    template = "{deadline} is not later than {now}"


class NothingToFulfil(DomainError):
    """The redemption has no such step, or none left."""

    code = "redemption.no_such_step"
    template = "the redemption has no step {step!r} to come{hint}"


class StepOutOfTurn(DomainError):
    """The steps of a fulfilment come one after the other."""

    code = "redemption.step_out_of_turn"
    template = "the next step is {next!r}, not {step!r}"


class NotTogether(DomainError):
    """It takes rows that many share in no order of theirs: a transaction of its own carries it out. Nothing is wrong with it."""

    code = "redemption.not_together"
    template = "this is carried out in a transaction of its own"
