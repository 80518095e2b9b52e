"""The verbs of a programme: plan, apply, export, roll back; open it for the till.

A version, once written, never changes; applying is the only way to write one, and it compiles the file first, so that whatever is
stored can run. Compiled rules are kept in the process by the digest of their text: they depend on nothing else.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError, Fault, InvalidInput
from praemia.programs import store
from praemia.programs.core.adjustment_translate import to_adjustments
from praemia.programs.core.brand_translate import to_looks
from praemia.programs.core.difference import changes_between, warnings_between
from praemia.programs.core.discount_translate import to_discounts
from praemia.programs.core.reading import Reading, read_program
from praemia.programs.core.return_translate import to_returns
from praemia.programs.core.reward_translate import to_rewards
from praemia.programs.core.schema import ProgramFile
from praemia.programs.core.sharing_translate import to_sharing
from praemia.programs.core.terms import faults_of_terms
from praemia.programs.core.tier_translate import to_tiers
from praemia.programs.core.till_translate import to_till
from praemia.programs.core.translate import to_earning
from praemia.programs.errors import DraftOutdated, EffectiveTooEarly, ModeFixed, ProgramUnknown, UnitDecimalsFixed, VersionUnknown
from praemia.programs.model import (
    Applied,
    Draft,
    Mode,
    OpenProgram,
    Plan,
    Policies,
    Program,
    ProgramVersion,
    Purpose,
    Spoken,
    Terms,
    UnitType,
)
from praemia.rules import RuleSet, compile_discounts, compile_earning

_BEGINNING = datetime.min.replace(tzinfo=UTC)
_KEPT = 512
_OPENED = "programs.open_program"
_compiled: OrderedDict[bytes, Policies] = OrderedDict()
_numbers: dict[tuple[int, str], int] = {}  # by tenant and slug, as last seen


async def get_program(tx: Tx, slug: str) -> Program:
    """A programme's row. Raises ProgramUnknown."""
    program = await store.find_program(tx, slug)
    if program is None:
        raise ProgramUnknown(program=slug)
    return program


async def list_programs(tx: Tx) -> list[Program]:
    """Every programme of the tenant, oldest first."""
    return await store.list_programs(tx)


async def open_program(tx: Tx, slug: str) -> OpenProgram:
    """A programme with its units and versions. Raises ProgramUnknown."""
    known: OpenProgram | None = tx.known.get((_OPENED, slug)) or await store.open_program(tx, slug)
    if known is None:
        raise ProgramUnknown(program=slug)
    tx.known[_OPENED, slug] = known
    _numbers[tx.tenant_id, slug] = known.program_id
    return known


async def open_beside(
    tx: Tx, slugs: Iterable[str], looks: Callable[[Mapping[str, int]], Sequence[Coroutine[Any, Any, Any]]]
) -> tuple[dict[str, OpenProgram | DomainError], list[Any]]:
    """Programmes by slug, or why not, and beside them, in one round trip, the answers of `looks`: what is looked up by their numbers. It
    is given those that this process saw last, and asked again where one has changed since."""
    wanted = list(dict.fromkeys(slugs))
    for slug in wanted:
        if (tx.tenant_id, slug) not in _numbers:
            await _open(tx, slug)
    while True:
        numbers = {slug: _numbers[tx.tenant_id, slug] for slug in wanted if (tx.tenant_id, slug) in _numbers}
        beside = looks(numbers)
        found = await tx.side_by_side(*beside, *(_open(tx, slug) for slug in wanted))
        opened = dict(zip(wanted, found[len(beside) :], strict=True))
        if all(isinstance(program, DomainError) or program.program_id == numbers.get(slug) for slug, program in opened.items()):
            return opened, found[: len(beside)]


async def _open(tx: Tx, slug: str) -> OpenProgram | DomainError:
    try:
        return await open_program(tx, slug)
    except DomainError as refusal:
        return refusal


