"""Checked `till` -> the values that tills work by, in quanta and minor units."""

from __future__ import annotations

from fractions import Fraction

from praemia.programs.core.currencies import MINOR_DIGITS
from praemia.programs.core.schema import ProgramFile
from praemia.programs.core.till_blocks import OfflineBlock
from praemia.programs.core.translate import default_unit
from praemia.programs.model import OfflineBurn, OfflineTerms, TillTerms

_TERMINAL_TIMES = 10


def to_till(file: ProgramFile) -> TillTerms:
    """Everything the file says about tills."""
    unit = (file.pay_with_points and file.pay_with_points.unit) or default_unit(file)
    quanta, minor = 10 ** file.units[unit].decimals, 10 ** MINOR_DIGITS[file.currency]
    return TillTerms(
        unit=unit,
        undo_minutes=file.till.undo_minutes,
        without_receipt_minor=_exactly(file.till.without_receipt * minor),
        bands=tuple(int(band) * quanta for band in file.till.bands),
        offline=_offline(file.till.offline, quanta, minor),
    )


def _offline(block: OfflineBlock, quanta: int, minor: int) -> OfflineTerms:
    burn = None
    if block.burn is not None:
        sale = _exactly(block.burn.sale * quanta)
        burn = OfflineBurn(
            sale=sale,
            member=sale if block.burn.member is None else _exactly(block.burn.member * quanta),
            terminal=sale * _TERMINAL_TIMES if block.burn.terminal is None else _exactly(block.burn.terminal * quanta),
        )
    return OfflineTerms(
        earn=block.earn,
        sale_minor=_exactly(block.sale * minor),
        sales_per_member=block.sales_per_member,
        sales_per_terminal=block.sales_per_terminal,
        burn=burn,
        snapshot_hours=block.snapshot_hours,
        snapshot_cards=block.snapshot_cards,
        late_days=block.late_days,
    )


def _exactly(number: Fraction) -> int:
    assert number.denominator == 1, "checks refuse an amount finer than its unit"
    return number.numerator
