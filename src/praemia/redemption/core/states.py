"""Which act leads from which state to which, and what every other act is answered. Pure."""

from __future__ import annotations

from datetime import datetime

from praemia.foundation.errors import DomainError
from praemia.redemption.errors import AlreadyUsed, HoldLapsed, NotCancellable, NotGiven, NotHeld, NothingToFulfil, StepOutOfTurn, Undone
from praemia.redemption.model import Redemption, State

UNDONE = frozenset({State.RELEASED, State.CANCELLED})


def may_capture(redemption: Redemption, now: datetime) -> bool | DomainError:
    """True: go on. False: it is captured already. Else the refusal."""
    if redemption.state in (State.GIVEN, State.USED):
        return False
    if redemption.state is not State.HELD:
        return NotHeld(state=redemption.state.value)
    if redemption.deadline is not None and redemption.deadline <= now:
        return HoldLapsed(deadline=redemption.deadline.isoformat())
    return True


def may_release(redemption: Redemption) -> bool | DomainError:
    """True: go on. False: it is released or cancelled already. Else the refusal."""
    if redemption.state in UNDONE:
        return False
    return True if redemption.state is State.HELD else NotHeld(state=redemption.state.value)


def may_cancel(redemption: Redemption) -> bool | DomainError:
    """True: go on. False: it is undone already. Else the refusal: used is used, and a tier has its effect at once."""
    if redemption.state in UNDONE:
        return False
    if redemption.state is State.USED:
        return NotCancellable(reason="it was used")
    if redemption.state is State.GIVEN and redemption.terms["gives"] == "tier":
        return NotCancellable(reason="the tier was given")
    return True


def may_use(redemption: Redemption) -> DomainError | None:
    """The refusal, if it cannot be used."""
    if redemption.state is State.USED:
        return AlreadyUsed()
    if redemption.state in UNDONE:
        return Undone(state=redemption.state.value)
    return NotGiven(state=redemption.state.value) if redemption.state is State.HELD else None


def next_step(redemption: Redemption) -> str | None:
    """The step of fulfilment that comes next; None when there is none left."""
    steps: list[str] = redemption.terms["steps"]
    if redemption.state is not State.HELD:
        return None
    place = 0 if redemption.step is None else steps.index(redemption.step) + 1
    return steps[place] if place < len(steps) else None


def may_step(redemption: Redemption, step: str) -> bool | DomainError:
    """True: it is this step's turn. False: the step is done already. Else the refusal."""
    steps: list[str] = redemption.terms["steps"]
    if step not in steps:
        return NothingToFulfil(step=step, hint=f"; there are {', '.join(steps)}" if steps else "")
    if redemption.state in UNDONE:
        return NotHeld(state=redemption.state.value)
    done = steps.index(redemption.step) if redemption.step is not None else -1
    if steps.index(step) <= done:
        return False
    following = next_step(redemption)
    return True if step == following else StepOutOfTurn(next=following, step=step)


def fulfilment_of(redemption: Redemption) -> str | None:
    """Where the fulfilment stands, in a word: requested, the step done last, or refunded; None when there is nothing to fulfil."""
    if not redemption.terms["steps"]:
        return None
    if redemption.state in UNDONE:
        return "refunded"
    return redemption.step or "requested"
