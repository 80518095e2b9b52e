"""Every page of the faces, as one list: what the app mounts and what tests walk. More special paths come first."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute

from praemia.web import looks
from praemia.web.doors import PageRoute

ROUTES: Sequence[PageRoute] = (*looks.ROUTES,)


def routes() -> list[BaseRoute]:
    """The routes of all pages."""
    return [each.route() for each in ROUTES]
