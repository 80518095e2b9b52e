"""Our own stories, and a folder of others where there is one, through the public API of a real server on a real database.

The other folder is $PRAEMIA_SCENARIOS, or one called `scenarios` in a folder beside the repository.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.scenario.reporting import failed, lines_of, summary
from tests.scenario.running import Result, Verdict, play_all
from tests.scenario.server import on_database
from tests.scenario.stories import story_files

OURS = Path(__file__).parent / "stories"
_ROOT = Path(__file__).parents[2]


def _others() -> Path | None:
    named = os.environ.get("PRAEMIA_SCENARIOS")
    found = [Path(named)] if named else sorted(_ROOT.parent.glob("*/scenarios"))
    return next((folder for folder in found if folder.is_dir() and story_files(folder)), None)


async def _play(database: str, folder: Path) -> list[Result]:
    async with on_database(database) as client:
        results = [result async for result in play_all(client, story_files(folder))]
    print("\n".join(line for result in results for line in lines_of(result)), summary(results), sep="\n")
    return results


def _failures(results: list[Result]) -> str:
    return "\n".join(line for result in results if failed([result]) for line in lines_of(result))


async def test_every_story_of_ours_comes_out_as_told(database: str) -> None:
    results = await _play(database, OURS)
    assert {result.verdict for result in results} == {Verdict.PASSED}, _failures(results) or summary(results)


@pytest.mark.skipif(_others() is None, reason="no other stories: PRAEMIA_SCENARIOS is unset and no folder beside ours has a `scenarios`")
async def test_every_story_of_the_other_folder_comes_out_as_told(database: str) -> None:
    folder = _others()
    assert folder is not None
    results = await _play(database, folder)
    assert not failed(results), _failures(results)
    assert all(result.reasons for result in results if result.verdict is Verdict.SKIPPED)
