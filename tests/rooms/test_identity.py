"""Signing in on the real database: what counts, what does not, and that refusals tell nothing."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from praemia import access, identity, messaging
from praemia.foundation.db import Database, connect
from praemia.foundation.errors import InvalidInput
from praemia.foundation.ids import new_id
from praemia.foundation.vault import Vault
from praemia.identity import STAFF, Desk, Kind, Means, Passwords, Realm, SignInRefused, TicketInvalid, TooOften

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
VAULT = Vault({1: bytes(range(32))})
HERE = "192.0.2.7"


@pytest.fixture
async def desk(database: str) -> AsyncIterator[Desk]:
    db = await connect(database, size=4)
    yield Desk(db=db, vault=VAULT, passwords=Passwords(memory_kib=64, passes=1))
    await db.close()


@pytest.fixture
async def tenant(desk: Desk) -> int:
    return await access.create_tenant(desk.db, "acme", "Acme", at=NOW)


async def owner(desk: Desk, tenant: int, email: str = "olga@example.com") -> access.Staff:
    hashed = await desk.passwords.hash(PASSWORD)
    async with desk.db.transaction(tenant) as tx:
        return await identity.found_owner(tx, desk.vault, name="Olga", email=email, hashed=hashed, now=NOW)


async def enter(desk: Desk, email: str = "olga@example.com", password: str = PASSWORD, *, at: datetime = NOW) -> identity.Entrant:
    return await identity.by_password(desk, STAFF, email, password, origin=HERE, now=at)


async def raw(db: Database, statement: str) -> str:
    """Every value of a table as text, seen past the policies."""
    async with db._pool.acquire() as conn:
        await conn.execute("set role none")
        try:
            return " ".join(str(dict(row)) for row in await conn.fetch(statement))
        finally:
            await conn.execute("set role praemia_app")


async def test_the_right_password_lets_in_and_the_address_forgives_case(desk: Desk, tenant: int) -> None:
    person = await owner(desk, tenant)
    entrant = await enter(desk, " OLGA@Example.COM ")
    assert (entrant.tenant_id, entrant.subject_id, entrant.means, entrant.needs_factor) == (tenant, person.staff_id, Means.PASSWORD, False)


async def test_wrong_password_and_unknown_account_are_one_answer(desk: Desk, tenant: int) -> None:
    await owner(desk, tenant)
    said = []
    for email, password in (("olga@example.com", "wrong password"), ("nobody@example.com", PASSWORD), ("no address", PASSWORD)):
        with pytest.raises(SignInRefused) as refused:
            await enter(desk, email, password)
        said.append((refused.value.code, str(refused.value), refused.value.fields))
    assert len({str(each) for each in said}) == 1


async def test_an_account_is_closed_for_a_while_after_ten_wrong_passwords_also_for_the_right_one(desk: Desk, tenant: int) -> None:
    await owner(desk, tenant)
    for _ in range(10):
        with pytest.raises(SignInRefused):
            await enter(desk, password="wrong password")
    with pytest.raises(TooOften):
        await enter(desk)
    entrant = await enter(desk, at=NOW + timedelta(minutes=15))
    assert entrant.means is Means.PASSWORD


async def test_an_unknown_account_is_closed_like_a_known_one(desk: Desk, tenant: int) -> None:
    for _ in range(10):
        with pytest.raises(SignInRefused):
            await enter(desk, "nobody@example.com")
    with pytest.raises(TooOften):
        await enter(desk, "nobody@example.com")


async def test_an_address_is_closed_after_a_hundred_attempts_on_whatever_account(desk: Desk, tenant: int) -> None:
    for n in range(100):
        with pytest.raises(SignInRefused):
            await identity.by_password(desk, STAFF, f"n{n}@example.com", "x", origin=f"2001:db8:0:7::{n:x}", now=NOW)
    with pytest.raises(TooOften):
        await identity.by_password(desk, STAFF, "fresh@example.com", "x", origin="2001:db8:0:7::ffff", now=NOW)
    with pytest.raises(SignInRefused):
        await identity.by_password(desk, STAFF, "fresh@example.com", "x", origin="2001:db8:0:8::1", now=NOW)


async def test_a_password_is_hashed_anew_when_the_parameters_changed(desk: Desk, tenant: int) -> None:
    person = await owner(desk, tenant)
    stronger = Desk(db=desk.db, vault=desk.vault, passwords=Passwords(memory_kib=128, passes=2))
    await enter(stronger)
    async with desk.db.transaction(tenant) as tx:
        mark = await identity.password_of(tx, person.staff_id)
    assert mark is not None
    assert "$m=128,t=2,p=1$" in mark.hash
    assert (await enter(desk)).subject_id == person.staff_id


async def test_who_was_ended_gets_no_further(desk: Desk, tenant: int) -> None:
    await owner(desk, tenant)
    second = await owner(desk, tenant, "otto@example.com")
    async with desk.db.transaction(tenant) as tx:
        await access.disable(tx, second.staff_id, now=NOW)
    with pytest.raises(SignInRefused):
        await enter(desk, "otto@example.com")


@pytest.mark.parametrize(("password", "code"), [("short", "too_short"), ("x" * 257, "too_long"), ("aaaaaaaaaaaa", "too_simple")])
async def test_a_password_nobody_should_have_is_refused(desk: Desk, password: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await desk.passwords.hash(password)
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [("/password", code)]


async def test_names_addresses_and_secrets_are_nowhere_in_clear(desk: Desk, tenant: int) -> None:
    person = await owner(desk, tenant)
    async with desk.db.transaction(tenant) as tx:
        app = await identity.begin_totp(tx, desk.vault, person.staff_id, account="olga", issuer="Praemia", now=NOW)
        codes = await identity.confirm_totp(tx, desk.vault, person.staff_id, pyotp.TOTP(app.secret).at(NOW), now=NOW)
        begun = await identity.begin_session(tx, Kind.STAFF, person.staff_id, program_id=None, means=Means.TOTP, device="", now=NOW)
    for table in ("contacts", "contact_keys", "authenticators", "recovery_codes", "sessions", "passwords", "attempts"):
        kept = await raw(desk.db, f"select * from {table}")  # noqa: S608
        assert kept or table == "attempts", table
        for secret in ("olga@example.com", "Olga", app.secret, codes[0], begun.token, PASSWORD):
            assert secret not in kept, table


async def test_a_contact_moved_to_another_row_does_not_open(desk: Desk, tenant: int) -> None:
    person = await owner(desk, tenant)
    other = await owner(desk, tenant, "otto@example.com")
    async with desk.db._pool.acquire() as conn:
        await conn.execute("set role none")
        await conn.execute(
            "update contacts set email = (select email from contacts where subject_id = $1) where subject_id = $2",
            person.staff_id,
            other.staff_id,
        )
        await conn.execute("set role praemia_app")
    async with desk.db.transaction(tenant) as tx:
        with pytest.raises(Exception, match="cannot be opened"):
            await identity.contacts_of(tx, desk.vault, [other.staff_id])


async def test_forgetting_somebody_frees_the_address_and_leaves_nothing_behind(desk: Desk, tenant: int) -> None:
    member = new_id(7)
    async with desk.db.transaction(tenant) as tx:
        await identity.keep_contact(tx, desk.vault, member, program_id=1, email="anna@example.com", name="Anna", now=NOW, verified_at=NOW)
        await identity.set_password(tx, member, await desk.passwords.hash(PASSWORD), now=NOW)
        begun = await identity.begin_session(tx, Kind.MEMBER, member, program_id=1, means=Means.CODE, device="phone", now=NOW)
    before = await raw(desk.db, "select key from contact_keys")
    async with desk.db.transaction(tenant) as tx:
        await identity.forget(tx, desk.vault, member, now=NOW)
        assert await identity.open_session(tx, begun.token, now=NOW) is None
        assert not await identity.is_claimed(tx, desk.vault, member)
        assert await identity.find_by_email(tx, desk.vault, program_id=1, email="anna@example.com") is None
    assert before not in await raw(desk.db, "select key from contact_keys")
    assert "None" in await raw(desk.db, "select email from contacts")
    async with desk.db.transaction(tenant) as tx:
        await identity.keep_contact(tx, desk.vault, new_id(9), program_id=1, email="anna@example.com", now=NOW)


async def test_an_address_belongs_to_one_member_of_a_programme_and_to_anybody_of_another(desk: Desk, tenant: int) -> None:
    async with desk.db.transaction(tenant) as tx:
        await identity.keep_contact(tx, desk.vault, new_id(1), program_id=1, email="anna@example.com", now=NOW)
        await identity.keep_contact(tx, desk.vault, new_id(2), program_id=2, email="anna@example.com", now=NOW)
        with pytest.raises(identity.EmailTaken):
            await identity.keep_contact(tx, desk.vault, new_id(3), program_id=1, email="ANNA@example.com", now=NOW)


# Second factor ---------------------------------------------------------------------------------------------------------


async def with_totp(desk: Desk, tenant: int) -> tuple[access.Staff, pyotp.TOTP, list[str]]:
    person = await owner(desk, tenant)
    async with desk.db.transaction(tenant) as tx:
        app = await identity.begin_totp(tx, desk.vault, person.staff_id, account="olga", issuer="Praemia", now=NOW)
        totp = pyotp.TOTP(app.secret)
        codes = await identity.confirm_totp(tx, desk.vault, person.staff_id, totp.at(NOW), now=NOW)
    return person, totp, list(codes)


async def half(desk: Desk, at: datetime) -> str:
    entrant = await enter(desk, at=at)
    assert entrant.needs_factor
    return identity.half_proved(desk, entrant, now=at)


async def test_a_time_step_counts_once(desk: Desk, tenant: int) -> None:
    person, totp, _ = await with_totp(desk, tenant)
    later = NOW + timedelta(minutes=2)
    entrant = await identity.second_factor(desk, await half(desk, later), totp.at(later), now=later)
    assert (entrant.subject_id, entrant.means) == (person.staff_id, Means.TOTP)
    again = await half(desk, later)
    with pytest.raises(SignInRefused):
        await identity.second_factor(desk, again, totp.at(later), now=later)
    with pytest.raises(SignInRefused):  # the step before the last that counted
        await identity.second_factor(desk, again, totp.at(later - timedelta(seconds=30)), now=later)
    assert (await identity.second_factor(desk, again, totp.at(later + timedelta(seconds=30)), now=later)).means is Means.TOTP


async def test_the_code_that_confirmed_the_app_does_not_open_it(desk: Desk, tenant: int) -> None:
    _, totp, _ = await with_totp(desk, tenant)
    with pytest.raises(SignInRefused):
        await identity.second_factor(desk, await half(desk, NOW), totp.at(NOW), now=NOW)


async def test_a_recovery_code_counts_once_and_forgives_its_spelling(desk: Desk, tenant: int) -> None:
    _, _, codes = await with_totp(desk, tenant)
    assert len(set(codes)) == 10
    typed = codes[3].lower().replace("-", " ")
    assert (await identity.second_factor(desk, await half(desk, NOW), typed, now=NOW)).means is Means.RECOVERY
    with pytest.raises(SignInRefused):
        await identity.second_factor(desk, await half(desk, NOW), codes[3], now=NOW)
    assert (await identity.second_factor(desk, await half(desk, NOW), codes[4], now=NOW)).means is Means.RECOVERY


async def test_newer_recovery_codes_take_the_place_of_older_ones(desk: Desk, tenant: int) -> None:
    person, _, codes = await with_totp(desk, tenant)
    async with desk.db.transaction(tenant) as tx:
        await identity.new_recovery_codes(tx, person.staff_id, now=NOW)
    with pytest.raises(SignInRefused):
        await identity.second_factor(desk, await half(desk, NOW), codes[0], now=NOW)


async def test_the_second_factor_is_closed_after_six_tries(desk: Desk, tenant: int) -> None:
    _, totp, _ = await with_totp(desk, tenant)
    ticket = await half(desk, NOW)
    for _ in range(6):
        with pytest.raises(SignInRefused):
            await identity.second_factor(desk, ticket, "000000", now=NOW)
    with pytest.raises(TooOften):
        await identity.second_factor(desk, ticket, totp.at(NOW + timedelta(seconds=30)), now=NOW)


async def test_a_half_proof_counts_ten_minutes_once_and_for_nothing_else(desk: Desk, tenant: int) -> None:
    _, _, codes = await with_totp(desk, tenant)
    ticket = await half(desk, NOW)
    with pytest.raises(TicketInvalid):
        await identity.second_factor(desk, ticket, codes[0], now=NOW + timedelta(minutes=10))
    with pytest.raises(TicketInvalid):
        await identity.second_factor(desk, ticket[:-4] + "AAAA", codes[0], now=NOW)
    await identity.second_factor(desk, ticket, codes[0], now=NOW)
    with pytest.raises(TicketInvalid):
        await identity.second_factor(desk, ticket, codes[1], now=NOW)
    with pytest.raises(TicketInvalid):
        await identity.check_code(desk, Realm(tenant_id=tenant, program_id=1), ticket, "123456", purpose="enter", now=NOW)


# Sessions ----------------------------------------------------------------------------------------------------------------


async def session(desk: Desk, tenant: int, kind: Kind = Kind.STAFF) -> identity.Begun:
    async with desk.db.transaction(tenant) as tx:
        program = None if kind is Kind.STAFF else 1
        return await identity.begin_session(tx, kind, new_id(5), program_id=program, means=Means.PASSKEY, device="phone", now=NOW)


async def opened(desk: Desk, tenant: int, token: str, at: datetime) -> identity.Session | None:
    async with desk.db.transaction(tenant) as tx:
        return await identity.open_session(tx, token, now=at)


@pytest.mark.parametrize(("kind", "idle"), [(Kind.STAFF, timedelta(hours=12)), (Kind.MEMBER, timedelta(days=90))])
async def test_a_session_ends_when_it_is_not_used(desk: Desk, tenant: int, kind: Kind, idle: timedelta) -> None:
    begun = await session(desk, tenant, kind)
    assert await opened(desk, tenant, begun.token, NOW + idle - timedelta(seconds=1)) is not None
    assert await opened(desk, tenant, begun.token, NOW + 2 * idle - timedelta(seconds=2)) is not None  # it was used in between
    assert await opened(desk, tenant, begun.token, NOW + 3 * idle) is None


async def test_a_session_ends_at_last_however_much_it_is_used(desk: Desk, tenant: int) -> None:
    begun = await session(desk, tenant)
    at = NOW
    while at < begun.session.expires_at:
        assert await opened(desk, tenant, begun.token, at) is not None
        at += timedelta(hours=11)
    assert await opened(desk, tenant, begun.token, at) is None


async def test_an_ended_session_is_refused_and_only_its_owner_ends_it(desk: Desk, tenant: int) -> None:
    begun = await session(desk, tenant)
    mine = begun.session
    async with desk.db.transaction(tenant) as tx:
        await identity.end_session(tx, new_id(5), mine.session_id, now=NOW)
    assert await opened(desk, tenant, begun.token, NOW) is not None
    async with desk.db.transaction(tenant) as tx:
        assert await identity.sessions_of(tx, mine.subject_id, now=NOW) == [mine]
        await identity.end_session(tx, mine.subject_id, mine.session_id, now=NOW)
        assert await identity.sessions_of(tx, mine.subject_id, now=NOW) == []
    assert await opened(desk, tenant, begun.token, NOW) is None


async def test_a_second_factor_that_is_put_off_is_not_asked_for_again_but_may_be_required(desk: Desk, tenant: int) -> None:
    person, entrant = await owner(desk, tenant), await enter(desk)
    async with desk.db.transaction(tenant) as tx:
        assert await identity.factor_policy(tx, entrant, "auto") == "ask"
        await identity.put_factor_off(tx, person.staff_id, now=NOW)
        assert [await identity.factor_policy(tx, entrant, setting) for setting in ("auto", "required")] == ["none", "must"]


async def test_a_token_opens_nothing_but_its_own_session(desk: Desk, tenant: int) -> None:
    begun = await session(desk, tenant)
    other = await access.create_tenant(desk.db, "other", "Other", at=NOW)
    changed = begun.token[:-1] + ("A" if begun.token[-1] != "A" else "E")
    assert await opened(desk, tenant, changed, NOW) is None
    assert await opened(desk, other, begun.token, NOW) is None
    for nonsense in ("", "x", "ä" * 70, begun.token * 2):
        assert await opened(desk, tenant, nonsense, NOW) is None


async def test_sweeping_forgets_what_is_over_and_nothing_else(desk: Desk, tenant: int) -> None:
    begun = await session(desk, tenant)
    ended = await session(desk, tenant)
    async with desk.db.transaction(tenant) as tx:
        await identity.end_session(tx, ended.session.subject_id, ended.session.session_id, now=NOW)
    with pytest.raises(SignInRefused):
        await enter(desk)
    await identity.sweep(desk.db, now=NOW + timedelta(days=6))
    assert await raw(desk.db, "select * from attempts")
    await identity.sweep(desk.db, now=NOW + timedelta(days=8))
    assert await raw(desk.db, "select * from attempts") == ""
    kept = await raw(desk.db, "select session_id from sessions")
    assert str(begun.session.session_id) in kept
    assert str(ended.session.session_id) not in kept


# Codes by mail -------------------------------------------------------------------------------------------------------------


async def ask(desk: Desk, realm: Realm, email: str = "anna@example.com", at: datetime = NOW) -> tuple[str, str]:
    """The ticket, and the code out of the newest mail."""
    ticket = await identity.ask_code(desk, realm, email, purpose="enter", name="Café", lang="de", origin=HERE, now=at)
    assert realm.tenant_id is not None
    async with desk.db.transaction(realm.tenant_id) as tx:
        mail = (await messaging.outbox(tx, desk.vault, program_id=realm.program_id))[0].mail
    assert mail is not None
    assert mail.to == email.strip().lower()
    code = re.search(r"\d{6}", mail.text)
    assert code is not None
    return ticket, code.group()


async def test_a_code_counts_once_for_whoever_asked(desk: Desk, tenant: int) -> None:
    realm = Realm(tenant_id=tenant, program_id=1)
    ticket, code = await ask(desk, realm)
    other, _ = await ask(desk, realm, "ben@example.com")
    with pytest.raises(SignInRefused):
        await identity.check_code(desk, realm, other, code, purpose="enter", now=NOW)
    proved = await identity.check_code(desk, realm, ticket, f"{code[:3]} {code[3:]}", purpose="enter", now=NOW)
    assert (proved.email, proved.subject_id) == ("anna@example.com", None)
    with pytest.raises(TicketInvalid):
        await identity.check_code(desk, realm, ticket, code, purpose="enter", now=NOW)


async def test_a_code_counts_ten_minutes_five_tries_one_programme_and_one_purpose(desk: Desk, tenant: int) -> None:
    realm = Realm(tenant_id=tenant, program_id=1)
    ticket, code = await ask(desk, realm)
    with pytest.raises(TicketInvalid):
        await identity.check_code(desk, realm, ticket, code, purpose="enter", now=NOW + timedelta(minutes=10))
    with pytest.raises(TicketInvalid):
        await identity.check_code(desk, Realm(tenant_id=tenant, program_id=2), ticket, code, purpose="enter", now=NOW)
    with pytest.raises(TicketInvalid):
        await identity.check_code(desk, realm, ticket, code, purpose="change", now=NOW)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        with pytest.raises(SignInRefused):
            await identity.check_code(desk, realm, ticket, wrong, purpose="enter", now=NOW)
    with pytest.raises(TooOften):
        await identity.check_code(desk, realm, ticket, code, purpose="enter", now=NOW)


async def test_a_mailbox_gets_five_codes_in_half_an_hour(desk: Desk, tenant: int) -> None:
    realm = Realm(tenant_id=tenant, program_id=1)
    for _ in range(5):
        await ask(desk, realm)
    with pytest.raises(TooOften):
        await ask(desk, realm)
    await ask(desk, realm, at=NOW + timedelta(minutes=30))


async def test_no_address_is_a_fault_beside_its_field(desk: Desk, tenant: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        await ask(desk, Realm(tenant_id=tenant, program_id=1), "not an address")
    assert [fault.path for fault in refused.value.faults] == ["/email"]
