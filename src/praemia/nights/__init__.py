"""The front door of the nights: a sandbox's clock is moved here, and live programmes live their midnights here."""

from praemia.nights.errors import ClockBackwards, ClockTooFar, NotASandbox
from praemia.nights.model import NIGHT, Lived, Step
from praemia.nights.service.clock import set_clock
from praemia.nights.service.live import live_page

__all__ = ["NIGHT", "ClockBackwards", "ClockTooFar", "Lived", "NotASandbox", "Step", "live_page", "set_clock"]
