"""The closed chart of transfers. Whoever reads this knows the economics of the product: nothing else can happen to a point.

| kind      | from       | to         | meaning                                                        |
|-----------|------------|------------|----------------------------------------------------------------|
| earn      | issued     | available  | a rule granted points                                          |
| promise   | issued     | pending    | a rule granted points that open later                          |
| open      | pending    | available  | promised points became usable                                  |
| void      | pending    | issued     | promised points were taken back before they opened             |
| reverse   | available  | issued     | earned points were taken back                                  |
| hold      | available  | held       | points set aside for a redemption in progress                  |
| release   | held       | available  | the redemption did not happen                                  |
| capture   | held       | redeemed   | the redemption happened                                        |
| spend     | available  | redeemed   | hold and capture in one                                        |
| restore   | redeemed   | available  | a redemption was undone                                        |
| expire    | available  | expired    | the last day has passed                                        |
| reinstate | expired    | available  | expired points were given back                                 |
| send      | available  | transit    | points leave for another owner                                 |
| receive   | transit    | available  | points arrive from another owner                               |
| cede      | pending    | transit    | promised points go over to another owner                       |
| inherit   | transit    | pending    | promised points come over from another owner                   |
| regain    | transit    | available  | points that were sent come back into the lots they left        |
| resume    | transit    | pending    | promised points that were ceded come back into their lot       |
| credit    | adjustment | available  | staff gave points, or an opening balance                       |
| debit     | available  | adjustment | staff took points                                              |

`available`, `pending` and `held` belong to an owner, the others to the programme. The table `chart` and the check on
`transfers.kind` hold the same rows; a test keeps them equal.
"""

from __future__ import annotations

from praemia.ledger.model import Kind, Role

CHART: dict[Kind, tuple[Role, Role]] = {
    Kind.EARN: (Role.ISSUED, Role.AVAILABLE),
    Kind.PROMISE: (Role.ISSUED, Role.PENDING),
    Kind.OPEN: (Role.PENDING, Role.AVAILABLE),
    Kind.VOID: (Role.PENDING, Role.ISSUED),
    Kind.REVERSE: (Role.AVAILABLE, Role.ISSUED),
    Kind.HOLD: (Role.AVAILABLE, Role.HELD),
    Kind.RELEASE: (Role.HELD, Role.AVAILABLE),
    Kind.CAPTURE: (Role.HELD, Role.REDEEMED),
    Kind.SPEND: (Role.AVAILABLE, Role.REDEEMED),
    Kind.RESTORE: (Role.REDEEMED, Role.AVAILABLE),
    Kind.EXPIRE: (Role.AVAILABLE, Role.EXPIRED),
    Kind.REINSTATE: (Role.EXPIRED, Role.AVAILABLE),
    Kind.SEND: (Role.AVAILABLE, Role.TRANSIT),
    Kind.RECEIVE: (Role.TRANSIT, Role.AVAILABLE),
    Kind.CEDE: (Role.PENDING, Role.TRANSIT),
    Kind.INHERIT: (Role.TRANSIT, Role.PENDING),
    Kind.REGAIN: (Role.TRANSIT, Role.AVAILABLE),
    Kind.RESUME: (Role.TRANSIT, Role.PENDING),
    Kind.CREDIT: (Role.ADJUSTMENT, Role.AVAILABLE),
    Kind.DEBIT: (Role.AVAILABLE, Role.ADJUSTMENT),
}

ISSUES_A_LOT = frozenset({Kind.EARN, Kind.PROMISE, Kind.REINSTATE, Kind.RECEIVE, Kind.INHERIT, Kind.CREDIT})
NEEDS_NO_LOTS = ISSUES_A_LOT | {Kind.CAPTURE}  # what is held has left its lots
DRAINS_LOTS = frozenset({Kind.REVERSE, Kind.HOLD, Kind.SPEND, Kind.SEND, Kind.DEBIT})
GIVES_BACK = frozenset({Kind.RELEASE, Kind.RESTORE, Kind.REGAIN, Kind.RESUME})
OF_ONE_LOT = frozenset({Kind.OPEN, Kind.VOID, Kind.CEDE, Kind.EXPIRE})
COUNTS_FOR_LIFE = frozenset({Kind.EARN, Kind.PROMISE, Kind.CREDIT})
