"""What is said about a member. Personal data beyond the birth date belongs into `attributes`, or better nowhere."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from praemia.web.bodies.scalars import Body, Day, FieldValues, Instant, Names, Reference


def _refuse_null(given: Any) -> Any:
    if given is None:
        raise PydanticCustomError("null", "must not be null: leave it out to keep it")
    return given


_NO_NULL = BeforeValidator(_refuse_null)


class MemberBody(Body):
    """A new member. `reference` is the operator's own name: a customer number, a card, the hash of an e-mail address."""

    reference: Reference
    enrolled_at: Instant | None = None
    birthdate: Day | None = None
    segments: Names = ()
    attributes: FieldValues = Field(default_factory=dict)


class MemberPatchBody(Body):
    """Changes to a member: what is absent stays, segments and attributes are replaced whole. `null` is no value here."""

    birthdate: Annotated[Day | None, _NO_NULL] = None
    segments: Annotated[Names | None, _NO_NULL] = None
    attributes: Annotated[FieldValues | None, _NO_NULL] = None


class ClockBody(Body):
    """Where a sandbox's clock moves to. It never moves backwards."""

    to: Annotated[Instant, Field(description="every local midnight on the way is lived")]
