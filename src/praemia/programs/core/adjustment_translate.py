"""What the file says about corrections by hand -> the rule language's values."""

from __future__ import annotations

from praemia.programs.core.schema import ProgramFile
from praemia.rules import Adjustments


def to_adjustments(file: ProgramFile) -> Adjustments:
    """Everything the file says about corrections by hand."""
    block = file.adjustments
    return Adjustments(reasons=block.reasons, limits=block.limits, approval_above=block.approval_above, approval_days=block.approval_days)
