"""Members: who takes part in a programme."""

from praemia.members.errors import AlreadyEnrolled, MemberClosed, MemberUnknown
from praemia.members.model import Change, Enrolment, Member, Profile
from praemia.members.service import (
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

__all__ = [
    "AlreadyEnrolled",
    "Change",
    "Enrolment",
    "Member",
    "MemberClosed",
    "MemberUnknown",
    "Profile",
    "anniversaries_on",
    "birthdays_on",
    "change",
    "count_members",
    "enrol",
    "find_by_id",
    "find_members",
    "get_member",
    "lost_references",
    "orphans",
    "profiles_of",
]
