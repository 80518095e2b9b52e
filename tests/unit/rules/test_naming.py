"""One of many: known German words and English plurals; what is no plural stays."""

from __future__ import annotations

import pytest

from praemia.rules import one_of


@pytest.mark.parametrize(
    ("many", "lang", "one"),
    [
        ("Punkte", "de", "Punkt"),
        ("Treuepunkte", "de", "Treuepunkt"),
        ("Stempel", "de", "Stempel"),
        ("Points", "en", "Point"),
        ("Bonus", "en", "Bonus"),
        ("€", "en", "€"),
    ],
)
def test_one_of_a_unit_has_its_singular_where_the_word_is_known(many: str, lang: str, one: str) -> None:
    assert one_of(many, lang) == one
