"""`python -m tests.scenario FOLDER [FILTER]`: play a folder of stories, say what came out; 1 when any failed, 2 when there is none."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.scenario.reporting import failed, lines_of, summary
from tests.scenario.running import Result, play_all
from tests.scenario.server import on_a_database_of_its_own
from tests.scenario.stories import story_files

_USAGE = 2


def main(arguments: list[str]) -> int:
    """Play the folder; with a second word only the stories whose name contains it."""
    if not 1 <= len(arguments) <= 2:
        print("usage: python -m tests.scenario FOLDER [PART OF THE NAME]", file=sys.stderr)
        return _USAGE
    folder = Path(arguments[0])
    files = story_files(folder) if folder.is_dir() else []
    files = [path for path in files if len(arguments) == 1 or arguments[1] in path.stem]
    if not files:
        print(f"no stories in {folder}", file=sys.stderr)
        return _USAGE
    results = asyncio.run(_play(files))
    print(summary(results))
    return 1 if failed(results) else 0


async def _play(files: list[Path]) -> list[Result]:
    results: list[Result] = []
    async with on_a_database_of_its_own() as client:
        async for result in play_all(client, files):
            results.append(result)
            for line in lines_of(result):
                print(line, flush=True)
    return results


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
