"""Results as lines: every story, its reasons below it, and the count at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tests.scenario.running import Result, Verdict

_MARKS = {Verdict.PASSED: "passed ", Verdict.FAILED: "FAILED ", Verdict.SKIPPED: "skipped"}


def lines_of(result: Result) -> Iterator[str]:
    """One story. The reasons of a skip stand behind it, those of a failure below it."""
    if result.verdict is Verdict.FAILED:
        yield f"{_MARKS[result.verdict]}  {result.story}"
        yield from (f"           {reason}" for reason in result.reasons)
    else:
        reasons = f": {'; '.join(result.reasons)}" if result.reasons else ""
        yield f"{_MARKS[result.verdict]}  {result.story}{reasons}"


def summary(results: Sequence[Result]) -> str:
    """The last line."""
    return ", ".join(f"{_count(results, verdict)} {verdict}" for verdict in Verdict)


def failed(results: Iterable[Result]) -> bool:
    """Whether any story failed."""
    return any(result.verdict is Verdict.FAILED for result in results)


def _count(results: Iterable[Result], verdict: Verdict) -> int:
    return sum(result.verdict is verdict for result in results)
