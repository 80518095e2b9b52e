"""One command on its way through a batch; the steps of `record` fill it in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from praemia.earning.core.portions import Portion, earned_at
from praemia.earning.model import ADJUSTMENT, Command, Recorded
from praemia.foundation.errors import DomainError
from praemia.foundation.values import Sheet, field
from praemia.journal import Identity
from praemia.members import Member
from praemia.programs import OpenProgram
from praemia.rules import CounterKey, Happening, Returns, RuleSet, Tiers, Verdict

Answer = Recorded | DomainError
Answers = list[Answer | None]


class Job(Sheet):
    """One command on its way through the batch."""

    index: int
    command: Command
    program: OpenProgram
    occurred_at: datetime
    content: UUID
    identities: tuple[Identity, ...]
    member: Member | None = None
    rules: RuleSet | None = None
    version: int = 0
    happening: Happening | None = None
    posted_on: date | None = None
    local_day: date | None = None
    event_id: UUID | None = None
    returns: Returns = field(default_factory=Returns)
    tiers: Tiers | None = None  # of the version in force when it happened
    tiers_now: Tiers | None = None  # of the newest version, `newest`: late events are looked at by them
    newest: int = 0
    counters: Collection[CounterKey] = ()  # that its verdict may read or increment
    verdict: Verdict | None = None
    portions: tuple[Portion, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, int] = field(default_factory=dict)

    @property
    def event(self) -> UUID:
        """The id of the event that the command became."""
        assert self.event_id is not None
        return self.event_id

    @property
    def judged(self) -> Verdict:
        """The verdict, once judged."""
        assert self.verdict is not None
        return self.verdict

    @property
    def ruleset(self) -> RuleSet:
        """The rules of the version in force when it happened, once admitted."""
        assert self.rules is not None
        return self.rules

    @property
    def what(self) -> Happening:
        """What the rules look at, once admitted."""
        assert self.happening is not None
        return self.happening

    @property
    def earned_at(self) -> datetime:
        """When its points were earned: when it happened, or, for a balance from elsewhere, when it says."""
        brought = earned_at(self.command.inputs) if self.command.kind == ADJUSTMENT else None
        return brought or self.occurred_at

    @property
    def earned_on(self) -> date:
        """The programme's local day on which its points were earned."""
        if self.command.kind != ADJUSTMENT:
            return self.happened_on
        return self.earned_at.astimezone(self.ruleset.earning.timezone).date()

    @property
    def happened_on(self) -> date:
        """The programme's local day on which it happened."""
        if self.local_day is None:
            self.local_day = self.occurred_at.astimezone(self.ruleset.earning.timezone).date()
        return self.local_day

    @property
    def day(self) -> date:
        """The programme's local day on which the command is recorded, once admitted."""
        assert self.posted_on is not None
        return self.posted_on
