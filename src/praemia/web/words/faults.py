"""Faults of forms and programme files in German, by the English sentence: a fault carries no fields, its sentence has them.

The groups of a pattern fill the places of its German in their order. A sentence nobody wrote a pattern for is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

_PATTERNS: Sequence[tuple[str, str]] = (
    # Formulare
    (r"Please fill this in\.|The key (.+) is missing\.|Say why\.|the condition is empty", "Diese Angabe fehlt."),
    (r"This is no e-mail address\.", "Das ist keine E-Mail-Adresse."),
    (r"An e-mail address is needed\.", "Hier fehlt eine E-Mail-Adresse."),
    (r"A name has (?:at most|1 to) (\d+) characters\.", "Ein Name hat 1 bis {0} Zeichen."),
    (r"A key needs a name of 1 to (\d+) characters\.", "Ein Schlüssel braucht einen Namen mit 1 bis {0} Zeichen."),
    (r"A key needs at least one permission or role\.|At least one role is needed\.", "Wählen Sie mindestens eine Rolle."),
    (r"The key would have expired already\.", "Der Schlüssel wäre schon abgelaufen."),
    (r"This is not the code that the app shows now\.", "Das ist nicht der Code, den die App gerade zeigt."),
    (r"Type the member's reference exactly as it is written above\.", "Schreiben Sie die Kennung genau so, wie sie oben steht."),
    (r"Enter a number in steps of (.+)\.", "Geben Sie eine Zahl in Schritten von {0} ein."),
    (r"Enter a number from 1 to (\d+)\.", "Geben Sie eine Zahl von 1 bis {0} ein."),
    (r"Enter an amount other than zero\.", "Geben Sie einen anderen Betrag als null ein."),
    (r"Enter an amount, such as 12\.50\.", "Geben Sie einen Betrag ein, etwa 12,50."),
    (r"Enter a number of points\.", "Geben Sie eine Zahl von Punkten ein."),
    (r"Enter a day, such as (.+)\.", "Geben Sie einen Tag ein, etwa {0}."),
    (r"Enter a day and a time\.", "Geben Sie Tag und Uhrzeit ein."),
    (r"Enter the number of the receipt\.", "Geben Sie die Nummer des Belegs ein."),
    (r"This looks like a card number\.", "Das sieht nach einer Kartennummer aus."),
    (r"The amount is too large(?: to count)?\.", "Der Betrag ist zu groß."),
    (r"This is no day somebody can be born on\.", "An diesem Tag kann niemand geboren sein."),
    (r"There is one of that name already\.", "Eines dieses Namens gibt es schon."),
    (r"A location needs a name\.", "Ein Ort braucht einen Namen."),
    (r"At most (\d+) characters\.|(\d+) characters are the most\.", "Höchstens {0} Zeichen."),
    (r"An address has 1 to 64 .+", "Eine Adresse hat 1 bis 64 Kleinbuchstaben, Ziffern und Bindestriche, am Rand keinen Bindestrich."),
    (r"The text is empty\.|Terms need a text in at least one language\.", "Der Text ist leer."),
    (r".+ cannot hold this text\.", "Diesen Text fasst die Art von Code nicht."),
    # Programmdateien
    (r"(.+) is not a number\.", "{0} ist keine Zahl."),
    (r"(.+) is not a whole number\.", "{0} ist keine ganze Zahl."),
    (r"The number must be greater than (.+)\.", "Die Zahl muss größer sein als {0}."),
    (r"The number must be at least (.+)\.", "Die Zahl muss mindestens {0} sein."),
    (r"The number must be between (.+) and (.+)\.", "Die Zahl muss zwischen {0} und {1} liegen."),
    (r"The factor must be at most 1000\.", "Der Faktor darf höchstens 1000 sein."),
    (r"(.+) is not one of: (.+)\.", "{0} gehört nicht zu: {1}."),
    (r"(.+) is neither (.+) nor (.+)\.", "{0} ist weder {1} noch {2}."),
    (r"(.+) is not a date\.", "{0} ist kein Datum."),
    (r"(.+) is not a day of the year\.", "{0} ist kein Tag des Jahres."),
    (r"(.+) is not a day: (.+)\.", "{0} ist kein Wochentag: {1}."),
    (r"(.+) is not a span of hours\.", "{0} ist keine Zeitspanne; etwa 16:00-18:00."),
    (r"Start and end are the same minute\.", "Anfang und Ende sind dieselbe Minute."),
    (r"(.+) is not a duration up to ten years\.", "{0} ist keine Dauer bis zu zehn Jahren."),
    (r"(.+) is not a language code\.", "{0} ist kein Sprachkürzel."),
    (r"The text must have between 1 and 500 characters\.", "Der Text muss 1 bis 500 Zeichen haben."),
    (r"A condition must have between 1 and 2000 characters\.", "Eine Bedingung muss 1 bis 2000 Zeichen haben."),
    (r"The list is empty\.|At least one entry is needed\.", "Die Liste ist leer."),
    (r"At most (\d+) entries are allowed\.", "Erlaubt sind höchstens {0} Einträge."),
    (r"'until' \((.+)\) lies before 'from' \((.+)\)\.", "Das Ende ({0}) liegt vor dem Anfang ({1})."),
    (r"There is no (\w+) (.+)\.", "{1} gibt es nicht."),
    (r"There is already (?:a|an) (\w+) (.+)\.|The id (.+) is taken\.", "Diese Kennung ist schon vergeben."),
    (r"(?:Rule (.+)|The \w+) gives nothing\.", "Das gibt noch nichts."),
    (r"The promotion takes nothing off\.", "Die Aktion nimmt noch nichts ab."),
    (r"More than 100 percent cannot be taken off\.", "Mehr als 100 Prozent lassen sich nicht abziehen."),
    (r"Points cannot pay more than 100 percent\.", "Punkte können höchstens 100 Prozent bezahlen."),
    (r"The unit (.+) cannot be spent\.", "Die Einheit {0} kann man nicht ausgeben."),
    (r"The unit (.+) carries .+; this amount has more\.", "Dieser Betrag hat mehr Nachkommastellen als die Einheit {0}."),
    (r"(\w{3}) has .+; this amount has more\.", "Dieser Betrag hat mehr Nachkommastellen als {0}."),
    (r"'(\w+)' selects by nothing\.", "„{0}“ wählt nach nichts aus."),
    (r"'(\w+)' needs the trigger purchase\.", "„{0}“ geht nur bei Käufen."),
    (r"The code (.+) belongs to (.+) already\.", "Der Code {0} gehört schon zu {1}."),
    (r"The coupon has no codes\.", "Der Gutschein hat noch keine Codes."),
    (r"Codes come from a pattern or from a pool\.|Codes are listed or issued from a pattern\.", "Codes kommen nur aus einer Quelle."),
    (
        r"Text in (#\w+) on a (light|dark) page has a contrast of (.+); it needs (.+) \(WCAG 2\.2\)\.",
        "Schrift in {0} hätte dort nur einen Kontrast von {2}; nötig sind {3} (WCAG 2.2).",
    ),
    (
        r"A shape in (#\w+) on a light page has a contrast of (.+); it needs (.+) \(WCAG 2\.2\)\.",
        "Eine Fläche in {0} hätte nur einen Kontrast von {1}; nötig sind {2} (WCAG 2.2).",
    ),
)


def german(sentence: str) -> str | None:
    """The sentence in German, if somebody wrote down how it goes."""
    for pattern, said in _compiled():
        found = pattern.fullmatch(sentence)
        if found:
            return said.format(*(group or "" for group in found.groups()))
    return None


@cache
def _compiled() -> Sequence[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern), said) for pattern, said in _PATTERNS]
