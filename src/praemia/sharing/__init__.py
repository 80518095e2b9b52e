"""The sharing journey's front door: points between people, and two memberships that become one."""

from praemia.sharing.core.stories import sentence_of
from praemia.sharing.core.texts import digest_of, text_in
from praemia.sharing.errors import (
    AlreadyMerged,
    AlreadyParted,
    BelowLeast,
    MergedOn,
    MergeUnknown,
    NotInPool,
    NotSpendable,
    OnlyTheHead,
    PointsGone,
    PointsHeld,
    PoolTaken,
    PoolUnknown,
    PurposeUnknown,
    SameMember,
    ToOneself,
    TransfersNotAllowed,
    UnitUnknown,
)
from praemia.sharing.model import KINDS, MERGE, Merging, NewPool, Parting, PoolSpend, PoolView, Send, Shared
from praemia.sharing.service.belonging import TERMS, accept_terms, agree, close_membership, consents_of
from praemia.sharing.service.merging import merge
from praemia.sharing.service.parting import part
from praemia.sharing.service.pooling import create_pool, get_pool, join_pool, leave_pool, pools_of, spend_pool
from praemia.sharing.service.reading import get_shared, owners_of, verify
from praemia.sharing.service.transferring import transfer

__all__ = [
    "KINDS",
    "MERGE",
    "TERMS",
    "AlreadyMerged",
    "AlreadyParted",
    "BelowLeast",
    "MergeUnknown",
    "MergedOn",
    "Merging",
    "NewPool",
    "NotInPool",
    "NotSpendable",
    "OnlyTheHead",
    "Parting",
    "PointsGone",
    "PointsHeld",
    "PoolSpend",
    "PoolTaken",
    "PoolUnknown",
    "PoolView",
    "PurposeUnknown",
    "SameMember",
    "Send",
    "Shared",
    "ToOneself",
    "TransfersNotAllowed",
    "UnitUnknown",
    "accept_terms",
    "agree",
    "close_membership",
    "consents_of",
    "create_pool",
    "digest_of",
    "get_pool",
    "get_shared",
    "join_pool",
    "leave_pool",
    "merge",
    "owners_of",
    "part",
    "pools_of",
    "sentence_of",
    "spend_pool",
    "text_in",
    "transfer",
    "verify",
]
