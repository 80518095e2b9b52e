"""The front door of the locations: a register of the places where members meet the programme."""

from praemia.locations.errors import LocationUnknown
from praemia.locations.model import Location, NewLocation
from praemia.locations.service.register import (
    close_location,
    get_location,
    locations_of,
    names_of,
    open_location,
    register_location,
)

__all__ = [
    "Location",
    "LocationUnknown",
    "NewLocation",
    "close_location",
    "get_location",
    "locations_of",
    "names_of",
    "open_location",
    "register_location",
]
