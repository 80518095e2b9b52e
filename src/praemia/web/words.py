"""The words of the pages in English and German, and which of the two a reader wants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from starlette.requests import Request

Lang = Literal["en", "de"]

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "promise": "Points that are kept like money.",
        "what": "Praemia is a rewards platform of your own: a shop, a school or an employer describes its programme in one file, and every "
        "purchase, visit or finished course becomes points. Each point can say which rule gave it, and why.",
        "read_reference": "Open the API reference",
        "try_now": "Try it in a terminal",
        "demo_note": "A demonstration in a sandbox: nothing here is real, and its clock is yours to move.",
        "try_title": "Try it",
        "try_note": "These lines work as they are; the key belongs to this demonstration.",
        "begin_title": "Where to begin",
        "begin": "This server holds no demonstration. To see one with sample data and its own database:",
        "members": "members",
        "points": "{unit} held",
        "sandbox": "Sandbox · version {version} · {time}",
        "live": "Live · version {version} · {time}",
        "step_program": "Look at the programme.",
        "step_quote": "Ask what a purchase would earn. Nothing is recorded.",
        "step_enrol": "Enrol yourself. Run it twice: the second answer is the first.",
        "step_purchase": "Buy something.",
        "step_explain": "Let the points explain themselves.",
        "step_balance": "See what you hold.",
        "language": "Language",
        "reference": "API reference",
        "health": "Health",
        "problem_note": "Answers of this kind carry more: `detail` says what happened, `faults` name each fault with its path, "
        "`instance` names the one request. Nothing was changed.",
    },
    "de": {
        "promise": "Punkte, die wie Geld geführt werden.",
        "what": "Praemia ist eine eigene Prämienplattform: Ein Laden, eine Schule oder ein Arbeitgeber beschreibt sein Programm in einer "
        "Datei, und jeder Kauf, jeder Besuch, jeder abgeschlossene Kurs wird zu Punkten. "
        "Jeder Punkt kann sagen, welche Regel ihn gab und warum.",
        "read_reference": "API-Referenz öffnen",
        "try_now": "Im Terminal ausprobieren",
        "demo_note": "Eine Vorführung in einer Testumgebung: Nichts hier ist echt, und ihre Uhr dürfen Sie stellen.",
        "try_title": "Ausprobieren",
        "try_note": "Diese Zeilen funktionieren, wie sie sind; der Schlüssel gehört zu dieser Vorführung.",
        "begin_title": "Der Anfang",
        "begin": "Auf diesem Server läuft keine Vorführung. So sehen Sie eine mit Beispieldaten und eigener Datenbank:",
        "members": "Mitglieder",
        "points": "{unit} im Umlauf",
        "sandbox": "Testumgebung · Fassung {version} · {time}",
        "live": "In Betrieb · Fassung {version} · {time}",
        "step_program": "Das Programm ansehen.",
        "step_quote": "Fragen, was ein Kauf brächte. Nichts wird erfasst.",
        "step_enrol": "Sich anmelden. Zweimal ausführen: Die zweite Antwort ist die erste.",
        "step_purchase": "Etwas kaufen.",
        "step_explain": "Die Punkte sich erklären lassen.",
        "step_balance": "Das Guthaben ansehen.",
        "language": "Sprache",
        "reference": "API-Referenz",
        "health": "Zustand",
        "problem_note": "Antworten dieser Art sagen mehr: `detail` sagt, was geschah, `faults` nennen jeden Fehler mit seinem Ort, "
        "`instance` die eine Anfrage. Geändert wurde nichts.",
    },
}


def language_of(request: Request) -> Lang:
    """`?lang=` wins, then the first language of Accept-Language we speak, by its weight; English otherwise."""
    asked = _spoken(request.query_params.get("lang", ""))
    if asked is not None:
        return asked
    wanted: list[tuple[float, Lang]] = []
    for part in request.headers.get("accept-language", "").split(","):
        name, _, weight = part.strip().partition(";q=")
        language = _spoken(name.split("-")[0].lower())
        if language is not None:
            wanted.append((_weight(weight), language))
    return max((each for each in wanted if each[0] > 0), key=lambda each: each[0], default=(1.0, "en"))[1]


def _spoken(name: str) -> Lang | None:
    match name:
        case "en" | "de":
            return name
    return None


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
