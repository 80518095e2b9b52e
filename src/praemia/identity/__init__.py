"""Identity: who somebody is to us, how they prove it, and the sessions of their browsers."""

from praemia.identity.core.spelling import email_of
from praemia.identity.errors import (
    EmailTaken,
    LastWayIn,
    NotProved,
    SecondFactorNeeded,
    SignInRefused,
    SubjectUnknown,
    TicketInvalid,
    TooOften,
)
from praemia.identity.model import Begun, Contact, Kind, Means, Passkey, Session, WaysIn
from praemia.identity.service.contacts import contacts_of, erase_contact, find_by_email, keep_contact
from praemia.identity.service.passwords import Passwords, password_of, set_password
from praemia.identity.service.sessions import begin_session, end_session, end_sessions, open_session, prove_again, sessions_of

__all__ = [
    "Begun",
    "Contact",
    "EmailTaken",
    "Kind",
    "LastWayIn",
    "Means",
    "NotProved",
    "Passkey",
    "Passwords",
    "SecondFactorNeeded",
    "Session",
    "SignInRefused",
    "SubjectUnknown",
    "TicketInvalid",
    "TooOften",
    "WaysIn",
    "begin_session",
    "contacts_of",
    "email_of",
    "end_session",
    "end_sessions",
    "erase_contact",
    "find_by_email",
    "keep_contact",
    "open_session",
    "password_of",
    "prove_again",
    "sessions_of",
    "set_password",
]
