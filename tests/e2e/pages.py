"""Every page of the faces with addresses that can be opened: sample values for parameters in paths, who opens it, what they do first.

A new parameter needs a line in SAMPLES; a page that cannot be opened just so a line in ELSEWHERE, with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from playwright.sync_api import Page

from praemia import access, members, programs
from praemia.foundation.db import Database
from praemia.web import faces
from tests.e2e.scenes import SCENES
from tests.e2e.town import ADDRESS, Town

_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


@dataclass(frozen=True, slots=True)
class Sample:
    """A page: its path with parameters (and perhaps a query), who opens it, and the scene played there, if any."""

    path: str
    who: str | None
    scene: str = ""
    play: Callable[[Page], None] | None = None

    @property
    def name(self) -> str:
        """What tells it from all others."""
        return f"{self.path}#{self.scene}" if self.scene else self.path

    def in_town(self, town: Town) -> str:
        """The path with something in it that is there."""
        samples = MEMBERS_OWN if self.who == "anna" else SAMPLES
        return _PARAMETER.sub(lambda found: (samples.get(found[1]) or SAMPLES[found[1]])(town), self.path)


def _event(town: Town) -> str:
    return str(town.cafe.get("/events", order="order-0").json()["event"])


def _redemption(town: Town) -> str:
    found = town.cafe.post("/redemptions", {"member": "anna", "reward": "trees"}, Idempotency_Key="a-tree")
    assert found.status_code in (200, 201), found.text
    return str(found.json()["redemption"])


def _member(town: Town) -> str:
    async def find(db: Database) -> str:
        async with db.transaction(town.site.tenant_id) as tx:
            program = await programs.get_program(tx, ADDRESS)
            return str((await members.get_member(tx, program.program_id, "anna")).member_id)

    return str(town.site.run(find))


def _cashier(town: Town) -> str:
    async def find(db: Database) -> str:
        async with db.transaction(town.site.tenant_id) as tx:
            return str(next(each.staff_id for each in await access.staff_of(tx) if each.name == "Cashier"))

    return str(town.site.run(find))


def _invitation(town: Town) -> str:
    async def invite(db: Database) -> str:
        async with db.transaction(town.site.tenant_id) as tx:
            return (await access.invite(tx, name="Guest", roles=["analyst"], program_id=None, now=datetime.now(UTC))).token

    return str(town.site.run(invite))


SAMPLES: Mapping[str, Callable[[Town], str]] = {
    "address": lambda _: ADDRESS,
    "member": _member,
    "event": _event,
    "redemption": _redemption,
    "reward": lambda _: "espresso",
    "number": lambda _: "1",
    "staff": _cashier,
    "token": _invitation,
    "part": lambda _: "rule",
    "key": lambda _: "new",
}
MEMBERS_OWN: Mapping[str, Callable[[Town], str]] = {}
"""Where a member's page means something else by the same word."""

ELSEWHERE: Mapping[str, str] = {
    "/demo/as/{who}": "only where there is a demonstration; its own tests open it",
    "/setup": "only while an installation is empty; the first run's journey opens it",
    "/setup/programme": "only in a first run; its journey opens it",
}

OPENERS: Mapping[str, str] = {
    "/sign-in/where": "owner",
    "/sign-in/ways": "owner",
    "/sign-in/ways/app": "owner",
    "/m/{address}/sign-in/ways": "anna",
}
"""Pages of no face that only make sense to somebody who is signed in."""

_PARTS = ("unit", "rule", "cap", "budget", "reward", "promotion", "coupon", "level", "activity", "consent")
_ONCE = ("settings", "tiers", "till", "sharing", "returns", "adjustments")
PATHS: Mapping[str, Sequence[str]] = {
    "/console/{address}/programme/parts/{part}/{key}": (
        *(f"/console/{{address}}/programme/parts/{part}/new" for part in _PARTS),
        "/console/{address}/programme/parts/rule/quiet-hours",
        "/console/{address}/programme/parts/level/regular",
        *(f"/console/{{address}}/programme/parts/{part}/all" for part in _ONCE),
    ),
    "/console/{address}/members": ("/console/{address}/members", "/console/{address}/members?q=nobody"),
    "/console/{address}/programme/test": (
        "/console/{address}/programme/test",
        "/console/{address}/programme/test?kind=purchase&amount-0=10.00&category-0=coffee&rules=draft&member=anna",
    ),
    "/m/{address}/rewards/{reward}": ("/m/{address}/rewards/{reward}", "/m/{address}/rewards/gift-card", "/m/{address}/rewards/trees"),
}
"""Route path -> the paths to open where one does not show everything."""


def get_samples() -> list[Sample]:
    """Every page that can be opened, in the order of the routes."""
    return list(_samples())


def _samples() -> Iterator[Sample]:
    yield from (Sample("/", None), Sample("/problems/input.invalid", None))
    for route in faces.PAGES:
        if "GET" not in route.methods or route.path in ELSEWHERE:
            continue
        who = OPENERS.get(route.path) or {"open": None, "member": "anna", "staff": "owner"}[route.page.kind]
        for path in PATHS.get(route.path, (route.path,)):
            yield Sample(path, who)
    for scene in SCENES:
        yield Sample(scene.path, scene.who, scene.name, scene.play)


def parameters() -> set[str]:
    """The names of the parameters in all paths."""
    return {name for sample in get_samples() for name in _PARAMETER.findall(sample.path)}
