"""The journey against its model: the same acceptances, the same refusal codes, the same balances, whatever happens in whatever order."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from praemia import members, nights, programs
from praemia.earning import Command, Recorded
from praemia.members import Change
from tests.laws import few
from tests.property.earning_model import PROGRAMME, Model, utc
from tests.property.earning_world import MEMBERS, World, world
from tests.rooms.deeds import activity, adjust, codes, sign_up
from tests.rooms.ground import Ground, purchase

START = utc(2027, 12, 20, 15)  # a new year and a leap day lie ahead
WHO = st.sampled_from([*MEMBERS, *MEMBERS, "nobody"])
NUMBER = st.integers(0, 9)
KEY = st.none() | NUMBER.map(lambda n: f"k{n}")
AGO = st.sampled_from([-1, 0, 0, 0, 5, 9, 30, 80, 240, 241, 400]).map(lambda hours: timedelta(hours=hours))
CENTS = st.sampled_from([0, 99, 100, 750, 1250, 2999, 3100, 9000])
BORN = st.sampled_from([None, date(1990, 1, 1), date(1992, 2, 29), date(1985, 2, 28), date(1999, 12, 21), date(2001, 3, 1)])
AHEAD = st.sampled_from([0, 1, 9, 24, 31, 24 * 8, 24 * 33]).map(lambda hours: timedelta(hours=hours))


class Journey(RuleBasedStateMachine):
    """Every rule does one thing to both and compares the answers."""

    shops: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.stack = AsyncExitStack()
        self.ground: Ground = self.shops.run(self.stack.enter_async_context(self.shops.tenant()))
        self.shops.run(self._open())
        self.model = Model(START)
        self.sent: list[Command] = []

    async def _open(self) -> None:
        async with self.ground.db.transaction(self.ground.tenant_id) as tx:
            await programs.apply(tx, PROGRAMME, at=START, by="test", mode=programs.Mode.SANDBOX, clock=START)

    def send(self, *commands: Command) -> None:
        """To the real one as a batch, to the model one by one."""
        self.sent += commands
        answers = self.shops.run(self.ground.record(*commands, now=START))
        expected = [self.model.tell(command) for command in commands]
        held = [a.balances.get("points") if isinstance(a, Recorded) else None for a in answers]
        assert list(zip(codes(answers), held, strict=True)) == expected

    @rule(who=WHO, ago=AGO, born=BORN, key=KEY)
    def enrol(self, who: str, ago: timedelta, born: date | None, key: str | None) -> None:
        self.send(sign_up("shop", who, at=self.model.clock - ago, birthdate=born, key=key))

    @rule(who=st.none() | WHO, number=NUMBER, cents=CENTS, ago=AGO, key=KEY)
    def buy(self, who: str | None, number: int, cents: int, ago: timedelta, key: str | None) -> None:
        self.send(purchase("shop", who, f"O{number}", cents, at=self.model.clock - ago, key=key))

    @rule(who=WHO, number=NUMBER, ago=AGO, key=KEY, kind=st.sampled_from(["visit", "visit", "visit", "dance"]))
    def come(self, who: str, number: int, ago: timedelta, key: str | None, kind: str) -> None:
        self.send(activity("shop", kind, who, f"V{number}", at=self.model.clock - ago, key=key))

    @rule(who=WHO, amount=st.integers(-30, 30), number=NUMBER, may_owe=st.booleans())
    def correct(self, who: str, amount: int, number: int, may_owe: bool) -> None:
        self.send(adjust("shop", who, amount, f"k{number}", may_owe=may_owe))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """Some of what was sent, again, in one batch and in any order: repetitions, and another try of what was refused."""
        self.send(*data.draw(st.lists(st.sampled_from(self.sent), min_size=1, max_size=6)))

    @rule(who=st.sampled_from(MEMBERS), fresh=st.integers(100, 10**6), cents=st.lists(CENTS, min_size=2, max_size=6), ago=AGO)
    def shop_all_day(self, who: str, fresh: int, cents: list[int], ago: timedelta) -> None:
        at = self.model.clock - ago
        self.send(*[purchase("shop", who, f"O{fresh}-{n}", amount, at=at) for n, amount in enumerate(cents)])

    @precondition(lambda self: self.model.members)
    @rule(who=st.sampled_from(MEMBERS), born=BORN.filter(bool))
    def change_birthdate(self, who: str, born: date) -> None:
        if who in self.model.members:
            self.shops.run(self._change(who, born))
            self.model.members[who].born = born

    async def _change(self, who: str, born: date) -> None:
        async with self.ground.db.transaction(self.ground.tenant_id) as tx:
            await members.change(tx, 1, who, Change(birthdate=born))

    @rule(ahead=AHEAD)
    def let_time_pass(self, ahead: timedelta) -> None:
        to = self.model.clock + ahead
        nights = self.shops.run(self.ground.db.run(self.ground.tenant_id, self._setting(to)))
        assert nights == self.model.live_until(to)

    def _setting(self, to: datetime) -> Any:
        return lambda tx: nights.set_clock(tx, "shop", to, now=START)

    @invariant()
    def everybody_holds_what_the_model_says(self) -> None:
        held = self.shops.run(self._holdings())
        assert held == {who: member.points for who, member in self.model.members.items()}

    async def _holdings(self) -> dict[str, int]:
        return {who: (await self.ground.balances("shop", who))["points"] for who in self.model.members}

    def teardown(self) -> None:
        try:
            assert self.shops.run(self.ground.discrepancies()) == []
        finally:
            self.shops.run(self.stack.aclose())


def test_the_journey_answers_as_its_model_does(database: str) -> None:
    with world(database) as shops:
        machine = type("Machine", (Journey,), {"shops": shops})
        run_state_machine_as_test(machine, settings=settings(few(20), stateful_step_count=25))
