"""The words of explanations, German and English: one phrase for every clause, every effect, every occasion.

Placeholders are filled by core.explaining; a test fills every phrase and holds this table equal to the clauses.
"""

from __future__ import annotations

from typing import Literal

from praemia.rules.core.clauses import Clause

Language = Literal["de", "en"]
Phrase = dict[Language, str]

FIRED: Phrase = {"de": "{name}: {what}.", "en": "{name}: {what}."}
NOT_FIRED: Phrase = {"de": "{name}: nicht, denn {why}.", "en": "{name}: no, because {why}."}
CUT: Phrase = {"de": ", um {points} gekürzt", "en": ", cut by {points}"}
UNKNOWN: Phrase = {"de": "unbekannt", "en": "unknown"}
NONE: Phrase = {"de": "keine", "en": "none"}

BECAUSE: dict[Clause, Phrase] = {
    Clause.DISABLED: {"de": "die Regel ist abgeschaltet", "en": "the rule is switched off"},
    Clause.STOP: {"de": "nach der Regel „{by}“ gilt keine weitere", "en": "no rule counts after “{by}”"},
    Clause.DATES: {"de": "{event} war am {day}, die Regel gilt {period}", "en": "{event} was on {day}, the rule counts {period}"},
    Clause.WEEKDAY: {"de": "{event} war an einem {weekday} ({day})", "en": "{event} was on a {weekday} ({day})"},
    Clause.HOURS: {"de": "{event} war um {time} Uhr, die Regel gilt {hours} Uhr", "en": "{event} was at {time}, the rule counts {hours}"},
    Clause.CHANNELS: {"de": "der Kanal war {channel}", "en": "the channel was {channel}"},
    Clause.LOCATIONS: {"de": "die Filiale war {location}", "en": "the location was {location}"},
    Clause.PARTNERS: {"de": "der Partner war {partner}", "en": "the partner was {partner}"},
    Clause.MEMBERS: {"de": "sie gilt nur für bestimmte Mitglieder", "en": "it is for certain members only"},
    Clause.TIERS: {"de": "die Stufe des Mitglieds war {tier}", "en": "the member's tier was {tier}"},
    Clause.SEGMENTS: {"de": "das Mitglied gehört zu keinem der Segmente", "en": "the member is in none of the segments"},
    Clause.FIRST_PURCHASE: {"de": "es war nicht der erste Kauf", "en": "it was not the first purchase"},
    Clause.MIN_AMOUNT: {"de": "{amount} liegt unter dem Mindestbetrag von {least}", "en": "{amount} is below the minimum of {least}"},
    Clause.MATCH: {"de": "kein passender Artikel war dabei", "en": "no matching item was bought"},
    Clause.MIN_QUANTITY: {
        "de": "es waren {quantity} passende Artikel, nötig sind {least}",
        "en": "there were {quantity} matching items, {least} are needed",
    },
    Clause.EXPRESSION: {"de": "die Bedingung „{condition}“ war nicht erfüllt", "en": "the condition “{condition}” was not met"},
    Clause.VALUE: {"de": "das Feld „{field}“ enthält keine ganze Zahl", "en": "the field “{field}” holds no whole number"},
    Clause.LIMIT: {
        "de": "sie hat schon {used}-mal gegolten, höchstens {times}-mal",
        "en": "it has already counted {used} of {times} times",
    },
    Clause.COOLDOWN: {"de": "die Wartezeit seit {last} ist noch nicht um", "en": "the waiting time since {last} is not over"},
    Clause.EXCLUSIVE: {"de": "die Regel „{by}“ gilt allein", "en": "the rule “{by}” stands alone"},
    Clause.NO_BASE: {"de": "es gab keine Grundpunkte", "en": "there were no base points"},
    Clause.PROMOTIONS: {"de": "die Aktion „{by}“ hatte Vorrang", "en": "the promotion “{by}” came first"},
    Clause.MULTIPLIERS: {"de": "der Faktor von „{by}“ war besser", "en": "the factor of “{by}” was better"},
    Clause.ZERO: {"de": "es ergab sich kein ganzer Punkt", "en": "it came to no whole point"},
    Clause.CAP: {"de": "die Obergrenze ließ nichts mehr zu", "en": "the cap left no room"},
    Clause.BUDGET: {"de": "das Budget ließ nichts mehr zu", "en": "the budget left no room"},
}

GAVE: dict[str, Phrase] = {
    "PerAmount": {"de": "{points} auf {basis}", "en": "{points} on {basis}"},
    "PerItem": {"de": "{points} für {items} {thing}", "en": "{points} for {items} {thing}"},
    "PerValue": {"de": "{points} für {value}", "en": "{points} for {value}"},
    "Fixed": {"de": "{points}", "en": "{points}"},
    "Multiply": {"de": "{points} durch Faktor {factor}", "en": "{points} by factor {factor}"},
    "Add": {"de": "{points} dazu", "en": "{points} on top"},
}

ITEM: dict[Language, tuple[str, str]] = {"de": ("Artikel", "Artikel"), "en": ("item", "items")}
"""One of them, and any other number."""

EVENT: dict[str, Phrase] = {
    "purchase": {"de": "der Kauf", "en": "the purchase"},
    "visit": {"de": "der Besuch", "en": "the visit"},
    "signup": {"de": "die Anmeldung", "en": "the sign-up"},
    "birthday": {"de": "der Geburtstag", "en": "the birthday"},
    "anniversary": {"de": "das Jubiläum", "en": "the anniversary"},
    "": {"de": "die Aktivität", "en": "the activity"},
}

PERIOD: dict[tuple[bool, bool], Phrase] = {
    (True, True): {"de": "vom {first} bis {last}", "en": "from {first} to {last}"},
    (True, False): {"de": "ab {first}", "en": "from {first}"},
    (False, True): {"de": "bis {last}", "en": "until {last}"},
    (False, False): {"de": "immer", "en": "always"},
}
