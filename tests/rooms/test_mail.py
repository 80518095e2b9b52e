"""Mail against a real SMTP server: after the commit, tried until it has gone, and never in a log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd import smtp
from aiosmtpd.smtp import Envelope

from praemia import access, messaging
from praemia.foundation import jobs
from praemia.foundation.db import Database, connect
from praemia.foundation.vault import Vault
from praemia.integrations.smtp import Smtp, SmtpUrlUnreadable
from praemia.messaging import Mail, MailNotSent, MailRefused
from praemia.worker.jobs import do_due
from praemia.worker.mail import deliver, take_up

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
VAULT = Vault({1: bytes(range(32))})
MAIL = Mail(to="anna@example.com", subject="123456 ist Ihr Code für Café", text="Ihr Code: 123456 – zehn Minuten.\n", sender_name="Café")


class Postbox:
    """What the server does with mail: keeps it, or says what it was told to say."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.says_to_recipient = ""
        self.says_to_data = ""

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:  # noqa: N802
        if self.says_to_recipient:
            return self.says_to_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.says_to_data:
            return self.says_to_data
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        self.envelopes.append(envelope)
        return "250 OK"


@pytest.fixture
async def postbox() -> AsyncIterator[tuple[Postbox, str]]:
    """A server on a port of its own, and its URL."""
    box = Postbox()
    server = await asyncio.get_running_loop().create_server(lambda: smtp.SMTP(box, enable_SMTPUTF8=True), "127.0.0.1", 0)
    yield box, f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
    await server.wait_closed()


@pytest.fixture
async def db(database: str) -> AsyncIterator[Database]:
    db = await connect(database, size=4)
    yield db
    await db.close()


@pytest.fixture
async def tenant(db: Database) -> int:
    return await access.create_tenant(db, "acme", "Acme", at=NOW)


async def posted(db: Database, tenant: int, mail: Mail = MAIL) -> None:
    async with db.transaction(tenant) as tx:
        await messaging.post(tx, VAULT, mail, kind="code", program_id=1, bucket=7, now=NOW)


async def outbox(db: Database, tenant: int) -> list[messaging.Posted]:
    async with db.transaction(tenant) as tx:
        return await messaging.outbox(tx, VAULT, program_id=1)


async def work(db: Database, url: str, at: datetime = NOW) -> int:
    transport = Smtp(url, "Praemia <club@example.org>")

    async def post(tenant_id: int, body: Any, now: datetime) -> None:
        await deliver(db, tenant_id, body, VAULT, transport, now=now)

    return await do_due(db, at, post=post)


async def test_a_mail_arrives_as_it_was_written_and_nothing_of_it_is_kept(db: Database, tenant: int, postbox: tuple[Postbox, str]) -> None:
    box, url = postbox
    await posted(db, tenant)
    assert box.taken == []
    assert await work(db, url) == 1
    (message,) = box.taken
    assert message["From"] == "Café <club@example.org>"
    assert message["To"] == "anna@example.com"
    assert message["Subject"] == MAIL.subject
    assert message.get_content().replace("\r\n", "\n") == MAIL.text
    assert message["Auto-Submitted"] == "auto-generated"
    (entry,) = await outbox(db, tenant)
    assert (entry.mail, entry.sent_at, entry.refused_at) == (None, NOW, None)
    assert await work(db, url, NOW + timedelta(hours=1)) == 0
    assert len(box.taken) == 1


async def test_no_commit_no_mail(db: Database, tenant: int, postbox: tuple[Postbox, str]) -> None:
    box, url = postbox
    async with db.rehearsal(tenant) as tx:
        await messaging.post(tx, VAULT, MAIL, kind="code", program_id=1, bucket=7, now=NOW)
    assert await work(db, url) == 0
    assert box.taken == []


@pytest.mark.parametrize("place", ["says_to_recipient", "says_to_data"])
async def test_what_cannot_go_now_goes_later(place: str, db: Database, tenant: int, postbox: tuple[Postbox, str]) -> None:
    box, url = postbox
    setattr(box, place, "451 try again later")
    await posted(db, tenant)
    assert await work(db, url) == 1
    (entry,) = await outbox(db, tenant)
    assert (entry.mail, entry.sent_at, entry.refused_at) == (MAIL, None, None)
    setattr(box, place, "")
    assert await work(db, url, NOW + timedelta(seconds=1)) == 0  # the pause is not over
    assert await work(db, url, NOW + jobs.pause_after(1)) == 1
    assert len(box.taken) == 1


@pytest.mark.parametrize("place", ["says_to_recipient", "says_to_data"])
async def test_what_is_refused_for_good_is_not_tried_again(place: str, db: Database, tenant: int, postbox: tuple[Postbox, str]) -> None:
    box, url = postbox
    setattr(box, place, "550 nobody here")
    await posted(db, tenant)
    assert await work(db, url) == 1
    (entry,) = await outbox(db, tenant)
    assert (entry.mail, entry.sent_at, entry.refused_at) == (None, None, NOW)
    assert await work(db, url, NOW + timedelta(days=1)) == 0


