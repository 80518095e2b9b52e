"""The requests: purchases of five lines, batches of them, enrolments, balance reads. Every byte follows from a number.

The parts that never change are made once; a request is a join of a few pieces. All variable parts have a fixed width,
so that the length header never changes either.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count

from bench.traffic.order import Order

BASKETS = 256
LINES = 5
SEED = 20_250_601
CATEGORIES = ("coffee", "tea", "bakery", "snack", "dairy", "fruit", "household", "deposit")
BRANDS = ("north", "south", "harbour", "mill", "own")
_STEP = 2_654_435_761  # a prime far from powers of two: walks over all members without a pattern

_REDEMPTION = re.compile(rb'"redemption": *"([0-9a-f-]{36})"')

Request = tuple[bytes, int]  # the bytes, and how many units they carry


def basket(number: int) -> list[dict[str, object]]:
    """The lines of the number-th basket; there are BASKETS different ones."""
    dice = random.Random(SEED + number % BASKETS)
    lines: list[dict[str, object]] = []
    for _ in range(LINES):
        quantity = dice.randint(1, 3)
        line: dict[str, object] = {
            "sku": f"SKU-{dice.randint(1, 400):04d}",
            "amount_minor": quantity * dice.randint(90, 1990),
            "quantity": quantity,
            "categories": [dice.choice(CATEGORIES)],
            "brand": dice.choice(BRANDS),
        }
        if dice.random() < 0.2:
            line["discount_minor"] = dice.randint(10, 80)
        lines.append(line)
    return lines


def requests_of(order: Order) -> tuple[Iterator[Request], Callable[[], int]]:
    """The requests of an order, one after the other, and the question which event number comes next."""
    numbers = _Numbers(order)
    makers = {
        "purchases": _purchases,
        "bare": _bare,
        "batches": _batches,
        "replays": _batches,
        "members": _members,
        "balances": _balances,
        "redemptions": _holds,
    }
    return makers[order.stream](order, numbers), lambda: numbers.next


def following(order: Order, status: int, body: bytes) -> Request | None:
    """What the same caller asks next because of an answer: a hold is captured."""
    if order.stream != "redemptions" or status != 201:
        return None
    found = _REDEMPTION.search(body)
    if found is None:
        return None
    path = f"/v1/programs/{order.program}/redemptions/{found[1].decode()}/capture"
    return _head(order, "POST", path, 2) + b"\r\n\r\n{}", 1


def accepted(order: Order, status: int, body: bytes, units: int) -> int:
    """How many of the units of a request were answered as they should."""
    match order.stream:
        case "purchases":
            return units if status == 201 else 0
        case "batches" | "members":
            return body.count(b'"status":201') if status == 200 else 0
        case "replays":
            return body.count(b'"status":200') if status == 200 else 0
        case _:
            return units if status == 200 else 0


class _Numbers:
    """Hands out event numbers in runs."""

    def __init__(self, order: Order) -> None:
        self.next = order.first
        self._order = order

    def take(self, size: int) -> int | None:
        """The first of `size` numbers; None when the stream has ended."""
        if self._order.last and self.next + size > self._order.last:
            if self._order.stream != "replays":
                return None
            self.next = self._order.first
        first = self.next
        self.next += size
        return first


def member_of(number: int, members: int) -> bytes:
    """Who makes the number-th purchase."""
    return b"M%07d" % (number * _STEP % members)


def purchase_of(number: int, members: int) -> bytes:
    """The body of the number-th purchase."""
    return b"".join((b'{"order":"B%011d","member":"' % number, member_of(number, members), _tails()[number % BASKETS]))


def key_of(number: int) -> bytes:
    """An idempotency key as clients make them, random to whoever sees it, but always the same for the same number."""
    return hashlib.blake2b(b"%d" % number, digest_size=16).hexdigest().encode()


def _head(order: Order, method: str, path: str, length: int | None) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: bench", f"Authorization: Bearer {order.key}"]
    if length is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {length}"]
    return "\r\n".join(lines).encode()


@cache
def _tails() -> list[bytes]:
    """What follows the member in a purchase, for each basket."""
    channels = ("store", "web", "app")
    return [
        b'","channel":"%s","location":"L%02d","lines":%s}'
        % (channels[n % 3].encode(), n % 40, json.dumps(basket(n), separators=(",", ":")).encode())
        for n in range(BASKETS)
    ]


def _purchases(order: Order, numbers: _Numbers) -> Iterator[Request]:
    path = f"/v1/programs/{order.program}/purchases"
    heads = [_head(order, "POST", path, len(purchase_of(n, order.members))) for n in range(BASKETS)]
    while (number := numbers.take(1)) is not None:
        yield b"".join((heads[number % BASKETS], _key_line(order, number), purchase_of(number, order.members))), 1


def _bare(order: Order, numbers: _Numbers) -> Iterator[Request]:
    """A purchase, sent to a route that does nothing with it."""
    for request, units in _purchases(order, numbers):
        head, _, body = request.partition(b"\r\n\r\n")
        yield b"POST /bare HTTP/1.1" + head[head.index(b"\r\n") :] + b"\r\n\r\n" + body, units


def _batches(order: Order, numbers: _Numbers) -> Iterator[Request]:
    path = f"/v1/programs/{order.program}/batch"
    size = order.batch
    while (first := numbers.take(size)) is not None:
        commands = (b'{"type":"purchase",' + purchase_of(number, order.members)[1:] for number in range(first, first + size))
        yield _keyed(order, path, first, b'{"commands":[' + b",".join(commands) + b"]}"), size


def _members(order: Order, numbers: _Numbers) -> Iterator[Request]:
    """Enrolments, a batch a request; every tenth member is in a segment."""
    path = f"/v1/programs/{order.program}/batch"
    while (first := numbers.take(order.batch)) is not None:
        commands = [
            {"type": "member", "reference": f"M{n:07d}", "segments": ["regulars"] if n % 10 == 0 else []}
            for n in range(first, first + order.batch)
        ]
        yield _keyed(order, path, -first - 1, json.dumps({"commands": commands}).encode()), order.batch


def _keyed(order: Order, path: str, number: int, body: bytes) -> bytes:
    return b"".join((_head(order, "POST", path, len(body)), _key_line(order, number), body))


def _key_line(order: Order, number: int) -> bytes:
    """The last header, where there is to be one, and the end of the head."""
    return b'\r\nIdempotency-Key: "%s"\r\n\r\n' % key_of(number) if order.keyed else b"\r\n\r\n"


def _holds(order: Order, numbers: _Numbers) -> Iterator[Request]:
    """Points are set aside for a reward; what counts is the capture that follows the answer."""
    path = f"/v1/programs/{order.program}/redemptions"
    while (number := numbers.take(1)) is not None:
        body = b'{"member":"%s","reward":"penny","hold":true}' % member_of(number, order.members)
        yield _keyed(order, path, number, body), 0


def _balances(order: Order, numbers: _Numbers) -> Iterator[Request]:
    for number in count(order.first):
        member = member_of(number, order.members).decode()
        numbers.next = number + 1
        yield _head(order, "GET", f"/v1/programs/{order.program}/members/{member}/balances", None) + b"\r\n\r\n", 1
