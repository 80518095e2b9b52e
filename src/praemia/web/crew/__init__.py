"""Several servers behind one port, and the parent that keeps them."""

from praemia.web.crew.doors import doors, reserved
from praemia.web.crew.errors import DidNotBegin, NotHere, PortTaken, TooManyConnections
from praemia.web.crew.keeping import Line, demand_room, keep

__all__ = ["DidNotBegin", "Line", "NotHere", "PortTaken", "TooManyConnections", "demand_room", "doors", "keep", "reserved"]
