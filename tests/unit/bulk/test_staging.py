"""Rows of real files become events: money exactly, instants in their zone, orders in one piece, always in the same order."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping as Map
from datetime import UTC, date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from praemia.integrations.bulk.core.mapping import read_mapping
from praemia.integrations.bulk.errors import MappingDoesNotFit, RowsMultiplied, SourceMissing
from praemia.integrations.bulk.model import RowCounts, StagedEvent, Window
from praemia.integrations.bulk.staging import fingerprint, staged
from tests.laws import few

MAPPING = """\
kind: purchases
currency: EUR
sources: { lines: lines.csv }
order: o
member: m
occurred_at: t
zone: Europe/Berlin
lines: { sku: s, amount: a }
"""
ROW = {"o": "1", "m": "ann", "t": "2025-03-04 10:00:00", "s": "tea", "a": "3.20"}
ROUNDINGS = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN, "up": ROUND_UP}


def stage(folder: Path, text: str, window: Window | None = None, digits: int = 2) -> tuple[RowCounts, list[StagedEvent]]:
    with staged(read_mapping(text), folder, window=window or Window(), digits=digits, zone=ZoneInfo("Europe/Berlin")) as staging:
        return staging.rows, staging.batch(0, staging.events)


def stage_rows(folder: Path, *rows: Map[str, str], text: str = MAPPING, window: Window | None = None) -> list[StagedEvent]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join(names)] + [",".join(row.get(name, "") for name in names) for row in rows]
    (folder / "lines.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return stage(folder, text, window)[1]


def amounts_of(event: StagedEvent) -> list[int]:
    return [line["amount_minor"] for line in event.inputs["lines"]]


def test_rows_of_one_order_become_one_event_in_the_order_of_the_file(tmp_path: Path) -> None:
    (event,) = stage_rows(tmp_path, ROW | {"s": "tea"}, ROW | {"s": "bun", "a": "1.10"}, ROW | {"s": "ale"})
    assert (event.identity, event.member, event.row, event.enrols) == ("1", "ann", 1, True)
    assert [line["sku"] for line in event.inputs["lines"]] == ["tea", "bun", "ale"]
    assert amounts_of(event) == [320, 110, 320]


def test_events_come_by_their_time_and_then_by_their_order(tmp_path: Path) -> None:
    later = ROW | {"t": "2025-03-05 10:00:00"}
    events = stage_rows(tmp_path, later | {"o": "9"}, ROW | {"o": "b"}, ROW | {"o": "a"})
    assert [(e.position, e.identity) for e in events] == [(0, "a"), (1, "b"), (2, "9")]


def test_an_order_happens_at_its_earliest_row(tmp_path: Path) -> None:
    (event,) = stage_rows(tmp_path, ROW | {"t": "2025-03-04 10:01:00"}, ROW)
    assert event.occurred_at == datetime(2025, 3, 4, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2025-03-04 10:00:00", datetime(2025, 3, 4, 9, tzinfo=UTC)),
        ("2025-07-04T10:00:00", datetime(2025, 7, 4, 8, tzinfo=UTC)),
        ("2025-07-04T10:00:00Z", datetime(2025, 7, 4, 10, tzinfo=UTC)),
        ("2025-07-04 10:00:00-04", datetime(2025, 7, 4, 14, tzinfo=UTC)),
        ("2025-07-04T10:00:00.5+05:30", datetime(2025, 7, 4, 4, 30, 0, 500_000, tzinfo=UTC)),
        ("2025-07-04", datetime(2025, 7, 3, 22, tzinfo=UTC)),
    ],
)
def test_a_time_without_offset_is_local_and_one_with_offset_is_not(tmp_path: Path, text: str, utc: datetime) -> None:
    (event,) = stage_rows(tmp_path, ROW | {"t": text})
    assert event.occurred_at == utc


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"a": "3.205"}, "lines.amount:not_whole:3.205"),
        ({"a": "a lot"}, "lines.amount:unreadable:a lot"),
        ({"a": ""}, "lines.amount:missing:"),
        ({"a": "10000000000.01"}, "lines.amount:range:10000000000.01"),
        ({"a": "0.0000000001"}, "lines.amount:inexact:0.0000000001"),
        ({"s": ""}, "lines.sku:missing:"),
        ({"s": "x" * 101}, "lines.sku:text:" + "x" * 40),
        ({"m": ""}, "member:missing:"),
        ({"o": ""}, "order:missing:"),
        ({"t": ""}, "occurred_at:missing:"),
        ({"t": "yesterday"}, "occurred_at:instant:yesterday"),
        ({"t": "1066-10-14 09:00:00"}, "occurred_at:instant:1066-10-14 09:00:00"),
    ],
)
def test_a_faulty_row_is_an_event_with_its_fault_and_harms_no_other(tmp_path: Path, row: dict[str, str], fault: str) -> None:
    events = stage_rows(tmp_path, ROW | row, ROW | {"o": "2"})
    assert sorted((e.row, e.fault) for e in events) == [(1, fault), (2, None)]
    assert [e.enrols for e in events if e.row == 2] == [True]


def test_a_faulty_line_makes_its_whole_order_faulty(tmp_path: Path) -> None:
    (event,) = stage_rows(tmp_path, ROW, ROW | {"a": "1.234"})
    assert event.fault == "lines.amount:not_whole:1.234"
    assert "lines" not in event.inputs


def test_rows_that_disagree_about_their_order_are_refused(tmp_path: Path) -> None:
    (two_members,) = stage_rows(tmp_path, ROW, ROW | {"m": "bob"})
    assert two_members.fault == "member:disagree:ann, bob"
    (half_a_member,) = stage_rows(tmp_path, ROW, ROW | {"m": ""})
    assert half_a_member.fault == "member:disagree:ann, ann"


def test_two_rows_without_an_order_are_two_faults(tmp_path: Path) -> None:
    assert len(stage_rows(tmp_path, ROW | {"o": ""}, ROW | {"o": ""})) == 2


def test_only_the_first_event_of_a_member_enrols(tmp_path: Path) -> None:
    events = stage_rows(tmp_path, *(ROW | {"o": str(n), "m": m} for n, m in enumerate(("ann", "bob", "ann", "bob"))))
    assert [e.enrols for e in events] == [True, True, False, False]


def test_a_window_takes_local_days_with_both_ends(tmp_path: Path) -> None:
    times = ("2025-03-03 23:59:59", "2025-03-04 00:00:00", "2025-03-05 23:59:59", "2025-03-06 00:00:00")
    rows = [ROW | {"o": str(n), "t": t} for n, t in enumerate(times)]
    window = Window(first_day=date(2025, 3, 4), last_day=date(2025, 3, 5))
    assert [e.identity for e in stage_rows(tmp_path, *rows, window=window)] == ["1", "2"]
    assert stage(tmp_path, MAPPING, window)[0].outside_window == 2


def test_rows_left_out_are_counted_by_reason_and_guests_by_row(tmp_path: Path) -> None:
    text = MAPPING + "missing_member: guest\nleave_out:\n  - { when: o like 'C%', because: cancelled }\nwhere: a <> '0'\n"
    events = stage_rows(tmp_path, ROW, ROW | {"o": "C1", "m": ""}, ROW | {"o": "2", "a": "0"}, ROW | {"o": "3", "m": ""}, text=text)
    counts, _ = stage(tmp_path, text)
    assert [(e.identity, e.member, e.fault) for e in events] == [("1", "ann", None), ("3", None, None)]
    assert counts == RowCounts(read=4, joined=4, without_member=2, outside_window=0, left_out={"cancelled": 1, "where": 1})


@few(25)
@given(
    amounts=st.lists(st.decimals(min_value=-9999, max_value=9999, places=4), min_size=1, max_size=40),
    rounding=st.sampled_from(sorted(ROUNDINGS)),
)
def test_a_named_rounding_rounds_as_decimal_arithmetic_does(tmp_path: Path, amounts: list[Decimal], rounding: str) -> None:
    rows = [ROW | {"s": f"s{n}", "a": format(a, "f")} for n, a in enumerate(amounts)]
    (event,) = stage_rows(tmp_path, *rows, text=MAPPING + f"rounding: {rounding}\n")
    assert amounts_of(event) == [int((a * 100).quantize(Decimal(1), ROUNDINGS[rounding])) for a in amounts]


def test_a_binary_amount_is_taken_only_when_it_is_a_decimal(tmp_path: Path) -> None:
    columns = "select 'ann' as m, timestamp '2025-03-04 10:00:00' as t, 'tea' as s"
    with duckdb.connect() as duck:
        duck.execute(
            f"copy ({columns}, 1 as o, 12345678.9::double as a union all {columns}, 2, 0.1::double + 0.2::double) to '{tmp_path}/l.parquet'"
        )
    _, events = stage(tmp_path, MAPPING.replace("lines.csv", "l.parquet"))
    assert [e.fault for e in events] == [None, "lines.amount:inexact:0.30000000000000004"]
    assert amounts_of(events[0]) == [1_234_567_890]
    _, events = stage(tmp_path, MAPPING.replace("lines.csv", "l.parquet") + "rounding: half_up\n")
    assert amounts_of(events[1]) == [30]


def test_a_currency_without_decimals_has_no_cents(tmp_path: Path) -> None:
    stage_rows(tmp_path, ROW | {"a": "320"})
    _, (event,) = stage(tmp_path, MAPPING, digits=0)
    assert amounts_of(event) == [320]


def test_amounts_may_be_written_in_minor_units(tmp_path: Path) -> None:
    (event,) = stage_rows(tmp_path, ROW | {"a": "320"}, text=MAPPING + "amount_unit: minor\n")
    assert amounts_of(event) == [320]


def test_defaults_are_left_out_of_a_line_and_zero_quantity_is_no_default(tmp_path: Path) -> None:
    lines = "lines: { sku: s, amount: a, quantity: q, discount: d, categories: [c, k], free: f = 'yes' }"
    text = MAPPING.replace("lines: { sku: s, amount: a }", lines)
    one, other = stage_rows(
        tmp_path,
        ROW | {"q": "1", "d": "0", "c": "", "k": "", "f": ""},
        ROW | {"o": "2", "q": "0", "d": "0.20", "c": "hot", "k": "", "f": "yes"},
        text=text,
    )
    assert one.inputs["lines"] == [{"sku": "tea", "amount_minor": 320}]
    assert other.inputs["lines"] == [
        {"sku": "tea", "amount_minor": 320, "quantity": 0, "discount_minor": 20, "categories": ["hot"], "free": True}
    ]


def test_a_join_that_multiplies_rows_is_refused(tmp_path: Path) -> None:
    (tmp_path / "goods.csv").write_text("s,c\ntea,hot\ntea,drinks\n")
    text = MAPPING.replace("{ lines: lines.csv }", "{ lines: lines.csv, goods: goods.csv }") + "from: lines left join goods using (s)\n"
    with pytest.raises(RowsMultiplied):
        stage_rows(tmp_path, ROW, text=text)
    (event,) = stage_rows(tmp_path, ROW, text=text + "rows_may_repeat: true\n")
    assert amounts_of(event) == [320, 320]


def test_nested_lines_of_ndjson_can_be_unnested(tmp_path: Path) -> None:
    (tmp_path / "orders.ndjson").write_text(
        '{"o": "1", "m": "ann", "t": "2025-03-04T09:00:00Z", "lines": [{"s": "tea", "a": 3.2}, {"s": "bun", "a": 1}]}\n'
    )
    text = MAPPING.replace("{ lines: lines.csv }", "{ orders: orders.ndjson }").replace("sku: s, amount: a", "sku: line.s, amount: line.a")
    joined = "from: (select *, unnest(lines) as line from orders)"
    _, (event,) = stage(tmp_path, text.replace("zone:", f"{joined}\nrows_may_repeat: true\nzone:"))
    assert sorted((line["sku"], line["amount_minor"]) for line in event.inputs["lines"]) == [("bun", 100), ("tea", 320)]


def test_files_of_a_glob_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name, order in (("b.csv", "2"), ("a.csv", "1")):
        (tmp_path / name).write_text(f"o,m,t,s,a\n{order},ann,2025-03-04 10:00:00,tea,1.00\n")
    _, events = stage(tmp_path, MAPPING.replace("lines.csv", "'?.csv'"))
    assert [(e.identity, e.row) for e in events] == [("1", 1), ("2", 2)]


def test_a_file_whose_name_looks_like_a_pattern_is_found(tmp_path: Path) -> None:
    (tmp_path / "lines[1].csv").write_text("o,m,t,s,a\n1,ann,2025-03-04 10:00:00,tea,1.00\n")
    _, events = stage(tmp_path, MAPPING.replace("lines.csv", "'lines[1].csv'"))
    assert [e.identity for e in events] == ["1"]


def test_text_ids_keep_their_leading_zeros(tmp_path: Path) -> None:
    (event,) = stage_rows(tmp_path, ROW | {"o": "007", "m": "0042"})
    assert (event.identity, event.member) == ("007", "0042")


def test_an_empty_text_says_nothing_like_null(tmp_path: Path) -> None:
    text = MAPPING.replace("{ sku: s, amount: a }", "{ sku: s, amount: a, brand: \"''\", tags: [\"''\"] }")
    (event,) = stage_rows(tmp_path, ROW, text=text + "location: \"''\"\n")
    assert event.inputs == {"lines": [{"sku": "tea", "amount_minor": 320}]}
    (guest,) = stage_rows(tmp_path, ROW, text=MAPPING.replace("member: m", "member: \"''\"") + "missing_member: guest\n")
    assert (guest.member, guest.fault) == (None, None)


def test_activities_carry_their_fields_and_no_fractions(tmp_path: Path) -> None:
    text = """
