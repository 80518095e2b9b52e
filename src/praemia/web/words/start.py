"""The words of the start page and of the pages about problems."""

from __future__ import annotations

from collections.abc import Mapping

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
