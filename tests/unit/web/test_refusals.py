"""Refusals in the reader's language: the German ones are about codes that exist, with fields they have, and sentences are whole."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from string import Formatter

import praemia
from praemia.foundation.errors import DomainError, Fault, InvalidInput
from praemia.ledger import InsufficientPoints
from praemia.members import MemberUnknown
from praemia.web.errors import TABLE
from praemia.web.refusals import message_of
from praemia.web.words.refusals import GERMAN


def _refusals() -> Iterator[type[DomainError]]:
    for module in pkgutil.walk_packages(praemia.__path__, "praemia."):
        if module.name.endswith(".errors"):
            importlib.import_module(module.name)
    waiting = DomainError.__subclasses__()
    while waiting:
        each = waiting.pop()
        waiting.extend(each.__subclasses__())
        if hasattr(each, "code"):
            yield each


def _fields(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field}


def test_german_refusals_speak_of_codes_that_exist_with_fields_they_have() -> None:
    known: dict[str, set[str]] = {}
    for each in _refusals():
        known.setdefault(each.code, set()).update(_fields(each.template))
    for code, said in GERMAN.items():
        assert code in TABLE, code
        assert _fields(said) <= known.get(code, set()), code


def test_a_refusal_is_a_sentence_in_the_readers_language() -> None:
    unknown = MemberUnknown(reference="x")
    assert message_of(unknown, "en") == "No member is known as 'x'."
    assert message_of(unknown, "de") == "Ein solches Mitglied gibt es nicht."
    short = InsufficientPoints(asked=300, available=12)
    assert message_of(short, "de") == "Gebraucht werden 300 Punkte, verfügbar sind 12."


def test_a_fault_keeps_its_figures_in_german() -> None:
    fault = Fault(path="/a", message="The number must be between 0 and 6.", code="range")
    assert message_of(fault, "de") == "Die Zahl muss zwischen 0 und 6 liegen."
    assert message_of(InvalidInput([fault]), "de") == "Die Zahl muss zwischen 0 und 6 liegen."
    assert message_of(Fault(path="/a", message="Nobody wrote this down."), "de") == "Nobody wrote this down."


def test_several_faults_are_announced_as_such() -> None:
    fault = Fault(path="/a", message="The list is empty.")
    assert message_of(InvalidInput([fault, fault]), "de") == "Einige Angaben passen noch nicht."
