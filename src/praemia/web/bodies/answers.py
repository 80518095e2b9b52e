"""The shapes of answers, for the API document. Answers are not validated while serving; tests compare them with these."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from praemia.web.bodies.prices import CheckoutAnswer
from praemia.web.bodies.scalars import Day, FieldValues, Instant


class Answer(BaseModel):
    """The base of all answers: closed, so that a test finds a member nobody documented."""

    # Answers are written by hand; their schemas are needed for the API document alone, and built when it is drawn.
    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)


class Amount(Answer):
    """So many quanta of a unit; with `decimals` 2 an amount of 150 is 1.50."""

    unit: str
    amount: int
    decimals: int


class RuleAnswer(Answer):
    """What one rule did, or why it did not."""

    rule: str
    name: Annotated[str, Field(description="in the language asked for; empty when the programme gives none")]
    fired: bool
    unit: str
    amount: int
    clause: Annotated[str | None, Field(description="what stopped the rule; null when it fired")]
    sentence: Annotated[str | None, Field(description="the same as a sentence; only when `lang` was asked for")] = None


class CutAnswer(Answer):
    """What a cap or a budget took from a rule's award."""

    by: str
    rule: str
    unit: str
    amount: int
    room: int


class EventAnswer(Answer):
    """What became of something that happened: the awards, the part of every rule, and the balances right after it."""

    event: Annotated[str | None, Field(description="null in a quote: nothing was recorded")]
    kind: str
    member: str | None
    occurred_at: Instant
    version: Annotated[int, Field(description="the programme's version that decided")]
    replayed: Annotated[bool, Field(description="true: this was recorded before, this is the first answer again")]
    awards: list[Amount]
    rules: list[RuleAnswer]
    cuts: list[CutAnswer]
    balances: list[Amount]
    checkout: Annotated[CheckoutAnswer | None, Field(description="what it cost, where the programme's own prices were asked for")] = None


class StoredEventAnswer(Answer):
    """An event as it is kept, explained."""

    event: str
    kind: str
    member: str | None
    occurred_at: Instant
    posted_at: Instant
    version: int
    inputs: dict[str, Any]
    awards: list[Amount]
    rules: list[RuleAnswer]
    cuts: list[CutAnswer]
    checkout: CheckoutAnswer | None = None
    sentence: Annotated[str | None, Field(description="what happened, where no rule has a part in it")] = None


class FaultAnswer(Answer):
    """One thing wrong with the input. `path` is a JSON pointer into the body, or `?name` for a query parameter."""

    path: str
    message: str
    code: str
    line: int | None = None
    column: int | None = None
    suggestion: str | None = None


