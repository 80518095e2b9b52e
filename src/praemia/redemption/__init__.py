"""The redemption journey's front door: points become rewards, and rewards points again."""

from praemia.redemption.core.promises import promise_of
from praemia.redemption.core.states import fulfilment_of, next_step
from praemia.redemption.core.words import sentence_of
from praemia.redemption.errors import (
    AlreadyUsed,
    DeadlinePassed,
    HoldLapsed,
    NotCancellable,
    NotGiven,
    NotHeld,
    NothingToFulfil,
    NotTogether,
    RedemptionUnknown,
    StepOutOfTurn,
    Undone,
)
from praemia.redemption.model import (
    CAPTURE,
    KINDS,
    RELEASE,
    REVERSAL,
    USE,
    Act,
    Deed,
    Done,
    NewCard,
    Redeem,
    Redemption,
    ShownCode,
    State,
    UseCode,
)
from praemia.redemption.service.automatic import give_automatic
from praemia.redemption.service.cards import get_card, issue_card
from praemia.redemption.service.carrying import cancel, capture, carry_out, redeem, release, use
from praemia.redemption.service.fulfilling import lapse_holds, overdue_holds, take_step
from praemia.redemption.service.proving import verify
from praemia.redemption.service.reading import Offer, get_redemption, offers_for, redemptions_of, rewards_of
from praemia.redemption.service.redeeming import STEP_JOB
from praemia.redemption.service.settling import give_use_back, use_code

__all__ = [
    "CAPTURE",
    "KINDS",
    "RELEASE",
    "REVERSAL",
    "STEP_JOB",
    "USE",
    "Act",
    "AlreadyUsed",
    "DeadlinePassed",
    "Deed",
    "Done",
    "HoldLapsed",
    "NewCard",
    "NotCancellable",
    "NotGiven",
    "NotHeld",
    "NotTogether",
    "NothingToFulfil",
    "Offer",
    "Redeem",
    "Redemption",
    "RedemptionUnknown",
    "ShownCode",
    "State",
    "StepOutOfTurn",
    "Undone",
    "UseCode",
    "cancel",
    "capture",
    "carry_out",
    "fulfilment_of",
    "get_card",
    "get_redemption",
    "give_automatic",
    "give_use_back",
    "issue_card",
    "lapse_holds",
    "next_step",
    "offers_for",
    "overdue_holds",
    "promise_of",
    "redeem",
    "redemptions_of",
    "release",
    "rewards_of",
    "sentence_of",
    "take_step",
    "use",
    "use_code",
    "verify",
]
