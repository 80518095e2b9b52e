"""Every load of the bench, in the order of a round: each of ours stands near what it is compared with."""

from __future__ import annotations

from bench.model import Workload
from bench.workloads import copying, evaluation, http, nights, pgbench, pgledger, plain, two

ALL: tuple[Workload, ...] = (
    http.FDATASYNC,
    http.EARN_1,
    pgbench.TPCB_8,
    http.EARN_8,
    http.REDEEM,
    pgbench.TPCB_32,
    http.EARN_32,
    http.HOT,
    plain.EARN_32,
    two.EARN_32,
    pgledger.TRANSFER_32,
    pgledger.ISSUER_32,
    http.EARN_128,
    pgbench.SIMPLE_8,
    pgbench.SIMPLE_32,
    http.BARE,
    copying.TRANSFERS,
    http.REPLAY,
    http.BULK,
    plain.BULK,
    two.BULK,
    copying.ALL_ROWS,
    pgledger.BATCH,
    pgbench.SELECT_8,
    http.BALANCE,
    http.BALANCE_DURING_BULK,
    nights.NIGHT,
    evaluation.BY_HAND,
    evaluation.RULES,
)

NAMES = tuple(load.name for load in ALL)
