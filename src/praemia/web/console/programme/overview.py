"""The programme at a glance: what it says, part by part, in sentences; and whether somebody is in the middle of changing it."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from praemia import programs
from praemia.foundation.db import Tx
from praemia.programs import (
    ProgramFile,
    Saying,
    Tree,
    coupon_line,
    level_benefits,
    promotion_line,
    reward_line,
    rule_sentence,
    threshold,
    unit_lines,
)
from praemia.web.console.desk import Desk, at_desk, show
from praemia.web.console.programme.drafting import Bench, bench_of
from praemia.web.console.programme.forms import entries_of
from praemia.web.console.programme.offers import PARTS
from praemia.web.doors import staff_page
from praemia.web.sessions import Visit
from praemia.web.words import words_of

_ORDER = ("rule", "unit", "reward", "level", "cap", "budget", "promotion", "coupon", "activity", "consent")
_AROUND = ("till", "sharing", "returns", "adjustments", "settings")


@staff_page("programs:program:read")
async def overview(visit: Visit, request: Request) -> Response:
    """What the programme says, or what the draft would say."""

    async def read(tx: Tx, desk: Desk) -> dict[str, Any]:
        bench = await bench_of(tx, desk)
        return {
            "bench": bench,
            "parts": [(key, lines_of(desk, bench, key)) for key in _ORDER],
            "around": _AROUND,
            "has_tiers": isinstance(bench.root, dict) and "tiers" in bench.root,
            "version": desk.program.version_at(desk.at),
            "planned": [mark for mark in desk.program.versions if mark.version > 1 and mark.effective_from > desk.at],
            "terms": await programs.terms_at(tx, desk.slug, desk.day),
        }

    found = await at_desk(visit, request, read)
    return show(request, visit, "console/programme/overview.html", here="programme", words="programme", **found)


def lines_of(desk: Desk, bench: Bench, key: str) -> list[dict[str, Any]]:
    """The entries of a part: a name, what it says in a sentence, and whether it is switched off."""
    part = PARTS[key]
    lines = []
    for place, (name, entry) in enumerate(entries_of(bench.root, part)):
        title, text = title_of(desk, entry, name), _sentence(desk, bench.file, key, name, place)
        if not part.keyed and not part.named:  # nothing but its place would be its name
            title, text = text or f"{entry.get('points', '')} / {entry.get('per', '')}", ""
        lines.append({"key": name, "title": title, "text": text, "off": str(entry.get("enabled", "true")) == "false"})
    return lines


def title_of(desk: Desk, entry: dict[str, Tree], key: str) -> str:
    """What an entry is called in the reader's language."""
    name = entry.get("name")
    return desk.speech.t({lang: str(text) for lang, text in name.items()} if isinstance(name, dict) else str(name) if name else None, key)


def _sentence(desk: Desk, file: ProgramFile | None, key: str, name: str, place: int) -> str:
    if file is None:
        return ""
    voice = Saying(file, desk.lang)
    match key:
        case "rule":
            return rule_sentence(file, file.earning.rules[place], desk.lang)
        case "unit":
            return " ".join(unit_lines(voice, name, file.units[name]))
        case "reward":
            return reward_line(voice, file.rewards[place])
        case "level" if file.tiers is not None:
            level = file.tiers.levels[place]
            return ", ".join(filter(None, [threshold(voice, level, file.tiers), *level_benefits(voice, level, file.tiers)]))
        case "cap":
            cap = file.earning.caps[place]
            return voice.say("cap", points=voice.points(cap.points, cap.unit), per=voice.per(cap.per))
        case "budget":
            budget = file.earning.budgets[place]
            points = voice.points(budget.points, budget.unit) if budget.points is not None else ""
            most = voice.money(budget.money) if budget.money is not None else points
            names = {rule.id: voice.named(rule.name, rule.id) for rule in file.earning.rules}
            return f"{most} {voice.per(budget.per)}: {', '.join(names.get(rule, rule) for rule in budget.rules)}"
        case "promotion":
            return promotion_line(voice, file.promotions[place])
        case "coupon":
            return coupon_line(voice, file.coupons[place])
        case "activity":
            words, reported = words_of("programme", desk.lang), ", ".join(file.activities[name].fields)
            return words.f("says_fields", names=reported) if reported else words.says_no_fields
        case "consent":
            return desk.speech.t(file.consents[name].text)
        case _:
            return ""
