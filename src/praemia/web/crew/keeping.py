"""A crew: several servers behind one port, forked from a parent that has loaded the code and waits.

The parent serves nobody. It replaces a hand that died or hangs, passes on the wish to leave, and is the last to go. It has no event loop
and no thread, so that a fork, the hundredth too, copies a quiet process; what nobody writes to stays shared in memory. A line joins
parent and hand: the hand says that it is ready, the parent lets it begin once all are, from its first turn on the hand says again and
again that its loop turns, and whoever sees the other end gone knows enough.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from praemia.foundation.errors import DomainError
from praemia.web.crew.errors import DidNotBegin, TooManyConnections

_READY, _BEGIN, _TURNS = b"r", b"b", b"t"
_PULSE_SECONDS = 2.0  # so often a hand says that its loop turns, and the parent looks who said nothing
# In so many looks, half a minute, a hand that turns says something: long turns take hundredths of a second, a slow start has many.
# Looks are counted and not seconds: what stops the machine stops the parent too, and when both go on one look has passed.
_SILENT_LOOKS = 15
_PAUSE_SECONDS = 1.0  # a hand is replaced no sooner than so long after it was hired: what dies at once would die again
_PATIENCE_SECONDS = 60.0  # answering what came in and finishing what waits takes a few seconds
_LEAVE = (signal.SIGINT, signal.SIGTERM)
log = logging.getLogger("praemia.crew")


def demand_room(room: int, *, processes: int, pool_size: int) -> None:
    """Refuses a crew whose connections PostgreSQL could not give: TooManyConnections."""
    wanted = processes * pool_size
    if wanted > room:
        raise TooManyConnections(processes=processes, pool_size=pool_size, wanted=wanted, room=room)


@dataclass(slots=True)
class Line:
    """A hand's end of the line to its parent. `number` counts from 0 and is inherited by whoever replaces it."""

    number: int
    _socket: socket.socket
    _pulse_seconds: float

    async def pulse(self) -> None:
        """Say again and again that the loop turns, to the end of the hand's life. A hand that is silent for long is killed and replaced."""
        with contextlib.suppress(ConnectionError):  # nobody is there any more
            while True:
                with contextlib.suppress(BlockingIOError):  # the parent has not listened for long: it stands still itself
                    self._socket.send(_TURNS)
                await asyncio.sleep(self._pulse_seconds)

    async def ready(self) -> bool:
        """Say that everything is there, and wait until it is with the others too. False: leave instead."""
        try:
            await asyncio.get_running_loop().sock_sendall(self._socket, _READY)
        except ConnectionError:  # nobody is there any more
            return False
        return await self._heard() == _BEGIN

    async def asked_to_leave(self) -> None:
        """Return when the parent wants the hand to leave, or is gone itself."""
        await self._heard()

    async def _heard(self) -> bytes:
        with contextlib.suppress(ConnectionError):
            return await asyncio.get_running_loop().sock_recv(self._socket, 1)
        return b""


def keep(count: int, work: Callable[[Line], None], *, pulse_seconds: float = _PULSE_SECONDS) -> None:
    """Have `count` processes do `work`, until SIGINT or SIGTERM; returns when all have left. To be called in a process with one thread.

    `work` keeps the pulse of its line. Raises DidNotBegin when one ends before all have begun.
    """
    with _heard() as ear:
        crew = _Crew(count, work, ear, pulse_seconds)
        try:
            crew.serve()
        finally:
            crew.leave()


@dataclass(slots=True)
class _Hand:
    number: int
    pid: int
    line: socket.socket
    hired_at: float
    is_ready: bool = False
    silent_looks: int = 0  # of the parent, since the hand last said something


