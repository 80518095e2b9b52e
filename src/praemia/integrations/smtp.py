"""Mail leaves by SMTP: one conversation per mail, over TLS (smtps://), or STARTTLS where the server offers it (smtp://).

What goes wrong is told without addresses and texts, by the server's code alone: errors are logged.
"""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib

from praemia.foundation.errors import DomainError
from praemia.messaging import Mail, MailNotSent, MailRefused

_SECONDS = 20
_PORTS = {"smtp": 587, "smtps": 465}


class SmtpUrlUnreadable(DomainError):
    """The setting does not say where mail leaves."""

    code = "integrations.smtp_url"
    template = "PRAEMIA_SMTP_URL is not an address like smtp://user:password@host:587 or smtps://host:465"


class Smtp:
    """Sends through the server of a URL, as a sender `Name <address>`. Raises SmtpUrlUnreadable when made from anything else."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise SmtpUrlUnreadable()
        self._host, self._port = parts.hostname, parts.port or _PORTS[parts.scheme]
        self._tls = parts.scheme == "smtps"
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._name, self._sender = parseaddr(sender)

    async def send(self, mail: Mail, message_id: str) -> None:
        """Hand the mail over. Raises MailNotSent (4xx, no connection) or MailRefused (5xx)."""
        try:
            await aiosmtplib.send(
                self._message(mail, message_id),
                hostname=self._host,
                port=self._port,
                use_tls=self._tls,
                username=self._user,
                password=self._password,
                timeout=_SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refusal(max((each.code for each in error.recipients), default=550)) from None
        except aiosmtplib.SMTPAuthenticationError as error:
            raise MailNotSent(reason=f"the mail server does not accept our account ({error.code})") from None  # mended by the operator
        except aiosmtplib.SMTPResponseException as error:
            raise _refusal(error.code) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailNotSent(reason=type(error).__name__) from None

    def _message(self, mail: Mail, message_id: str) -> EmailMessage:
        message = EmailMessage()
        message["From"] = Address(display_name=mail.sender_name or self._name, addr_spec=self._sender)
        message["To"] = Address(addr_spec=mail.to)
        message["Subject"] = " ".join(mail.subject.split())
        message["Date"] = formatdate(localtime=False)
        message["Message-ID"] = f"<{message_id}@{self._sender.rpartition('@')[2] or 'praemia'}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday note should answer
        message.set_content(mail.text)
        return message


def _refusal(code: int) -> DomainError:
    return MailRefused(reason=f"the mail server answered {code}") if code >= 500 else MailNotSent(reason=f"the mail server answered {code}")
