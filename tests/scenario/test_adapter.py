"""The adapter itself: it must be able to fail, say why, and never let a word it does not know pass for a skip."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import httpx2
import pytest

from praemia.programs import read_program
from tests.scenario import vocabulary
from tests.scenario.__main__ import main
from tests.scenario.amounts import number, quanta, shown
from tests.scenario.running import Result, Verdict, play_file
from tests.scenario.scope import scope_of
from tests.scenario.server import on_database
from tests.scenario.steps import ACTS
from tests.scenario.stories import StoryFault, read_story, story_files
from tests.scenario.test_stories import OURS
from tests.scenario.translation import translate

_STORY = """\
id: told
title: A purchase earns
capability: earn.purchase
given:
  start: 2025-02-03T08:00:00Z
  program:
    wallets: [{id: pts}, {id: Cash Back, decimals: 2}]
    earning:
      - {id: base, trigger: purchase, earn: {points: 1, per_amount: "1.00"}}
      - {id: 2nd, trigger: purchase, to: Cash Back, earn: {points: "0.05", per_amount: "1.00"}}
  members: [{id: eva}]
steps:
  - {do: purchase, member: eva, order: b1, lines: [{sku: TEA, qty: 2, price: "5.50"}],
     expect: {earned: {pts: 11, Cash Back: "0.55"}, earned_by: {base: 11}, due: "11.00"}}
  - {do: adjust, member: eva, points: -5, key: k1, expect: {available: {eva: 6}}}
  - {do: adjust, member: eva, points: -7, expect: {result: insufficient_points}}
