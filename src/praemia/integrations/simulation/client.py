"""The public HTTP API as the simulation uses it: nothing that a shop could not do, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from praemia.integrations.simulation.errors import ApiOutOfReach, ApiRefused

_SECONDS = 60


class Client:
    """One programme behind the API. An async context manager."""

    def __init__(self, address: str, key: str, program: str) -> None:
        import httpx2

        self._address = address
        self._root = f"{address.rstrip('/')}/v1/programs/{program}"
        self._http = httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"}, timeout=_SECONDS, trust_env=False)

    async def __aenter__(self) -> Self:
        """Open the connections."""
        await self._http.__aenter__()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close them."""
        await self._http.__aexit__(kind, error, trace)

    async def program(self) -> dict[str, Any]:
        """How the programme stands: mode, clock, zone, units."""
        return await self._ask("GET", "", None)

    async def move_clock(self, to: datetime) -> int:
        """Move the sandbox's clock; answers how many nights were lived."""
        return int((await self._ask("PUT", "/clock", {"to": to.isoformat()}))["nights"])

    async def batch(self, commands: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Send commands; answers one result each: {status, answer | problem}."""
        return list((await self._ask("POST", "/batch", {"commands": list(commands)}))["results"])

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        import httpx2

        try:
            response = await self._http.request(method, self._root + path, json=body)
        except httpx2.TransportError as error:
            raise ApiOutOfReach(address=self._address, reason=str(error) or type(error).__name__) from error
        document: dict[str, Any] = response.json() if response.content else {}
        if response.is_error:
            problem, detail = document.get("code", ""), document.get("detail", "")
            raise ApiRefused(request=f"{method} {path or '/'}", status=response.status_code, problem=problem, detail=detail)
        return document
