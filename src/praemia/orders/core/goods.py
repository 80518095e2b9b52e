"""The goods of an order as they were bought, and what of them is kept after some came back. Pure; money in minor units.

What is kept depends on all that came back, never on the pieces in which it did: every amount is shared out from the
whole, so that returns in any order end at the same kept part, and the last one at none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from praemia.foundation.values import Value, replace
from praemia.orders.errors import ExceedsOrder

Inputs = Mapping[str, Any]
_LINE_AMOUNTS = ("amount_minor", "discount_minor", "tax_minor")
_ORDER_AMOUNTS = ("order_discount_minor", "points_tender_minor", "money_tender_minor")


class Returned(Value):
    """All that came back so far: pieces by line of the purchase, and value (after discounts) that names no line."""

    pieces: tuple[int, ...]
    amount_minor: int = 0


class Wanted(Value):
    """What is to come back now: pieces of a line (its number from 0) or of an article, or value, or all that is left."""

    lines: Sequence[tuple[int | str, int]] = ()
    amount_minor: int | None = None
    all: bool = False


def nothing_of(bought: Inputs) -> Returned:
    """Nothing came back yet."""
    return Returned(pieces=(0,) * len(_lines(bought)))


def value_of(bought: Inputs) -> int:
    """What the goods cost after discounts, without tax and shipping. Free lines cost nothing."""
    off: int = bought.get("order_discount_minor", 0)
    return sum(_net(line) for line in _lines(bought)) - off


def left_of(bought: Inputs, returned: Returned) -> int:
    """The value of what is kept; below zero when only what lowers the order is left of it."""
    return value_of(_without(bought, returned.pieces)) - returned.amount_minor


def is_whole(bought: Inputs, returned: Returned) -> bool:
    """Whether nothing is kept, or nothing of value of an order that had some."""
    every_piece = all(came == _quantity(line) for came, line in zip(returned.pieces, _lines(bought), strict=True))
    return every_piece or (value_of(bought) > 0 and left_of(bought, returned) <= 0)


def more(order: str, bought: Inputs, returned: Returned, wanted: Wanted) -> Returned:
    """All that has come back once `wanted` has. An article is taken from its lines in order. Raises ExceedsOrder."""
    if wanted.all:
        if is_whole(bought, returned):
            raise ExceedsOrder(order=order, what="everything", asked=1, left=0)
        return replace(returned, pieces=tuple(_quantity(line) for line in _lines(bought)), amount_minor=0)
    if wanted.amount_minor is not None:
        left = left_of(bought, returned)
        if wanted.amount_minor > left:
            raise ExceedsOrder(order=order, what="value", asked=wanted.amount_minor, left=max(left, 0))
        return replace(returned, amount_minor=returned.amount_minor + wanted.amount_minor)
    pieces = list(returned.pieces)
    for name, quantity in wanted.lines:
        _take(order, bought, pieces, name, quantity)
    after = replace(returned, pieces=tuple(pieces))
    if returned.amount_minor and left_of(bought, after) < 0:
        asked = left_of(bought, returned) - left_of(bought, after)
        raise ExceedsOrder(order=order, what="value", asked=asked, left=max(left_of(bought, returned), 0))
    return after


def kept_of(bought: Inputs, returned: Returned) -> dict[str, Any] | None:
    """The purchase as if only what is kept had been bought; None when that is nothing.

    An order's discount and tenders are shared by the positive value of the lines; shipping stays while anything is kept. Value
    that names no line lowers all lines alike; of the pieces stay as many as it takes to be worth the rest.
    """
    if is_whole(bought, returned):
        return None
    kept = _without(bought, returned.pieces)
    value = value_of(kept)
    return _scaled(kept, value - returned.amount_minor, value) if returned.amount_minor else kept


def part_between(bought: Inputs, before: Returned, after: Returned) -> dict[str, Any]:
    """What came back between two states, as a purchase by itself: the difference of what was kept."""
    had, has = _columns(bought, before), _columns(bought, after)
    lines = [_minus(one, other) for one, other in zip(had["lines"], has["lines"], strict=True) if one != other]
    part = {key: value for key, value in bought.items() if key not in (*_ORDER_AMOUNTS, "shipping_minor", "shipping_tax_minor")}
    return part | {"lines": lines} | {key: had[key] - has[key] for key in _ORDER_AMOUNTS}


def portion(amount: int, part: int, whole: int) -> int:
    """`part` of `whole` of an amount, half a cent up: as money is rounded."""
    return amount if part == whole or not whole else (2 * amount * part + whole) // (2 * whole)


def _take(order: str, bought: Inputs, pieces: list[int], name: int | str, quantity: int) -> None:
    left = quantity
    for index, line in enumerate(_lines(bought)):
        if name in (index, line["sku"]):
            taken = min(left, _quantity(line) - pieces[index])
            pieces[index] += taken
            left -= taken
    if left:
        what = f"article {name!r}" if isinstance(name, str) else f"line {name}"
        raise ExceedsOrder(order=order, what=what, asked=quantity, left=quantity - left)


def _without(bought: Inputs, pieces: Sequence[int]) -> dict[str, Any]:
    lines = [_piece(line, _quantity(line) - gone) for line, gone in zip(_lines(bought), pieces, strict=True) if gone < _quantity(line)]
    whole, kept = _weight(_lines(bought)), _weight(lines)
    return {**bought, "lines": lines, **{key: portion(bought.get(key, 0), kept, whole) for key in _ORDER_AMOUNTS}}


def _scaled(kept: Inputs, left: int, of: int) -> dict[str, Any]:
    lines = [
        {**line, **{key: portion(line.get(key, 0), left, of) for key in _LINE_AMOUNTS}, "quantity": -(-_quantity(line) * left // of)}
        for line in kept["lines"]
    ]
    scaled: dict[str, Any] = {**kept, "lines": lines, **{key: portion(kept[key], left, of) for key in _ORDER_AMOUNTS}}
    # Cents lost or won by rounding go where they weigh least.
    largest = max((line for line in lines if not line.get("free")), key=_net)
    largest["amount_minor"] += left - value_of(scaled)
    return scaled


def _columns(bought: Inputs, returned: Returned) -> dict[str, Any]:
    """What is kept, with a line for every line of the purchase, those that are gone at zero."""
    kept = kept_of(bought, returned)
    if kept is None:
        return {"lines": [_nothing(line) for line in _lines(bought)], **dict.fromkeys(_ORDER_AMOUNTS, 0)}
    there: Iterator[Mapping[str, Any]] = iter(kept["lines"])
    lines = [
        _full(next(there)) if gone < _quantity(line) else _nothing(line) for line, gone in zip(_lines(bought), returned.pieces, strict=True)
    ]
    return {"lines": lines, **{key: kept[key] for key in _ORDER_AMOUNTS}}


def _full(line: Mapping[str, Any]) -> dict[str, Any]:
    return {**line, **{key: line.get(key, 0) for key in _LINE_AMOUNTS}, "quantity": _quantity(line)}


def _nothing(line: Mapping[str, Any]) -> dict[str, Any]:
    return {**line, **dict.fromkeys(_LINE_AMOUNTS, 0), "quantity": 0}


def _minus(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {**one, **{key: one[key] - other[key] for key in (*_LINE_AMOUNTS, "quantity")}}


def _piece(line: Mapping[str, Any], left: int) -> Mapping[str, Any]:
    whole = _quantity(line)
    if left == whole:
        return line
    return {**line, **{key: portion(line.get(key, 0), left, whole) for key in _LINE_AMOUNTS}, "quantity": left}


def _weight(lines: Sequence[Mapping[str, Any]]) -> int:
    return sum(max(_net(line), 0) for line in lines)


def _net(line: Mapping[str, Any]) -> int:
    if line.get("free"):
        return 0
    net: int = line["amount_minor"] - line.get("discount_minor", 0)
    return net


def _quantity(line: Mapping[str, Any]) -> int:
    quantity: int = line.get("quantity", 1)
    return quantity


def _lines(bought: Inputs) -> Sequence[Mapping[str, Any]]:
    lines: Sequence[Mapping[str, Any]] = bought.get("lines", ())
    return lines
