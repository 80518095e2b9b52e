"""The front door of insight: how a programme is doing, lists of members and deeds, and examinations of the ledger on demand."""

from praemia.insight.core.flows import percent, redemption_percent
from praemia.insight.errors import NoSuchPart
from praemia.insight.model import (
    CHAINS,
    EXAMINATION_JOB,
    Census,
    Deed,
    Examination,
    Happening,
    Holding,
    Listed,
    Part,
    Pulse,
    Stretch,
    Totals,
)
from praemia.insight.service.counting import PERIOD, refresh_census, take_census
from praemia.insight.service.examining import ask_examination, examinations, examine
from praemia.insight.service.finding import deeds_of, members_listed, members_named, members_of, parts_of
from praemia.insight.service.folding import fold
from praemia.insight.service.holding import holdings_of
from praemia.insight.service.showing import latest, pulse_of

__all__ = [
    "CHAINS",
    "EXAMINATION_JOB",
    "PERIOD",
    "Census",
    "Deed",
    "Examination",
    "Happening",
    "Holding",
    "Listed",
    "NoSuchPart",
    "Part",
    "Pulse",
    "Stretch",
    "Totals",
    "ask_examination",
    "deeds_of",
    "examinations",
    "examine",
    "fold",
    "holdings_of",
    "latest",
    "members_listed",
    "members_named",
    "members_of",
    "parts_of",
    "percent",
    "pulse_of",
    "redemption_percent",
    "refresh_census",
    "take_census",
]
