"""Refusals of the simulation."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class ApiRefused(DomainError):
    """The API refused a whole request."""

    code = "simulation.api_refused"
    template = "the API refused {request}: {status} {problem} {detail}"


class ApiOutOfReach(DomainError):
    """Nobody answers at the address."""

    code = "simulation.api_out_of_reach"
    template = "nobody answers at {address}: {reason}"


class ChainUnknown(DomainError):
    """There is no such chain to simulate."""

    code = "simulation.chain_unknown"
    template = "there is no chain {chain!r}; there are {known}"
