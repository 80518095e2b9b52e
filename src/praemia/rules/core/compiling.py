"""From what a programme says to what the till runs: every fault at once, or a rule set."""

from __future__ import annotations

from praemia.foundation.errors import InvalidInput
from praemia.rules.core.checking import faults_of
from praemia.rules.core.ruleset import RuleSet
from praemia.rules.model import Earning


def compile_earning(earning: Earning) -> RuleSet:
    """Compiles a programme version's earning part once. Refuses impossible ones (InvalidInput) with every fault and its path."""
    faults = faults_of(earning)
    if faults:
        raise InvalidInput(faults)
    return RuleSet(earning)
