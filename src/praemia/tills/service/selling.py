"""What a cashier does: sell, hand out a card, undo what was just done, take goods back without a receipt.

Each is a verb of `orders` or `earning` with the rules of a counter around it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from praemia import journal, members, orders, programs
from praemia.earning import RETURN, Command, NotPriced, Recorded
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.journal import IDEMPOTENCY_KEY, ORDER
from praemia.members import Card, Carrier, Enrolment, Member
from praemia.orders import CANCELLATION, OrderUnknown, ReturnOrder, Settlement
from praemia.programs import OpenProgram, TillTerms
from praemia.rules import SIGNUP
from praemia.tills.errors import NotOfTills, ReceiptNeeded, UndoTooLate
from praemia.tills.model import CHANNEL

NO_ARTICLE = "-"
"""Stands for goods of which only the value is known: no rule about articles takes it."""
_UNDONE = "undone at the till"


async def sell(tx: Tx, command: Command, *, now: datetime) -> Recorded:
    """Record a purchase, priced where it has to be. Raises every refusal; then the transaction must be given up."""
    if not orders.wants_checkout(command.inputs):
        (answer,) = await orders.record(tx, [command], now=now)
        if not isinstance(answer, NotPriced):
            if isinstance(answer, DomainError):
                raise answer
            return answer
    return await orders.place(tx, command, now=now)


async def open_card(tx: Tx, slug: str, number: str, carrier: Carrier = Carrier.PLASTIC, *, now: datetime) -> tuple[Card, Member]:
    """A card with a balance and nobody's data: a membership of its own, which somebody may claim by merging it into theirs. The same
    number and carrier again answers the card. Raises ProgramUnknown, CardTaken, and what stands against signing up."""
    program = await programs.open_program(tx, slug)
    at, reference = program.now(now), f"card-{number}"
    known = (await members.find_members(tx, program.program_id, [reference])).get(reference)
    if known is None:
        enrolment = Enrolment(reference=reference, enrolled_at=at)
        command = Command(program=slug, kind=SIGNUP, member=reference, occurred_at=at, enrolment=enrolment)
        (outcome,) = await orders.record(tx, [command], now=now)
        if isinstance(outcome, DomainError):
            raise outcome
        known = await members.get_member(tx, program.program_id, reference)
    return await members.issue_card(tx, known, number, carrier, at=at), known


async def undo(tx: Tx, slug: str, order: str, *, now: datetime) -> Settlement:
    """Call off what was just sold at a till. Again is the first answer again.

    Raises OrderUnknown, NotOfTills, UndoTooLate, and what stands against a cancellation.
    """
    program = await programs.open_program(tx, slug)
    bought = await journal.find_event_of(tx, program.program_id, ORDER, order)
    if bought is None:
        raise OrderUnknown(order=order)
    if bought.inputs.get("channel") != CHANNEL:
        raise NotOfTills(order=order)
    minutes = (await terms_of(tx, program, now)).undo_minutes
    if await journal.find_event_of(tx, program.program_id, CANCELLATION, order) is None and program.now(now) - bought.posted_at > timedelta(
        minutes=minutes
    ):
        raise UndoTooLate(order=order, minutes=minutes)
    return await orders.return_order(tx, ReturnOrder(program=slug, order=order, kind=CANCELLATION, reason=_UNDONE), now=now)


async def return_unreceipted(
    tx: Tx, slug: str, number: str, *, member: str, amount_minor: int, location: str | None = None, key: str | None = None, now: datetime
) -> Recorded:
    """Goods come back and nobody knows of which order; `number` is the return's own. Only up to the programme's limit.

    Raises ReceiptNeeded, and what stands against taking goods back.
    """
    program = await programs.open_program(tx, slug)
    most = (await terms_of(tx, program, now)).without_receipt_minor
    if amount_minor > most:
        raise ReceiptNeeded(amount_minor=amount_minor, most_minor=most)
    inputs = {"order": number, "lines": [{"sku": NO_ARTICLE, "amount_minor": amount_minor}], "channel": CHANNEL}
    if location:
        inputs["location"] = location
    identities = ((ORDER, number), *(((IDEMPOTENCY_KEY, key),) if key else ()))
    command = Command(program=slug, kind=RETURN, member=member, inputs=inputs, identities=identities)
    (answer,) = await orders.record(tx, [command], now=now)
    if isinstance(answer, DomainError):
        raise answer
    return answer


async def terms_of(tx: Tx, program: OpenProgram, now: datetime) -> TillTerms:
    """What the programme says about tills now."""
    return (await programs.policies_of(tx, program, program.version_at(program.now(now)))).tills