def forget(tx: Tx, slug: str) -> None:
    """Open the programme anew when next asked: it was changed in this transaction."""
    tx.known.pop((_OPENED, slug), None)


async def ruleset_of(tx: Tx, program: OpenProgram, version: int) -> RuleSet:
    """The compiled earning rules of a version. Raises VersionUnknown."""
    return (await policies_of(tx, program, version)).rules


async def policies_of(tx: Tx, program: OpenProgram, version: int) -> Policies:
    """Everything a version says, compiled. Raises VersionUnknown."""
    digest = next((mark.digest for mark in program.versions if mark.version == version), None)
    if digest is None:
        raise VersionUnknown(program=program.slug, version=version)
    known = _compiled.get(digest)
    if known is None:
        known = _compile(read_program(await export(tx, program.slug, version)), digest)
    else:
        _compiled.move_to_end(digest)
    return known


async def local_day(tx: Tx, program: OpenProgram, now: datetime) -> date:
    """The programme's day, by its own clock and the time zone in force now. `now` is the wall clock."""
    clock = program.now(now)
    return clock.astimezone((await ruleset_of(tx, program, program.version_at(clock))).earning.timezone).date()


async def plan(tx: Tx, source: str, *, at: datetime) -> Plan:
    """What applying the file would change, against the newest version. Writes nothing.

    Raises InvalidInput with every fault of the file, and UnitDecimalsFixed.
    """
    reading = read_program(source).in_earnest()
    file = reading.file
    program = await store.find_program(tx, file.program)
    newest = await store.find_version(tx, program.program_id) if program else None
    if program is None or newest is None:
        return Plan(program=file.program, base=None, changes=changes_between(None, file), warnings=reading.warnings)
    _new_units(file, await store.units(tx, program.program_id))
    before = read_program(newest.source).file
    warnings = [*reading.warnings, *warnings_between(before, file)]
    if newest.effective_from > program.now(at):
        since = newest.effective_from.isoformat()
        message = f"Version {newest.version} is planned from {since} and would be replaced: what it adds must be in this file too."
        warnings.append(Fault(path="", code="replaces_planned", message=message))
    return Plan(
        program=file.program,
        base=newest.version,
        same_text=newest.source == source,
        changes=changes_between(before, file),
        warnings=tuple(warnings),
    )


async def apply(
    tx: Tx,
    source: str,
    *,
    at: datetime,
    by: str,
    effective_from: datetime | None = None,
    note: str = "",
    mode: Mode | None = None,
    clock: datetime | None = None,
) -> Applied:
    """Make the file the programme's newest version; create the programme on the first call.

    The first version counts from the beginning, so that history can be imported. A later one counts from `effective_from`, or from
    the programme's time when not said, and never earlier. The newest version's text, applied again, makes no version. `at` is the
    wall clock; a sandbox has its own. `mode` and `clock` are for the first call; `mode` may be repeated but not changed.
    Instants carry their zone. Locks the programme (the tenant, when new).
    Raises InvalidInput, UnitDecimalsFixed, EffectiveTooEarly, ModeFixed.
    """
    reading = read_program(source).in_earnest()
    digest = hashlib.sha256(source.encode()).digest()
    program = await _own(tx, reading.file.program, mode, clock, at)
    time = program.now(at).astimezone(UTC)
    effective_from = effective_from and effective_from.astimezone(UTC)
    newest = await store.find_version(tx, program.program_id)
    if newest is not None:
        if newest.source == source and newest.effective_from <= (effective_from or time):
            return Applied(version=newest, changed=False)
        if effective_from is not None and effective_from < time:
            raise EffectiveTooEarly(effective_from=effective_from.isoformat(), at=time.isoformat())
    _compile(reading, digest)
    new = _new_units(reading.file, await store.units(tx, program.program_id))
    if new:
        await store.insert_units(tx, program.program_id, new)
    made = ProgramVersion(
        tenant_id=tx.tenant_id,
        program_id=program.program_id,
        program=program.slug,
        version=newest.version + 1 if newest else 1,
        effective_from=(effective_from or time) if newest else _BEGINNING,
        source=source,
        digest=digest,
        note=note,
        applied_by=by,
        applied_at=time,
    )
    await store.insert_version(tx, made)
    forget(tx, program.slug)
    return Applied(version=made, changed=True)


