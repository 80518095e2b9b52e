"""The reader's choice of language and colours, kept in two cookies of this browser. Works without script and without an account."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from praemia.web.doors import PageRoute, local_path, open_page, see
from praemia.web.frame import THEME_COOKIE, THEMES
from praemia.web.words import LANG_COOKIE, spoken

_A_YEAR_SECONDS = 365 * 86_400


@open_page
async def choose_looks(request: Request) -> Response:
    """Keep what was chosen and go back. A theme that is none of ours means: as the device."""
    form = await request.form()
    answer = see(local_path(str(form.get("next", "")), "/"))
    lang = spoken(str(form.get("lang", "")))
    if lang is not None:
        _keep(answer, request, LANG_COOKIE, lang)
    theme = str(form.get("theme", ""))
    if theme in THEMES:
        _keep(answer, request, THEME_COOKIE, theme)
    elif theme:
        answer.delete_cookie(THEME_COOKIE)
    return answer


def _keep(answer: Response, request: Request, name: str, value: str) -> None:
    answer.set_cookie(name, value, max_age=_A_YEAR_SECONDS, samesite="lax", httponly=True, secure=request.url.scheme == "https")


ROUTES = (PageRoute(path="/looks", page=choose_looks, methods=("POST",)),)
