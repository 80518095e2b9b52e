"""What the web framework costs by itself: a FastAPI app whose one route reads the body and answers a few bytes.

The same framework, server and loop as `praemia serve`, one process too. Run as `python -m bench.bare_route PORT`.
"""

from __future__ import annotations

import sys

import uvicorn
from fastapi import FastAPI, Request, Response


def create_app() -> FastAPI:
    """The app with the bare route."""
    app = FastAPI(openapi_url=None)

    @app.post("/bare")
    async def bare(request: Request) -> Response:
        await request.body()
        return Response(b'{"ok":true}', media_type="application/json")

    return app


def main() -> None:
    """Serve it until told to stop."""
    uvicorn.run(create_app(), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
