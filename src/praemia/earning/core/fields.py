"""Whether a programme knows what happened: its declared activities and the types of their fields."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import date
from typing import Any

from praemia.earning.errors import ActivityUnknown
from praemia.earning.model import ADJUSTMENT, RETURN
from praemia.foundation.errors import DomainError, Fault, InvalidInput
from praemia.rules import BUILT_IN_TRIGGERS, Earning, Happening


def check_kind(happening: Happening, earning: Earning) -> DomainError | None:
    """A refusal when the activity is not declared or its fields are not as declared; None when all is well."""
    if happening.trigger in BUILT_IN_TRIGGERS or happening.trigger in (ADJUSTMENT, RETURN):
        return None
    declared = {a.name: a for a in earning.activities}
    activity = declared.get(happening.trigger)
    if activity is None:
        near = difflib.get_close_matches(happening.trigger, declared, n=1)
        return ActivityUnknown(activity=happening.trigger, hint=f"; did you mean {near[0]!r}?" if near else "")
    faults = _faults(happening.fields, activity.fields)
    return InvalidInput(faults) if faults else None


def _faults(given: Mapping[str, Any], declared: Mapping[str, str]) -> list[Fault]:
    faults = []
    for name, value in given.items():
        path = f"/fields/{name}"
        if name not in declared:
            near = difflib.get_close_matches(name, declared, n=1)
            faults.append(
                Fault(path=path, code="unknown_field", message=f"the activity has no field {name!r}", suggestion=near[0] if near else None)
            )
        elif not _fits(value, declared[name]):
            faults.append(Fault(path=path, code="wrong_type", message=f"{name!r} must be {declared[name]}, not {value!r}"))
    return faults


def _fits(value: Any, declared: str) -> bool:
    match declared:
        case "int" | "money":
            return isinstance(value, int) and not isinstance(value, bool)
        case "bool":
            return isinstance(value, bool)
        case "date":
            return isinstance(value, str) and _is_date(value)
        case _:
            return isinstance(value, str)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
