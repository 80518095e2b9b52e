"""Codes: spelled from a pattern or handed out of a pool, used as often as they may be and not once more."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from praemia.catalogue import store
from praemia.catalogue.core.spelling import digest_of, ends_of, spell, validity
from praemia.catalogue.errors import CodeExpired, CodeNotActive, CodeOfAnother, CodeUnknown, CodeUsedUp, PoolEmpty
from praemia.catalogue.model import Code, NewCode
from praemia.foundation.db import Contended, Tx
from praemia.foundation.errors import Fault, InvalidInput
from praemia.rules import CodeTerms

POOL_SLICES = 16
LEAST_RANDOM = 8
MOST_CODES = 10_000
_CODE = "code"


async def issue_codes(
    tx: Tx, program_id: int, terms: CodeTerms, *, reward: str, redemption_id: UUID, member_id: UUID, day: date, count: int
) -> list[NewCode]:
    """Hand out `count` codes for a redemption. Raises PoolEmpty; Contended in the case that chance spells a code twice."""
    if terms.pool is not None:
        spelled = await store.take_from_pool(tx, program_id, terms.pool, redemption_id, count, home=redemption_id, slices=POOL_SLICES)
        if len(spelled) < count:
            raise PoolEmpty(pool=terms.pool)
    else:
        spelled = [spell(terms.pattern, secrets.choice) for _ in range(count)]
    starts_on, last_day = validity(terms, day)
    codes = [
        NewCode(
            digest=digest_of(_CODE, program_id, text),
            spelled=text,
            ends=ends_of(text),
            reward=reward,
            redemption_id=redemption_id,
            member_id=member_id if terms.bound else None,
            uses=terms.uses,
            starts_on=starts_on,
            last_day=last_day,
        )
        for text in spelled
    ]
    if await store.insert_codes(tx, program_id, codes) < count:
        raise Contended
    return codes


async def find_code(tx: Tx, program_id: int, spelled: str) -> Code:
    """The code as it stands, unlocked. Raises CodeUnknown."""
    found = await store.codes_of(tx, [digest_of(_CODE, program_id, spelled)])
    if not found or found[0].program_id != program_id:
        raise CodeUnknown()
    return found[0]


def check_code(code: Code, *, member_id: UUID | None, day: date) -> None:
    """Refuses a code that may not be used: CodeUnknown, CodeOfAnother, CodeUsedUp, CodeNotActive, CodeExpired, in this order."""
    if code.void:
        raise CodeUnknown()
    if code.member_id is not None and code.member_id != member_id:
        raise CodeOfAnother()
    if code.used >= code.uses:
        raise CodeUsedUp(uses=code.uses)
    if day < code.starts_on:
        raise CodeNotActive(starts_on=code.starts_on.isoformat())
    if code.last_day is not None and day > code.last_day:
        raise CodeExpired(last_day=code.last_day.isoformat())


async def burn_code(tx: Tx, program_id: int, spelled: str, *, member_id: UUID | None, day: date) -> Code:
    """Use a code once more; locks it. Answers it as it stands afterwards. Refuses like `check_code`."""
    code = await store.lock_code(tx, (await find_code(tx, program_id, spelled)).digest)
    check_code(code, member_id=member_id, day=day)
    return await store.count_use(tx, code.digest, 1)


async def burn_whole(tx: Tx, digest: UUID, *, member_id: UUID, day: date) -> None:
    """Use up all that is left of a code, because what it stands for is used without it. Refuses like `check_code`."""
    code = await store.lock_code(tx, digest)
    check_code(code, member_id=member_id, day=day)
    await store.count_use(tx, digest, code.uses - code.used)


async def unburn_code(tx: Tx, program_id: int, spelled: str) -> Code:
    """Give one use of a code back, because what it was used for was undone. Raises CodeUnknown when there is none to give back."""
    code = await store.lock_code(tx, (await find_code(tx, program_id, spelled)).digest)
    if not code.used or code.void:
        raise CodeUnknown()
    return await store.count_use(tx, code.digest, -1)


async def give_uses_back(tx: Tx, digest: UUID, uses: int) -> Code:
    """The same for a code whose spelling nobody keeps. A spelling that was wiped with the last use stays wiped."""
    await store.lock_code(tx, digest)
    return await store.count_use(tx, digest, -uses)


async def codes_of(tx: Tx, digests: Sequence[UUID]) -> list[Code]:
    """Codes by digest."""
    return await store.codes_of(tx, digests)


async def call_in_codes(tx: Tx, digests: Sequence[UUID]) -> None:
    """Make unused codes worthless. Raises CodeUsedUp when one was used; locks them in the order of their buckets."""
    for digest in sorted(digests):
        code = await store.lock_code(tx, digest)
        if code.used:
            raise CodeUsedUp(uses=code.used)
    await store.void_codes(tx, digests)


async def upload_codes(tx: Tx, program_id: int, pool: str, codes: Iterable[str]) -> int:
    """Put codes into a pool, to be handed out later; answers how many are new."""
    texts = {digest_of(_CODE, program_id, text): text.strip() for text in codes}
    return len(await store.insert_pool(tx, program_id, pool, texts, slices=POOL_SLICES))


async def make_codes(tx: Tx, program_id: int, pool: str, pattern: str, count: int) -> list[str]:
    """Spell new codes of a pattern (every # a random sign) and put them into a pool; answers those that are new.

    Raises InvalidInput when the pattern has too few random signs to be safe, or the count is out of bounds.
    """
    faults = []
    if pattern.count("#") < LEAST_RANDOM:
        message = f"A code with fewer than {LEAST_RANDOM} random signs can be guessed."
        faults.append(Fault(path="/pattern", code="pattern", message=message))
    if not 0 < count <= MOST_CODES:
        faults.append(Fault(path="/count", code="range", message=f"Between 1 and {MOST_CODES} codes at a time."))
    if faults:
        raise InvalidInput(faults)
    texts = {digest_of(_CODE, program_id, text): text for text in (spell(pattern, secrets.choice) for _ in range(count))}
    new = set(await store.insert_pool(tx, program_id, pool, texts, slices=POOL_SLICES))
    return [text for digest, text in texts.items() if digest in new]


async def free_codes(tx: Tx, program_id: int, pool: str) -> list[str]:
    """The codes of a pool that nobody has yet, as they are spelled: bearers' secrets."""
    return await store.free_codes(tx, program_id, pool, slices=POOL_SLICES)


async def withdraw_codes(tx: Tx, program_id: int, pool: str, codes: Iterable[str] | None = None) -> int:
    """Take codes out of a pool that nobody has yet (None: all of them), for good; answers how many. Codes handed out stay good."""
    digests = None if codes is None else [digest_of(_CODE, program_id, text) for text in codes]
    return await store.withdraw_pool(tx, program_id, pool, digests, slices=POOL_SLICES)


async def pool_size(tx: Tx, program_id: int, pool: str) -> int:
    """How many codes of a pool are left."""
    return await store.pool_size(tx, program_id, pool, slices=POOL_SLICES)
