"""Mixed commands in one body, and CloudEvents 1.0 in structured mode. Both only wrap the bodies of the single routes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from praemia.web.bodies.events import ActivityBody, PurchaseBody, VisitBody
from praemia.web.bodies.members import MemberBody
from praemia.web.bodies.reading import Reader
from praemia.web.bodies.scalars import Body, Instant, Reference

COMMANDS_LIMIT = 1000


class PurchaseCommand(PurchaseBody):
    type: Literal["purchase"]


class VisitCommand(VisitBody):
    type: Literal["visit"]


class ActivityCommand(ActivityBody):
    type: Literal["activity"]


class MemberCommand(MemberBody):
    type: Literal["member"]


AnyCommand = Annotated[PurchaseCommand | VisitCommand | ActivityCommand | MemberCommand, Field(discriminator="type")]


class BatchBody(Body):
    """Up to a thousand commands. Each has its own result; a bad one harms no other."""

    commands: Annotated[list[AnyCommand], Field(min_length=1, max_length=COMMANDS_LIMIT)]


class _CloudEvent(Body):
    """The envelope of CloudEvents 1.0. `source` and `id` together are the identity; extension attributes are let pass."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)

    specversion: Literal["1.0"]
    id: Reference
    source: Reference
    time: Annotated[Instant | None, Field(description="taken as `occurred_at` when the data has none")] = None
    subject: str | None = None
    datacontenttype: Literal["application/json"] | None = None
    dataschema: str | None = None


class PurchaseEvent(_CloudEvent):
    type: Literal["praemia.purchase"]
    data: PurchaseBody


class VisitEvent(_CloudEvent):
    type: Literal["praemia.visit"]
    data: VisitBody


class ActivityEvent(_CloudEvent):
    type: Literal["praemia.activity"]
    data: ActivityBody


class MemberEvent(_CloudEvent):
    type: Literal["praemia.member"]
    data: MemberBody


AnyEvent = Annotated[PurchaseEvent | VisitEvent | ActivityEvent | MemberEvent, Field(discriminator="type")]

COMMAND = Reader(AnyCommand, PurchaseCommand, VisitCommand, ActivityCommand, MemberCommand)
EVENT = Reader(AnyEvent, PurchaseEvent, VisitEvent, ActivityEvent, MemberEvent)
