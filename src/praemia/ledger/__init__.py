"""The ledger's front door: points move only through these verbs."""

from praemia.ledger.core.chart import CHART
from praemia.ledger.errors import InsufficientPoints
from praemia.ledger.model import Account, AccountKey, Balance, Discrepancy, Kind, Movement, Posting, Role
from praemia.ledger.service import (
    balances_of,
    history_of,
    lock_accounts,
    open_accounts,
    post,
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
    "Movement",
    "Posting",
    "Role",
    "balances_of",
    "history_of",
    "lock_accounts",
    "open_accounts",
    "post",
    "transfers_of",
    "trial_balance",
    "verify",
]
