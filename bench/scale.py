"""How large a run is: what the stage is built for and the windows are measured by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How large a run is. `seconds` is the length of one window, `warm_seconds` what is thrown away before it."""

    rounds: int
    seconds: float
    warm_seconds: float
    members: int
    pgbench_scale: int
    entries: int = 0  # what the books hold when the first window begins
    quick: bool = False