async def test_without_a_server_the_mail_waits_and_with_one_that_is_away_it_is_tried(db: Database, tenant: int) -> None:
    await posted(db, tenant)
    assert await do_due(db, NOW) == 1
    assert (await outbox(db, tenant))[0].mail == MAIL
    await posted(db, tenant)
    assert await work(db, "smtp://127.0.0.1:1") == 1
    assert (await outbox(db, tenant))[0].mail == MAIL
    assert await work(db, "smtp://127.0.0.1:1", NOW + jobs.pause_after(1)) == 1


async def test_what_waited_for_a_mail_server_leaves_once_there_is_one_unless_it_is_too_old(
    db: Database, tenant: int, postbox: tuple[Postbox, str]
) -> None:
    box, url = postbox
    for number, age in enumerate((timedelta(days=3), timedelta(hours=47), timedelta(0))):
        async with db.transaction(tenant) as tx:
            mail = Mail(to=f"anna{number}@example.com", subject="An invitation", text="Come in.")
            await messaging.post(tx, VAULT, mail, kind="invitation", program_id=1, bucket=7, now=NOW - age)
    assert await do_due(db, NOW) == 3  # nobody has said yet where mail leaves
    assert await work(db, url, NOW + timedelta(minutes=1)) == 0, "their jobs are over"
    assert await take_up(db, now=NOW + timedelta(minutes=1)) == 2
    assert await take_up(db, now=NOW + timedelta(minutes=1)) == 2, "another process that starts adds nothing"
    assert await work(db, url, NOW + timedelta(minutes=1)) == 2
    assert sorted(str(one["To"]) for one in box.taken) == ["anna1@example.com", "anna2@example.com"]
    newest, middle, oldest = await outbox(db, tenant)
    assert (newest.mail, middle.mail) == (None, None)
    assert oldest.mail is not None
    assert (oldest.sent_at, oldest.refused_at) == (None, None)
    assert await take_up(db, now=NOW + timedelta(minutes=2)) == 0
    assert await work(db, url, NOW + timedelta(hours=1)) == 0
    assert len(box.taken) == 2


async def test_a_code_that_is_too_old_to_serve_is_not_sent(db: Database, tenant: int, postbox: tuple[Postbox, str]) -> None:
    box, url = postbox
    late = Mail(to=MAIL.to, subject=MAIL.subject, text=MAIL.text, until=NOW + timedelta(minutes=10))
    await posted(db, tenant, late)
    assert await work(db, url, NOW + timedelta(minutes=10)) == 1
    assert box.taken == []
    assert (await outbox(db, tenant))[0].refused_at is not None


async def test_neither_address_nor_code_is_ever_logged_or_kept_in_clear(
    db: Database, tenant: int, postbox: tuple[Postbox, str], caplog: pytest.LogCaptureFixture
) -> None:
    box, url = postbox
    box.says_to_recipient = "450 <anna@example.com> is busy"
    await posted(db, tenant)
    await work(db, url)
    await work(db, "smtp://127.0.0.1:1", NOW + jobs.pause_after(1))
    logged = [vars(record) for record in caplog.records]
    assert logged
    async with db._pool.acquire() as conn:
        await conn.execute("set role none")
        kept = [dict(row) for table in ("mails", "jobs") for row in await conn.fetch(f"select * from {table}")]  # noqa: S608
        await conn.execute("set role praemia_app")
    assert len(kept) == 2
    everything = f"{logged} {kept} {MAIL!r}"
    for secret in ("anna@example.com", "123456"):
        assert secret not in everything


async def test_nobody_writes_into_the_headers(postbox: tuple[Postbox, str]) -> None:
    box, url = postbox
    await Smtp(url, "club@example.org").send(
        Mail(to="anna@example.com", subject="Hello\r\nBcc: eve@example.com", text="x", sender_name='Café "Eve" <eve@example.com>'), "1"
    )
    assert box.envelopes[0].rcpt_tos == ["anna@example.com"]
    assert box.taken[0]["Bcc"] is None
    assert box.taken[0]["From"].addresses[0].addr_spec == "club@example.org"


@pytest.mark.parametrize("url", ["", "localhost:25", "http://localhost", "smtp://"])
def test_a_setting_that_is_no_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(SmtpUrlUnreadable) as refused:
        Smtp(url, "club@example.org")
    assert "localhost" not in str(refused.value)


async def test_errors_of_the_server_are_told_apart(postbox: tuple[Postbox, str]) -> None:
    box, url = postbox
    smtp = Smtp(url, "club@example.org")
    box.says_to_data = "452 full"
    with pytest.raises(MailNotSent, match="452"):
        await smtp.send(MAIL, "1")
    box.says_to_data = "554 no"
    with pytest.raises(MailRefused, match="554"):
        await smtp.send(MAIL, "1")
