"""Named statements that travel together: a message to PostgreSQL costs both sides more than what most statements do."""

from __future__ import annotations

import re
from collections.abc import Coroutine, Generator, Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from praemia.foundation.sql.documents import names_of, text_of

_PARAMETER = re.compile(r"\$(\d+)")
_SHARED = "tenant_id"
_A_FEW = 48  # rows looked for by all statements of a round trip
_LOCKS = re.compile(r"\bfor (no key )?update\b")


class Statement:
    """A named statement of a room with its parameters. Awaited among others (`side_by_side`), it is answered with its rows."""

    __slots__ = ("name", "package", "parameters")

    def __init__(self, package: str, name: str, parameters: Mapping[str, Any]) -> None:
        self.package = package
        self.name = name
        self.parameters = parameters

    def __await__(self) -> Generator[Statement, Sequence[Any], Sequence[Any]]:
        return (yield self)


async def write_together(conn: Any, statements: Sequence[Statement]) -> None:
    """Carry out statements that write, in one round trip as the parts of one statement, whatever they answer.

    Parts see neither each other's rows nor an order: they must not depend on one another. PostgreSQL carries each out to its end
    (documentation, 7.8.4: data-modifying statements in WITH).
    """
    await conn.fetchrow(_bound(_parts(statements)), *_values(statements))


class Rows(list[tuple[Any, ...]]):
    """Rows of a statement that was carried out among others: values in the order of its columns."""

    __slots__ = ("columns",)

    def __init__(self, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
        super().__init__(rows)
        self.columns = columns


async def read_together(conn: Any, statements: Sequence[Statement]) -> list[Sequence[Any]]:
    """The rows of each statement, all of one round trip, or one after the other where much is looked for: then rows that are joined cost
    more than messages. What locks waits until what stands before it has locked."""
    if len(statements) > 1 and sum(len(one) for each in statements for one in each.parameters.values() if isinstance(one, list)) <= _A_FEW:
        return _apart(await conn.fetch(_joined(_parts(statements)), *_values(statements)), len(statements))
    return [await conn.fetch(text_of(one.package, one.name), *_values_of(one)) for one in statements]


def _apart(rows: Sequence[Any], parts: int) -> list[Sequence[Any]]:
    """The rows of a joined statement by part. A part's columns follow the one that marks its rows."""
    if not rows:
        return [Rows((), ()) for _ in range(parts)]
    names = tuple(rows[0].keys())
    marks = [*(names.index(f"part_{number}") for number in range(parts)), len(names)]
    spans = [(mark, slice(mark + 1, end)) for mark, end in pairwise(marks)]
    return [Rows(names[columns], [row[columns] for row in rows if row[mark]]) for mark, columns in spans]


async def side_by_side(conn: Any, looks: Sequence[Coroutine[Any, Any, Any]]) -> list[Any]:
    """What coroutines answer that are carried out together: whenever each waits for a statement, all of these are carried out at once.

    One goes on at a time, so whatever else one does with the connection is done before the next goes on. If one fails, so do all.
    """
    answers: list[Any] = [None] * len(looks)
    sent: dict[int, Sequence[Any] | None] = dict.fromkeys(range(len(looks)))
    try:
        while sent:
            asked: dict[int, Statement] = {}
            for number, rows in sent.items():
                reached = await _Stretch(looks[number], rows)
                if isinstance(reached, Statement):
                    asked[number] = reached
                else:
                    (answers[number],) = reached
            sent = dict(zip(asked, await read_together(conn, list(asked.values())) if asked else [], strict=True))
    finally:
        for look in looks:
            look.close()
    return answers


class _Stretch:
    """The way of a coroutine to its next statement, or to its end: then what it answers, in a tuple. What else it waits for
    is the event loop's."""

    __slots__ = ("_look", "_rows")

    def __init__(self, look: Coroutine[Any, Any, Any], rows: Sequence[Any] | None) -> None:
        self._look = look
        self._rows = rows

    def __await__(self) -> Generator[Any, Any, Statement | tuple[Any]]:
        try:
            reached = self._look.send(self._rows)
            while not isinstance(reached, Statement):
                try:
                    back = yield reached
                except BaseException as error:
                    reached = self._look.throw(error)
                else:
                    reached = self._look.send(back)
        except StopIteration as end:
            return (end.value,)
        return reached


_Parts = tuple[tuple[str, str], ...]  # packages and names


def _parts(statements: Sequence[Statement]) -> _Parts:
    return tuple([(one.package, one.name) for one in statements])


def _values(statements: Sequence[Statement]) -> list[Any]:
    """The parameters of all parts, one after the other; the tenant, whom all have in common, comes once."""
    values = [statements[0].parameters[_SHARED]]
    for one in statements:
        values += [one.parameters[each] for each in names_of(one.package, one.name) if each != _SHARED]
    return values


def _values_of(one: Statement) -> list[Any]:
    return [one.parameters[each] for each in names_of(one.package, one.name)]


@cache
def _bound(parts: _Parts) -> str:
    """The text of statements that write together."""
    return "with " + ",\n".join(f"part_{number} as ({text})" for number, text in enumerate(_texts(parts))) + "\nselect where false"


@cache
def _joined(parts: _Parts) -> str:
    """The text of statements that read together: their rows one after the other, each with columns of its own."""
    texts = _texts(parts)
    withs: list[str] = []
    locking: int | None = None
    for number, text in enumerate(texts):
        rows = f"select true as part_{number}, x.* from ({text}) as x"  # noqa: S608 - of our own texts
        if _LOCKS.search(text):
            if locking is not None:  # a nested loop: its inner side begins when the outer one has a row, that is after the count
                rows = f"select y.* from (select count(*) from part_{locking}) as before left join lateral ({rows}) as y on true"  # noqa: S608
            locking = number
        withs.append(f"part_{number} as materialized ({rows})")
    beside = "".join(f"\nfull join part_{number} as p{number} on false" for number in range(1, len(texts)))
    return "with " + ",\n".join(withs) + f"\nselect * from part_0 as p0{beside}"


def _texts(parts: _Parts) -> list[str]:
    """The parts' own texts, with their parameters as `_values` has them."""
    texts, count = [], 1
    for package, name in parts:
        numbers = {}
        for own, each in enumerate(names_of(package, name), start=1):
            if each != _SHARED:
                count += 1
            numbers[str(own)] = "$1" if each == _SHARED else f"${count}"
        texts.append(_PARAMETER.sub(lambda found, numbers=numbers: numbers[found[1]], text_of(package, name)))  # type: ignore[misc]
    return texts
