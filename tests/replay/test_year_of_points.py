"""Nine real months lived day by day: earn, redeem every whole block of 500 first, let lots expire after 90 days.

The figures were known beforehand. It takes minutes, so PRAEMIA_REPLAY=all asks for it; without the files it is skipped.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from praemia import earning, ledger, members, nights, programs, redemption
from praemia.catalogue import Wish
from praemia.earning import Command, Recorded
from praemia.foundation.db import Tx
from praemia.integrations.bulk import check_mapping
from praemia.integrations.bulk.core.commands import items_of
from praemia.integrations.bulk.model import Window
from praemia.integrations.bulk.staging import staged
from praemia.programs import MINOR_DIGITS, Mode
from praemia.redemption import Redeem
from tests.rooms.ground import Ground, open_ground

ROOT = Path(__file__).parents[2]
FILES = Path(os.environ.get("PRAEMIA_DATA", ROOT.parent / "shared" / "data")) / "complete_journey"
ZONE = ZoneInfo("America/New_York")
FIRST, LAST = date(2017, 1, 1), date(2017, 9, 30)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
BLOCK = 500
SLUG = "complete-journey"

pytestmark = [
    pytest.mark.skipif(os.environ.get("PRAEMIA_REPLAY") != "all", reason="takes minutes: PRAEMIA_REPLAY=all runs it"),
    pytest.mark.skipif(not FILES.is_dir(), reason=f"the files are not at {FILES}; set PRAEMIA_DATA to the folder that holds them"),
]


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as opened:
        yield opened


_REWARDS = f"""
rewards:
  - {{ id: block, name: {{ en: Five hundred }}, cost: {BLOCK}, gives: {{ amount_off: "5.00" }} }}
"""
_TIERS = """
tiers:
  basis: spend
  window: calendar_quarter
  review: quarter_start
  upgrade: at_review
  exclude: { category: [FUEL, COUPON/MISC ITEMS], tag: unknown-product }
  levels:
    - { id: silver, at: "250.00", multiplier: "1.25" }
    - { id: gold, at: "750.00", multiplier: "1.5" }
"""


def _programme(unit: str, more: str) -> str:
    """The imported programme with something said of its unit, and more after it."""
    source = (ROOT / "examples/imports/complete_journey.program.yaml").read_text("utf-8")
    units = "  points: { name: { de: Punkte, en: Points } }"
    assert units in source
    return source.replace(units, f"{units[:-2]}{unit} }}") + more


def _commands() -> Iterator[tuple[date, list[Command]]]:
    """Sign-ups and purchases by local day."""
    mapping = check_mapping((ROOT / "examples/imports/complete_journey.yaml").read_text("utf-8"))
    with staged(mapping, FILES, window=Window(), digits=MINOR_DIGITS["USD"], zone=ZONE) as staging:
        wishes = [
            item.wish
            for start in range(0, staging.events, 5000)
            for item in items_of(mapping, SLUG, staging.batch(start, min(start + 5000, staging.events)))
        ]
    commands = sorted((w for w in wishes if isinstance(w, Command)), key=lambda c: (_instant(c), c.enrolment is None))
    assert len(commands) == len(wishes)
    for day, group in groupby(commands, key=lambda c: _instant(c).astimezone(ZONE).date()):
        yield day, list(group)


def _instant(command: Command) -> datetime:
    assert command.occurred_at is not None
    return command.occurred_at


async def _move(ground: Ground, day: date) -> None:
    end = datetime.combine(day, time(23, 59, 59), ZONE).astimezone(UTC)
    async with ground.db.transaction(ground.tenant_id) as tx:
        await nights.set_clock(tx, SLUG, end, now=NOW)


async def _available(tx: Tx, references: set[str], day: date) -> dict[str, int]:
    program = await programs.open_program(tx, SLUG)
    found = await members.find_members(tx, program.program_id, references)
    owners = {m.member_id: r for r, m in found.items()}
    accounts = await ledger.lock_accounts(tx, owners)
    return {owners[owner]: held.available for (owner, _), held in (await ledger.standing(tx, accounts, day)).items()}


async def _live(ground: Ground, day: date, commands: list[Command]) -> tuple[int, set[str]]:
    """A day's baskets in order, each after its member has redeemed; answers blocks redeemed and by whom."""
    blocks, who = 0, set[str]()
    async with ground.db.transaction(ground.tenant_id) as tx:
        held = await _available(tx, {c.member for c in commands if c.member}, day)
        waiting: list[Command] = []

        async def flush() -> None:
            for answer in await earning.record(tx, waiting, now=NOW):
                assert isinstance(answer, Recorded), answer
                assert answer.member is not None
                held[answer.member] = answer.balances["points"]
            waiting.clear()

        for command in commands:
            member = command.member
            assert member is not None
            if any(w.member == member for w in waiting):
                await flush()
            count = held.get(member, 0) // BLOCK if command.kind == "purchase" else 0
            if count:
                await redemption.redeem(tx, Redeem(program=SLUG, member=member, reward="block", wish=Wish(quantity=count)), now=NOW)
                held[member] -= count * BLOCK
                blocks += count
                who.add(member)
            waiting.append(command)
        await flush()
    return blocks, who


async def _begin(ground: Ground, programme: str) -> None:
    async with ground.db.transaction(ground.tenant_id) as tx:
        start = datetime.combine(FIRST, time(), ZONE).astimezone(UTC)
        await programs.apply(tx, programme, at=NOW, by="test", mode=Mode.SANDBOX, clock=start)


async def _issued(ground: Ground) -> dict[str, int]:
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        program = await programs.open_program(tx, SLUG)
        return {role: amount for _, role, amount, _ in await ledger.trial_balance(tx, program.program_id)}


async def test_nine_months_of_earning_redeeming_and_expiring_come_out_to_the_point(ground: Ground) -> None:
    await _begin(ground, _programme(", expiry: { days: 90 }", _REWARDS))
    blocks, who = 0, set[str]()
    for day, commands in _commands():
        await _move(ground, day)
        more, whose = await _live(ground, day, commands)
        blocks, who = blocks + more, who | whose
    await _move(ground, LAST)
    roles = await _issued(ground)
    assert roles == {"issued": -3_022_660, "redeemed": 1_994_000, "expired": 538_696, "available": 489_964}
    assert (blocks, len(who)) == (3_988, 1_064)
    assert await ground.discrepancies() == []


async def test_a_quarters_tier_follows_the_spend_of_the_quarter_before(ground: Ground) -> None:
    await _begin(ground, _programme("", _TIERS))
    by_quarter = groupby(_commands(), key=lambda day_of: (day_of[0].month - 1) // 3)
    for quarter, days in by_quarter:
        await _move(ground, date(2017, quarter * 3 + 4, 1) - timedelta(days=1))
        commands = [command for _, of_day in days for command in of_day]
        for start in range(0, len(commands), 1000):
            answers = await ground.record(*commands[start : start + 1000], now=NOW)
            assert all(isinstance(answer, Recorded) for answer in answers)
    assert (await _issued(ground))["issued"] == -3_667_025
    assert await ground.discrepancies() == []


def test_the_figures_are_one_sum() -> None:
    assert 1_994_000 + 538_696 + 489_964 == 3_022_660
    assert timedelta(days=272) == LAST - FIRST
