"""An order taken from the record: the purchase with the words of its version, who it belongs to now, and what came back so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from praemia import journal, ledger, members, programs
from praemia.earning import verdict_of
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.ids import bucket_of
from praemia.journal import ORDER, StoredEvent
from praemia.members import Member
from praemia.orders import store
from praemia.orders.core.goods import Returned, nothing_of
from praemia.orders.core.settling import Bought
from praemia.orders.core.storing import charged_of, spent_of, standing_from_json
from praemia.orders.errors import OrderUnknown, WrongMember
from praemia.orders.model import Settled
from praemia.programs import OpenProgram
from praemia.rules import PURCHASE, facts_from_json


@dataclass(slots=True, kw_only=True)
class OpenOrder:
    """An order as it stands; `accounts` are its member's, locked, or empty where it is only looked at."""

    program: OpenProgram
    number: str
    purchase: StoredEvent
    member: Member | None
    bought: Bought
    accounts: dict[ledger.AccountKey, ledger.Account] = field(default_factory=dict)
    history: Sequence[StoredEvent] = ()
    returned: Returned
    settled: Settled = field(default_factory=Settled)

    @property
    def bucket(self) -> int:
        """Where its returns' events are kept: with its member's points."""
        return bucket_of(self.member.member_id if self.member else self.purchase.event_id)


async def find_purchase(tx: Tx, program: OpenProgram, number: str) -> StoredEvent | None:
    """The purchase recorded under an order number, if there is one."""
    found = await journal.find_event_of(tx, program.program_id, ORDER, number)
    return found if found is not None and found.kind == PURCHASE else None


async def open_order(
    tx: Tx, program: OpenProgram, number: str, purchase: StoredEvent | None, *, named: str | None = None, lock: bool = False
) -> OpenOrder:
    """The order as it stands; with `lock` its member's accounts are locked first. Raises OrderUnknown, and WrongMember when
    somebody else is named (by reference or card) than it belongs to; CardBlocked, CardReplaced."""
    if purchase is None:
        raise OrderUnknown(order=number)
    member = None
    if purchase.member_id is not None:
        member = (await members.leading(tx, [purchase.member_id]))[purchase.member_id]
    if named is not None:
        who = (await members.find_named(tx, program.program_id, [named])).get(named)
        if isinstance(who, DomainError):
            raise who
        if who is None or member is None or who.member_id != member.member_id:
            raise WrongMember(order=number, member=named)
    accounts = await ledger.lock_accounts(tx, [member.member_id]) if lock and member else {}
    policies = await programs.policies_of(tx, program, purchase.version)
    order = OpenOrder(
        program=program,
        number=number,
        purchase=purchase,
        member=member,
        bought=Bought(
            inputs=purchase.inputs,
            occurred_at=purchase.occurred_at,
            verdict=verdict_of(purchase),
            facts=facts_from_json(purchase.verdict["facts"]),
            rules=policies.rules,
            terms=policies.returns,
            spent=spent_of(purchase.verdict),
            cards=charged_of(purchase.verdict),
            is_guest=member is None,
        ),
        accounts=accounts,
        returned=nothing_of(purchase.inputs),
    )
    order.history = await returns_of(tx, purchase.event_id)
    if order.history:
        order.returned, order.settled = standing_from_json(order.history[-1].verdict["order"]["standing"])
    return order


async def returns_of(tx: Tx, purchase: UUID) -> Sequence[StoredEvent]:
    """The events of an order's returns, in turn."""
    ids = await store.returns_of(tx, purchase)
    events = await journal.events_by_id(tx, ids) if ids else {}
    return [events[event_id] for event_id in ids]
