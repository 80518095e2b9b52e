"""What the web framework costs by itself: an app of Starlette whose one route reads the body and answers a few bytes.

The same framework, server and loop as `praemia serve`, one process too. Run as `python -m bench.bare_route PORT`.
"""

from __future__ import annotations

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


async def bare(request: Request) -> Response:
    """Read the body, answer eleven bytes."""
    await request.body()
    return Response(b'{"ok":true}', media_type="application/json")


def create_app() -> Starlette:
    """The app with the bare route."""
    return Starlette(routes=[Route("/bare", bare, methods=["POST"])])


def main() -> None:
    """Serve it until told to stop."""
    uvicorn.run(create_app(), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
