"""Every page of the faces, as one list: what the app mounts and what tests walk.

Each face declares its pages in its `routes.py` as ROUTES. More special paths first.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute, Route

from praemia.web import brand, looks
from praemia.web.console import routes as console
from praemia.web.console.programme import routes as programme
from praemia.web.doors import PageRoute
from praemia.web.member import routes as member
from praemia.web.public import routes as public
from praemia.web.setup import routes as setup
from praemia.web.sign_in import routes as sign_in
from praemia.web.till import routes as till

# In the order in which addresses are matched.
PAGES: Sequence[PageRoute] = (
    *looks.ROUTES,
    *sign_in.ROUTES,
    *setup.ROUTES,
    *public.ROUTES,
    *member.ROUTES,
    *till.ROUTES,
    *programme.ROUTES,
    *console.ROUTES,
)


def routes() -> list[BaseRoute]:
    """The routes of all pages, and of what they load that is drawn from the database."""
    drawn = [
        Route("/brand/{address}.css", brand.serve_stylesheet),
        Route("/pictures/{address}/{digest}.webp", brand.serve_picture),
    ]
    return [*drawn, *(each.route() for each in PAGES)]
