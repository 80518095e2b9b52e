"""Members: who takes part in a programme."""

from praemia.members.errors import AlreadyEnrolled, CardBlocked, CardReplaced, CardTaken, CardUnknown, MemberClosed, MemberUnknown
from praemia.members.model import Card, Carrier, Change, Condition, Enrolment, Member, Profile
from praemia.members.service.cards import block_card, cards_of, find_holders, get_card, issue_card, lost_cards, replace_card
from praemia.members.service.membership import (
    anniversaries_on,
    birthdays_on,
    change,
    count_members,
    enrol,
    find_by_id,
    find_members,
    get_member,
    lost_references,
    orphans,
    profiles_of,
)
from praemia.members.service.succession import lead_to, leading, stand_alone, successions

__all__ = [
    "AlreadyEnrolled",
    "Card",
    "CardBlocked",
    "CardReplaced",
    "CardTaken",
    "CardUnknown",
    "Carrier",
    "Change",
    "Condition",
    "Enrolment",
    "Member",
    "MemberClosed",
    "MemberUnknown",
    "Profile",
    "anniversaries_on",
    "birthdays_on",
    "block_card",
    "cards_of",
    "change",
    "count_members",
    "enrol",
    "find_by_id",
    "find_holders",
    "find_members",
    "get_card",
    "get_member",
    "issue_card",
    "lead_to",
    "leading",
    "lost_cards",
    "lost_references",
    "orphans",
    "profiles_of",
    "replace_card",
    "stand_alone",
    "successions",
]
