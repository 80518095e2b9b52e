"""What `praemia verify` asks of this journey and of the catalogue."""

from __future__ import annotations

from collections.abc import AsyncIterator

from praemia import catalogue
from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS
from praemia.ledger import Discrepancy
from praemia.redemption import store

_BUCKETS_A_STEP = 256


async def verify(tx: Tx) -> AsyncIterator[tuple[int, list[Discrepancy]]]:
    """R1: what accounts hold is what redemptions hold. R2: what is gone from stock is what redemptions took. C2: gift cards are the sum
    of their movements. Yields (buckets done of 1024, discrepancies found in this step)."""
    for first in range(0, BUCKETS, _BUCKETS_A_STEP):
        last = first + _BUCKETS_A_STEP - 1
        found = [
            Discrepancy(
                invariant="R1",
                bucket=r["bucket"],
                row=f"owner_id={r['owner_id']} unit={r['unit']}",
                stored=f"held={r['stored']}",
                derived=f"redemptions={r['derived']}",
            )
            for r in await store.wrong_holds(tx, first, last)
        ]
        found += [
            Discrepancy(
                invariant="C2",
                bucket=r["bucket"],
                row=f"gift card={r['digest']}",
                stored=f"balance={r['stored']}",
                derived=f"movements={r['derived']}",
            )
            for r in await catalogue.wrong_cards(tx, first, last)
        ]
        yield last + 1, found
    yield (
        BUCKETS,
        [
            Discrepancy(
                invariant="R2",
                bucket=-1,
                row=f"program_id={r['program_id']} item={r['item']}",
                stored=f"gone={r['stored']}",
                derived=f"redemptions={r['derived']}",
            )
            for r in await store.wrong_stock(tx)
        ],
    )
