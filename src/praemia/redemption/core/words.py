"""Sentences about what happened to a redemption, in German and English, from what its event stored. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from praemia.redemption.model import CAPTURE, GIFT_CARD, REDEMPTION, RELEASE, REVERSAL, STEP, USE

_SENTENCES = {
    "en": {
        REDEMPTION: "{points} {unit} went for {times} × {reward}, those that end soonest first.",
        "hold": "{points} {unit} are set aside for {times} × {reward}.",
        CAPTURE: "{reward} was given: the {points} {unit} that were set aside are spent.",
        RELEASE: "{reward} did not come about: {points} {unit} are back in the lots they came from ({reason}).",
        REVERSAL: "{reward} was cancelled: {points} {unit} are back in the lots they came from, with their own last days.",
        USE: "{reward} was used.",
        STEP: "{reward}: {step} is done.",
        GIFT_CARD: "A gift card was issued.",
    },
    "de": {
        REDEMPTION: "{points} {unit} für {times} × {reward} eingelöst, die zuerst verfallenden zuerst.",
        "hold": "{points} {unit} sind für {times} × {reward} zurückgelegt.",
        CAPTURE: "{reward} wurde gegeben: die zurückgelegten {points} {unit} sind eingelöst.",
        RELEASE: "{reward} kam nicht zustande: {points} {unit} sind wieder in den Posten, aus denen sie kamen ({reason}).",
        REVERSAL: "{reward} wurde storniert: {points} {unit} sind wieder in den Posten, aus denen sie kamen, mit deren letzten Tagen.",
        USE: "{reward} wurde verwendet.",
        STEP: "{reward}: {step} ist erledigt.",
        GIFT_CARD: "Eine Geschenkkarte wurde ausgegeben.",
    },
}


def sentence_of(kind: str, verdict: Mapping[str, Any], lang: str, units: Mapping[str, str] | None = None) -> str:
    """One sentence about an event of this journey; `verdict` is what the event stored, `units` what to call a unit instead of its code."""
    told: Mapping[str, Any] = verdict.get("about", {})
    names: Mapping[str, str] = told.get("name") or {}
    moved: Mapping[str, Any] = next(iter([*verdict.get("spent", ()), *verdict.get("returned", ()), *verdict.get("captured", ())]), {})
    unit: str = moved.get("unit", "")
    pattern = "hold" if kind == REDEMPTION and told.get("hold") else kind
    return _SENTENCES[lang][pattern].format(
        points=_number(moved.get("amount", 0), moved.get("decimals", 0), lang),
        unit=(units or {}).get(unit, unit),
        times=told.get("times", 1),
        reward=names.get(lang) or next(iter(names.values()), told.get("reward", "")),
        reason=told.get("note") or "–",
        step=told.get("step", ""),
    )


def _number(quanta: int, decimals: int, lang: str) -> str:
    if not decimals:
        return str(quanta)
    whole, rest = divmod(quanta, 10**decimals)
    return f"{whole}{',' if lang == 'de' else '.'}{rest:0{decimals}}"
