"""The command line edge. Its modules get what they may open from the composition root; they never build it themselves."""

from praemia.cli.app import build_cli
from praemia.cli.opening import Opened, Rooms, opened

__all__ = ["Opened", "Rooms", "build_cli", "opened"]
