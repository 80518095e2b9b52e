"""Every page of the faces with an address that can be opened: sample values for the parameters in paths, and who opens it.

A new parameter needs a line in SAMPLES; a page that answers something else than itself a line in ELSEWHERE, with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from praemia.web import faces
from praemia.web.doors import PageRoute
from tests.e2e.town import ADDRESS, Town

_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


@dataclass(frozen=True, slots=True)
class Sample:
    """A page, where it is in the town, and who opens it."""

    route: PageRoute
    path: str
    who: str | None


def _event(town: Town) -> str:
    return str(town.cafe.get("/events", order="order-0").json()["event"])


def _redemption(town: Town) -> str:
    return str(town.cafe.post("/redemptions", {"member": "anna", "reward": "trees"}, Idempotency_Key="a sample").json()["redemption"])


SAMPLES: Mapping[str, Callable[[Town], str]] = {
    "address": lambda _: ADDRESS,
    "member": lambda _: "anna",
    "reference": lambda _: "anna",
    "event": _event,
    "order": lambda _: "order-0",
    "reward": lambda _: "espresso",
    "redemption": _redemption,
    "version": lambda _: "1",
}

ELSEWHERE: Mapping[str, str] = {}
"""Path -> why it is not opened here."""

PATHS: Mapping[str, str] = {}
"""Route path -> the path to open where samples do not do, such as one with a query."""


def get_routes() -> list[PageRoute]:
    """Every page that can be opened, in the order of the routes."""
    return [route for route in faces.pages() if "GET" in route.methods and route.path not in ELSEWHERE]


def sample(route: PageRoute, town: Town) -> Sample:
    """Where the page is in this town, and who may open it."""
    who = {"open": None, "member": "anna", "staff": "owner"}[route.page.kind]
    path = PATHS.get(route.path, route.path)
    return Sample(route, _PARAMETER.sub(lambda found: SAMPLES[found[1]](town), path), who)


def parameters() -> set[str]:
    """The names of the parameters in all paths."""
    return {name for route in get_routes() for name in _PARAMETER.findall(PATHS.get(route.path, route.path))}
