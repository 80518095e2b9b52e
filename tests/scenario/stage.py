"""A story's own sandbox programme on the API: opened, its members enrolled with what they hold at first, its clock moved.

Members of the opening state did not just sign up: while they are enrolled the programme's rules for sign-ups are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from urllib.parse import quote

from tests.scenario import circles, tiers, tills
from tests.scenario.amounts import number, quanta, whole
from tests.scenario.api import Api, ApiBroken, member_path, required
from tests.scenario.stories import Block, Story, StoryFault, as_words
from tests.scenario.translation import DEFAULT_WALLET, Programme

Figures = Mapping[str, Fraction]


_AT_ONCE = timedelta(days=365)  # a clock goes some years at a time


@dataclass(frozen=True, slots=True)
class Holding:
    """What a member has, by wallet."""

    available: Figures
    lifetime: Figures
    pending: Figures = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Stage:
    """Where a story plays, and what the adapter must remember of it."""

    api: Api
    story: Story
    programme: Programme
    clock: str
    moved_from: str = ""
    members: set[str] = field(default_factory=set)
    expected_later: list[Block] = field(default_factory=list)
    orders: dict[str, str | None] = field(default_factory=dict)
    redemptions: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    cards: dict[str, str] = field(default_factory=dict)
    requests: int = 0
    pools: set[str] = field(default_factory=set)
    pooled: set[tuple[str, str]] = field(default_factory=set)

    async def move_clock(self, to: str) -> None:
        """Live until `to`; members whose time comes on the way join."""
        while self.expected_later and _instant(self.expected_later[0]["enrolled"]) <= _instant(to):
            member = self.expected_later.pop(0)
            await self._set_clock(member["enrolled"])
            await self._join(member)
        while _instant(to) - _instant(self.clock) > _AT_ONCE:
            await self._set_clock((_instant(self.clock) + _AT_ONCE).isoformat())
        await self._set_clock(to)

    async def holding_of(self, member: str) -> Holding:
        """The member's figures now; zero for one who has yet to join."""
        if any(str(later["id"]) == member for later in self.expected_later):
            return Holding({}, {})
        reply = required(await self.api.get(member_path(member, "/balances")), f"balances of {member}")
        held = reply.body["balances"]
        return Holding(
            {self.wallet_of(b["unit"]): whole(b["available"], b["decimals"]) for b in held},
            {self.wallet_of(b["unit"]): whole(b["lifetime"], b["decimals"]) for b in held},
            {self.wallet_of(b["unit"]): whole(b["pending"], b["decimals"]) for b in held},
        )

    async def lots_of(self, member: str) -> Sequence[Mapping[str, Any]]:
        """The member's lots now."""
        lots: Sequence[Mapping[str, Any]] = required(await self.api.get(member_path(member, "/lots")), f"lots of {member}").body["lots"]
        return lots

    async def expired_of(self, member: str) -> Figures:
        """What expired of a member's points since the clock began to move for this step, by wallet."""
        gone: dict[str, Fraction] = {}
        page = ""
        while True:
            history = required(await self.api.get(member_path(member, f"/history?limit=200{page}")), f"history of {member}").body
            for entry in history["entries"]:
                if entry["kind"] == "expire" and _instant(entry["posted_at"]) > _instant(self.moved_from or self.clock):
                    wallet = self.wallet_of(entry["unit"])
                    gone[wallet] = gone.get(wallet, Fraction()) - whole(entry["amount"], entry["decimals"])
            if history["next"] is None:
                return gone
            page = f"&after={quote(history['next'])}"

    async def everything(self) -> Mapping[str, Holding]:
        """All members' figures, to see whether a request changed any."""
        return {member: await self.holding_of(member) for member in sorted(self.members)}

    async def given_by(self, rules: Sequence[str]) -> Fraction:
        """What some rules (of one wallet) have given to all members so far, by the events behind their histories."""
        wanted = {self.programme.rules.of(rule) for rule in rules}
        total = Fraction()
        for member in sorted(self.members):
            for event in await self._events_of(member):
                decimals = {a["unit"]: a["decimals"] for a in event["awards"]}
                total += sum(whole(r["amount"], decimals[r["unit"]]) for r in event["rules"] if r["rule"] in wanted and r["amount"])
        return total

    async def _events_of(self, member: str) -> list[Mapping[str, Any]]:
        events: dict[str, Mapping[str, Any]] = {}
        page = ""
        while True:
            history = required(await self.api.get(member_path(member, f"/history?limit=100{page}")), f"history of {member}").body
            for event in {entry["event"] for entry in history["entries"]}:
                events[event] = required(await self.api.get(f"/events/{event}"), f"event {event}").body
            if history["next"] is None:
                return list(events.values())
            page = f"&after={quote(history['next'])}"

    def wallet_of(self, unit: str) -> str:
        """The story's name of a unit."""
        return next(name for name, code in self.programme.units.given.items() if code == unit)

    def next_key(self) -> str:
        """An idempotency key for a request that the story gives none."""
        self.requests += 1
        return f"request-{self.requests}"

    async def _set_clock(self, to: str) -> None:
        if _instant(to) < _instant(self.clock):
            raise StoryFault(f"the clock stands at {self.clock} and never goes back to {to}")
        if _instant(to) > _instant(self.clock):
            required(await self.api.put("/clock", {"to": to}), f"move the clock to {to}")
            self.clock = to

    async def _join(self, member: Block) -> None:
        name = str(member["id"])
        body: dict[str, Any] = {"reference": name}
        if "enrolled" in member:
            body["enrolled_at"] = member["enrolled"]
        if "birthdate" in member:
            body["birthdate"] = member["birthdate"]
        if member.get("segments"):
            body["segments"] = as_words(member["segments"])
        required(await self.api.post("/members", body), f"enrol {name}")
        self.members.add(name)
        for wallet, amount in _opening(member).items():
            decimals = self.programme.decimals.get(wallet)
            if decimals is None:
                raise StoryFault(f"members[{name}].wallets: there is no wallet {wallet!r}")
            if held := quanta(amount, decimals, f"members[{name}].{wallet}"):
                credit = {"member": name, "unit": self.programme.units.of(wallet), "amount": held, "reason": "opening balance"}
                if held < 0:
                    credit["allow_negative"] = True
                required(await self.api.post("/adjustments", credit, self.next_key()), f"opening balance of {name}")
        for lot in sorted(member.get("lots") or (), key=lambda lot: _instant(lot["earned"]) if "earned" in lot else _instant(self.clock)):
            credit = {
                "member": name,
                "unit": self.programme.units.of(DEFAULT_WALLET),
                "amount": quanta(lot["points"], self.programme.decimals[DEFAULT_WALLET], f"members[{name}].lots"),
                "reason": "opening lot",
                **({"earned_at": lot["earned"]} if "earned" in lot else {}),
                **({"last_day": lot["last_day"]} if "last_day" in lot else {}),
            }
            required(await self.api.post("/adjustments", credit, self.next_key()), f"opening lot of {name}")
        await tiers.bring_along(self, member)
        await circles.open_pools(self)