async def roll_back(tx: Tx, slug: str, to_version: int, *, at: datetime, by: str) -> Applied:
    """Apply an older version's text again, from now on: history stays as it was. Raises ProgramUnknown, VersionUnknown."""
    source = await export(tx, slug, to_version)
    return await apply(tx, source, at=at, by=by, note=f"back to version {to_version}")


async def export(tx: Tx, slug: str, version: int | None = None) -> str:
    """A version's text as it was applied, byte for byte; the newest when none is named. Raises ProgramUnknown, VersionUnknown."""
    program = await get_program(tx, slug)
    found = await store.find_version(tx, program.program_id, version)
    if found is None:
        raise VersionUnknown(program=slug, version=version)
    return found.source


async def history(tx: Tx, slug: str) -> list[ProgramVersion]:
    """Every version, oldest first. Raises ProgramUnknown."""
    program = await get_program(tx, slug)
    return await store.versions(tx, program.program_id)


async def version_at(tx: Tx, slug: str, instant: datetime) -> ProgramVersion:
    """The version in force at an instant. Raises ProgramUnknown."""
    program = await open_program(tx, slug)
    found = await store.find_version(tx, program.program_id, program.version_at(instant))
    assert found is not None, "a version is never deleted"
    return found


async def find_draft(tx: Tx, slug: str, staff_id: UUID) -> Draft | None:
    """What a member of staff is working on, if anything. Raises ProgramUnknown."""
    return await store.find_draft(tx, (await get_program(tx, slug)).program_id, staff_id)


async def keep_draft(tx: Tx, slug: str, staff_id: UUID, source: str | None, *, at: datetime, anew: bool = False) -> None:
    """Keep what somebody is working on; None takes it away. A draft stays based on the version it was begun on, unless `anew`.

    Nothing is checked: a draft may be wrong for a while. Raises ProgramUnknown.
    """
    program = await open_program(tx, slug)
    before = None if anew else await store.find_draft(tx, program.program_id, staff_id)
    base = before.base if before else program.versions[-1].version
    await store.write_draft(tx, program.program_id, staff_id, base, source, at)


async def apply_draft(
    tx: Tx, slug: str, staff_id: UUID, *, at: datetime, by: str, effective_from: datetime | None = None, note: str = ""
) -> Applied:
    """Apply what somebody was working on, as `apply` does; the draft is gone then. Locks the programme.

    Raises DraftOutdated when another version has been applied since it was begun (or there is no draft any more), InvalidInput when the
    text names another programme, and whatever `apply` raises.
    """
    program = await store.lock_program(tx, slug)
    if program is None:
        raise ProgramUnknown(program=slug)
    newest = (await open_program(tx, slug)).versions[-1].version
    draft = await store.find_draft(tx, program.program_id, staff_id)
    if draft is None or draft.base != newest:
        raise DraftOutdated(base=draft.base if draft else newest, newest=newest)
    named = read_program(draft.source).file.program
    if named != slug:
        message = f"The text describes “{named}”, not “{slug}”."
        raise InvalidInput([Fault(path="/program", message=message, code="other_program", suggestion=slug)])
    applied = await apply(tx, draft.source, at=at, by=by, effective_from=effective_from, note=note)
    await store.write_draft(tx, program.program_id, staff_id, applied.version.version, None, at)
    return applied


