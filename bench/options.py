"""The command line: how long, how large, which loads, where the results go."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.goals import needed_by
from bench.model import Workload
from bench.scale import Scale
from bench.workloads import ALL, NAMES

RESULTS = Path(__file__).parent / "results"
ROUNDS, SECONDS, WARM, MEMBERS, PGBENCH_SCALE = 3, 3.0, 0.5, 100_000, 10
_THOUSAND = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for."""

    scale: Scale
    chosen: tuple[Workload, ...]
    out: Path
    disk: Path | None
    listing: bool


def parse(argv: Sequence[str]) -> Options:
    """Read the arguments; prints help and exits on a wrong one."""
    given = _parser().parse_args(argv)
    quick = given.quick
    members = given.members or (_THOUSAND if quick else MEMBERS)
    return Options(
        scale=Scale(
            rounds=given.rounds or (1 if quick else ROUNDS),
            seconds=given.seconds or (0.3 if quick else SECONDS),
            warm_seconds=0.05 if quick else WARM,
            members=-(-members // _THOUSAND) * _THOUSAND,
            pgbench_scale=1 if quick else PGBENCH_SCALE,
            quick=quick,
        ),
        chosen=_choose(given.only or []),
        out=given.out,
        disk=given.disk,
        listing=given.list,
    )


def _choose(only: Sequence[str]) -> tuple[Workload, ...]:
    """All of them, or the named ones with those their goals are divided by."""
    wanted = needed_by(frozenset(only)) if only else frozenset(NAMES)
    return tuple(load for load in ALL if load.name in wanted)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round, small: does it work? Its figures mean nothing")
    parser.add_argument("--rounds", type=_positive, metavar="N", help=f"rounds; fewer than 3 say little (default {ROUNDS})")
    parser.add_argument("--seconds", type=float, metavar="S", help=f"length of one window (default {SECONDS:g})")
    parser.add_argument("--members", type=_positive, metavar="N", help=f"members, in thousands (default {MEMBERS:,})")
    parser.add_argument("--only", action="append", choices=NAMES, metavar="NAME", help="this load and its references; may be repeated")
    parser.add_argument(
        "--out", type=Path, default=RESULTS, metavar="DIR", help="where JSON, SVG and text are kept (default bench/results)"
    )
    parser.add_argument("--disk", type=Path, metavar="DIR", help="a folder on the disk to measure (default: the temporary folder)")
    parser.add_argument("--list", action="store_true", help="name the loads and stop")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
