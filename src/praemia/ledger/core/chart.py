"""The closed chart of transfers. Whoever reads this knows the economics of the product: nothing else can happen to a point.

| kind   | from       | to         | meaning                                        |
|--------|------------|------------|------------------------------------------------|
| earn   | issued     | available  | a rule granted points                          |
| credit | adjustment | available  | staff gave points, or an opening balance       |
| debit  | available  | adjustment | staff took points                              |

`available` belongs to an owner; `issued` and `adjustment` to the programme. The table `chart` and the check on
`transfers.kind` hold the same rows; a test keeps them equal.
"""

from __future__ import annotations

from praemia.ledger.model import Kind, Role

CHART: dict[Kind, tuple[Role, Role]] = {
    Kind.EARN: (Role.ISSUED, Role.AVAILABLE),
    Kind.CREDIT: (Role.ADJUSTMENT, Role.AVAILABLE),
    Kind.DEBIT: (Role.AVAILABLE, Role.ADJUSTMENT),
}

GAINS = frozenset(kind for kind, (_, to) in CHART.items() if to is Role.AVAILABLE)
