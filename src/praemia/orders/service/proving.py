"""What `praemia verify` asks of prices: what was used up is what events say, what is reserved is held, and nothing else is."""

from __future__ import annotations

from collections.abc import AsyncIterator

from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS
from praemia.ledger import Discrepancy
from praemia.orders import store

_BUCKETS_A_STEP = 256


async def verify_prices(tx: Tx) -> AsyncIterator[tuple[int, list[Discrepancy]]]:
    """O10: counters of promotions, coupons and budgets are the sum of what events added. O11: a reservation holds its points while it
    stands, and not longer. Yields (buckets done of 1024, discrepancies found in this step)."""
    for first in range(0, BUCKETS, _BUCKETS_A_STEP):
        last = first + _BUCKETS_A_STEP - 1
        yield (
            last + 1,
            [
                Discrepancy(
                    invariant="O11",
                    bucket=r["bucket"],
                    row=f"reservation={r['event_id']}",
                    stored=f"set aside={r['stored']}",
                    derived=f"given back or spent={r['derived']}",
                )
                for r in await store.wrong_reserved(tx, first, last)
            ],
        )
    yield (
        BUCKETS,
        [
            Discrepancy(
                invariant="O10",
                bucket=-1,
                row=f"program_id={r['program_id']} counter={r['counter']} period={r['period']}",
                stored=f"used={r['stored']}",
                derived=f"events={r['derived']}",
            )
            for r in await store.wrong_counted(tx)
        ],
    )
