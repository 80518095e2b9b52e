"""Who listens on the port: one server, or several behind it and the parent that keeps them."""

from praemia.web.crew.doors import listening, reserved
from praemia.web.crew.errors import DidNotBegin, NoPort, NotHere, TooManyConnections
from praemia.web.crew.keeping import Line, demand_room, keep

__all__ = ["DidNotBegin", "Line", "NoPort", "NotHere", "TooManyConnections", "demand_room", "keep", "listening", "reserved"]
