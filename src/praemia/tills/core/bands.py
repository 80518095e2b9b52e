"""Bands of balances and digests of cards: how much a terminal may know while it is alone. Pure.

A digest keeps a stolen tablet from being read like a list of customers. It does not keep a short number from being guessed: whoever
has the salt and the time can try them all, and learns a band.
"""

from __future__ import annotations

import base64
import hashlib
import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

BLOCKED = -1
_DIGEST_BYTES = 9  # 72 bits: among fifty thousand cards a stranger's is taken for one of them once in 10^17


def band_of(available: int, bands: Sequence[int]) -> int:
    """The number of the band that a balance lies in: 0 below the first."""
    return bisect_right(bands, available)


def floor_of(band: int, bands: Sequence[int]) -> int:
    """What a balance in that band is at least; nothing below the first band, or for a card that does not work."""
    return bands[band - 1] if 0 < band <= len(bands) else 0


def card_digest(salt: str, shown: str) -> str:
    """The name of a card or reference in a snapshot."""
    whole = hashlib.sha256(f"{salt}:{shown.strip()}".encode()).digest()
    return base64.urlsafe_b64encode(whole[:_DIGEST_BYTES]).decode()


def text_of(
    terminal_id: UUID, number: int, *, program: str, taken_at: datetime, valid_until: datetime, salt: str, unit: str, bands: Sequence[int],
    limits: Mapping[str, int | bool | None], cards: Mapping[str, int],
) -> str:  # fmt: skip
    """The text of a snapshot, as it is signed. Cards by digest, so that their order says nothing."""
    told = {
        "terminal": str(terminal_id),
        "program": program,
        "number": number,
        "taken_at": taken_at.astimezone(UTC).isoformat(),
        "valid_until": valid_until.astimezone(UTC).isoformat(),
        "salt": salt,
        "unit": unit,
        "bands": list(bands),
        "limits": dict(limits),
        "cards": dict(sorted(cards.items())),
    }
    return json.dumps(told, separators=(",", ":"))
