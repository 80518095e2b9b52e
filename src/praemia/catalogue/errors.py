"""Refusals of the catalogue. Those about a reward double as the reasons shown beside it."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class RewardUnknown(DomainError):
    """The programme offers no such reward."""

    code = "catalogue.reward_unknown"
    template = "there is no reward {reward!r}{hint}"


class NotYetOffered(DomainError):
    """The reward's first day is still to come."""

    code = "catalogue.not_yet_offered"
    template = "{reward!r} can be had from {first_day} on"


class NoLongerOffered(DomainError):
    """The reward's last day has passed."""

    code = "catalogue.no_longer_offered"
    template = "{reward!r} could be had until {last_day}"


class NotForTier(DomainError):
    """The reward is for members of other tiers."""

    code = "catalogue.not_for_tier"
    template = "{reward!r} is for the tiers {tiers}"


class NotForSegment(DomainError):
    """The reward is for members of other segments."""

    code = "catalogue.not_for_segment"
    template = "{reward!r} is for the segments {segments}"


class LimitReached(DomainError):
    """The member had the reward as often as the programme allows."""

    code = "catalogue.limit_reached"
    template = "{reward!r} can be had {times} times per {per}; {used} are used"


class OutOfStock(DomainError):
    """Not so many are left. Fields: item, left."""

    code = "catalogue.out_of_stock"
    template = "of {item!r} {left} are left"


class OptionUnknown(DomainError):
    """The reward has no such price."""

    code = "catalogue.option_unknown"
    template = "{reward!r} has {options} options, counted from 0; there is no {option}"


class ChoiceNeeded(DomainError):
    """A date or place must be chosen, one of those offered."""

    code = "catalogue.choice_needed"
    template = "{reward!r} needs a {choice}: {offered}"


class CodeUnknown(DomainError):
    """No such code was handed out, or it was called in again."""

    code = "catalogue.code_unknown"
    template = "there is no such code"


class CodeNotActive(DomainError):
    """The code's first day is still to come."""

    code = "catalogue.code_not_active"
    template = "the code can be used from {starts_on} on"


class CodeExpired(DomainError):
    """The code's last day has passed."""

    code = "catalogue.code_expired"
    template = "the code could be used until {last_day}"


class CodeUsedUp(DomainError):
    """The code was used as often as it may be."""

    code = "catalogue.code_used_up"
    template = "the code was used {uses} times already"


class CodeOfAnother(DomainError):
    """The code belongs to another member."""

    code = "catalogue.code_of_another"
    template = "the code belongs to another member"


class PoolEmpty(DomainError):
    """No uploaded code is left to hand out."""

    code = "catalogue.pool_empty"
    template = "no code is left in the pool {pool!r}"


class CardUnknown(DomainError):
    """No gift card has this number."""

    code = "catalogue.card_unknown"
    template = "there is no such gift card"


class CardExpired(DomainError):
    """The gift card's last day has passed."""

    code = "catalogue.card_expired"
    template = "the gift card was valid until {last_day}"


class CardShort(DomainError):
    """The gift card does not hold so much. Fields: asked_minor, balance_minor."""

    code = "catalogue.card_short"
    template = "{asked_minor} were asked for, the gift card holds {balance_minor}"


class CardTouched(DomainError):
    """A gift card from which something was paid cannot be called in."""

    code = "catalogue.card_touched"
    template = "something was paid with the gift card already"


class NumberTaken(DomainError):
    """A gift card with this number exists."""

    code = "catalogue.number_taken"
    template = "there is a gift card with this number already"