class ProblemAnswer(Answer):
    """A refusal, by RFC 9457. `code` is for machines; `type` is a page of this server."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    faults: list[FaultAnswer] = Field(default_factory=list)
    fields: dict[str, Any] = Field(default_factory=dict)
    instance: str | None = None


class ResultAnswer(Answer):
    """What became of one command of a batch: its answer or its problem, never both."""

    status: int
    answer: EventAnswer | None = None
    problem: ProblemAnswer | None = None


class BatchAnswer(Answer):
    """One result per command, in the same order."""

    results: list[ResultAnswer]


class UnitAnswer(Answer):
    code: str
    decimals: int
    spendable: bool
    qualifying: bool


class ProgramAnswer(Answer):
    """A programme as it stands."""

    program: str
    mode: Literal["live", "sandbox"]
    clock: Annotated[Instant | None, Field(description="a sandbox's own time; null: the wall clock")]
    version: int
    effective_from: Instant | None
    timezone: str
    currency: str
    units: list[UnitAnswer]


class AppliedAnswer(Answer):
    """The version now in force; `changed` is false when the file is the one applied last."""

    program: str
    version: int
    effective_from: Instant | None
    changed: bool


class FieldChangeAnswer(Answer):
    """One key before and after, as it reads in a file; null where it was or will be absent."""

    key: str
    before: str | None
    after: str | None


class ChangeAnswer(Answer):
    """One part of the programme that the file creates, changes or removes."""

    kind: Literal["created", "changed", "removed"]
    part: str
    id: str
    sentence: str
    fields: list[FieldChangeAnswer]


class WarningAnswer(Answer):
    """Something to think about first. It does not stop the file."""

    path: str
    code: str
    message: str


class PlanAnswer(Answer):
    """What applying the file would change against version `base` (null: the programme would be created)."""

    program: str
    base: int | None
    same_text: bool
    changes: list[ChangeAnswer]
    warnings: list[WarningAnswer]


class MeasureAnswer(Answer):
    """What counts for a tier, or is missing to one: points, balance, spend or visits."""

    measure: Literal["points", "spend", "visits", "balance"]
    amount: int
    decimals: int


class NextTierAnswer(Answer):
    """The tier above, and what is missing."""

    tier: str
    missing: list[MeasureAnswer]


class AtRiskAnswer(Answer):
    """When the tier would fall (or its grace begin) if nothing more happened."""

    on: Day
    becomes: str | None


class AssignedAnswer(Answer):
    """A tier given by hand or by a reward."""

    tier: str
    mode: Annotated[Literal["floor", "fixed"], Field(alias="as")]
    until: Day | None


class TierAnswer(Answer):
    """The tier somebody holds; null: none yet."""

    tier: str | None
    name: Annotated[str, Field(description="in the language asked for; empty when the programme gives none")]
    since: Instant
    until: Annotated[Day | None, Field(description="the last day it is sure; null: nothing ends it")]
    multiplier: str
    benefits: list[str]
    assigned: AssignedAnswer | None
    figures: Annotated[list[MeasureAnswer], Field(description="what counts now")]
    next: NextTierAnswer | None
    at_risk: Annotated[AtRiskAnswer | None, Field(description="only in the days before, if the programme tells")]


class MemberAnswer(Answer):
    member: str
    status: str
    enrolled_at: Instant
    birthdate: Day | None
    segments: list[str]
    attributes: FieldValues
    tier: Annotated[TierAnswer | None, Field(description="null: the programme has no tiers")]


class BalanceAnswer(Answer):
    """`available` may be negative (a debt); `pending` opens later, `held` is set aside for a redemption; `lifetime` never falls."""

    unit: str
    decimals: int
    available: int
    pending: int
    held: int
    lifetime: int


class BalancesAnswer(Answer):
    member: str
    as_of: Instant
    balances: list[BalanceAnswer]


class MovementAnswer(Answer):
    """One movement of points: by how much it changed what the member may use (`amount`), has pending, has held."""

    event: str
    kind: str
    unit: str
    amount: int
    pending: int
    held: int
    decimals: int
    occurred_at: Instant
    posted_at: Instant


class LotAnswer(Answer):
    """Points that were issued together. `opens_on` of pending points null: when their order is fulfilled."""

    event: str
    unit: str
    decimals: int
    amount: Annotated[int, Field(description="what was issued")]
    remaining: Annotated[int, Field(description="what is left of it")]
    status: Literal["open", "pending"]
    earned_at: Instant
    opens_on: Annotated[Day | None, Field(description="the local day on which pending points open")]
    last_day: Annotated[Day | None, Field(description="the last local day of use; null: no end, or none yet")]


class LotsAnswer(Answer):
    member: str
    as_of: Instant
    lots: list[LotAnswer]


class MovedAnswer(Answer):
    """What became of an event that moves points without granting any: what it moved, and the balances right after it."""

    event: str
    kind: str
    member: str | None
    occurred_at: Instant
    version: int
    replayed: Annotated[bool, Field(description="true: this was recorded before, this is the first answer again")]
    moved: list[Amount]
    balances: list[Amount]


class HistoryAnswer(Answer):
    """A page of movements, newest first; `next` goes into `after` for the following page, null on the last."""

    entries: list[MovementAnswer]
    next: str | None


class ClockAnswer(Answer):
    clock: Instant
    nights: Annotated[int, Field(description="how many local midnights were lived by this move")] = 0
