"""The corner shop behind HTTP: its programme in a sandbox, members with points and cards, and staff at its till."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any

import httpx2

from praemia import access, identity
from praemia.foundation.db import Database
from praemia.identity import Kind, Means
from tests.rooms.counter import CORNER
from tests.web.conftest import START, Program, Site

SLUG = "corner"


@dataclass(slots=True)
class Cashier:
    """Somebody at the till, with a browser that says where its posts come from."""

    site: Site
    token: str
    lang: str = "en"
    _client: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": self.lang, "Accept": "text/html"}
        self._client = httpx2.Client(
            base_url=self.site.address, headers=headers, cookies={"praemia_session": self.token} if self.token else {}, timeout=30
        )

    def get(self, path: str = "", **query: Any) -> httpx2.Response:
        return self._client.get(f"/till/{SLUG}/{path}", params=query or None)

    def post(self, path: str, form: Any = None, **more: Any) -> httpx2.Response:
        return self._client.post(f"/till/{SLUG}/{path}", data=form or {}, **more)

    def send(self, path: str, body: Any) -> httpx2.Response:
        """As a script of the page does."""
        return self._client.post(f"/till/{SLUG}/{path}", json=body, headers={"Accept": "application/json"})

    def sees(self, path: str, form: Any = None, status: int = 200) -> str:
        """The text of the page that a post answers with."""
        answer = self.post(path, form)
        assert answer.status_code == status, (path, answer.status_code, words(answer)[-1500:])
        return words(answer)

    def close(self) -> None:
        self._client.close()


def words(answer: httpx2.Response) -> str:
    """What people read on a page."""
    text = re.sub(r"<(script|style|noscript).*?</\1>", "", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


def hidden(answer: httpx2.Response, name: str) -> str:
    """The value of a field of a page's form."""
    found = re.search(rf'name="{name}"[^>]*? value="([^"]*)"', answer.text)
    assert found is not None, name
    return html.unescape(found[1])


def corner_of(site: Site) -> Program:
    """The corner shop with anna (1000 points, a card) and bert."""
    client = site.client()
    answer = client.put(
        f"/v1/programs/{SLUG}",
        params={"mode": "sandbox", "clock": START.isoformat()},
        content=CORNER.replace("coupons:", "promotions: [{id: spring, code: SPRING, gives: {percent_off: 10}}]\ncoupons:"),
        headers={"Content-Type": "application/yaml"},
    )
    assert answer.status_code == 201, answer.text
    corner = Program(client, SLUG)
    for name in ("anna", "bert"):
        corner.enrol(name)
    given = corner.post("/adjustments", {"member": "anna", "amount": 1000, "reason": "welcome"}, Idempotency_Key="welcome")
    assert given.status_code == 201, given.text
    card = corner.post("/members/anna/cards", {"number": "4006381333931"})
    assert card.status_code == 200, card.text
    return corner


def hired(site: Site, *roles: str, lang: str = "en") -> Cashier:
    """Somebody of these roles, signed in; without roles somebody who may nothing."""

    async def hire(db: Database) -> str:
        now = site.app.state.face.now()
        async with db.transaction(site.tenant_id) as tx:
            invited = await access.invite(tx, name="Somebody", roles=list(roles) or ["analyst"], program_id=None, now=now)
            await access.join(tx, invited.token, now=now)
            begun = await identity.begin_session(
                tx, Kind.STAFF, invited.staff.staff_id, program_id=None, means=Means.PASSKEY, device="a test", now=now
            )
            return begun.token

    return Cashier(site, site.run(hire), lang)
