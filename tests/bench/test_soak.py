"""A soak says how much memory its second half added, and keeps papers that say the same."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.model import Proof
from bench.soak import Flow, Minute, Soaked, slope
from bench.soak.telling import keep, mib


def _soaked(resident: list[int], *, refused: int = 0) -> Soaked:
    return Soaked(
        started_at="2026-11-22T20:00:00+00:00",
        members=1000,
        machine={"processor": "2 × any"},
        minutes=tuple(Minute(number=n, resident_kib=kib, server_ms=9, postgres_ms=5) for n, kib in enumerate(resident)),
        flows=(Flow(name="purchases", units=100, refused=refused, p50_ms=2.0, p99_ms=None, complaint=None),),
        events=100,
        proof=Proof(clean=True, seconds=1.0, said="clean"),
    )


@pytest.mark.parametrize(
    ("points", "rise"),
    [
        ([(0, 10), (1, 13), (2, 16)], Fraction(3)),
        ([(0, 0), (1, 3), (2, 3)], Fraction(3, 2)),
        ([(5, 7)], Fraction(0)),
        ([(0, 9), (1, 9), (2, 9), (3, 9)], Fraction(0)),
    ],
)
def test_the_line_is_the_nearest_one(points: list[tuple[int, int]], rise: Fraction) -> None:
    assert slope(points) == rise


def test_only_the_second_half_counts() -> None:
    assert _soaked([0, 5000, 9000, 9010, 9020]).growth == 10


def test_a_refusal_makes_it_unsound() -> None:
    assert _soaked([1, 1]).sound
    assert not _soaked([1, 1], refused=1).sound


def test_what_is_kept_says_the_same(tmp_path: Path) -> None:
    done = _soaked([80_000, 90_000, 90_000, 90_100, 90_200])
    kept = {path.suffix: path.read_text("utf-8") for path in keep(done, tmp_path)}
    assert json.loads(kept[".json"])["growth_kib_a_minute"] == {"numerator": 100, "denominator": 1}
    assert "100.0 KiB a minute over the last 2 minutes" in kept[".txt"]
    assert "100.0 KiB a minute over the last 2 minutes" in kept[".svg"]
    assert ElementTree.fromstring(kept[".svg"]).tag.endswith("svg")


def test_a_mebibyte_has_1024_kibibytes() -> None:
    assert [mib(kib) for kib in (0, 1024, 1075, 102_400)] == ["0.0", "1.0", "1.0", "100.0"]
