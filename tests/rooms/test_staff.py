"""Staff: who may give, take and end what; and what every role may not do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from praemia import access
from praemia.access import (
    PERMISSIONS,
    STAFF_ROLES,
    Actor,
    InvitationInvalid,
    LastOwner,
    OwnerExists,
    PermissionMissing,
    RoleOutOfReach,
    SecondPersonNeeded,
    Staff,
    StaffUnknown,
)
from praemia.foundation.db import Database, Tx, connect
from praemia.foundation.errors import InvalidInput
from praemia.foundation.ids import digest_id, new_id

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
async def db(database: str) -> AsyncIterator[Database]:
    db = await connect(database, size=4)
    yield db
    await db.close()


@pytest.fixture
async def tx(db: Database) -> AsyncIterator[Tx]:
    tenant = await access.create_tenant(db, "acme", "Acme", at=NOW)
    async with db.transaction(tenant) as tx:
        yield tx


async def hire(tx: Tx, *roles: str, program_id: int | None = None, name: str = "Ina") -> Staff:
    invited = await access.invite(tx, name=name, roles=roles, program_id=program_id, now=NOW)
    return await access.join(tx, invited.token, now=NOW)


# What roles may and may not ------------------------------------------------------------------------------------------------

MAY_NOT = {
    "manager": {"access:key:write"},
    "marketer": {"members:member:read", "ledger:adjustment:write", "access:approval:write", "access:till:open", "programs:clock:write"},
    "analyst": {"members:member:read", "members:card:read", "programs:program:write", "access:audit:read", "ledger:balance:read"},
    "support": {"programs:program:write", "access:approval:write", "access:staff:read", "access:audit:read", "orders:coupon:issue"},
    "cashier": {"access:console:open", "ledger:adjustment:write", "ledger:reinstatement:write", "catalogue:card:write"},
    "auditor": {"members:member:write", "access:approval:write", "programs:program:write", "access:till:open", "redemption:redemption:use"},
}
"""What each role is refused, by name: a widened role has to change this table as well."""

EVERYBODYS = {"catalogue:reward:read"}
"""What every role may: rewards hang in the shop window."""


@pytest.mark.parametrize(("role", "permission"), [(role, each) for role, refused in MAY_NOT.items() for each in sorted(refused)])
def test_a_role_is_refused_what_it_is_not_for(role: str, permission: str) -> None:
    person = Staff(staff_id=new_id(0), name="Ina", invited_at=NOW, joined_at=NOW, roles={1: frozenset({role})})

    class Somebody:
        name = person.name
        scopes = access.scopes_of(person, 1)

    assert permission in PERMISSIONS
    with pytest.raises(PermissionMissing):
        access.require(Somebody(), permission)


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_every_permission_is_refused_to_some_role_and_given_to_the_owner(permission: str) -> None:
    holders = {role for role, scopes in STAFF_ROLES.items() if access.covers(scopes, permission)}
    assert "owner" in holders
    assert (holders == set(STAFF_ROLES)) == (permission in EVERYBODYS)


def test_only_owners_make_api_keys_and_only_owners_and_managers_change_staff() -> None:
    def holders(permission: str) -> set[str]:
        return {role for role, scopes in STAFF_ROLES.items() if access.covers(scopes, permission)}

    assert holders("access:key:write") == {"owner"}
    assert holders("access:staff:write") == {"owner", "manager"}
    assert holders("access:console:open") == set(STAFF_ROLES) - {"cashier"}
    assert holders("access:till:open") == {"owner", "manager", "cashier"}


@pytest.mark.parametrize("role", sorted(set(STAFF_ROLES) - {"owner", "manager", "cashier"}))
def test_nobody_but_till_and_management_may_write_money_moves_by_wildcard(role: str) -> None:
    for permission in ("redemption:redemption:use", "earning:purchase:write", "orders:reservation:write"):
        assert not access.covers(STAFF_ROLES[role], permission)


async def test_a_role_counts_in_its_programme_only(tx: Tx) -> None:
    person = await hire(tx, "cashier", program_id=1)
    assert access.covers(access.scopes_of(person, 1), "access:till:open")
    assert access.scopes_of(person, 2) == access.scopes_of(person, None) == frozenset()


async def test_roles_of_all_programmes_and_of_one_add_up(tx: Tx) -> None:
    person = await hire(tx, "analyst")
    person = await access.give_roles(tx, person.staff_id, program_id=1, roles=["cashier"], now=NOW)
    assert access.covers(access.scopes_of(person, 1), "access:till:open")
    assert access.covers(access.scopes_of(person, 1), "access:console:open")
    assert not access.covers(access.scopes_of(person, 2), "access:till:open")


# Giving and taking -----------------------------------------------------------------------------------------------------------


async def test_who_has_not_joined_or_was_ended_may_nothing(tx: Tx) -> None:
    invited = await access.invite(tx, name="Ina", roles=["manager"], program_id=None, now=NOW)
    assert access.scopes_of(invited.staff, 1) == frozenset()
    await access.create_owner(tx, name="Olga", now=NOW)
    joined = await access.join(tx, invited.token, now=NOW)
    assert access.scopes_of(joined, 1)
    ended = await access.disable(tx, joined.staff_id, now=NOW)
    assert access.scopes_of(ended, 1) == frozenset()
    assert access.scopes_of(await access.enable(tx, joined.staff_id, now=NOW), 1)


@pytest.mark.parametrize("role", ["owner"])
async def test_a_manager_gives_no_role_beyond_their_own(role: str, tx: Tx) -> None:
    by = Actor(name="Mia", origin="", staff_id=new_id(0))
    granted = STAFF_ROLES["manager"]
    with pytest.raises(RoleOutOfReach):
        await access.invite(tx, name="Eve", roles=[role], program_id=None, now=NOW, granted=granted, by=by)
    for given in ("manager", "cashier", "support", "marketer", "analyst"):
        await access.invite(tx, name="Ina", roles=[given], program_id=None, now=NOW, granted=granted, by=by)


async def test_a_manager_neither_ends_nor_demotes_nor_helps_in_an_owner(tx: Tx) -> None:
    owner = await access.create_owner(tx, name="Olga", now=NOW)
    await access.create_owner(tx, name="Otto", now=NOW)
    granted = STAFF_ROLES["manager"]
    with pytest.raises(RoleOutOfReach):
        await access.disable(tx, owner.staff_id, now=NOW, granted=granted)
    with pytest.raises(RoleOutOfReach):
        await access.give_roles(tx, owner.staff_id, program_id=None, roles=[], now=NOW, granted=granted)
    with pytest.raises(RoleOutOfReach):
        await access.invite_again(tx, owner.staff_id, now=NOW, granted=granted)


async def test_somebody_stays_the_owner(tx: Tx) -> None:
    owner = await access.create_owner(tx, name="Olga", now=NOW)
    await hire(tx, "manager")
    with pytest.raises(LastOwner):
        await access.disable(tx, owner.staff_id, now=NOW)
    with pytest.raises(LastOwner):
        await access.give_roles(tx, owner.staff_id, program_id=None, roles=["manager"], now=NOW)
    await access.create_owner(tx, name="Otto", now=NOW)
    await access.disable(tx, owner.staff_id, now=NOW)


async def test_the_first_owner_is_made_once(tx: Tx) -> None:
    assert not await access.has_owner(tx)
    await access.create_owner(tx, name="Olga", now=NOW, only_first=True)
    assert await access.has_owner(tx)
    with pytest.raises(OwnerExists):
        await access.create_owner(tx, name="Eve", now=NOW, only_first=True)


async def test_every_fault_of_an_invitation_is_named(tx: Tx) -> None:
    with pytest.raises(InvalidInput) as refused:
        await access.invite(tx, name="Ina", roles=["casheer", "boss"], program_id=None, now=NOW)
    assert [(fault.path, fault.suggestion) for fault in refused.value.faults] == [("/roles/0", "cashier"), ("/roles/1", None)]
    for wish in ({"name": " ", "roles": ["cashier"]}, {"name": "x" * 101, "roles": ["cashier"]}, {"name": "Ina", "roles": []}):
        with pytest.raises(InvalidInput):
            await access.invite(tx, program_id=None, now=NOW, **wish)  # type: ignore[arg-type]
    assert await access.staff_of(tx) == []


async def test_an_invitation_counts_once_for_a_week_until_a_newer_one_comes(tx: Tx) -> None:
    invited = await access.invite(tx, name="Ina", roles=["cashier"], program_id=None, now=NOW)
    late = NOW + access.INVITATION_LASTS
    with pytest.raises(InvitationInvalid):
        await access.join(tx, invited.token, now=late)
    newer = await access.invite_again(tx, invited.staff.staff_id, now=NOW)
    with pytest.raises(InvitationInvalid):
        await access.join(tx, invited.token, now=NOW)
    assert (await access.invited_by(tx, newer.token, now=late - timedelta(seconds=1))).name == "Ina"
    await access.join(tx, newer.token, now=NOW)
    with pytest.raises(InvitationInvalid):
        await access.join(tx, newer.token, now=NOW)


async def test_an_invitation_is_not_kept_in_clear_and_opens_in_its_own_tenant_only(tx: Tx, db: Database) -> None:
    invited = await access.invite(tx, name="Ina", roles=["cashier"], program_id=None, now=NOW)
    kept = await tx.conn.fetch("select * from invitations")
    assert invited.token not in str([dict(row) for row in kept])
    other = await access.create_tenant(db, "other", "Other", at=NOW)
    async with db.transaction(other) as elsewhere:
        with pytest.raises(InvitationInvalid):
            await access.join(elsewhere, invited.token, now=NOW)


async def test_who_is_not_there_is_refused_by_name(tx: Tx) -> None:
    with pytest.raises(StaffUnknown):
        await access.disable(tx, UUID(int=7), now=NOW)


async def test_every_deed_about_staff_is_in_the_log_and_the_chain_holds(tx: Tx) -> None:
    owner = await access.create_owner(tx, name="Olga", now=NOW)
    by = Actor(name="Olga", origin="192.0.2.7", staff_id=owner.staff_id)
    invited = await access.invite(tx, name="Ina", roles=["cashier"], program_id=None, now=NOW, by=by)
    await access.join(tx, invited.token, now=NOW)
    await access.give_roles(tx, invited.staff.staff_id, program_id=None, roles=["support"], now=NOW, by=by)
    await access.disable(tx, invited.staff.staff_id, now=NOW, by=by)
    entries = await access.audit_of(tx)
    assert [entry.action.rpartition(".")[2] for entry in entries] == ["disabled", "changed", "joined", "invited", "created"]
    assert {entry.actor.staff_id for entry in entries} == {owner.staff_id, invited.staff.staff_id, None}
    assert [fault async for fault in access.verify_audit(tx, {})] == []
    await tx.conn.execute("set local role none")
    await tx.conn.execute("update audit set actor_staff = $1 where action = 'access.staff.disabled'", new_id(0))
    faults = [said async for _, said in access.verify_audit(tx, {})]
    assert faults == ["its content is not what was written"]


# Four eyes -------------------------------------------------------------------------------------------------------------------


async def asked(tx: Tx, by: Actor) -> access.Approval:
    await tx.conn.execute(
        "insert into programs (tenant_id, program_id, slug, mode, created_at) values ($1, 1, 'cafe', 'live', $2) on conflict do nothing",
        tx.tenant_id,
        NOW,
    )
    return await access.ask(
        tx,
        1,
        verb="ledger.adjust",
        subject="anna",
        body={},
        request_key=digest_id(by.name),
        content=digest_id("x"),
        by=by,
        at=NOW,
        expires_at=NOW + timedelta(days=1),
    )


async def test_a_person_does_not_approve_what_they_asked_for_also_not_under_a_new_name(tx: Tx) -> None:
    me = Actor(name="Sue", origin="", staff_id=new_id(0))
    approval = await asked(tx, me)
    for same in (me, Actor(name="Susan", origin="elsewhere", staff_id=me.staff_id)):
        with pytest.raises(SecondPersonNeeded):
            await access.lock_for_decision(tx, 1, approval.approval_id, by=same, at=NOW)
    other = Actor(name="Sue", origin="", staff_id=new_id(0))
    assert (await access.lock_for_decision(tx, 1, approval.approval_id, by=other, at=NOW)).asked == me


async def test_a_person_does_not_approve_by_a_key_they_made_themselves(tx: Tx) -> None:
    me = Actor(name="Olga", origin="", staff_id=new_id(0))
    approval = await asked(tx, me)
    issued = await access.issue(tx, name="helper", scopes=["access:approval:write"], now=NOW, by=me)
    assert issued.key.issued_by == me.staff_id
    by_key = Actor(name="helper", origin="", key_id=issued.key.key_id, staff_id=issued.key.issued_by)
    with pytest.raises(SecondPersonNeeded):
        await access.lock_for_decision(tx, 1, approval.approval_id, by=by_key, at=NOW)
    stranger = Actor(name="helper", origin="", key_id=new_id(0))
    await access.lock_for_decision(tx, 1, approval.approval_id, by=stranger, at=NOW)
