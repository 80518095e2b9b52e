"""Terms of membership: what may be published, and what changed from one version to the next. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import date

from praemia.foundation.errors import Fault
from praemia.programs.model import Terms

MOST_CHARACTERS = 100_000


def faults_of_terms(texts: Mapping[str, str], effective_from: date, before: Terms | None) -> list[Fault]:
    """What stands against publishing: every fault with its path."""
    faults = []
    for lang, text in texts.items():
        if not text.strip():
            faults.append(Fault(path=f"/texts/{lang}", code="empty", message="The text is empty."))
        elif len(text) > MOST_CHARACTERS:
            faults.append(Fault(path=f"/texts/{lang}", code="too_long", message=f"{MOST_CHARACTERS} characters are the most."))
    if not texts:
        faults.append(Fault(path="/texts", code="empty", message="Terms need a text in at least one language."))
    if before is not None and effective_from < before.effective_from:
        message = f"The version before counts from {before.effective_from.isoformat()}; this one cannot count from an earlier day."
        faults.append(Fault(path="/effective_from", code="too_early", message=message))
    return faults


def lines_between(before: str, after: str) -> list[tuple[str, str]]:
    """A comparison line by line: (mark, line), where the mark is `-` gone, `+` new, or a blank; long equal stretches become (`@`, '')."""
    shown: list[tuple[str, str]] = []
    blocks = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False).get_grouped_opcodes(3)
    old, new = before.splitlines(), after.splitlines()
    for number, block in enumerate(blocks):
        if number or block[0][1]:
            shown.append(("@", ""))
        for tag, first, last, start, end in block:
            if tag == "equal":
                shown += [(" ", line) for line in old[first:last]]
            else:
                shown += [("-", line) for line in old[first:last]]
                shown += [("+", line) for line in new[start:end]]
    return shown
