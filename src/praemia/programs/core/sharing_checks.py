"""What `sharing` may not say: a fee that eats everything, an amount finer than the first unit."""

from __future__ import annotations

from collections.abc import Iterator

from praemia.foundation.errors import Fault
from praemia.programs.core.checks import Subject, check_points
from praemia.programs.core.translate import default_unit


def check_sharing(subject: Subject) -> Iterator[Fault]:
    """Every fault of the block."""
    transfers = subject.file.sharing.transfers
    if transfers is None:
        return
    if transfers.min is not None:
        yield from check_points(subject, ("sharing", "transfers", "min"), transfers.min, default_unit(subject.file))
    if transfers.fee_percent is not None and transfers.fee_percent >= 100:
        message = "A fee of 100 percent or more leaves nothing to arrive."
        yield subject.fault(("sharing", "transfers", "fee_percent"), "range", message, "use 'allowed: false' to forbid transfers")
