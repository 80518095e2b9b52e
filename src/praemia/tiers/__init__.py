"""The tiers room's front door: what counts for a tier, what a member holds, and what makes it rise and fall."""

from praemia.tiers.core.climbing import catch_up, count_event, look, tier_with
from praemia.tiers.core.figures import qualifying
from praemia.tiers.errors import NoTiers, TierUnknown, UntilPast
from praemia.tiers.model import Book, Cause, Change, Counts, Fall, Mode, NextTier, Opening, Reason, TierState, View
from praemia.tiers.service.assigning import ASSIGNMENT, CREDIT, Assignment, Credit, Given, assign, credit, give_for_months
from praemia.tiers.service.books import AT_RISK, ENTRY, Wanted, read_books, write_books
from praemia.tiers.service.following import count_back, count_opened, counted_for, follow_balance, follow_owners, merge
from praemia.tiers.service.nights import REVIEW, next_due, review
from praemia.tiers.service.parting import lay_aside, part, remember
from praemia.tiers.service.reading import changes_of, discrepancies, tier_of

__all__ = [
    "ASSIGNMENT",
    "AT_RISK",
    "CREDIT",
    "ENTRY",
    "REVIEW",
    "Assignment",
    "Book",
    "Cause",
    "Change",
    "Counts",
    "Credit",
    "Fall",
    "Given",
    "Mode",
    "NextTier",
    "NoTiers",
    "Opening",
    "Reason",
    "TierState",
    "TierUnknown",
    "UntilPast",
    "View",
    "Wanted",
    "assign",
    "catch_up",
    "changes_of",
    "count_back",
    "count_event",
    "count_opened",
    "counted_for",
    "credit",
    "discrepancies",
    "follow_balance",
    "follow_owners",
    "give_for_months",
    "lay_aside",
    "look",
    "merge",
    "next_due",
    "part",
    "qualifying",
    "read_books",
    "remember",
    "review",
    "tier_of",
    "tier_with",
    "write_books",
]
