"""The front door of the addresses: the public name of a programme, and the programme of a public name."""

from praemia.addresses.errors import AddressTaken
from praemia.addresses.model import Addressed
from praemia.addresses.service import address_of, claim, find_addressed

__all__ = ["AddressTaken", "Addressed", "address_of", "claim", "find_addressed"]
