"""Messaging: mail that leaves after the commit, from an encrypted outbox."""

from praemia.messaging.errors import MailNotSent, MailRefused
from praemia.messaging.model import Mail, Posted
from praemia.messaging.service import MAIL_JOB, STALE_AFTER, close, find_due, outbox, post, take_up

__all__ = ["MAIL_JOB", "STALE_AFTER", "Mail", "MailNotSent", "MailRefused", "Posted", "close", "find_due", "outbox", "post", "take_up"]
