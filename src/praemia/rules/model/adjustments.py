"""What a programme says about corrections by hand: why they may be made, and from which amount on two people are needed."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from praemia.foundation.values import Value, field


class Adjustments(Value):
    """`reasons` are the codes allowed (None: any text). `limits` are whole units by role or permission: so much may its bearer correct
    alone, for one member on one local day. Above `approval_above` nobody may. A request waits `approval_days`."""

    reasons: tuple[str, ...] | None = None
    limits: Mapping[str, Fraction] = field(default_factory=dict)
    approval_above: Fraction | None = None
    approval_days: int = 7
