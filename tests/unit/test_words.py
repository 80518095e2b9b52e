"""The words of the faces: both languages complete, with the same placeholders, and reachable from templates."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from praemia.web.words import FACES, LANGUAGES, Words, words_of

_NOT_KEYS = {name for name in dir(Words) if not name.startswith("__")}


@pytest.mark.parametrize("face", FACES)
def test_german_and_english_have_the_same_keys_and_placeholders(face: str) -> None:
    english, german = FACES[face]["en"], FACES[face]["de"]
    assert sorted(english) == sorted(german)
    for key in english:
        assert _placeholders(english[key]) == _placeholders(german[key]), key


@pytest.mark.parametrize("face", FACES)
def test_a_key_is_a_name_a_template_can_write(face: str) -> None:
    for key in FACES[face]["en"]:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", key), key
        assert key not in _NOT_KEYS, key


def test_one_takes_the_singular() -> None:
    for lang in LANGUAGES:
        words = words_of("start", lang)
        assert words.f("faults", n=1) == words.faults_one
        assert "2" in words.f("faults", n=2)


def test_an_unknown_word_is_no_silent_gap() -> None:
    with pytest.raises(AttributeError):
        _ = words_of("start", "en").no_such_word


def _placeholders(text: str) -> list[str]:
    return sorted({field for _, field, _, _ in Formatter().parse(text) if field})
