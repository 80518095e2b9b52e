"""Messaging: mail that leaves after the commit, from an encrypted outbox."""

from praemia.messaging.errors import MailNotSent, MailRefused
from praemia.messaging.model import Mail, Posted
from praemia.messaging.service import MAIL_JOB, close, find_due, outbox, post

__all__ = ["MAIL_JOB", "Mail", "MailNotSent", "MailRefused", "Posted", "close", "find_due", "outbox", "post"]
