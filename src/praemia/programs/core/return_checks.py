"""What a file may not say about returns yet: to keep what nothing gives. A wish without effect is refused, never kept in silence.

Only when a file is applied: a version that is in force stays readable.
"""

from __future__ import annotations

from collections.abc import Iterator

from praemia.foundation.errors import Fault
from praemia.programs.core.checks import Subject
from praemia.programs.core.return_blocks import Referral
from praemia.rules import OnReturn


def wishes_without_effect(subject: Subject) -> Iterator[Fault]:
    """Options whose capability is not there. Saying the default is no wish."""
    said = subject.file.returns
    for key, wished, lacking in (
        ("progress", said.progress is not OnReturn.REVERT, "challenges"),
        ("referral", said.referral is not Referral.REVERSE, "referrals"),
    ):
        if wished:
            message = f"There are no {lacking} yet, so 'keep' would have no effect."
            yield subject.fault(("returns", key), "no_effect", message, "remove it", at_key=True)
