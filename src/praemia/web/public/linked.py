"""The programme as linked data (schema.org MemberProgram), so that search engines can show its benefits. Real facts of the file alone.

Vocabulary: https://schema.org/MemberProgram and https://schema.org/MemberProgramTier. The JSON is made safe to stand in a script element of
a type that no browser runs.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from praemia.programs import ProgramFile, Saying, level_benefits, threshold
from praemia.web.public.shown import Public

_POINTS = "https://schema.org/TierBenefitLoyaltyPoints"


def linked_data(public: Public) -> Markup:
    """The script element's content."""
    text = json.dumps(member_program(public), ensure_ascii=False, separators=(",", ":"))
    for risky, escaped in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029")):
        text = text.replace(risky, escaped)
    return Markup(text)


def member_program(public: Public) -> dict[str, Any]:
    """The MemberProgram with its tiers; a programme without tiers has the one every member is in."""
    voice = Saying(public.file, public.lang)
    url = f"{public.origin}{public.root}"
    earn = next((section for section in public.guide.sections if section.key == "earn"), None)
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MemberProgram",
        "@id": url,
        "name": public.name,
        "url": url,
        "inLanguage": public.lang,
        "hostingOrganization": {"@type": "Organization", "name": public.name, "url": url},
        "hasTiers": _tiers(public, voice, url),
    }
    if earn is not None:
        found["description"] = " ".join(earn.lines)[:500]
    return found


def _tiers(public: Public, voice: Saying, url: str) -> list[dict[str, Any]]:
    tiers = public.file.tiers
    if tiers is None:
        return [_tier(url, "member", public.name, points_per_unit(public.file), "")]
    rate = points_per_unit(public.file)
    found = []
    for level in tiers.levels:
        own = rate * (level.multiplier or 1) if rate is not None else None
        tier = _tier(url, level.id, voice.named(level.name, level.id), own, threshold(voice, level, tiers))
        benefits = list(level_benefits(voice, level, tiers))
        if benefits:
            tier["description"] = ", ".join(benefits)
        found.append(tier)
    return found


def _tier(url: str, key: str, name: str, rate: Fraction | None, requirement: str) -> dict[str, Any]:
    tier: dict[str, Any] = {"@type": "MemberProgramTier", "@id": f"{url}#{key}", "name": name, "isTierOf": {"@id": url}}
    if rate is not None:
        tier["hasTierBenefit"] = [_POINTS]
        tier["membershipPointsEarned"] = {"@type": "QuantitativeValue", "value": _decimal(rate), "unitText": "points per currency unit"}
    if requirement:
        tier["hasTierRequirement"] = requirement
    return tier


def points_per_unit(file: ProgramFile) -> Fraction | None:
    """How many of the first unit one unit of the currency earns in a plain purchase; None where nothing does."""
    first = next(iter(file.units))
    rates = [
        Fraction(rule.earn.points, rule.earn.per_amount)
        for rule in file.earning.rules
        if rule.enabled
        and rule.trigger == "purchase"
        and rule.earn
        and rule.earn.per_amount
        and (rule.to or first) == first
        and rule.match is None
    ]
    return max(rates, default=None)


def _decimal(rate: Fraction) -> int | str:
    """A whole number as such; schema.org also takes numbers as text, which stays exact."""
    if rate.denominator == 1:
        return int(rate)
    places = next((n for n in range(1, 10) if (rate * 10**n).denominator == 1), 6)
    whole, part = divmod(int(rate * 10**places), 10**places)
    return f"{whole}.{part:0{places}d}"
