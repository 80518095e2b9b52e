"""The whole bench, as short as it gets: every load runs, the books are clean, table, JSON and picture have their rows."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from xml.etree import ElementTree

from bench.processes import outcome_of
from bench.workloads import NAMES


def test_a_quick_run_measures_every_load_that_can_run_here(tmp_path: Path) -> None:
    code, said = asyncio.run(outcome_of([sys.executable, "-m", "bench", "--quick", "--out", str(tmp_path)]))
    assert code == 0, said
    document = json.loads(next(tmp_path.glob("*.json")).read_text())
    for load in document["loads"]:
        assert load["name"] in said
        if "missing" not in load:
            assert [one["units"] > 0 and one["refused"] == 0 for one in load["rounds"]] == [True], load
    assert tuple(load["name"] for load in document["loads"]) == NAMES
    assert {load["name"] for load in document["loads"] if "missing" in load} <= {
        name for name in NAMES if "pg" in name or "-8" in name or "-32" in name
    }
    assert document["verify"]["clean"]
    assert document["sizes"]["bytes_per_event"]["events"] > 0
    assert document["machine"]["settings"].startswith("fsync on, synchronous_commit on")
    picture = ElementTree.fromstring(next(tmp_path.glob("*.svg")).read_text())
    rows = "".join(picture.itertext())
    assert all(goal["title"] in rows for goal in document["goals"])
    assert {"P5", "P8", "P9", "P10", "P13", "P14", "P15", "P17"} <= {goal["id"] for goal in document["goals"]}