kind: activities
sources: { done: lines.csv }
id: o
activity: "'workout'"
member: m
occurred_at: t
zone: Europe/Berlin
fields: { minutes: "try_cast(a as decimal(9, 1))", indoors: "s = 'in'", note: s }
"""
    whole, half = stage_rows(tmp_path, ROW | {"a": "30", "s": "in"}, ROW | {"o": "2", "a": "30.5"}, text=text)
    assert half.fault == "minutes:fraction:30.5"
    assert whole.fault == "minutes:fraction:30.0", "a decimal is a fraction, whatever it says: cast it to an integer"
    whole, _ = stage_rows(tmp_path, ROW | {"a": "30", "s": "in"}, ROW | {"o": "2"}, text=text.replace("decimal(9, 1)", "int"))
    assert whole.inputs == {"activity": "workout", "fields": {"minutes": 30, "indoors": True, "note": "in"}}


def test_members_carry_birthdate_segments_and_attributes(tmp_path: Path) -> None:
    text = (
        "kind: members\nsources: { m: lines.csv }\nreference: m\nenrolled_at: t\nzone: UTC\nbirthdate: b\nsegments: string_split(g, '|')\n"
    )
    (event,) = stage_rows(tmp_path, ROW | {"b": "1990-02-28", "g": "vip|staff"}, text=text + "attributes: { shop: s }\n")
    assert event.inputs == {"birthdate": "1990-02-28", "segments": ["vip", "staff"], "fields": {"shop": "tea"}}


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (("order: o", "order: nope"), "expressions"),
        (("amount: a", "amount: a b c"), "expressions"),
        (("occurred_at: t", "occurred_at: 5"), "occurred_at"),
        (("order: o", "order: (select content from read_text('/etc/hostname'))"), "expressions"),
        (("{ lines: lines.csv }", "{ lines: lines.csv }\nfrom: lines, read_csv('other.csv')"), "occurred_at"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_and_reads_nothing_but_its_sources(
    tmp_path: Path, change: tuple[str, str], part: str
) -> None:
    (tmp_path / "other.csv").write_text("a\n1\n")
    with pytest.raises(MappingDoesNotFit) as refusal:
        stage_rows(tmp_path, ROW, text=MAPPING.replace(*change))
    assert refusal.value.fields["part"] == part


def test_a_naive_time_needs_a_zone(tmp_path: Path) -> None:
    with pytest.raises(MappingDoesNotFit, match="zone"):
        stage_rows(tmp_path, ROW, text=MAPPING.replace("occurred_at: t", "occurred_at: t::timestamp").replace("zone: Europe/Berlin\n", ""))


def test_a_source_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match=re.escape("lines.csv")):
        stage(tmp_path, MAPPING)


def test_what_a_killed_import_spilled_is_removed_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with subprocess.Popen(["true"]) as ended:
        pass
    left, used = tmp_path / f"praemia-import-{ended.pid}-x", tmp_path / f"praemia-import-{os.getpid()}-y"
    for folder in (left, used):
        folder.mkdir()
    stage_rows(tmp_path, ROW)
    assert [p.name for p in tmp_path.glob("praemia-import-*")] == [used.name]


def test_the_fingerprint_changes_with_mapping_content_and_window(tmp_path: Path) -> None:
    stage_rows(tmp_path, ROW)
    mapping = read_mapping(MAPPING)
    first = fingerprint(MAPPING, mapping, tmp_path, Window())
    assert fingerprint(MAPPING, mapping, tmp_path, Window()) == first
    assert fingerprint(MAPPING + "#", mapping, tmp_path, Window()) != first
    assert fingerprint(MAPPING, mapping, tmp_path, Window(last_day=date(2025, 1, 1))) != first
    stage_rows(tmp_path, ROW | {"a": "3.21"})
    assert fingerprint(MAPPING, mapping, tmp_path, Window()) != first
