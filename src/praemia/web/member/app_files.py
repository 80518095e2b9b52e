"""What makes the pages an app: the manifest in the programme's name and colours, and the worker that keeps the last card readable offline.

The worker's scope is this programme's pages, so that two programmes on one phone never meet.
"""

from __future__ import annotations

import json
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from praemia.web.doors import open_page, place_of
from praemia.web.frame import asset, lang_of, render, speech_of

_WORKER = Path(__file__).parents[1] / "static" / "js" / "member-worker.js"
_ASSETS = ("praemia.css", "member.css", "js/frame.js", "js/member.js", "js/card.js", "js/card-codes.js", "js/card-key.js")


@open_page
async def manifest(request: Request) -> Response:
    """The web app manifest. It is the same for everybody: a browser fetches it without cookies."""
    place, brand = place_of(request), request.state.brand
    name = speech_of(request).t(brand.name, place.slug)
    icons = [{"src": "/static/mark.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}]
    if brand.logo_path:
        icons.insert(0, {"src": brand.logo_path, "sizes": "512x512", "type": "image/webp", "purpose": "any"})
    document = {
        "id": f"/m/{place.preferred}/",
        "name": name,
        "short_name": name[:24],
        "lang": lang_of(request),
        "start_url": f"/m/{place.preferred}/",
        "scope": f"/m/{place.preferred}/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": brand.looks.colour,
        "icons": icons,
    }
    text = json.dumps(document, ensure_ascii=False)
    return Response(text, media_type="application/manifest+json", headers={"Cache-Control": "private, no-cache", "Vary": "Accept-Language"})


@open_page
async def worker(request: Request) -> Response:
    """The service worker, with the list of what it keeps written in front of it; a new list makes a new worker."""
    place = place_of(request)
    kept = {"scope": f"/m/{place.preferred}/", "assets": [asset(name) for name in _ASSETS]}
    text = f"const KEPT = {json.dumps(kept)};\n{_WORKER.read_text('utf-8')}"
    return Response(text, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


@open_page
async def gone(request: Request) -> Response:
    """A farewell, after the membership has ended."""
    return render(request, "member/gone.html", words="member")
