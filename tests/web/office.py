"""Somebody at the console of the café, with a browser that says where its posts come from."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any

import httpx2

from praemia import access, identity
from praemia.foundation.db import Database
from praemia.identity import Kind, Means
from tests.web.conftest import CAFE, Program, Site

SOURCE = CAFE.read_text("utf-8")


@dataclass(slots=True)
class Staff:
    """Somebody at the console, with a browser that says where its posts come from."""

    site: Site
    cafe: Program
    name: str
    cookies: dict[str, str]
    lang: str = "en"
    _client: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": self.lang, "Accept": "text/html"}
        self._client = httpx2.Client(base_url=self.site.address, headers=headers, cookies=self.cookies, timeout=30)

    def get(self, path: str = "", **more: Any) -> httpx2.Response:
        return self._client.get(f"/console/cafe/programme{path}", **more)

    def post(self, path: str, form: dict[str, Any] | None = None, **more: Any) -> httpx2.Response:
        return self._client.post(f"/console/cafe/programme{path}", data=form or {}, **more)

    def page(self, path: str = "") -> str:
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:1500])
        return html.unescape(answer.text)

    def does(self, path: str, form: dict[str, Any] | None = None) -> str:
        """Post, and read the page it leads to."""
        answer = self.post(path, form)
        assert answer.status_code == 303, (path, answer.status_code, html.unescape(answer.text)[:3000])
        return self.page(answer.headers["location"].removeprefix("/console/cafe/programme"))

    def draft(self) -> str:
        """The text of the draft, as the text page holds it."""
        found = re.search(r'<textarea class="code"[^>]*>\n?(.*?)</textarea>', self.get("/text").text, re.DOTALL)
        assert found is not None
        return html.unescape(found[1])

    def source(self) -> str:
        return self.cafe.get("/source").text

    def close(self) -> None:
        self._client.close()


def hired(site: Site, cafe: Program, role: str, lang: str = "en") -> Staff:
    """Somebody of a role, signed in."""

    async def hire(db: Database) -> str:
        now = site.app.state.face.now()
        async with db.transaction(site.tenant_id) as tx:
            invited = await access.invite(tx, name=f"A {role}", roles=[role], program_id=None, now=now)
            await access.join(tx, invited.token, now=now)
            begun = await identity.begin_session(
                tx, Kind.STAFF, invited.staff.staff_id, program_id=None, means=Means.PASSKEY, device="a test", now=now
            )
            return begun.token

    return Staff(site, cafe, f"A {role}", {"praemia_session": site.run(hire)}, lang)


def owner_of(site: Site, cafe: Program) -> Staff:
    """An owner on the café as it is in the examples."""
    if cafe.get("/source").text != SOURCE:
        assert cafe.client.put(cafe.path(), content=SOURCE, headers={"Content-Type": "application/yaml"}).status_code == 200
    return hired(site, cafe, "owner")
