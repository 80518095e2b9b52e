"""The pages of the first run as data."""

from __future__ import annotations

from collections.abc import Sequence

from praemia.web.doors import PageRoute
from praemia.web.setup import first, pages

ROUTES: Sequence[PageRoute] = (
    PageRoute(path="/setup", page=pages.owner_form),
    PageRoute(path="/setup", page=pages.make_owner, methods=("POST",)),
    PageRoute(path="/setup/programme", page=pages.program_form),
    PageRoute(path="/setup/programme", page=pages.make_program, methods=("POST",)),
    PageRoute(path="/setup/{address}/first", page=first.first_page),
    PageRoute(path="/setup/{address}/first", page=first.first_card, methods=("POST",)),
    PageRoute(path="/setup/{address}/news", page=first.first_news),
)
