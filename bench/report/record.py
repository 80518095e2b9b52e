"""The run as JSON: every window as measured, and the medians and ratios drawn from them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from bench.figures import Figure, figure
from bench.goals import Judged
from bench.model import Report, Window, Workload

VERSION = 1


def as_json(report: Report, judged: list[Judged]) -> str:
    """The document kept in bench/results."""
    return json.dumps(document(report, judged), indent=1, ensure_ascii=False) + "\n"


def document(report: Report, judged: list[Judged]) -> dict[str, Any]:
    """Its content. Rates in units a second, times in the unit their name says."""
    return {
        "version": VERSION,
        "started_at": report.started_at,
        "seconds": round(report.seconds, 1),
        "scale": asdict(report.scale),
        "machine": dict(report.machine),
        "warnings": list(report.warnings),
        "verify": asdict(report.proof),
        "sizes": dict(report.sizes),
        "goals": [_goal(one) for one in judged],
        "loads": [_load(report, load) for load in report.workloads],
    }


def medians(windows: list[Window]) -> dict[str, Figure | None]:
    """The figures of one load over its rounds, by name."""
    return {
        "rate": figure(w.rate for w in windows),
        "p50_ms": figure(w.p50_ms for w in windows),
        "p99_ms": figure(w.p99_ms for w in windows),
        "server_us": figure(w.cpu_us("server") for w in windows),
        "postgres_us": figure(w.cpu_us("postgres") for w in windows),
        "load_share": figure(w.cpu["load"] / w.seconds for w in windows if "load" in w.cpu and w.seconds),
        "wal_bytes": figure(w.wal_bytes / w.units for w in windows if w.wal_bytes is not None and w.units),
        "wal_books_bytes": figure(w.wal_books_bytes / w.units for w in windows if w.wal_books_bytes is not None and w.units),
    }


def _goal(one: Judged) -> dict[str, Any]:
    goal = one.goal
    return {
        "id": goal.id,
        "title": goal.title,
        "unit": goal.unit,
        "less_is_better": goal.less_is_better,
        **_rounded(one.figure),
        "floor": goal.floor,
        "ambition": goal.ambition,
        "reached": one.verdict,
    }


def _load(report: Report, load: Workload) -> dict[str, Any]:
    windows = report.windows_of(load.name)
    told: dict[str, Any] = {"name": load.name, "title": load.title, "unit": load.unit, "reference": load.reference}
    if load.name in report.missing:
        return {**told, "missing": report.missing[load.name]}
    told["medians"] = {name: _rounded(value) for name, value in medians(windows).items() if value is not None}
    told["rounds"] = [{**{k: _short(v) for k, v in asdict(w).items() if k != "workload"}, "rate": _short(w.rate)} for w in windows]
    return told


def _rounded(value: Figure) -> dict[str, float]:
    return {"median": _short(value.median), "low": _short(value.low), "high": _short(value.high)}


def _short(value: Any) -> Any:
    """Floats to five digits that count; more would only look exact."""
    if isinstance(value, dict):
        return {key: _short(inner) for key, inner in value.items()}
    return float(f"{value:.5g}") if isinstance(value, float) else value
