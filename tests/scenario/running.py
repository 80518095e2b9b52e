"""Plays stories: one sandbox programme each, several at a time, every mismatch kept. A story that breaks off says why."""

from __future__ import annotations

import asyncio
import re
import traceback
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import httpx2

from tests.scenario.api import Api, ApiBroken
from tests.scenario.expectations import Mismatch, compare_answer, compare_state, compare_unchanged
from tests.scenario.scope import scope_of
from tests.scenario.stage import Stage, open_stage
from tests.scenario.steps import play
from tests.scenario.stories import Block, Story, StoryFault, read_story
from tests.scenario.translation import translate
from tests.scenario.vocabulary import OK

AT_ONCE = 4


class Verdict(StrEnum):
    """How a story ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A story's end, with one line per reason."""

    story: str
    verdict: Verdict
    reasons: Sequence[str] = ()


async def play_all(client: httpx2.AsyncClient, files: Sequence[Path]) -> AsyncIterator[Result]:
    """The results in the order of the files, each as soon as it and those before it are known."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, path: Path) -> Result:
        async with gate:
            return await play_file(client, path, number)

    tasks = [asyncio.create_task(one(number, path)) for number, path in enumerate(files, 1)]
    try:
        for task in tasks:
            yield await task
    finally:
        for task in tasks:
            task.cancel()


async def play_file(client: httpx2.AsyncClient, path: Path, number: int = 1) -> Result:
    """One story file in a programme of its own."""
    try:
        story = read_story(path)
        scope = scope_of(story)
        if scope.faults:
            return Result(story=path.stem, verdict=Verdict.FAILED, reasons=scope.faults)
        if scope.needs:
            return Result(story=path.stem, verdict=Verdict.SKIPPED, reasons=_briefly(scope.needs))
        reasons = await play_story(client, story, _slug(story, number))
    except (StoryFault, ApiBroken) as broken:
        reasons = [str(broken)]
    except Exception as broken:
        # One story nobody foresaw must not take the others with it; it fails, and says where.
        reasons = [f"the adapter broke: {broken!r} at {traceback.extract_tb(broken.__traceback__)[-1]}"]
    return Result(story=path.stem, verdict=Verdict.FAILED if reasons else Verdict.PASSED, reasons=reasons)


async def play_story(client: httpx2.AsyncClient, story: Story, slug: str) -> list[str]:
    """Every mismatch of the story, each with its step. Raises StoryFault and ApiBroken when it cannot be played."""
    stage = await open_stage(Api(client, slug), story, translate(story, slug))
    reasons: list[str] = []
    for index, step in enumerate(story.steps, 1):
        where = f"step {index} ({' '.join(str(step[key]) for key in ('do', 'member', 'order', 'name') if key in step)})"
        try:
            reasons += [_told(where, mismatch) for mismatch in await _play_step(stage, step)]
        except (StoryFault, ApiBroken) as broken:
            return [*reasons, f"{where}: {broken}"]
    return reasons + [_told("at the end", mismatch) for mismatch in await compare_state(story.expect, stage)]


async def _play_step(stage: Stage, step: Block) -> list[Mismatch]:
    expect: Block = step.get("expect") or {}
    stage.moved_from = stage.clock
    if expect.get("result", OK) == OK and not _seen_before(stage, step):
        outcome = await play(stage, step)
        return [*compare_answer(expect, outcome), *await compare_state(expect, stage)]
    if "at" in step:  # the night on the way may change figures; the request may not
        await stage.move_clock(step["at"])
    before = await stage.everything()
    outcome = await play(stage, step)
    unchanged = compare_unchanged(before, await stage.everything())
    return [*compare_answer(expect, outcome), *unchanged, *await compare_state(expect, stage)]


def _seen_before(stage: Stage, step: Block) -> bool:
    return step["do"] == "purchase" and str(step["order"]) in stage.orders


def _told(where: str, mismatch: Mismatch) -> str:
    return f"{where}: {mismatch.what}: expected {mismatch.expected}, got {mismatch.actual}"


def _briefly(needs: Sequence[str]) -> list[str]:
    """The first place for each capability."""
    first: dict[str, str] = {}
    for need in needs:
        first.setdefault(need.split(":", 1)[0], need)
    return list(first.values())


def _slug(story: Story, number: int) -> str:
    return f"s{number}-{re.sub(r'[^a-z0-9]+', '-', story.id.lower())}"[:60].rstrip("-")
