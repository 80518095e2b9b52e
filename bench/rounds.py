"""A run from start to end: the stage, the rounds in which loads alternate with what they are compared with, the proof."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import meters, sizes
from bench.model import Proof, Report, Window, Workload
from bench.processes import DidNotRun
from bench.queries import queries
from bench.scale import Scale
from bench.sizes import Sizes
from bench.stage import Say, Stage, open_stage, praemia

BUSY_CPUS = 0.25  # the kernel's own threads stay below; above it somebody else is at work
BUSY_TABLES = ("accounts", "counters", "lot_states")


async def run(scale: Scale, chosen: Sequence[Workload], say: Say, *, parent: Path | None = None) -> Report:
    """Play all rounds of the chosen workloads and answer what was found."""
    async with open_stage(scale, say, parent=parent) as stage:
        return (await play([stage], chosen, say))[0]


async def play(stages: Sequence[Stage], chosen: Sequence[Workload], say: Say) -> list[Report]:
    """Play all rounds on stages that stand side by side, each load on every one of them before the next; a report for each stage."""
    started, clock = datetime.now(UTC), time.monotonic()
    say("preparing the loads")
    missing = [{load.name: reason for load in chosen if (reason := await _prepared(stage, load)) is not None} for stage in stages]
    before = [(await sizes.taken(stage.probe), await _updates(stage)) for stage in stages]
    windows, apart = await _rounds(stages, [load for load in chosen if load.name not in missing[0]], say)
    reports = []
    for n, stage in enumerate(stages):
        sizes_before, updates_before = before[n]
        left = await _left(stage, sizes_before, apart[n])
        left["hot_share"] = _hot_share(updates_before, await _updates(stage))
        machine = {**meters.machine(), **await software(stage)}
        say("praemia verify")
        reports.append(
            Report(
                started_at=started.isoformat(timespec="seconds"),
                scale=stage.scale,
                machine=machine,
                workloads=tuple(chosen),
                missing=missing[n],
                windows=tuple(windows[n]),
                sizes=left,
                proof=await verify(stage),
                warnings=tuple(warnings_of(windows[n])),
                seconds=time.monotonic() - clock,
            )
        )
    return reports


async def _prepared(stage: Stage, load: Workload) -> str | None:
    """Prepare a load; the reason when it cannot run. A reference that fails to install is missing, ours would be a bug."""
    reason = load.missing(stage)
    if reason is not None:
        return reason
    try:
        await load.prepare(stage)
    except DidNotRun as failed:
        if not load.reference:
            raise
        return str(failed)
    return None


def warnings_of(windows: Sequence[Window]) -> list[str]:
    """What makes the figures doubtful: refusals, nothing counted, others at work on the machine."""
    found = [
        f"{w.workload}, round {w.round}: {w.refused} of {w.refused + w.units} were not accepted: {w.complaint}"
        for w in windows
        if w.refused
    ]
    found += [f"{w.workload}, round {w.round}: nothing was counted" for w in windows if not w.units]
    disturbed = [w for w in windows if w.other_cpus is not None and w.other_cpus > BUSY_CPUS]
    if disturbed:
        worst = max(w.other_cpus or 0.0 for w in disturbed)
        found.append(
            f"others were at work in {len(disturbed)} of {len(windows)} windows (up to {worst:.1f} processors): "
            "rates are too low, and a load of many processes suffers less from that than one of two: run it again on a quiet machine"
        )
    return found


async def _rounds(stages: Sequence[Stage], loads: Sequence[Workload], say: Say) -> tuple[list[list[Window]], list[Sizes]]:
    """The windows of each stage, and what the loads apart left there."""
    windows: list[list[Window]] = [[] for _ in stages]
    apart = [Sizes() for _ in stages]
    for number in range(1, stages[0].scale.rounds + 1):
        # Every other round backwards: what drifts in one direction then disturbs both sides of a ratio alike.
        turn = [(load, n) for load in loads for n in range(len(stages))]
        for load, n in turn if number % 2 else reversed(turn):
            before = await sizes.taken(stages[n].probe) if load.apart else None
            window = await load.run(stages[n], number)
            if before is not None:
                apart[n] += await sizes.taken(stages[n].probe) - before
            windows[n].append(window)
            where = f"  {stages[n].scale.members:>9,} members" if len(stages) > 1 else ""
            tail = "" if window.p99_ms is None else f"   p50 {window.p50_ms:.2f} ms  p99 {window.p99_ms:.2f} ms"
            rate = f"{window.rate:>12,.0f} {load.unit}/s"
            say(f"round {number}{where}  {load.name:20} {rate}{tail}{'   REFUSALS' if window.refused else ''}")
    return windows, apart


async def _left(stage: Stage, before: Sizes, apart: Sizes) -> dict[str, Any]:
    """What the run's events left on disk and in memory, each as a figure per event where that makes sense."""
    after = await sizes.taken(stage.probe)
    grown = after - before - apart
    return {
        "events": after.events,
        "events_measured": grown.events + apart.events,
        "entries": await queries().entry_count(stage.probe),
        "bytes": sum(after.bytes.values()),
        "server_rss_mib": meters.resident_mib(stage.server.pid),
        **sizes.per_event(grown),
        **{f"plain_{name}": value for name, value in sizes.per_event(apart).items()},
    }


async def _updates(stage: Stage) -> dict[str, tuple[int, int]]:
    await queries().forget_statistics(stage.probe)
    return {row["name"]: (row["updates"], row["hot"]) for row in await queries().updates(stage.probe)}


def _hot_share(before: Mapping[str, tuple[int, int]], after: Mapping[str, tuple[int, int]]) -> dict[str, float]:
    """Which share of the updates of a table touched none of its indexes."""
    found = {}
    for name in BUSY_TABLES:
        updates, hot = (a - b for a, b in zip(after.get(name, (0, 0)), before.get(name, (0, 0)), strict=True))
        if updates:
            found[name] = round(hot / updates, 3)
    return found


async def software(stage: Stage) -> dict[str, str]:
    """Which PostgreSQL ran, and with which settings."""
    return {
        "postgresql": f"{await queries().server_version(stage.probe)} ({stage.cluster.source.split()[0]})",
        "settings": ", ".join(f"{row['name']} {row['setting']}" for row in await queries().settings(stage.probe)),
    }


async def verify(stage: Stage) -> Proof:
    """What `praemia verify` says of the stage's books."""
    start = time.monotonic()
    try:
        said = await praemia(stage, "verify")
    except DidNotRun as failed:
        return Proof(clean=False, seconds=time.monotonic() - start, said=str(failed))
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return Proof(clean=True, seconds=time.monotonic() - start, said=lines[-1] if lines else "")
