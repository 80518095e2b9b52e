"""What people wrote into forms, read exactly: amounts without floats, days, ids; and a key that makes a second tap the first again."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID, uuid4

from starlette.requests import Request

from praemia.foundation.errors import Fault, InvalidInput

_AMOUNT = re.compile(r"([+\-−]?)(\d{1,15})(?:[.,](\d{1,6}))?")
_KEY = re.compile(r"[0-9a-f-]{36}")


class Form:
    """A posted form: texts by field, stripped. A file where a text should be reads as nothing."""

    def __init__(self, values: list[tuple[str, str]]) -> None:
        self._values = values

    def text(self, field: str) -> str:
        """The text of a field; empty when it is not there."""
        return next((value for name, value in self._values if name == field), "")

    def all(self, field: str) -> tuple[str, ...]:
        """Every value of a field that is there several times, such as ticked boxes."""
        return tuple(value for name, value in self._values if name == field and value)

    @property
    def given(self) -> dict[str, str]:
        """Everything as it was written, to show it again beside a fault."""
        return dict(reversed(self._values))

    @property
    def once(self) -> str:
        """The form's own key: sent twice, the second is the first again."""
        key = self.text("once")
        return key if _KEY.fullmatch(key) else new_once()


async def form_of(request: Request) -> Form:
    """The form of a request."""
    async with request.form(max_files=0, max_fields=200) as form:
        return Form([(name, value.strip()) for name, value in form.multi_items() if isinstance(value, str)])


def new_once() -> str:
    """A key for a form that is about to be shown."""
    return str(uuid4())


def quanta(text: str, decimals: int, *, field: str) -> int:
    """An amount as people write it ("12,5", "-3", "1.25") in quanta of a unit. Raises InvalidInput that names the field."""
    match = _AMOUNT.fullmatch(text.replace(" ", "").replace("\u202f", ""))
    part = match[3] or "" if match else ""
    if match is None or len(part) > decimals:
        least = "0." + "0" * (decimals - 1) + "1" if decimals else "1"
        raise InvalidInput([Fault(path=f"/{field}", message=f"Enter a number in steps of {least}.", code="not_an_amount")])
    scale: int = 10**decimals
    amount = int(match[2]) * scale + int(part.ljust(decimals, "0") or 0)
    if amount == 0:
        raise InvalidInput([Fault(path=f"/{field}", message="Enter an amount other than zero.", code="zero_amount")])
    return -amount if match[1] in ("-", "−") else amount


def day_of(text: str, *, field: str) -> date | None:
    """A day; None for nothing. Raises InvalidInput that names the field."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput([Fault(path=f"/{field}", message="Enter a day, such as 2026-03-31.", code="not_a_day")]) from None


def needed(text: str, *, field: str) -> str:
    """A text that must be there. Raises InvalidInput that names the field."""
    if not text:
        raise InvalidInput([Fault(path=f"/{field}", message="Please fill this in.", code="missing")])
    return text


def id_of(text: str | None) -> UUID | None:
    """An id; None for what is none."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
