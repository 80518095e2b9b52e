"""Values: frozen, equal by their fields, and made of rows only where every column is the field in its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from praemia.foundation.values import Sheet, Value, field, of_rows, replace


class Fruit(Value):
    name: str
    weight: int
    picked: date | None = None


class Crate(Sheet):
    owner: str
    fruit: list[Fruit] = field(default_factory=list)


class Row(dict[str, object]):
    """As the driver's: named columns, but values when it is unpacked."""

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self.values())


APPLE = Fruit(name="apple", weight=150)


def test_values_are_equal_and_hashed_by_their_fields() -> None:
    assert {APPLE, Fruit(name="apple", weight=150)} == {APPLE}
    assert Fruit(name="apple", weight=151) != APPLE


def test_a_value_never_changes() -> None:
    with pytest.raises(AttributeError):
        APPLE.weight = 3  # type: ignore[misc]
    assert replace(APPLE, weight=3) == Fruit(name="apple", weight=3)
    assert APPLE.weight == 150


def test_a_dataclass_is_copied_the_same_way() -> None:
    @dataclass(frozen=True)
    class Leaf:
        veins: int

    assert replace(Leaf(veins=3), veins=4) == Leaf(veins=4)


def test_a_replaced_field_must_be_one() -> None:
    with pytest.raises(TypeError):
        replace(APPLE, colour="red")


def test_sheets_share_nothing_and_have_no_hash() -> None:
    one, other = Crate(owner="ada"), Crate(owner="ada")
    one.fruit.append(APPLE)
    assert other.fruit == []
    with pytest.raises(TypeError):
        hash(one)


def test_rows_become_values_column_by_column() -> None:
    day = date(2026, 5, 1)
    assert of_rows(Fruit, [Row(name="pear", weight=90, picked=day)]) == [Fruit(name="pear", weight=90, picked=day)]
    assert of_rows(Fruit, []) == []


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(Row(weight=90, name="pear", picked=None), id="in another order"),
        pytest.param(Row(name="pear", weight=90), id="one too few"),
        pytest.param(Row(name="pear", weight=90, picked=None, colour="red"), id="one too many"),
        pytest.param(Row(name="pear", mass=90, picked=None), id="by another name"),
    ],
)
def test_a_row_that_is_not_the_fields_is_told(row: Row) -> None:
    with pytest.raises(TypeError, match="Fruit has the fields"):
        of_rows(Fruit, [row])
