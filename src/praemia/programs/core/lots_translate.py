"""What the file says about the life of points -> the rule language's values. Assumes what `lots_checks` has proved."""

from __future__ import annotations

from praemia.foundation.values import replace
from praemia.programs.core.lots_blocks import ExpiryBlock, PendingBlock, RuleExpiryBlock
from praemia.programs.core.schema import UnitBlock
from praemia.rules import Expiry, LotPolicy, Pending


def lot_policy(unit: UnitBlock) -> LotPolicy:
    """How the unit's points live."""
    return LotPolicy(
        pending=_pending(unit.pending),
        expiry=_expiry(unit.expiry) if unit.expiry is not None else Expiry(),
        oldest_first=unit.spend_order,
        reinstate_days=unit.reinstate_days,
    )


def rule_expiry(block: RuleExpiryBlock | str | None) -> Expiry | None:
    """A rule's own end of points; None: the unit's."""
    if block is None:
        return None
    return _expiry(block) if isinstance(block, RuleExpiryBlock) else Expiry()


def _pending(block: PendingBlock | None) -> Pending | None:
    return None if block is None else Pending(days=block.days)


def _expiry(block: RuleExpiryBlock) -> Expiry:
    expiry = Expiry(
        days=block.days,
        months=block.months,
        end_of=block.end_of,
        each_year=block.each_year,
        round_up_to_month=block.round_up is not None,
        from_available=block.counts_from,
    )
    if not isinstance(block, ExpiryBlock):
        return expiry
    return replace(
        expiry,
        inactivity_months=block.inactivity_months,
        resets_on=expiry.resets_on if block.resets_on is None else block.resets_on,
        extend_on=block.extend_on or frozenset(),
    )
