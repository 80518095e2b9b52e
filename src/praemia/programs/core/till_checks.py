"""What `till` may not say: bands that do not rise, amounts finer than their unit, points that pay where none may."""

from __future__ import annotations

import re
from collections.abc import Iterator

from praemia.foundation.errors import Fault
from praemia.programs.core.checks import Subject, check_money, check_points
from praemia.programs.core.translate import default_unit

MOST_BANDS = 20
_WHOLE = re.compile(r"[1-9][0-9]{0,11}", re.ASCII)


def check_till(subject: Subject) -> Iterator[Fault]:
    """Every fault of the block."""
    till = subject.file.till
    yield from _bands(subject)
    yield from check_money(subject, ("till", "without_receipt"), till.without_receipt)
    yield from check_money(subject, ("till", "offline", "sale"), till.offline.sale)
    burn, pay = till.offline.burn, subject.file.pay_with_points
    if burn is None:
        return
    if pay is None:
        message = "Points cannot pay in this programme, so they cannot pay without a network either."
        yield subject.fault(("till", "offline", "burn"), "needs", message, "add 'pay_with_points', or remove this block")
        return
    unit = pay.unit or default_unit(subject.file)
    for key in ("sale", "member", "terminal"):
        amount = getattr(burn, key)
        if amount is not None:
            yield from check_points(subject, ("till", "offline", "burn", key), amount, unit)


def _bands(subject: Subject) -> Iterator[Fault]:
    bands = subject.file.till.bands
    if len(bands) > MOST_BANDS:
        yield subject.fault(("till", "bands"), "too_large", f"At most {MOST_BANDS} bands are allowed.", None)
    wrong = [band for band in bands if not _WHOLE.fullmatch(band)]
    if wrong:
        yield subject.fault(("till", "bands"), "whole_number", f"{wrong[0]!r} is not a whole number of points above 0.", None)
    elif list(map(int, bands)) != sorted({int(band) for band in bands}):
        yield subject.fault(("till", "bands"), "order", "The bands must rise, each once.", "write them like [100, 500, 1000]")
