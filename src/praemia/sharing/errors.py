"""Refusals of the sharing journey."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class TransfersNotAllowed(DomainError):
    """The programme lets nobody send points, or not of this unit."""

    code = "sharing.transfers_not_allowed"
    template = "points of {unit!r} cannot be sent to others in this programme"


class ToOneself(DomainError):
    """Sender and receiver are the same member."""

    code = "sharing.to_oneself"
    template = "{member!r} cannot send points to themselves"


class BelowLeast(DomainError):
    """Fewer points than the programme lets be sent, or too few to leave anything after the fee. Fields in quanta."""

    code = "sharing.below_least"
    template = "at least {least} must be sent, not {asked}"


class UnitUnknown(DomainError):
    """The programme has no such unit."""

    code = "sharing.unit_unknown"
    template = "the programme has no unit {unit!r}"


class NotSpendable(DomainError):
    """Points of this unit only count; they cannot be spent."""

    code = "sharing.not_spendable"
    template = "points of {unit!r} cannot be spent"


class PoolUnknown(DomainError):
    """The programme has no such pool."""

    code = "sharing.pool_unknown"
    template = "there is no pool {pool!r}"


class PoolTaken(DomainError):
    """There is a pool of this name already."""

    code = "sharing.pool_taken"
    template = "there is already a pool {pool!r}, with other members or other rules"


class NotInPool(DomainError):
    """The member does not belong to the pool."""

    code = "sharing.not_in_pool"
    template = "{member!r} does not belong to the pool {pool!r}"


class OnlyTheHead(DomainError):
    """In this pool only its head spends."""

    code = "sharing.only_the_head"
    template = "only {head!r}, the head of the pool {pool!r}, may spend"


class SameMember(DomainError):
    """A membership cannot be merged with itself."""

    code = "sharing.same_member"
    template = "{member!r} cannot be merged with itself"


class AlreadyMerged(DomainError):
    """Both names lead to the same membership already."""

    code = "sharing.already_merged"
    template = "{drop!r} leads to {keep!r} already"


class PointsHeld(DomainError):
    """Points of the membership that would go are set aside for a redemption in progress."""

    code = "sharing.points_held"
    template = "{member!r} has a redemption in progress that holds {held}: capture or release it first"


class MergeUnknown(DomainError):
    """The programme has no such merge."""

    code = "sharing.merge_unknown"
    template = "there is no merge {merge!r}"


class AlreadyParted(DomainError):
    """The merge was undone before."""

    code = "sharing.already_parted"
    template = "the merge {merge!r} was undone already"


class MergedOn(DomainError):
    """The membership that stayed has itself become part of another since."""

    code = "sharing.merged_on"
    template = "{keep!r} was merged on since: undo that first"


class PointsGone(DomainError):
    """Points that came with the merge were used since. Fields: spent (quanta), events that took them."""

    code = "sharing.points_gone"
    template = "{spent} of the points that came with the merge were used since, by {events}"


class PurposeUnknown(DomainError):
    """The version in force asks for no consent of that name."""

    code = "sharing.purpose_unknown"
    template = "the programme asks for no consent {purpose!r}"
