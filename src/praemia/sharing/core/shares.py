"""Whole quanta out of shares: the fee of a transfer, and who of a pool pays how much. Exact, and the parts always sum to the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import TypeVar

W = TypeVar("W")


def fee_of(amount: int, share: Fraction) -> int:
    """What does not arrive of an amount, rounded up."""
    return -(-amount * share.numerator // share.denominator)


def least_quanta(least: Fraction, decimals: int) -> int:
    """The fewest quanta that are at least so many whole units."""
    quanta: Fraction = least * 10**decimals
    return -(-quanta.numerator // quanta.denominator)


def fewest_that_arrive(share: Fraction) -> int:
    """The fewest quanta of which at least one arrives after a fee."""
    arriving = 1 - share
    return -(-arriving.denominator // arriving.numerator)


def in_proportion(amount: int, held: Mapping[W, int]) -> dict[W, int]:
    """How much each pays of an amount that all together have, by what each has. What rounding leaves goes to the largest
    remainders, the earlier in order first; nobody pays more than they have."""
    total = sum(held.values())
    if not amount:
        return dict.fromkeys(held, 0)
    exact = {who: divmod(amount * has, total) for who, has in held.items()}
    shares = {who: whole for who, (whole, _) in exact.items()}
    rest = amount - sum(shares.values())
    for who in sorted(exact, key=lambda who: -exact[who][1])[:rest]:
        shares[who] += 1
    return shares


def oldest_first(amount: int, lots: Sequence[tuple[datetime, W, int]]) -> dict[W, int]:
    """How much each pays of an amount that all together have, when the oldest points go first: lots as (earned, who, quanta)."""
    shares: dict[W, int] = {}
    left = amount
    for _, who, has in sorted(lots, key=lambda lot: lot[0]):
        taken = min(has, left)
        if taken:
            shares[who] = shares.get(who, 0) + taken
        left -= taken
    return shares