expect: {available: {eva: {pts: 6, Cash Back: "0.55"}}, lifetime: {eva: 11}}
"""


def _write(folder: Path, text: str) -> Path:
    path = folder / "told.yaml"
    path.write_text(text, encoding="utf-8")
    return path


async def _result(database: str, folder: Path, *changes: tuple[str, str]) -> Result:
    async with on_database(database) as client:
        return await play_file(client, _write(folder, _changed(*changes)))


async def _result_without_a_server(folder: Path, *changes: tuple[str, str]) -> Result:
    async with httpx2.AsyncClient() as client:
        return await play_file(client, _write(folder, _changed(*changes)))


def _changed(*changes: tuple[str, str]) -> str:
    text = _STORY
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


async def test_the_story_as_it_stands_passes(database: str, tmp_path: Path) -> None:
    result = await _result(database, tmp_path)
    assert result.verdict is Verdict.PASSED, result.reasons


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('earned: {pts: 11, Cash Back: "0.55"}', "earned: 12", "step 1 (purchase eva b1): earned (pts): expected 12, got 11"),
        (
            'Cash Back: "0.55"}, earned',
            'Cash Back: "0.54"}, earned',
            "step 1 (purchase eva b1): earned (Cash Back): expected 0.54, got 0.55",
        ),
        ("earned_by: {base: 11}", "earned_by: {base: 10}", "step 1 (purchase eva b1): earned_by (base): expected 10, got 11"),
        ('due: "11.00"', 'due: "5.50"', "step 1 (purchase eva b1): due: expected 5.5, got 11"),
        ("available: {eva: 6}", "available: {eva: 7}", "step 2 (adjust eva): available of eva (pts): expected 7, got 6"),
        (
            "available: {eva: 6}",
            "available: {bob: 6}",
            "step 2 (adjust eva): available of bob: expected pts: 6, got balances of bob: refused",
        ),
        ("lifetime: {eva: 11}", "lifetime: {eva: 6}", "at the end: lifetime of eva (pts): expected 6, got 11"),
        (", expect: {result: insufficient_points}", "", "step 3 (adjust eva): result: expected ok, got insufficient_points"),
        ("result: insufficient_points", "result: not_found", "step 3 (adjust eva): result: expected not_found, got insufficient_points"),
        ("points: -7, expect", "points: -6, expect", "step 3 (adjust eva): result: expected insufficient_points, got ok"),
    ],
)
async def test_a_figure_that_differs_fails_with_expected_and_actual(database: str, tmp_path: Path, old: str, new: str, reason: str) -> None:
    result = await _result(database, tmp_path, (old, new))
    assert result.verdict is Verdict.FAILED
    assert any(told.startswith(reason) for told in result.reasons), result.reasons


async def test_a_refusal_or_no_effect_that_moves_points_fails(database: str, tmp_path: Path) -> None:
    result = await _result(
        database, tmp_path, ("points: -7, expect: {result: insufficient_points}", "points: -6, expect: {result: no_effect}")
    )
    assert "step 3 (adjust eva): after a refusal: available of eva (pts): expected 6, got 0" in result.reasons


async def test_a_programme_the_product_refuses_fails_with_its_faults(database: str, tmp_path: Path) -> None:
    result = await _result(database, tmp_path, ('per_amount: "1.00"', 'per_amount: "0.001"'))
    assert result.verdict is Verdict.FAILED
    assert any("input.invalid" in reason and "/earning/rules/0/earn/per_amount" in reason for reason in result.reasons)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: A", "tilte: A"),
        ("  members:", "  memberz:"),
        ("    wallets:", "    walets:"),
        ("decimals: 2", "decimal: 2"),
        ("{id: base, trigger", "{id: base, triger: x, trigger"),
        ("{points: 1, per", "{points: 1, pre: 2, per"),
        ("{id: eva}", "{id: eva, birthday: 1990-01-01}"),
        ("do: purchase", "do: buy"),
        ("qty: 2", "quantity: 2"),
        ("key: k1", "kee: k1"),
        ("earned_by", "earnt_by"),
        ("result: insufficient_points", "result: too_poor"),
        ("lifetime: {eva: 11}", "lifelong: {eva: 11}"),
        ("lifetime: {eva: 11}", "earned: 11"),
    ],
)
async def test_an_unknown_word_fails_and_is_named(tmp_path: Path, old: str, new: str) -> None:
    result = await _result_without_a_server(tmp_path, (old, new))
    assert result.verdict is Verdict.FAILED
    assert any("unknown" in reason for reason in result.reasons), result.reasons


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("    wallets:", "    stamp_cards: []\n    wallets:", "needs stamps: program.stamp_cards"),
        (
            "do: adjust, member: eva, points: -5, key: k1",
            "do: convert, member: eva, points: 5",
            "needs conversions: step 2 (convert)",
        ),
        ("lifetime: {eva: 11}", "stamps: {eva: {}}", "needs stamps: expect.stamps"),
        ("lifetime: {eva: 11}", "badges: {eva: []}", "needs challenges: expect.badges"),
    ],
)
async def test_a_later_capability_is_a_skip_with_its_reason(tmp_path: Path, old: str, new: str, reason: str) -> None:
    result = await _result_without_a_server(tmp_path, (old, new))
    assert (result.verdict, list(result.reasons)) == (Verdict.SKIPPED, [reason])


async def test_an_unknown_word_fails_even_beside_a_later_capability(tmp_path: Path) -> None:
    result = await _result_without_a_server(tmp_path, ("    wallets:", "    stamp_cards: []\n    wallets:"), ("qty: 2", "quantity: 2"))
    assert result.verdict is Verdict.FAILED


def test_every_served_step_can_be_done() -> None:
    assert set(ACTS) == {word for word, act in vocabulary.STEPS.items() if act.needs is None}


@pytest.mark.parametrize("path", story_files(OURS), ids=lambda path: path.stem)
def test_every_translated_programme_is_a_programme_file(path: Path) -> None:
    story = read_story(path)
    assert scope_of(story).faults == []
    programme = translate(story, "told")
    read_program(programme.file_without(idle=True))
    assert programme.file_without(signup=True).count('"trigger": "signup"') == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (_STORY.replace("id: told", "id: other"), "not the file's name"),
        (_STORY.replace("title:", "title: Twice\ntitle:"), "stands twice"),
        ("- a list\n", "a mapping is needed"),
        ("id: [\n", "cannot be read"),
    ],
)
def test_a_file_that_is_no_story_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(StoryFault, match=reason):
        read_story(_write(tmp_path, text))


def test_timestamps_dates_and_decimals_stay_text(tmp_path: Path) -> None:
    told = "id: told\na: 2025-02-03T08:00:00Z\nb: 2025-02-03\nc: 1.50\nd: 16:00\ne: 007\nf: no\ng: 12\nh: true\n"
    content = read_story(_write(tmp_path, told)).content
    assert dict(content) == {
        "id": "told", "a": "2025-02-03T08:00:00Z", "b": "2025-02-03", "c": "1.50", "d": "16:00", "e": "007", "f": "no", "g": 12, "h": True,
    }  # fmt: skip


def test_amounts_are_exact_or_refused() -> None:
    assert quanta("12.345", 3, "price") == 12345
    assert number("0.1", "x") == Fraction(1, 10)
    assert [shown(number(text, "x")) for text in ("-0.05", "10.50", "3")] == ["-0.05", "10.5", "3"]
    with pytest.raises(StoryFault):
        quanta("0.055", 2, "price")
    with pytest.raises(StoryFault):
        number("1e3", "x")


def test_a_folder_without_stories_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert main([]) == 2
    assert "no stories" in capsys.readouterr().err
