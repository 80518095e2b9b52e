"""What is said about a member. Personal data beyond the birth date belongs into `attributes`, or better nowhere."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from praemia.web.bodies.scalars import Body, Day, FieldValues, Instant, Names, Reference


class MemberBody(Body):
    """A new member. `reference` is the operator's own name: a customer number, a card, the hash of an e-mail address."""

    reference: Reference
    enrolled_at: Instant | None = None
    birthdate: Day | None = None
    segments: Names = ()
    attributes: FieldValues = Field(default_factory=dict)


def _absent() -> Any:
    return None


class MemberPatchBody(Body):
    """Changes to a member: what is absent stays, segments and attributes are replaced whole. `null` is no value here."""

    # None stands for "absent" and is no value of these types, so that a null in the body is refused.
    birthdate: Day = Field(default_factory=_absent)
    segments: Names = Field(default_factory=_absent)
    attributes: FieldValues = Field(default_factory=_absent)


class ClockBody(Body):
    """Where a sandbox's clock moves to. It never moves backwards."""

    to: Annotated[Instant, Field(description="every local midnight on the way is lived")]
