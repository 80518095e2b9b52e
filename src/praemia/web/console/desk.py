"""Where a page of the console takes place: the programme at its own time, who sits there, what they may open, and how to speak.

Read once per request inside the page's transaction. What a person may not do is not offered to them; the server refuses it anyway.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from praemia import access, programs
from praemia.foundation.db import Tx
from praemia.programs import OpenProgram, Policies, UnitType
from praemia.web.console.menu import menu_of
from praemia.web.face import Face, face_of
from praemia.web.frame import lang_of, render, speech_of
from praemia.web.sessions import Visit
from praemia.web.speech import Speech
from praemia.web.words import Lang, Words, words_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Somebody in front of a page of the console. `at` is the programme's time, `now` the wall clock."""

    visit: Visit
    face: Face
    program: OpenProgram
    policies: Policies
    at: datetime
    day: date
    now: datetime
    lang: Lang
    speech: Speech
    words: Words

    @property
    def slug(self) -> str:
        """The programme's name in verbs."""
        return self.program.slug

    @property
    def root(self) -> str:
        """Where this console begins."""
        return f"/console/{self.visit.address}"

    @property
    def units(self) -> Mapping[str, str]:
        """What the units are called, by code."""
        spoken = self.policies.spoken.units
        return {code: self.speech.t(spoken.get(code), code) for code in self.program.units}

    @property
    def unit_list(self) -> Sequence[UnitType]:
        """The units in the order in which they came."""
        return sorted(self.program.units.values(), key=lambda unit: unit.number)

    def unit(self, number: int) -> UnitType:
        """The unit of that number."""
        return next(unit for unit in self.program.units.values() if unit.number == number)

    def points(self, quanta: int, number: int, *, signed: bool = False) -> str:
        """An amount of a unit with its name."""
        unit = self.unit(number)
        return self.speech.counted(quanta, unit.decimals, self.units[unit.code], signed=signed)

    def kind(self, kind: str) -> str:
        """What a kind of event is called: an activity by the programme's own word."""
        activity = self.policies.spoken.activities.get(kind)
        return self.speech.t(activity) if activity else self.words.get(f"kind_{kind}", kind.replace("_", " "))

    @property
    def bottom(self) -> str | None:
        """The tier that everybody holds at least, if there is one: the lowest that asks for nothing."""
        lowest = self.policies.tiers.levels[0] if self.policies.tiers else None
        return lowest.id if lowest and not any(lowest.at.values()) else None

    def tier(self, tier: str | None) -> str:
        """What a tier is called; none is the bottom."""
        levels = self.policies.tiers.levels if self.policies.tiers else ()
        level = next((level for level in levels if level.id == (tier or self.bottom)), None)
        return self.speech.t(level.name, level.id) if level else (tier or self.words.no_tier)

    def may(self, permission: str) -> bool:
        """Whether whoever sits here has a permission."""
        return access.covers(self.visit.scopes, permission)


async def desk_of(tx: Tx, visit: Visit, request: Request) -> Desk:
    """The desk of a request, read in its transaction."""
    face = face_of(request)
    now = face.now()
    assert visit.program is not None, "a page of the console belongs to a programme"
    program = await programs.open_program(tx, visit.program)
    at = program.now(now)
    lang = lang_of(request)
    policies = await programs.policies_of(tx, program, program.version_at(at))
    return Desk(
        visit=visit,
        face=face,
        program=program,
        policies=policies,
        at=at,
        day=at.astimezone(policies.rules.earning.timezone).date(),
        now=now,
        lang=lang,
        speech=speech_of(request),
        words=words_of("console", lang),
    )


async def at_desk(visit: Visit, request: Request, work: Callable[[Tx, Desk], Awaitable[T]]) -> T:
    """Read something for a page: one transaction, with the desk in it."""
    async with face_of(request).rooms.db.transaction(visit.tenant_id) as tx:
        return await work(tx, await desk_of(tx, visit, request))


async def do(visit: Visit, request: Request, work: Callable[[Tx, Desk], Awaitable[T]]) -> T:
    """Do something: one transaction, done again when a race is lost."""

    async def whole(tx: Tx) -> T:
        return await work(tx, await desk_of(tx, visit, request))

    return await face_of(request).rooms.db.run(visit.tenant_id, whole)


def show(
    request: Request,
    visit: Visit,
    template: str,
    *,
    here: str,
    title: str = "",
    words: str = "console",
    crumbs: Sequence[tuple[str, str]] = (),
    status: int = 200,
    **shown: Any,
) -> HTMLResponse:
    """A page of the console in its frame. `here` is the entry of the menu it belongs to, whose name is the title unless another is
    given; `crumbs` lead to it (text, address).

    `?done=` names what was just done, and is said above the content.
    """
    spoken = words_of(words, lang_of(request))
    done = request.query_params.get("done", "")
    root = f"/console/{visit.address}"
    ours: dict[str, Any] = {
        "title": title or spoken[f"menu_{here}"],
        "home": f"{root}/",
        "root": root,
        "menu": menu_of(visit.scopes, root, here, spoken),
        "crumbs": crumbs,
        "done": spoken.get(f"done_{done}", "") if done else "",
        "may": lambda permission: access.covers(visit.scopes, permission),
        "problem": "",
        "faults": {},
        "given": {},
    }
    return render(request, template, words=words, status=status, **(ours | shown))


def go(address: str, *, done: str = "") -> RedirectResponse:
    """After something was done: the page that shows it, with a word about it."""
    sign = "&" if "?" in address else "?"
    return RedirectResponse(f"{address}{sign}done={done}" if done else address, 303)
