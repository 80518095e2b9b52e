"""Rows for COPY: those of a real purchase, with ids of their own."""

from __future__ import annotations

from bench.copying import CHUNK, CopyOrder, whole_chunks

ROWS = {
    "events": [{"bucket": 3, "event_id": "E", "member_id": "M", "kind": "purchase", "verdict": {"say": 'a\\b\t"c"'}, "note": None}],
    "event_keys": [{"bucket": 1, "key": "K1", "event_id": "E"}, {"bucket": 2, "key": "K2", "event_id": "E"}],
}


def test_a_chunk_has_the_rows_of_a_thousand_events_in_the_columns_of_the_sample() -> None:
    chunk = next(whole_chunks(CopyOrder(dsn="", seconds=1.0, owners=10, rows=ROWS)))
    lines = {part.table: part.text.decode().splitlines() for part in chunk}
    assert {part.table: part.columns for part in chunk} == {table: tuple(rows[0]) for table, rows in ROWS.items()}
    assert {table: len(rows) for table, rows in lines.items()} == {"events": CHUNK, "event_keys": 2 * CHUNK}
    events = [line.split("\t") for line in lines["events"]]
    keys = [line.split("\t") for line in lines["event_keys"]]
    assert {event[3] for event in events} == {"purchase"}
    assert {event[5] for event in events} == {"\\N"}
    assert {event[4] for event in events} == {'{"say": "a\\\\\\\\b\\\\t\\\\"c\\\\""}'}
    assert len({event[1] for event in events}) == CHUNK
    assert len({key[1] for key in keys}) == 2 * CHUNK
    assert {event[1] for event in events} == {key[2] for key in keys}
