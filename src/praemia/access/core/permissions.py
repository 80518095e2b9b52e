"""The closed table of permissions (`room:noun:verb`), the roles made of them, and what a granted scope covers.

A scope is a permission in which any of the three places may be `*`. A role is only a short name for scopes, expanded
when a key is issued; the key keeps the scopes, so a later change of a role never widens a key already given out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from functools import lru_cache

PLACES = 3  # room:noun:verb

PERMISSIONS: Mapping[str, str] = {
    "programs:program:read": "read programmes and plan changes to them",
    "programs:program:write": "create and change programmes",
    "programs:address:write": "choose the public address of a programme",
    "pictures:picture:read": "read which pictures there are",
    "pictures:picture:write": "upload pictures",
    "programs:clock:write": "move the clock of a sandbox",
    "members:member:read": "read members",
    "members:member:write": "enrol and change members",
    "members:member:close": "end memberships for good",
    "members:card:read": "read members' cards",
    "members:card:write": "issue, block and replace members' cards",
    "earning:purchase:write": "record purchases",
    "earning:purchase:quote": "ask what a purchase would earn",
    "earning:visit:write": "record visits",
    "earning:activity:write": "record activities",
    "earning:fulfilment:write": "say that orders were fulfilled",
    "earning:event:read": "read events and their explanations",
    "ledger:balance:read": "read balances and histories",
    "ledger:adjustment:write": "correct balances by hand",
    "ledger:reinstatement:write": "give expired points back",
    "orders:order:read": "read orders and what came back of them",
    "orders:reservation:write": "set orders aside, change them and let them go",
    "orders:discount:read": "read how much of promotions and budgets is used",
    "orders:coupon:use": "use coupons",
    "orders:coupon:void": "make uses of coupons void",
    "orders:coupon:issue": "issue codes of coupons",
    "orders:return:write": "take goods back",
    "orders:cancellation:write": "call orders off",
    "tiers:tier:write": "assign tiers and credit what counts for them",
    "catalogue:reward:read": "read rewards and what members may have",
    "catalogue:code:write": "upload codes to be handed out",
    "catalogue:card:read": "read gift cards by their number",
    "catalogue:card:write": "issue gift cards",
    "redemption:redemption:read": "read redemptions",
    "redemption:redemption:write": "redeem, hold, capture and release",
    "redemption:redemption:use": "use redemptions and codes",
    "redemption:redemption:cancel": "cancel redemptions",
    "redemption:step:write": "say what became of a step of fulfilment",
    "sharing:transfer:write": "send points from one member to another",
    "sharing:pool:read": "read pools of members",
    "sharing:pool:write": "make pools, join and leave them",
    "sharing:pool:redeem": "spend points of a pool",
    "sharing:merge:write": "make one membership of two, and two of one",
    "tills:sale:sync": "send what a till sold without a network, and fetch what it needs for that",
    "tills:return:unreceipted": "take goods back without a receipt",
    "tills:terminal:read": "see the tills that go on without a network",
    "tills:terminal:write": "register tills and take them out of use",
    "tills:conflict:read": "see sales without a network that could not be recorded",
    "tills:conflict:settle": "settle sales without a network that could not be recorded",
    "insight:figure:read": "see how a programme is doing",
    "locations:location:read": "read the register of places",
    "locations:location:write": "register, change and close places",
    "proof:seal:read": "read what is sealed and what examinations found",
    "proof:seal:check": "have the ledger examined",
    "access:approval:read": "read what waits for a second person",
    "access:approval:write": "approve or reject what somebody else asked for",
    "access:audit:read": "read who did what",
    "access:key:read": "list API keys",
    "access:key:write": "issue and revoke API keys",
    "access:staff:read": "see who works here, in which roles",
    "access:staff:write": "invite staff, give them roles, and end their access",
    "messaging:mail:read": "read what a sandbox would send by mail",
    "access:console:open": "open the console",
    "access:till:open": "open the till",
}

ROLES: Mapping[str, frozenset[str]] = {
    "owner": frozenset({"*:*:*"}),
    "reader": frozenset(
        {
            "programs:program:read",
            "members:member:read",
            "earning:event:read",
            "orders:order:read",
            "ledger:balance:read",
            "catalogue:reward:read",
            "redemption:redemption:read",
            "members:card:read",
            "sharing:pool:read",
        }
    ),
    "till": frozenset(
        {
            "members:member:read",
            "members:member:write",
            "members:card:*",
            "earning:*:write",
            "earning:purchase:quote",
            "earning:event:read",
            "orders:*:write",
            "orders:*:read",
            "orders:coupon:use",
            "orders:coupon:void",
            "ledger:balance:read",
            "catalogue:reward:read",
            "catalogue:card:read",
            "redemption:redemption:*",
            "sharing:pool:read",
            "sharing:pool:redeem",
            "tills:sale:*",
        }
    ),
    "shop": frozenset(
        {
            "programs:program:read",
            "members:*:*",
            "tiers:*:*",
            "earning:*:*",
            "orders:*:*",
            "ledger:balance:read",
            "catalogue:*:*",
            "redemption:*:*",
            "sharing:*:*",
        }
    ),
    "programmer": frozenset({"programs:*:*"}),
    "support": frozenset(
        {"members:*:*", "tiers:*:*", "sharing:*:*", "earning:event:read", "ledger:*:*", "access:approval:read"},
    ),
    "supervisor": frozenset(
        {"members:*:*", "earning:event:read", "ledger:*:*", "access:approval:*", "access:audit:read"},
    ),
    "auditor": frozenset({"*:*:read"}),
}

_CONSOLE = "access:console:open"

STAFF_ROLES: Mapping[str, frozenset[str]] = {
    "owner": frozenset({"*:*:*"}),
    "manager": frozenset(
        {
            *("programs:*:*", "members:*:*", "earning:*:*", "ledger:*:*", "orders:*:*", "tiers:*:*", "catalogue:*:*", "redemption:*:*"),
            *("sharing:*:*", "insight:*:*", "locations:*:*", "proof:seal:*", "tills:*:*", "pictures:*:*", "messaging:*:*"),
            *("access:approval:*", "access:audit:read", "access:key:read", "access:staff:*", "access:console:open", "access:till:open"),
        }
    ),
    "marketer": frozenset(
        {
            *("programs:program:*", "catalogue:reward:*", "catalogue:code:*", "orders:discount:read", "orders:coupon:issue"),
            *("insight:*:read", "locations:location:*", "pictures:*:*", _CONSOLE),
        }
    ),
    "analyst": frozenset(
        {*("programs:program:read", "catalogue:reward:read", "orders:discount:read", "insight:*:read", "locations:location:read"), _CONSOLE}
    ),
    "support": frozenset(
        {
            *("programs:program:read", "members:*:*", "tiers:*:*", "sharing:*:*", "earning:event:read", "ledger:*:*", "orders:order:read"),
            *("orders:return:write", "catalogue:reward:read", "catalogue:card:read", "redemption:redemption:read"),
            *("redemption:redemption:cancel", "insight:*:read", "access:approval:read", _CONSOLE),
        }
    ),
    "cashier": frozenset(
        {
            *("members:member:read", "members:member:write", "members:card:*"),
            *("earning:purchase:*", "earning:visit:write", "earning:event:read"),
            *("orders:order:read", "orders:reservation:write", "orders:return:write", "orders:cancellation:write", "orders:coupon:use"),
            *("orders:coupon:void", "ledger:balance:read", "catalogue:reward:read", "catalogue:card:read", "redemption:redemption:*"),
            *("sharing:pool:read", "sharing:pool:redeem", "tills:sale:*", "access:till:open"),
        }
    ),
    "auditor": frozenset({"*:*:read", "proof:seal:check", _CONSOLE}),
}
"""The roles of people. Unlike a key's, a person's scopes are looked up at every request, so that a changed role counts at once."""


def staff_scopes(roles: Collection[str]) -> frozenset[str]:
    """Everything the roles allow; a role that is no longer known allows nothing."""
    return frozenset().union(*(STAFF_ROLES.get(role, frozenset()) for role in roles))


def may_give(granted: Collection[str], role: str) -> bool:
    """Whether somebody with these scopes may give a role to others: nobody gives what they do not have."""
    return all(covers(granted, scope) for scope in STAFF_ROLES[role])


def covers(granted: Collection[str], needed: str) -> bool:
    """True when one of the granted scopes is `needed` or a pattern of it."""
    return needed in granted or _matches(frozenset(granted), needed)


@lru_cache(maxsize=4096)  # asked for every command of a list
def _matches(granted: frozenset[str], needed: str) -> bool:
    wanted = needed.split(":")
    if len(wanted) != PLACES:
        return False  # the name of something else, such as a role
    patterns = (scope.split(":") for scope in granted if "*" in scope)
    return any(all(have in ("*", want) for have, want in zip(pattern, wanted, strict=True)) for pattern in patterns)


def expand(scope: str) -> frozenset[str] | None:
    """The scopes a role name stands for, or the scope itself; None when it covers no permission that exists."""
    if scope in ROLES:
        return ROLES[scope]
    if scope.count(":") == PLACES - 1 and any(covers((scope,), permission) for permission in PERMISSIONS):
        return frozenset({scope})
    return None


def likely_meant(scope: str) -> str | None:
    """The permission or role somebody probably wanted to write."""
    close = get_close_matches(scope, [*PERMISSIONS, *ROLES], n=1)
    return close[0] if close else None
