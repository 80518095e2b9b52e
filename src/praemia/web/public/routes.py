"""The public pages as data."""

from __future__ import annotations

from collections.abc import Sequence

from praemia.web.doors import PageRoute
from praemia.web.public import pages

ROUTES: Sequence[PageRoute] = (
    PageRoute(path="/p/{address}", page=pages.program_page),
    PageRoute(path="/p/{address}/guide", page=pages.guide),
    PageRoute(path="/p/{address}/terms", page=pages.terms),
    PageRoute(path="/p/{address}/poster", page=pages.poster),
    PageRoute(path="/p/{address}/cheat-sheet", page=pages.cheat_sheet),
)
