"""The query parameters of the API. They come as text, so these models read numbers from text; all else is as strict."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from praemia.web.bodies.scalars import Instant, Reference

PAGE_LIMIT = 200
Lang = Annotated[Literal["en", "de"] | None, Field(description="adds a sentence per rule in this language")]


class Query(BaseModel):
    """The base of all queries: closed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoQuery(Query):
    pass


class LangQuery(Query):
    lang: Lang = None


class ApplyQuery(Query):
    """How a programme is created; later calls may repeat it but not change it."""

    mode: Annotated[Literal["live", "sandbox"] | None, Field(description="when the programme is created; absent: live")] = None
    clock: Annotated[Instant | None, Field(description="a sandbox's own time at its creation")] = None
    effective_from: Annotated[Instant | None, Field(description="when the new version begins; absent: now")] = None
    note: Annotated[str, Field(max_length=500, description="why, kept with the version")] = ""


class SourceQuery(Query):
    version: Annotated[int | None, Field(ge=1, le=2**31 - 1, description="absent: the newest")] = None


class BalancesQuery(Query):
    as_of: Annotated[Instant | None, Field(description="an instant of the programme's time; absent: now")] = None


class HistoryQuery(Query):
    after: Annotated[str | None, Field(max_length=60, description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=PAGE_LIMIT)] = 50


class EventQuery(Query):
    lang: Annotated[Literal["en", "de"], Field(description="the language of names and sentences")] = "en"


class OrderQuery(EventQuery):
    """Find an event by the order number it was sent under."""

    order: Reference
