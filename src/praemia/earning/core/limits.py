"""How much an actor may correct by hand without a second person."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from praemia.rules import Adjustments


def limit_of(policy: Adjustments, covered: Collection[str]) -> Fraction | None:
    """The limit in whole units of an actor who covers these of the roles and permissions that have one; None: no limit.

    Of several the highest counts. Where roles have limits, who covers none of them may do nothing alone.
    """
    if not policy.limits:
        return policy.approval_above
    own = max((limit for role, limit in policy.limits.items() if role in covered), default=Fraction(0))
    return own if policy.approval_above is None else min(own, policy.approval_above)
