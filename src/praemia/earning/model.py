"""Commands in, recorded events out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia.foundation.values import Value, field
from praemia.members import Enrolment
from praemia.rules import Verdict

RETURN = "return"  # goods that come back without their order: inputs as a purchase's, taken by the rules of its own day
FULFILMENT = "fulfilment"  # the kinds of events that move points without granting any
REINSTATEMENT = "reinstatement"
ADJUSTMENT = (
    "adjustment"  # the kind of a correction by staff: inputs unit, amount (quanta, may be negative), reason, may_owe, last_day, earned_at
)


class Command(Value):
    """Something that happened, as an edge understood it.

    `kind` is a trigger: purchase, visit, signup, birthday, anniversary, adjustment, return, or a declared activity's name. `inputs`
    is its content as JSON (money in minor units, see core/inputs.py), stored with the event. `identities` are
    (kind, value) pairs under which it is known: the journal's ORDER, EVENT_ID, IDEMPOTENCY_KEY. `occurred_at` None means now.
    `sent` is what was sent, where `inputs` hold more than that; `beside` is kept in the event's verdict beside what the rules said.
    A purchase is `priced` when no promotion of the programme is to be looked for any more.
    """

    program: str
    kind: str
    member: str | None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    identities: tuple[tuple[str, str], ...] = ()
    occurred_at: datetime | None = None
    enrolment: Enrolment | None = None
    sent: Mapping[str, Any] | None = None
    beside: Mapping[str, Any] = field(default_factory=dict)
    priced: bool = False


class Recorded(Value):
    """A recorded event: what was decided, and the balances right after it (quanta by unit code). `beside` is the command's."""

    event_id: UUID
    program: str
    kind: str
    member: str | None
    occurred_at: datetime
    posted_at: datetime
    version: int
    verdict: Verdict
    balances: Mapping[str, int]
    replayed: bool = False
    beside: Mapping[str, Any] = field(default_factory=dict)


class Moved(Value):
    """A recorded event that moved points without granting any: a fulfilment opened them, a reinstatement gave them back.

    `moved` and the `balances` right after it are quanta by unit code.
    """

    event_id: UUID
    program: str
    kind: str
    member: str | None
    occurred_at: datetime
    version: int
    moved: Mapping[str, int]
    balances: Mapping[str, int]
    replayed: bool = False
