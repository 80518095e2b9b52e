"""Messaging: mail that leaves after the commit, from an encrypted outbox."""

from praemia.messaging.errors import MailNotSent, MailRefused
from praemia.messaging.model import Mail, Posted
from praemia.messaging.ports import Transport
from praemia.messaging.service import MAIL_JOB, deliver, outbox, post

__all__ = ["MAIL_JOB", "Mail", "MailNotSent", "MailRefused", "Posted", "Transport", "deliver", "outbox", "post"]
