"""An event as it is explained, to clients of the API and on the pages alike: what was sent, what every rule made of it, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from praemia import earning, members, orders, programs, redemption, sharing
from praemia.foundation.db import Tx
from praemia.foundation.values import replace
from praemia.journal import StoredEvent
from praemia.programs import OpenProgram
from praemia.web import presenting, return_presenting
from praemia.web.words import Lang


async def explained(tx: Tx, program: OpenProgram, event: StoredEvent, lang: Lang, units: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The event with its explanation, answered from what was stored. `units` are names for the units instead of their codes."""
    policies = await programs.policies_of(tx, program, event.version)
    words = replace(presenting.vocabulary_of(policies.rules, program, policies.prices), units=units or {})
    member = await members.find_by_id(tx, event.member_id) if event.member_id else None
    reference = member.reference if member else None
    document = presenting.stored(event, reference, earning.verdict_of(event), words, lang)
    if event.kind in redemption.KINDS and "about" in event.verdict:
        document["sentence"] = redemption.sentence_of(event.kind, event.verdict, lang, units)
    if event.kind in sharing.KINDS and "about" in event.verdict:
        document["sentence"] = sharing.sentence_of(event.kind, event.verdict["about"], lang, units)
    if event.kind in (earning.RETURN, orders.CANCELLATION) and "rules" in event.verdict.get("order", {}):
        rules = await programs.ruleset_of(tx, program, event.version)
        document["rules"] = return_presenting.explained_rules(orders.explain_event(event, rules.earning, lang, units or {}))
    return document
