"""Why a crew cannot begin."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class NotHere(DomainError):
    """The system does not spread connections over processes."""

    code = "crew.not_here"
    template = "several processes behind one port need Linux, which spreads connections over them; here it is one (--processes 1)"


class NoPort(DomainError):
    """The system does not let us listen there: somebody else does, or it is not ours to open. `reason` is the system's."""

    code = "crew.no_port"
    template = "port {port} on {host} cannot be had ({reason})"


class TooManyConnections(DomainError):
    """PostgreSQL would turn hands away when all are busy."""

    code = "crew.too_many_connections"
    template = (
        "{processes} processes with {pool_size} database connections each want {wanted}, and PostgreSQL has {room} for everybody: "
        "take fewer processes, a smaller PRAEMIA_POOL_SIZE, or raise max_connections"
    )


class DidNotBegin(DomainError):
    """A hand ended before the crew was complete; it has said why."""

    code = "crew.did_not_begin"
    template = "process {number} of {processes} ended before it could serve; what it said is above"
