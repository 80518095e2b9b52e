"""Passwords: Argon2id (RFC 9106) with parameters from the settings; a hash made with others is made anew when its password comes by.

Hashing takes a core for tens of milliseconds and is done in a thread, outside of transactions.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from praemia.foundation.db import Tx
from praemia.foundation.errors import Fault, InvalidInput
from praemia.identity import store
from praemia.identity.core.spelling import PASSWORD_LEAST, PASSWORD_MOST, password_fault
from praemia.identity.model import PasswordMark

_SAYS = {
    "too_short": f"A password has at least {PASSWORD_LEAST} characters.",
    "too_long": f"A password has at most {PASSWORD_MOST} characters.",
    "too_simple": "This password is among the first that anybody would try.",
}


class Passwords:
    """Hashes and compares passwords. The defaults are OWASP's for Argon2id: 19 MiB, two passes, one lane."""

    def __init__(self, *, memory_kib: int = 19_456, passes: int = 2, lanes: int = 1) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=lanes)
        self._nobodys: str | None = None

    async def hash(self, text: str) -> str:
        """The hash of a new password. Raises InvalidInput: too short, too long, too simple."""
        fault = password_fault(text)
        if fault is not None:
            raise InvalidInput([Fault(path="/password", message=_SAYS[fault], code=fault)])
        return await asyncio.to_thread(self._hasher.hash, text)

    async def matches(self, mark: PasswordMark | None, text: str) -> bool:
        """Whether it is the password. Without one it takes as long and is not."""
        if len(text) > PASSWORD_MOST:
            return False
        if mark is None and self._nobodys is None:
            self._nobodys = await asyncio.to_thread(self._hasher.hash, "nobody's")
        hashed = mark.hash if mark is not None else self._nobodys or ""
        return await asyncio.to_thread(self._compare, hashed, text) and mark is not None

    def is_outdated(self, mark: PasswordMark) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(mark.hash)

    async def again(self, text: str) -> str:
        """The hash of a password that was right, with today's parameters; its length is not judged again."""
        return await asyncio.to_thread(self._hasher.hash, text)

    def _compare(self, hashed: str, text: str) -> bool:
        try:
            return self._hasher.verify(hashed, text)
        except (VerificationError, InvalidHashError):
            return False


async def password_of(tx: Tx, subject_id: UUID) -> PasswordMark | None:
    """The password of somebody, hashed."""
    return await store.password(tx, subject_id)


async def set_password(tx: Tx, subject_id: UUID, hashed: str | None, *, now: datetime) -> None:
    """Keep the hash that `Passwords.hash` answered; None takes the password out."""
    await store.set_password(tx, subject_id, hashed, now)
