"""Values to JSON, one function per thing a client may see. Shapes are those of bodies/answers.py; a test holds them equal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from praemia.earning import Moved, Recorded
from praemia.foundation.jsons import write_json
from praemia.insight import Holding
from praemia.journal import StoredEvent
from praemia.ledger import Balance, Lot, Movement
from praemia.members import Member, Profile
from praemia.orders import CHECKOUT
from praemia.programs import OpenProgram
from praemia.rules import Discounts, Earning, PriceRules, RuleSet, Verdict, explain, tier_rules
from praemia.web.price_presenting import checkout
from praemia.web.words import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What is needed to speak of one version's verdicts: names of rules by language, decimals of units; `units` what sentences call them,
    where not by their codes."""

    names: Mapping[str, Mapping[str, str]]
    decimals: Mapping[str, int]
    earning: Earning
    discounts: Discounts = field(default_factory=Discounts)
    units: Mapping[str, str] = field(default_factory=dict)
    _names_in: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def names_in(self, lang: str | None) -> Mapping[str, str]:
        """The names of rules in a language, else in any; a rule without a name is absent."""
        lang = lang or "en"
        found = self._names_in.get(lang)
        if found is None:
            found = {rule: known.get(lang) or next(iter(known.values())) for rule, known in self.names.items() if known}
            self._names_in[lang] = found
        return found

    def amounts(self, quanta: Mapping[str, int]) -> list[dict[str, Any]]:
        """Quanta by unit, each with the decimals it is counted in."""
        decimals = self.decimals
        return [{"unit": unit, "amount": amount, "decimals": decimals[unit]} for unit, amount in quanta.items()]

    def checkout(self, kept: Mapping[str, Any], lang: Lang | None) -> dict[str, Any]:
        """What an order cost, from what its event keeps."""
        return checkout(kept, self.earning, self.discounts, self.decimals, lang)


def vocabulary_of(rules: RuleSet, program: OpenProgram, prices: PriceRules | None = None) -> Vocabulary:
    """The words of a version. Decimals cover every unit the programme ever had: an old version may judge a purchase today."""
    return Vocabulary(
        names={rule.id: rule.name for rule in (*rules.earning.rules, *tier_rules(rules.earning))},
        decimals={unit.code: unit.decimals for unit in program.units.values()},
        earning=rules.earning,
        discounts=prices.discounts if prices is not None else Discounts(),
    )


def instant(at: datetime) -> str:
    """RFC 3339 in UTC."""
    return write_json(at.astimezone(UTC))[1:-1].decode()  # a fifth of what isoformat() costs, and every answer says some


def recorded(event: Recorded, words: Vocabulary, lang: Lang | None = None) -> dict[str, Any]:
    """The answer to something that happened; with a language, a sentence for every rule."""
    return {
        "event": str(event.event_id),
        "kind": event.kind,
        "member": event.member,
        "occurred_at": instant(event.occurred_at),
        "version": event.version,
        "replayed": event.replayed,
        **_verdict(event.verdict, words, lang),
        "balances": words.amounts(event.balances),
        **_checkout(event.beside, words, lang),
    }


def stored(event: StoredEvent, member: str | None, verdict: Verdict, words: Vocabulary, lang: Lang) -> dict[str, Any]:
    """An event as it is kept, with the part of every rule in words."""
    return {
        "event": str(event.event_id),
        "kind": event.kind,
        "member": member,
        "occurred_at": instant(event.occurred_at),
        "posted_at": instant(event.posted_at),
        "version": event.version,
        "inputs": dict(event.inputs),
        **_verdict(verdict, words, lang),
        **_checkout(event.verdict, words, lang),
    }


def member(who: Member, profile: Profile | None, tier: Mapping[str, Any] | None) -> dict[str, Any]:
    """A member with the personal data kept apart from the points, and the tier."""
    birthdate = profile.birthdate if profile else None
    return {
        "member": who.reference,
        "status": who.status,
        "enrolled_at": instant(who.enrolled_at),
        "birthdate": birthdate.isoformat() if birthdate else None,
        "segments": sorted(who.segments),
        "attributes": dict(profile.attributes) if profile else {},
        "tier": tier,
    }


