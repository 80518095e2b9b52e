"""What every block of a programme file is made of: the closed, strict mapping and the names, numbers and switches in it.

The blocks of a capability live in a module of their own (`*_blocks`); `schema` puts them together.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from praemia.programs.core import scalars as read

UNIT_CODE = read.identifier(r"[a-z][a-z0-9_]{0,31}", "small letters, digits and _, starting with a letter")
SLUG = read.identifier(r"[a-z][a-z0-9-]{0,62}", "small letters, digits and -, starting with a letter")
RULE_ID = read.identifier(r"[a-z][a-z0-9_-]{0,63}", "small letters, digits, - and _, starting with a letter")
ACTIVITY = read.identifier(r"[a-z][a-z0-9_.-]{0,63}", "small letters, digits, dots, - and _, starting with a letter")
FIELD_NAME = read.identifier(r"[a-z][a-z0-9_]{0,31}", "small letters, digits and _, starting with a letter")
ANY_WORD = read.identifier(r"\S{1,64}", "one word")
PICTURE = read.identifier(r"[0-9a-f]{64}", "the digest that the upload of a picture answers")

UnitCode = Annotated[str, UNIT_CODE]
RuleId = Annotated[str, RULE_ID]
Names = Annotated[dict[str, str], read.NAMES]
Tokens = Annotated[frozenset[str], read.TOKENS]
Positive = Annotated[Fraction, read.number(above=0)]
Amount = Annotated[Fraction, read.number()]
Switch = Annotated[bool, read.SWITCH]
Included = Annotated[bool, read.either("include", "exclude")]


class Block(BaseModel):
    """A mapping of the file."""

    # Built when a file is first read; most processes and commands read none.
    model_config = ConfigDict(defer_build=True, extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True)


class BasisBlock(Block):
    """Which money earns."""

    tax: Included | None = Field(default=None, description="Tax of the lines. Default: exclude.")
    shipping: Included | None = Field(default=None, description="Shipping. Default: exclude.")
    points_tender: Included | None = Field(default=None, description="The part paid with points. Default: exclude.")
    money_tender: Included | None = Field(default=None, description="The part paid by gift card or money wallet. Default: include.")
    order_discount: Annotated[bool, read.either("spread", "ignore")] | None = Field(
        default=None,
        description="An order-wide discount, for a rule that selects lines: spread over all lines, or ignored. Default: spread.",
    )


class SelectionBlock(Block):
    """Lines of a purchase: any of these."""

    sku: Tokens | None = Field(default=None, description="Article numbers.", examples=["LATTE", ["LATTE", "FLAT-WHITE"]])
    category: Tokens | None = None
    brand: Tokens | None = None
    tag: Tokens | None = None


class WhenBlock(Block):
    """All of these must hold. A missing key asks nothing."""

    first_day: Annotated[date, read.DAY] | None = Field(default=None, alias="from", description="First day.", examples=["2025-03-01"])
    last_day: Annotated[date, read.DAY] | None = Field(
        default=None, alias="until", description="Last day, included.", examples=["2025-03-31"]
    )
    days: Annotated[frozenset[int], read.WEEKDAYS] | None = Field(default=None, description="Days of the week.", examples=[["sat", "sun"]])
    hours: Annotated[tuple[int, int], read.HOURS] | None = Field(
        default=None, description="Wall clock of the programme: start included, end not. May run over midnight.", examples=["16:00-18:00"]
    )
    min_amount: Amount | None = Field(default=None, description="Least amount of the whole order's goods.", examples=["20.00"])
    min_amount_tax: Included = Field(
        default=False, description="Whether min_amount looks at tax too.", json_schema_extra={"default": "exclude"}
    )
    min_quantity: Annotated[int, read.whole(1, 1_000_000)] | None = Field(
        default=None, description="Least number of items the rule selects."
    )
    tiers: Tokens | None = Field(default=None, description="The member's tier is one of these.")
    segments: Tokens | None = Field(default=None, description="The member is in one of these segments.")
    channels: Tokens | None = Field(default=None, description="Bought through one of these.", examples=[["web", "app"]])
    locations: Tokens | None = Field(default=None, description="Bought in one of these places.")
    partners: Tokens | None = Field(default=None, description="Bought from one of these partners.")
    members: Tokens | None = Field(default=None, description="The member is one of these.")
    first_purchase: Switch = Field(default=False, description="Only the member's first purchase.")
    expression: Annotated[str, read.EXPRESSION] | None = Field(
        default=None, alias="if", description="A condition in CEL over event and member.", examples=["event.stars >= 4"]
    )
