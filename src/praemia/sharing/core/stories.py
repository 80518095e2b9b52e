"""Sentences about what was shared, in German and English, from what its event stored. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from praemia.sharing.model import MERGE, PARTING, POOL_REDEMPTION, TRANSFER

_SENTENCES = {
    "en": {
        TRANSFER: "{sender} sent {sent} {unit} to {receiver}; {received} arrived, the fee is {fee}.",
        POOL_REDEMPTION: "{member} spent {spent} {unit} of the pool {pool}: {shares}.",
        MERGE: "{drop} became part of {keep}; points, debts and counts went over.",
        PARTING: "{drop} and {keep} are two memberships again; what came with the merge went back.",
    },
    "de": {
        TRANSFER: "{sender} hat {sent} {unit} an {receiver} geschickt; {received} kamen an, die Gebühr ist {fee}.",
        POOL_REDEMPTION: "{member} hat {spent} {unit} des Pools {pool} ausgegeben: {shares}.",
        MERGE: "{drop} ist in {keep} aufgegangen; Punkte, Schulden und Zähler gingen über.",
        PARTING: "{drop} und {keep} sind wieder zwei Mitgliedschaften; was durch die Zusammenlegung kam, ging zurück.",
    },
}


def sentence_of(kind: str, about: Mapping[str, Any], lang: str, units: Mapping[str, str] | None = None) -> str:
    """One sentence about an event of this journey; `about` is what the event stored, `units` what to call a unit instead of its code."""
    decimals = about.get("decimals", 0)
    told = {key: _number(value, decimals, lang) if key in ("sent", "received", "fee", "spent") else value for key, value in about.items()}
    told["shares"] = ", ".join(f"{share['member']} {_number(share['amount'], decimals, lang)}" for share in about.get("shares", ()))
    unit = about.get("unit", "")
    told["unit"] = (units or {}).get(unit, unit)
    return _SENTENCES[lang][kind].format_map(told)


def _number(quanta: int, decimals: int, lang: str) -> str:
    if not decimals:
        return str(quanta)
    whole, rest = divmod(quanta, 10**decimals)
    return f"{whole}{',' if lang == 'de' else '.'}{rest:0{decimals}}"