def balances(held: Iterable[Balance], units: Mapping[int, tuple[str, int]]) -> list[dict[str, Any]]:
    """Every unit of the programme, zero where nothing is held. `units` is number -> (code, decimals)."""
    by_unit = {balance.unit: balance for balance in held}
    return [
        _figures(code, decimals, by_unit.get(number) or Balance(unit=number, available=0))
        for number, (code, decimals) in sorted(units.items())
    ]


def holdings(held: Iterable[Holding]) -> list[dict[str, Any]]:
    """The same, as many look it up at once."""
    return [_figures(one.unit, one.decimals, one) for one in held]


def movement(moved: Movement, units: Mapping[int, tuple[str, int]]) -> dict[str, Any]:
    """One movement as a statement shows it. `units` is number -> (code, decimals)."""
    code, decimals = units[moved.unit]
    return {
        "event": str(moved.event_id),
        "kind": moved.kind,
        "unit": code,
        "amount": moved.amount,
        "pending": moved.pending,
        "held": moved.held,
        "decimals": decimals,
        "occurred_at": instant(moved.occurred_at),
        "posted_at": instant(moved.posted_at),
    }


def lot(held: Lot, units: Mapping[int, tuple[str, int]]) -> dict[str, Any]:
    """Points issued together, as a member reads them. `units` is number -> (code, decimals)."""
    code, decimals = units[held.unit]
    return {
        "event": str(held.event_id),
        "unit": code,
        "decimals": decimals,
        "amount": held.amount,
        "remaining": held.remaining,
        "status": "pending" if held.pending else "open",
        "earned_at": instant(held.earned_at),
        "opens_on": held.opens_on.isoformat() if held.pending and held.opens_on else None,
        "last_day": held.last_day.isoformat() if held.last_day else None,
    }


def moved(event: Moved, decimals: Mapping[str, int]) -> dict[str, Any]:
    """The answer to an event that moved points without granting any."""

    def amounts(quanta: Mapping[str, int]) -> list[dict[str, Any]]:
        return [{"unit": unit, "amount": amount, "decimals": decimals[unit]} for unit, amount in quanta.items()]

    return {
        "event": str(event.event_id),
        "kind": event.kind,
        "member": event.member,
        "occurred_at": instant(event.occurred_at),
        "version": event.version,
        "replayed": event.replayed,
        "moved": amounts(event.moved),
        "balances": amounts(event.balances),
    }


def cursor(moved: Movement) -> str:
    """Where the next page begins, opaque to clients."""
    return f"{moved.event_id.hex}.{moved.line}"


def read_cursor(text: str) -> tuple[UUID, int] | None:
    """The inverse of `cursor`; None when the text is none of ours."""
    event, _, line = text.partition(".")
    try:
        return UUID(hex=event), int(line)
    except ValueError:
        return None


def _figures(unit: str, decimals: int, held: Balance | Holding) -> dict[str, Any]:
    return {
        "unit": unit,
        "decimals": decimals,
        "available": held.available,
        "pending": held.pending,
        "held": held.held,
        "lifetime": held.lifetime,
    }


def _checkout(kept: Mapping[str, Any], words: Vocabulary, lang: Lang | None) -> dict[str, Any]:
    return {"checkout": words.checkout(kept[CHECKOUT], lang)} if CHECKOUT in kept else {}


def _verdict(verdict: Verdict, words: Vocabulary, lang: Lang | None) -> dict[str, Any]:
    named = words.names_in(lang).get
    rules: list[dict[str, Any]] = [
        {"rule": rule, "name": named(rule, ""), "fired": quanta != 0, "unit": unit, "amount": quanta, "clause": clause}
        for rule, unit, quanta, clause, _ in verdict.outcomes
    ]
    if lang:
        sentences = {line.rule: line.sentence for line in explain(verdict, words.earning, lang, words.units)}
        rules = [{**drawn, "sentence": sentences[drawn["rule"]]} for drawn in rules]
    return {
        "awards": words.amounts(verdict.awards),
        "rules": rules,
        "cuts": [{"by": cut.by, "rule": cut.rule, "unit": cut.unit, "amount": cut.quanta, "room": cut.room} for cut in verdict.cuts],
    }
