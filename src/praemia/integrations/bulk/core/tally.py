"""The running count of an import. It is stored with the position, so that a resumed import reports as one."""

from __future__ import annotations

import copy
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from typing import Any

from praemia.earning import RETURN, Recorded
from praemia.foundation.errors import DomainError
from praemia.integrations.bulk.core.commands import Item
from praemia.integrations.bulk.model import Refusal
from praemia.members import AlreadyEnrolled

EXAMPLES = 5
Refusals = dict[str, tuple[int, tuple[Refusal, ...]]]


@dataclass(slots=True, kw_only=True)
class Tally:
    """What became of the events so far."""

    recorded: int = 0
    already_known: int = 0
    refused: int = 0
    guests: int = 0
    enrolled: int = 0
    points: dict[str, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    refusals: Refusals = field(default_factory=dict)

    def copy(self) -> Tally:
        """An independent copy: a transaction that is rolled back must not have counted."""
        return copy.deepcopy(self)

    def note(self, item: Item, answer: Recorded | DomainError) -> None:
        """Count one answer."""
        if isinstance(answer, AlreadyEnrolled):
            self.already_known += not item.enrols
        elif isinstance(answer, DomainError):
            self._refuse(item, answer)
        elif answer.replayed:
            self.already_known += 1
        else:
            if item.enrols:
                self.enrolled += 1
            else:
                self.recorded += 1
                self.guests += answer.member is None
            book, sign = (self.taken, -1) if answer.kind == RETURN else (self.points, 1)
            for unit, quanta in answer.verdict.awards.items():
                book[unit] = book.get(unit, 0) + sign * quanta

    def _refuse(self, item: Item, refusal: DomainError) -> None:
        self.refused += not item.enrols
        count, examples = self.refusals.get(refusal.code, (0, ()))
        if len(examples) < EXAMPLES:
            examples = (*examples, Refusal(identity=item.event.identity, row=item.event.row, message=str(refusal)))
        self.refusals[refusal.code] = (count + 1, examples)

    def to_json(self) -> dict[str, Any]:
        """For storage beside the position."""
        return {
            "recorded": self.recorded,
            "already_known": self.already_known,
            "refused": self.refused,
            "guests": self.guests,
            "enrolled": self.enrolled,
            "points": self.points,
            "taken": self.taken,
            "refusals": {
                code: {"count": count, "examples": [{"identity": e.identity, "row": e.row, "message": e.message} for e in examples]}
                for code, (count, examples) in self.refusals.items()
            },
        }


def tally_from_json(stored: Map[str, Any]) -> Tally:
    """The tally as it was stored."""
    refusals = {
        code: (entry["count"], tuple(Refusal(**example) for example in entry["examples"])) for code, entry in stored["refusals"].items()
    }
    return Tally(**{**stored, "refusals": refusals})
