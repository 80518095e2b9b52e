"""A log is lines of JSON that a machine reads: what happened, what was said with it, and a trace without values."""

from __future__ import annotations

import json
import logging
import os
import sys
from typing import Any

from praemia.bootstrap import JsonLine


def _line(level: int, event: str, said: dict[str, object], *, trace: bool = False) -> dict[str, Any]:
    record = logging.getLogger("praemia.test").makeRecord(
        "praemia.test", level, __file__, 1, event, (), sys.exc_info() if trace else None, extra=said
    )
    text = JsonLine().format(record)
    assert "\n" not in text
    line: dict[str, Any] = json.loads(text)
    return line


def test_a_line_holds_what_happened_and_what_was_said_with_it() -> None:
    line = _line(logging.WARNING, "job.failed", {"kind": "mail", "attempts": 3})
    assert line.pop("timestamp").endswith("+00:00")
    assert line.pop("process") == os.getpid()
    assert line == {"event": "job.failed", "kind": "mail", "attempts": 3, "level": "warning"}


def test_a_trace_names_the_place_and_no_value_of_a_variable() -> None:
    secret = "".join(["hun", "ter2"])
    try:
        raise ValueError(len(secret))
    except ValueError:
        line = _line(logging.ERROR, "seals.failed", {}, trace=True)
    assert "ValueError: 7" in line["exception"]
    assert "test_log_lines.py" in line["exception"]
    assert secret not in line["exception"]


def test_what_json_does_not_know_is_written_as_python_shows_it() -> None:
    assert _line(logging.INFO, "seals.made", {"rows": {1}})["rows"] == "{1}"
