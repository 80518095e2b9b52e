"""The ledger's front door: points move only through these verbs."""

from praemia.ledger.core.chart import CHART
from praemia.ledger.errors import InsufficientPoints, NotReversible
from praemia.ledger.model import Account, AccountKey, Balance, Discrepancy, Kind, Lot, Movement, Posting, Role
from praemia.ledger.service import (
    balances_of,
    due_owners,
    extend,
    history_of,
    lock_accounts,
    open_accounts,
    open_lots_of,
    post,
    settle,
    standing,
    transfers_of,
    trial_balance,
    verify,
)

__all__ = [
    "CHART",
    "Account",
    "AccountKey",
    "Balance",
    "Discrepancy",
    "InsufficientPoints",
    "Kind",
    "Lot",
    "Movement",
    "NotReversible",
    "Posting",
    "Role",
    "balances_of",
    "due_owners",
    "extend",
    "history_of",
    "lock_accounts",
    "open_accounts",
    "open_lots_of",
    "post",
    "settle",
    "standing",
    "transfers_of",
    "trial_balance",
    "verify",
]
