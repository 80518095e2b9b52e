"""What a mapping file may say, and that every fault of it is named with its place."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from praemia.foundation.errors import InvalidInput
from praemia.integrations.bulk.core.mapping import read_mapping
from praemia.integrations.bulk.model import Enrol, Kind, LeaveOut
from praemia.programs import read_program

EXAMPLES = Path(__file__).parents[3] / "examples" / "imports"
VISITS = """\
kind: visits
sources: { visits: visits.csv }
id: id
member: member
occurred_at: at
"""


def faults_of(text: str) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(InvalidInput) as refusal:
        read_mapping(text)
    return [(fault.code, fault.line, fault.suggestion) for fault in refusal.value.faults]


@pytest.mark.parametrize("name", ["complete_journey", "online_retail"])
def test_the_example_mappings_and_their_programmes_can_be_read(name: str) -> None:
    mapping = read_mapping((EXAMPLES / f"{name}.yaml").read_text("utf-8"))
    programme = read_program((EXAMPLES / f"{name}.program.yaml").read_text("utf-8"))
    assert mapping.kind is Kind.PURCHASES
    assert mapping.currency == programme.file.currency
    assert mapping.zone == programme.file.timezone
    assert not programme.warnings


def test_every_fault_is_named_at_its_place_and_not_only_the_first() -> None:
    text = "kind: visits\nsources: { visits: visits.csv }\nid: id\nmembr: m\noccurred_at: [a]\nzone: Europe/Berlim\n"
    assert faults_of(text) == [
        ("missing", 1, None),
        ("unknown_key", 4, "did you mean 'member'?"),
        ("expression", 5, None),
        ("zone", 6, "write an IANA name, such as Europe/Berlin"),
    ]


def test_a_key_given_twice_is_a_fault_where_it_is_repeated() -> None:
    assert faults_of(VISITS + "member: other\n") == [("duplicate_key", 6, None)]


def test_a_kind_that_cannot_be_imported_is_refused() -> None:
    assert faults_of(VISITS.replace("kind: visits", "kind: visit")) == [("kind", 1, "did you mean 'visits'?")]


def test_a_kind_refuses_what_only_another_kind_has() -> None:
    assert faults_of(VISITS + "lines: { sku: a, amount: b }\n") == [("unknown_key", 6, None)]


def test_several_sources_must_say_how_they_join() -> None:
    assert [code for code, _, _ in faults_of(VISITS.replace("{ visits: visits.csv }", "{ a: a.csv, b: b.parquet }"))] == ["missing"]


def test_a_source_of_unknown_format_must_name_it() -> None:
    assert [code for code, _, _ in faults_of(VISITS.replace("visits.csv", "visits.xlsx"))] == ["format"]
    named = VISITS.replace("{ visits: visits.csv }", "{ visits: { path: visits.txt, format: csv, delimiter: ';' } }")
    assert read_mapping(named).sources[0].delimiter == ";"


@pytest.mark.parametrize(
    "text", ["", "kind: [", "- a\n", "kind: &a visits\nzone: *a\n", "a: !!python/object:os.system x\n", "\t", "x" * 70_000]
)
def test_what_is_no_mapping_is_refused_and_never_crashes(text: str) -> None:
    assert faults_of(text)


def test_a_where_leaves_out_rows_under_its_own_name() -> None:
    assert read_mapping(VISITS + "where: a > 1\n").leave_out == (LeaveOut(when="not coalesce((a > 1), false)", because="where"),)


def test_an_enrolment_date_without_offset_is_in_the_zone_of_the_mapping() -> None:
    mapping = read_mapping(VISITS + 'zone: America/New_York\nenrol: { enrolled_at: "2017-01-01T00:00:00" }\n')
    assert mapping.enrol == Enrol(enrolled_at=datetime(2017, 1, 1, tzinfo=ZoneInfo("America/New_York")))


def test_enrolment_happens_at_the_first_event_or_not_at_all() -> None:
    assert read_mapping(VISITS + "enrol: { enrolled_at: first_event }\n").enrol == Enrol()
    assert read_mapping(VISITS + "enrol: { missing: false }\n").enrol is None
    assert read_mapping(VISITS).enrol is None
