"""A report made by hand: two loads of ours and their references over three rounds."""

from __future__ import annotations

from typing import Any

from bench.model import Proof, Report, Window
from bench.scale import Scale
from bench.workloads import ALL


def window(name: str, number: int, units: int, **more: Any) -> Window:
    """A window of one second."""
    return Window(workload=name, round=number, seconds=1.0, units=units, **more)


def report(*windows: Window, **changes: Any) -> Report:
    """A report of those windows; every load of the bench is listed, those without windows as missing."""
    seen = {w.workload for w in windows}
    fields: dict[str, Any] = {
        "started_at": "2025-06-01T12:00:00+00:00",
        "scale": Scale(rounds=3, seconds=1.0, warm_seconds=0.1, members=1000, pgbench_scale=1),
        "machine": {"processor": "2 × Abacus", "postgresql": "15.0"},
        "workloads": ALL,
        "missing": {load.name: "not tried" for load in ALL if load.name not in seen},
        "windows": windows,
        "sizes": {"events": 10, "entries": 30, "bytes": 9_000, "events_measured": 8, "server_rss_mib": 70.0, "disk_bytes_per_event": 3000},
        "proof": Proof(clean=True, seconds=0.1, said="clean"),
        "warnings": (),
        "seconds": 12.0,
    }
    return Report(**{**fields, **changes})


def ordinary() -> Report:
    """Purchases at twice and thrice TPC-B, a slow tail, some cost."""
    cpu = {"server": 0.1, "postgres": 0.05, "load": 0.2}
    rounds = [(1, 1000, 400), (2, 900, 300), (3, 1200, 500)]
    return report(
        *(window("earn-32", n, ours, p50_ms=3.0, p99_ms=20.0, cpu=cpu, wal_bytes=ours * 2000) for n, ours, _ in rounds),
        *(window("tpcb-32", n, theirs) for n, _, theirs in rounds),
        *(window("tpcb-8", n, theirs + 100) for n, _, theirs in rounds),
    )