async def open_stage(api: Api, story: Story, programme: Programme) -> Stage:
    """Create the sandbox programme and its opening state. Raises ApiBroken when the API refuses any of it."""
    apart = programme.rewards_signups and bool(story.members)
    opening = programme.file_without(idle=True, signup=apart)
    required(await api.apply(opening, mode="sandbox", clock=story.start), "create the programme")
    stage = Stage(api=api, story=story, programme=programme, clock=story.start)
    await tills.open_cards(stage)
    for member in sorted(story.members, key=_joins(story.start)):
        if _joins(story.start)(member) > _instant(story.start):
            stage.expected_later.append(member)
        else:
            await stage._join(member)
    if apart or programme.idle:
        await _apply_whole(api, programme)
    return stage


async def _apply_whole(api: Api, programme: Programme) -> None:
    """The whole programme. Rules that can never give anything may be refused, if the refusal names just those."""
    reply = await api.apply(programme.file())
    if not reply.ok and programme.idle:
        rules = [rule["id"] for rule in programme.document["earning"]["rules"]]
        allowed = tuple(f"/earning/rules/{rules.index(rule)}/" for rule in programme.idle)
        faults = reply.body.get("faults", ())
        if not faults or not all(str(fault.get("path", "")).startswith(allowed) for fault in faults):
            raise ApiBroken(f"apply the programme: refused with {reply.said()}")
        reply = await api.apply(programme.file_without(idle=True))
    required(reply, "apply the programme")


def _opening(member: Block) -> dict[str, Fraction]:
    name = member["id"]
    held = {str(wallet): number(amount, f"members[{name}].wallets.{wallet}") for wallet, amount in (member.get("wallets") or {}).items()}
    points = number(member.get("points", 0), f"members[{name}].points")
    return held | {DEFAULT_WALLET: held.get(DEFAULT_WALLET, Fraction()) + points}


def _joins(start: str) -> Any:
    return lambda member: _instant(str(member.get("enrolled", start)))


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise StoryFault(f"{text!r} is not an instant") from None
    if instant.tzinfo is None:
        raise StoryFault(f"{text!r} has no offset")
    return instant