async def publish_terms(
    tx: Tx, slug: str, texts: Mapping[str, str], *, effective_from: date, note: str = "", by: str, at: datetime
) -> Terms:
    """Make a new version of the terms of membership, in force from a local day on. Locks the programme.

    Raises ProgramUnknown; InvalidInput when a text is empty or too long, or the day lies before that of the version before.
    """
    program = await store.lock_program(tx, slug)
    if program is None:
        raise ProgramUnknown(program=slug)
    before = await store.terms(tx, program.program_id)
    faults = faults_of_terms(texts, effective_from, before[-1] if before else None)
    if faults:
        raise InvalidInput(faults)
    made = Terms(
        version=len(before) + 1,
        effective_from=effective_from,
        texts={lang: text.strip() for lang, text in texts.items()},
        note=note,
        published_by=by,
        published_at=program.now(at),
    )
    await store.insert_terms(tx, program.program_id, made)
    return made


async def list_terms(tx: Tx, slug: str) -> list[Terms]:
    """Every version of the terms of membership, oldest first. Raises ProgramUnknown."""
    return await store.terms(tx, (await get_program(tx, slug)).program_id)


async def terms_at(tx: Tx, slug: str, day: date) -> Terms | None:
    """The terms in force on a local day: the newest of those that count by then. Raises ProgramUnknown."""
    return next((one for one in reversed(await list_terms(tx, slug)) if one.effective_from <= day), None)


async def _own(tx: Tx, slug: str, mode: Mode | None, clock: datetime | None, at: datetime) -> Program:
    """The programme, locked; made when it does not exist. The second look is for whoever waited while another made it."""
    program = await store.lock_program(tx, slug)
    if program is None:
        await store.lock_tenant(tx)
        program = await store.lock_program(tx, slug)
    if program is None:
        wanted = mode or Mode.LIVE
        return await store.insert_program(tx, slug, wanted, (clock or at) if wanted is Mode.SANDBOX else None, at)
    if mode is not None and mode is not program.mode:
        raise ModeFixed(program=slug, mode=program.mode.value)
    return program


def _new_units(file: ProgramFile, known: dict[str, UnitType]) -> list[UnitType]:
    """Units of the file that the programme never had, numbered on. Refuses other decimals than a unit was born with."""
    new: list[UnitType] = []
    for code, block in file.units.items():
        if code not in known:
            new.append(UnitType(number=len(known) + len(new), code=code, decimals=block.decimals))
        elif known[code].decimals != block.decimals:
            raise UnitDecimalsFixed(unit=code, decimals=known[code].decimals, wanted=block.decimals)
    return new


def _spoken(file: ProgramFile) -> Spoken:
    return Spoken(
        name=file.name or {},
        units={code: one.name or {} for code, one in file.units.items()},
        activities={code: one.name or {} for code, one in file.activities.items()},
    )


def _compile(reading: Reading, digest: bytes) -> Policies:
    """Compile and keep. What the rules room alone can refuse is a fault of the file like any other."""
    try:
        earning = to_earning(reading.file)
        compiled = Policies(
            rules=compile_earning(earning),
            prices=compile_discounts(earning, to_discounts(reading.file)),
            rewards=to_rewards(reading.file),
            tiers=to_tiers(reading.file),
            returns=to_returns(reading.file),
            adjustments=to_adjustments(reading.file),
            sharing=to_sharing(reading.file),
            consents={name: Purpose(id=name, name=one.name, text=one.text) for name, one in reading.file.consents.items()},
            tills=to_till(reading.file),
            spoken=_spoken(reading.file),
            looks=to_looks(reading.file),
            pictures={reward.id: reward.picture for reward in reading.file.rewards if reward.picture is not None},
        )
    except InvalidInput as refusal:
        raise InvalidInput(
            [Fault(path=f"/earning{f.path}", code=f.code, message=f.message, suggestion=f.suggestion) for f in refusal.faults]
        ) from None
    _compiled[digest] = compiled
    while len(_compiled) > _KEPT:
        _compiled.popitem(last=False)
    return compiled
