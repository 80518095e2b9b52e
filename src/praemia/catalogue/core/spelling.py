"""How codes and card numbers are spelled, compared and dated. Chance comes from outside."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

from praemia.foundation.ids import digest_id
from praemia.rules import CodeTerms

ALPHABET = "ACDEFGHJKLMNPQRTUVWXY3479"  # nothing that is misread or misheard: no 0 O 1 I, 2 Z, 5 S, 6, 8 B
ENDS = 4
_IGNORED = re.compile(r"[\s\-_.]+")


def spell(pattern: str, choose: Callable[[str], str]) -> str:
    """The pattern with every # replaced by a sign that `choose` picks from the alphabet."""
    return "".join(choose(ALPHABET) if sign == "#" else sign for sign in pattern)


def normal(spelled: str) -> str:
    """The signs that count: people type small letters, blanks and hyphens as they like."""
    return _IGNORED.sub("", spelled).upper()


def digest_of(kind: str, program_id: int, spelled: str) -> UUID:
    """Under which digest a code or number is kept. The formula never changes: stored rows depend on it."""
    return digest_id(kind, str(program_id), normal(spelled))


def ends_of(spelled: str) -> str:
    """The last signs, for receipts and histories; of a very short code only the very last."""
    signs = normal(spelled)
    return signs[-ENDS:] if len(signs) > 2 * ENDS else signs[-1:]


def validity(terms: CodeTerms, day: date) -> tuple[date, date | None]:
    """First and last local day on which a code redeemed on `day` may be used."""
    starts_on = day + timedelta(days=terms.starts_after_days)
    return starts_on, None if terms.valid_days is None else starts_on + timedelta(days=terms.valid_days)
