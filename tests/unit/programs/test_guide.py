"""A programme explains itself to members: every kind of rule has words in both languages, and nothing leaks that is not theirs."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Literal

import pytest

from praemia.programs import guide_of, read_program, rule_sentence
from praemia.programs.core import guide_words

EXAMPLES = sorted((Path(__file__).resolve().parents[3] / "examples").glob("*.yaml"))
NARROW = "\u00a0"  # between an amount and its currency
DAY = date(2025, 6, 1)
LANGUAGES: tuple[Literal["de", "en"], ...] = ("de", "en")

HEAD = """
program: p
units: { points: { name: { de: Punkte, en: Points } }, cash: { name: { de: Guthaben, en: Cashback }, decimals: 2, value: 1 } }
activities: { run: { name: { de: Lauf, en: Run }, fields: { metres: int, fee: money, kind: string, far: bool } } }
tiers: { window: lifetime, levels: [{ id: base, at: 0 }, { id: gold, name: { de: Gold, en: Gold }, at: 10 }] }
earning:
  rules:
    - { id: basis, trigger: purchase, earn: { points: 1, per_amount: "1.00" } }
    - { id: cash, trigger: purchase, to: cash, earn: { points: "0.01", per_amount: "1.00" } }
    - """

KINDS = {
    "{ trigger: purchase, earn: { points: 2, per_amount: '2.50' }, accrual: whole_steps }": (
        "2 Punkte für je 2,50 € Einkaufswert. Nur volle Schritte zählen.",
        "2 points for every €2.50 you spend. Only full steps count.",
    ),
    "{ trigger: purchase, to: cash, earn: { points: '0.02', per_amount: '1.00' } }": (
        "2 % vom Einkaufswert als Guthaben.",
        "2% of what you spend as cashback.",
    ),
    "{ trigger: purchase, earn: { points: 5, per_item: true }, match: { sku: [A, B] } }": (
        "5 Punkte für jeden Artikel (Artikel „A“ oder „B“).",
        "5 points for every item (article “A” or “B”).",
    ),
    "{ trigger: run, earn: { points: 1, per_value: { field: metres, step: 1000 } } }": (
        "1 Punkt für je 1.000 metres bei „Lauf“.",
        "1 point for every 1,000 metres of “Run”.",
    ),
    "{ trigger: run, earn: { points: 1, per_value: { field: fee, step: 5 } } }": (
        "1 Punkt für je 5,00 € bei „Lauf“.",
        "1 point for every €5.00 of “Run”.",
    ),
    "{ trigger: visit, earn: { points: 3 }, cooldown: 2h }": (
        "3 Punkte für jeden Besuch. Frühestens nach 2 Stunden wieder.",
        "3 points for every visit. Again after 2 hours at the earliest.",
    ),
    "{ trigger: signup, earn: { points: 50 }, expiry: none }": (
        "50 Punkte für die Anmeldung. Diese Punkte verfallen nicht.",
        "50 points for signing up. These points do not expire.",
    ),
    "{ trigger: birthday, earn: { points: 9 }, leap_day: mar1, expiry: { days: 30 } }": (
        "9 Punkte zum Geburtstag. Diese Punkte verfallen 30 Tage nach dem Tag, an dem sie verfügbar sind. "
        "Am 1. März, wenn der 29. Februar fehlt.",
        "9 points on your birthday. These points expire 30 days after the day they become available. "
        "On 1 March when there is no 29 February.",
    ),
    "{ trigger: anniversary, earn: { points: 9 } }": (
        "9 Punkte zum Jahrestag der Mitgliedschaft.",
        "9 points on the anniversary of your membership.",
    ),
    "{ trigger: purchase, multiply: 2, when: { days: tue } }": ("2-mal so viele Punkte, dienstags.", "2 times the points, on Tuesdays."),
    "{ trigger: purchase, to: cash, multiply: '1.5', exclude: { category: tobacco } }": (
        "1,5-mal so viel Guthaben, ausgenommen Waren der Gruppe „tobacco“.",
        "1.5 times the cashback, except on goods of the category “tobacco”.",
    ),
    "{ trigger: purchase, add: 10, when: { min_amount: '20.00', first_purchase: true } }": (
        "10 Punkte zusätzlich für jeden Einkauf, ab 20,00 € Einkaufswert (ohne Steuer), beim ersten Einkauf.",
        "10 points extra for every purchase, from a purchase of €20.00 (without tax), with your first purchase.",
    ),
    "{ trigger: purchase, multiply: 3, when: { from: 2025-07-01, until: 2025-07-31, hours: '22:00-02:00', tiers: gold } }": (
        "3-mal so viele Punkte, vom 1. Juli 2025 bis 31. Juli 2025, von 22:00 bis 02:00 Uhr, für die Stufe Gold.",
        "3 times the points, from 1 July 2025 to 31 July 2025, from 22:00 to 02:00, for the tier Gold.",
    ),
    "{ trigger: purchase, multiply: 3, when: { segments: a, channels: [web, app], locations: b, partners: c, min_quantity: 2 } }": (
        "3-mal so viele Punkte, ab 2 Stück, für die Gruppe „a“, über „app“ oder „web“, am Standort „b“, beim Partner „c“.",
        "3 times the points, from 2 items, for the group “a”, through “app” or “web”, at “b”, at the partner “c”.",
    ),
    '{ trigger: run, earn: { points: 1 }, when: { if: \'event.fee >= 250 && event.far && event.kind in ["a", "b"]\' } }': (
        "1 Punkt für „Lauf“, wenn fee mindestens 2,50 € ist und far zutrifft und kind eines von „a“ oder „b“ ist.",
        "1 point for “Run”, if fee is at least €2.50 and far is true and kind is one of “a” or “b”.",
    ),
    "{ trigger: run, earn: { points: 1 }, when: { if: 'event.metres > 5 || event.far' } }": (
        "1 Punkt für „Lauf“, wenn die Bedingung „event.metres > 5 || event.far“ erfüllt ist.",
        "1 point for “Run”, if the condition “event.metres > 5 || event.far” is met.",
    ),
    "{ trigger: run, earn: { points: 1 }, limit: { times: 1, per: day }, cap: { points: 5, per: year }, exclusive: true, stop: true }": (
        "1 Punkt für „Lauf“. Höchstens einmal am Tag. Höchstens 5 Punkte im Jahr. Gilt allein, ohne die anderen Regeln. "
        "Danach gilt keine weitere Regel.",
        "1 point for “Run”. At most once a day. At most 5 points a year. Stands alone, without the other rules. "
        "No further rule counts after it.",
    ),
    "{ trigger: run, earn: { points: 1 }, limit: { times: 3, per: lifetime, scope: program } }": (
        "1 Punkt für „Lauf“. Höchstens 3-mal insgesamt für alle Mitglieder zusammen.",
        "1 point for “Run”. At most 3 times in all for all members together.",
    ),
}


@pytest.mark.parametrize("rule", KINDS)
def test_every_kind_of_rule_has_its_sentence_in_both_languages(rule: str) -> None:
    file = read_program(HEAD + rule.replace("{ trigger", "{ id: tried, trigger", 1)).file
    german, english = KINDS[rule]
    assert rule_sentence(file, file.earning.rules[-1], "de").replace(NARROW, " ") == german
    assert rule_sentence(file, file.earning.rules[-1], "en") == english


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.stem)
def test_every_example_explains_each_of_its_rules(example: Path, lang: Literal["de", "en"]) -> None:
    file = read_program(example.read_text("utf-8")).file
    guide = guide_of(file, lang, DAY)
    told = [line for section in guide.sections if section.key in ("earn", "bonus") for line in section.lines]
    assert len(told) == sum(rule.enabled for rule in file.earning.rules)
    texts = [*told, *(line for section in guide.sections for line in section.lines), *(a.answer for a in guide.answers)]
    assert all(text and text.strip() == text and text.endswith(".") for text in texts)
    assert not any(re.search(r"[{}]|  |None|\.\.| \.", text) for text in texts)
    assert len({answer.question for answer in guide.answers}) == len(guide.answers) >= 4


def test_what_is_over_switched_off_or_for_named_members_is_not_told() -> None:
    rules = (
        "{ id: over, trigger: visit, earn: { points: 1 }, when: { until: 2025-05-31 } }\n"
        "    - { id: off, trigger: visit, enabled: false, earn: { points: 1 } }\n"
        "    - { id: named, trigger: visit, earn: { points: 1 }, when: { members: M-1 } }"
    )
    guide = guide_of(read_program(HEAD + rules).file, "en", DAY)
    assert len(next(section for section in guide.sections if section.key == "earn").lines) == 2


def test_codes_of_coupons_and_promotions_are_not_told() -> None:
    text = next(each for each in EXAMPLES if each.name == "customer-cafe.yaml").read_text("utf-8")
    guide = guide_of(read_program(text).file, "en", DAY)
    whole = " ".join(line for section in guide.sections for line in section.lines)
    assert "SPRING" not in whole
    assert "HELLO" not in whole


def test_every_phrase_has_the_same_places_in_both_languages() -> None:
    for key, (german, english) in {**guide_words.WORDS, **guide_words.GUIDE}.items():
        assert german, key
        assert set(re.findall(r"{(\w+)}", german)) == set(re.findall(r"{(\w+)}", english)), key
