"""Every page of the faces, as one list: what the app mounts and what tests walk.

Each face declares its pages in its `routes.py` as ROUTES; a face that is not built yet is simply not there. More special paths first.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from starlette.routing import BaseRoute, Route

from praemia.web import brand, looks
from praemia.web.doors import PageRoute

_FACES = ("sign_in", "setup", "public", "member", "till", "console.programme", "console")


@cache
def pages() -> Sequence[PageRoute]:
    """Every page, in the order in which addresses are matched."""
    found = list(looks.ROUTES)
    for face in _FACES:
        package = f"praemia.web.{face}"
        if _is_there(package) and _is_there(f"{package}.routes"):
            found.extend(import_module(f"{package}.routes").ROUTES)
    return tuple(found)


def routes() -> list[BaseRoute]:
    """The routes of all pages, and of what they load that is drawn from the database."""
    drawn = [
        Route("/brand/{address}.css", brand.serve_stylesheet),
        Route("/pictures/{address}/{digest}.webp", brand.serve_picture),
    ]
    return [*drawn, *(each.route() for each in pages())]


def _is_there(module: str) -> bool:
    parent = module.rpartition(".")[0]
    return (parent == "praemia.web" or _is_there(parent)) and find_spec(module) is not None
