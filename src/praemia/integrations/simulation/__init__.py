"""Simulated shops: a seeded population lives through months over the public HTTP API."""

from praemia.integrations.simulation.client import Client
from praemia.integrations.simulation.errors import ApiOutOfReach, ApiRefused, ChainUnknown
from praemia.integrations.simulation.model import Chain, Summary
from praemia.integrations.simulation.service import Story, chain_called, days_of, founder_of, live

__all__ = [
    "ApiOutOfReach",
    "ApiRefused",
    "Chain",
    "ChainUnknown",
    "Client",
    "Story",
    "Summary",
    "chain_called",
    "days_of",
    "founder_of",
    "live",
]
