"""Settings: what the programme is called, its time and money, its pages; and how whoever looks sees it."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from praemia.foundation.db import Tx
from praemia.programs import Mode
from praemia.web.console.desk import Desk, at_desk, show
from praemia.web.doors import staff_page
from praemia.web.sessions import Visit


@staff_page("access:console:open")
async def settings(visit: Visit, request: Request) -> Response:
    """What holds, and where it is changed."""

    async def read(tx: Tx, desk: Desk) -> dict[str, Any]:
        earning = desk.policies.rules.earning
        words = desk.words
        pages = (("public", f"/p/{visit.address}"), ("member", f"/m/{visit.address}/"), ("till", f"/till/{visit.address}/"))
        return {
            "facts": [
                (words.settings_name, desk.speech.t(desk.policies.spoken.name, desk.slug)),
                (words.settings_address, f"/p/{visit.address}"),
                (words.settings_zone, earning.timezone.key),
                (words.settings_clock, desk.speech.datetime(desk.at)),
                (words.settings_currency, earning.currency),
                (words.settings_version, str(desk.program.version_at(desk.at))),
                (words.settings_mode, words.settings_sandbox if desk.program.mode is Mode.SANDBOX else words.settings_live),
            ],
            "pages": [(words[f"settings_{name}"], href) for name, href in (*pages, ("poster", f"/p/{visit.address}/poster"))],
            "here_path": f"{desk.root}/settings",
        }

    return show(request, visit, "console/settings.html", here="settings", **await at_desk(visit, request, read))