class _Crew:
    def __init__(self, count: int, work: Callable[[Line], None], ear: socket.socket, pulse_seconds: float) -> None:
        self._count = count
        self._work = work
        self._ear = ear  # readable once we were asked to leave
        self._pulse_seconds = pulse_seconds
        self._hands: dict[int, _Hand] = {}
        self._vacant = dict.fromkeys(range(count), 0.0)  # numbers without a hand, and when each may be hired again
        self._begun = False  # every hand has been ready at once
        self._leaving = False

    def serve(self) -> None:
        """Hire and replace, until asked to leave."""
        look_at = time.monotonic() + self._pulse_seconds
        while True:
            for number in [number for number, due in self._vacant.items() if due <= time.monotonic()]:
                self._hire(number)
            if self._wait(max(0.0, min((look_at, *self._vacant.values())) - time.monotonic())):
                return
            if look_at <= time.monotonic():
                self._look()
                look_at = time.monotonic() + self._pulse_seconds

    def leave(self) -> None:
        """Ask everybody to leave and wait until they have; who is asked to leave again says so to those who have not."""
        self._leaving = True
        for hand in self._hands.values():
            with contextlib.suppress(OSError):
                hand.line.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self._hands:
            left = deadline - time.monotonic()
            if self._wait(max(0.0, left)) or left <= 0:
                for hand in self._hands.values():
                    os.kill(hand.pid, signal.SIGINT if left > 0 else signal.SIGKILL)

    def _hire(self, number: int) -> None:
        self._vacant[number] = time.monotonic() + _PAUSE_SECONDS
        ours, theirs = socket.socketpair()
        sys.stdout.flush()
        sys.stderr.flush()
        try:
            pid = os.fork()
        except OSError as error:  # the machine has no process or no memory to give
            log.warning("process.not_started", extra={"number": number, "error": str(error)})
            ours.close()
            theirs.close()
            return
        if not pid:
            for inherited in (ours, self._ear, *(hand.line for hand in self._hands.values())):
                inherited.close()
            _live(lambda: self._work(Line(number, theirs, self._pulse_seconds)), theirs)
        theirs.close()
        del self._vacant[number]
        self._hands[number] = _Hand(number, pid, ours, time.monotonic())
        log.info("process.started", extra={"number": number, "pid": pid})

    def _look(self) -> None:
        """Kill a hand that hangs: a loop that no longer turns obeys no gentler word. One at a time, and the others have all their time
        again: where several are silent it may be the machine, and whoever is left serves while the first is replaced."""
        for hand in self._hands.values():
            hand.silent_looks += 1
        hanging = next((hand for hand in self._hands.values() if hand.silent_looks > _SILENT_LOOKS), None)
        if hanging is not None:
            seconds = round(_SILENT_LOOKS * self._pulse_seconds)
            log.warning("process.silent", extra={"number": hanging.number, "pid": hanging.pid, "seconds": seconds})
            os.kill(hanging.pid, signal.SIGKILL)
            for hand in self._hands.values():
                hand.silent_looks = 0

    def _wait(self, seconds: float) -> bool:
        """Until something happens or the time is over. Whether we were asked to leave."""
        readable, _, _ = select.select([self._ear, *(hand.line for hand in self._hands.values())], [], [], seconds)
        if self._ear in readable:
            self._ear.recv(64)
            return True
        for hand in [hand for hand in self._hands.values() if hand.line in readable]:
            self._listen(hand)
        return False

    def _listen(self, hand: _Hand) -> None:
        try:
            said = hand.line.recv(64)
        except ConnectionError:
            said = b""
        if not said:
            self._miss(hand)
            return
        hand.silent_looks = 0
        if _READY not in said:
            return
        hand.is_ready = True
        waiting = [hand] if self._begun else list(self._hands.values())
        if not self._leaving and (self._begun or (len(waiting) == self._count and all(one.is_ready for one in waiting))):
            self._begun = True
            for one in waiting:
                with contextlib.suppress(ConnectionError):  # it has just died, and its line says so next
                    one.line.sendall(_BEGIN)

    def _miss(self, hand: _Hand) -> None:
        """A hand has ended, with or without having been asked to."""
        hand.line.close()
        del self._hands[hand.number]
        _, status = os.waitpid(hand.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        level = logging.INFO if code == 0 else logging.WARNING
        log.log(level, "process.ended", extra={"number": hand.number, "pid": hand.pid, "exit_code": code})
        if not self._begun and not self._leaving:
            raise DidNotBegin(number=hand.number + 1, processes=self._count)
        self._vacant[hand.number] = hand.hired_at + _PAUSE_SECONDS


def _live(work: Callable[[], None], line: socket.socket) -> None:
    """A hand's whole life. It never returns into what its parent was doing."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in _LEAVE:
            signal.signal(number, signal.SIG_DFL)
        line.setblocking(False)
        work()
        code = 0
    except DomainError as refusal:
        log.error("process.refused", extra={"code": refusal.code, "refusal": str(refusal)})
    except BaseException:
        log.exception("process.broke")
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


@contextlib.contextmanager
def _heard() -> Iterator[socket.socket]:
    """A socket that becomes readable whenever somebody wants us to leave; nothing else happens then."""
    ear, mouth = socket.socketpair()
    mouth.setblocking(False)
    before = {number: signal.signal(number, lambda *_: None) for number in _LEAVE}
    woken = signal.set_wakeup_fd(mouth.fileno())
    try:
        yield ear
    finally:
        signal.set_wakeup_fd(woken)
        for number, handler in before.items():
            signal.signal(number, handler)
        ear.close()
        mouth.close()
