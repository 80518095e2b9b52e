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
    # Zugang, Orte, Codes
    (r"“(.+)” is neither a permission nor a role\..*", "„{0}“ ist weder ein Recht noch eine Rolle."),
    (r"“(.+)” is no role; there are .+\.", "„{0}“ ist keine Rolle."),
    (r"A password has at least (\d+) characters\.", "Ein Passwort hat mindestens {0} Zeichen."),
    (r"A password has at most (\d+) characters\.", "Ein Passwort hat höchstens {0} Zeichen."),
    (r"This password is among the first that anybody would try\.", "Dieses Passwort würde jeder zuerst versuchen."),
    (r"A code has 1 to 64 characters, without .+\.", "Ein Kürzel hat 1 bis 64 Zeichen, ohne / ? # und Zeilenumbruch."),
    (r"A code with fewer than (\d+) random signs can be guessed\.", "Ein Code mit weniger als {0} zufälligen Zeichen lässt sich erraten."),
    (r"Between 1 and (\d+) codes at a time\.", "Auf einmal gehen 1 bis {0} Codes."),
    (r"There are too many programmes of that name\.", "Programme dieses Namens gibt es schon zu viele."),
    (r"(.+) lies in the future\.", "{0} liegt in der Zukunft."),
    (
        r"a purchase names its member by reference or by card, not both",
        "Ein Kauf nennt sein Mitglied mit der Kennung oder mit der Karte, nicht mit beiden.",
    ),
    (r"the activity has no field (.+)", "Diese Aktivität hat kein Feld {0}."),
    (r"(.+) must be (\w+), not (.+)", "{0} muss {1} sein, nicht {2}."),
    (
        r"The version before counts from (.+); this one cannot count from an earlier day\.",
        "Die Fassung davor gilt ab {0}; diese kann nicht früher gelten.",
    ),
    # Programmdateien
    (r"'' is not a (?:whole )?number\.", "Geben Sie eine Zahl ein."),
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
    (r"There is no ([\w ()]+?) ('.*')\.|There is no (\w+) (.+)\.", "{1}{3} gibt es nicht."),
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
    (r"This is not YAML: (.+)\.", "Das ist kein YAML: {0}."),
    (r"The file has (.+) characters; (.+) is the most\.", "Die Datei hat {0} Zeichen; {1} sind das meiste."),
    (r"The file is not valid Unicode text\.", "Die Datei ist kein gültiger Unicode-Text."),
    (r"The file is empty\.", "Die Datei ist leer."),
    (r"A tab cannot indent YAML\.", "Eingerückt wird mit Leerzeichen, nicht mit Tabulatoren."),
    (r"The character (U\+\w+) may not stand in YAML\.", "Das Zeichen {0} darf in YAML nicht stehen."),
    (r"(.+) is not a key that is known here\.", "Den Schlüssel {0} gibt es hier nicht."),
    (r"A (?:list|mapping) stands here; this takes (.+)\.", "Hier gehört etwas anderes hin: {0}."),
    (r"This takes (.+)\.", "Hier gehört etwas anderes hin: {0}."),
    (r"(.+) cannot be a name here: it takes (.+)\.", "{0} geht hier nicht als Name; erlaubt: {1}."),
    (r"(.+) reads as a (?:number or a )?switch, not as text\.", "{0} liest sich nicht als Text; setzen Sie es in Anführungszeichen."),
    (r"A name in no language is no name\.", "Ein Name ohne Sprache ist keiner."),
    (r"Each entry must have between 1 and 200 characters\.", "Jeder Eintrag hat 1 bis 200 Zeichen."),
    (r"The text describes “(.+)”, not “(.+)”\.", "Der Text beschreibt „{0}“, nicht „{1}“."),
    (r"(.+) is built in and cannot be declared as an activity\.", "{0} ist eingebaut und lässt sich nicht als Aktivität anlegen."),
    (r"(.+) has a meaning of its own in conditions\.", "{0} hat in Bedingungen eine eigene Bedeutung."),
    (r"The value of one unit is more than a thousand million\.", "Eine Einheit ist mehr als eine Milliarde wert."),
    (r"(.+) cannot be per (\w+): (.+)\.", "Je {1} geht hier nicht, nur: {2}."),
    (r"A budget has exactly one of points and money\.|a budget is in points or in money", "Ein Budget zählt Punkte oder Geld."),
    (r"A budget of discounts has exactly one of money and uses\.", "Ein Rabattbudget zählt Geld oder Verwendungen."),
    (r"Rule (.+) gives (.+), but this budget counts (.+)\.", "Die Regel {0} gibt {1}, das Budget zählt {2}."),
    (r"A budget in money needs to know what one (.+) is worth\.", "Für ein Budget in Geld muss feststehen, was {0} wert ist."),
    (
        r"Rule (.+) multiplies (.+), but no .+: it never gives anything\.",
        "Die Regel {0} vervielfacht {1}, doch nichts gibt sie dort: Sie bringt nie etwas.",
    ),
    (
        r"Rule (.+) adds to (.+), but no .+: it never gives anything\.",
        "Die Regel {0} erhöht {1}, doch nichts gibt sie dort: Sie bringt nie etwas.",
    ),
    (r"A rule has exactly one of earn, multiply and add; (.+) is already there\.", "Eine Regel gibt auf eine Art; {0} steht schon da."),
    (r"Points are counted in one way; (.+) is already there\.", "Punkte werden auf eine Art gezählt; {0} steht schon da."),
    (r"'per_value' needs an activity as trigger\.", "„per_value“ geht nur bei einer Aktivität."),
    (r"'min_amount_tax' needs a min_amount\.", "„min_amount_tax“ braucht einen Mindestbetrag."),
    (r"The field holds whole numbers; so must the step\.", "Das Feld enthält ganze Zahlen; der Schritt muss es auch sein."),
    (r"(?:A coupon|A reward) gives one thing; (.+) is already there\.", "Nur eines kann gegeben werden; {0} steht schon da."),
    (r"A promotion takes one thing off; (.+) is already there\.", "Nur eines kann abgezogen werden; {0} steht schon da."),
    (r"'buy' needs 'get'\.", "„buy“ braucht „get“."),
    (r"(.+) has no sign that counts\.", "{0} enthält kein Zeichen, das zählt."),
    (r"(.+) counts only (?:with|for) (.+)\.", "{0} zählt nur zusammen mit {1}."),
    (r"(.+) needs ('.+')\.", "{0} braucht {1}."),
    (r"A unit of money is counted like (.+): with (\d+|.+) decimals\.", "Eine Einheit von Geld zählt wie {0}: mit {1} Nachkommastellen."),
    (r"Points wait for one thing: exactly one of days and until\.", "Punkte warten auf eines: Tage oder ein Ereignis."),
    (r"This does not say when points end: exactly one of (.+)\.", "Hier steht nicht, wann Punkte enden: genau eines von {0}."),
    (r"Points end in one way; (.+) is already there\.", "Punkte enden auf eine Art; {0} steht schon da."),
    (r"'(.+)' has no place beside (.+); there it is '(.+)'\.", "„{0}“ passt nicht zu {1}; dort heißt es „{2}“."),
    (r"'(\w+)' .+\.", "„{0}“ hat hier keine Wirkung."),
    (r"There are no (.+) yet, so 'keep' would have no effect\.", "„keep“ hätte keine Wirkung: Es gibt noch keine {0}."),
    (r"Nobody chooses a date or place for a reward that is given by itself\.", "Was von selbst kommt, hat weder Termin noch Ort zur Wahl."),
    (r"An option costs points, money or both\.", "Eine Wahl kostet Punkte, Geld oder beides."),
    (r"Every step has a name of its own\.", "Jeder Schritt braucht einen eigenen Namen."),
    (r"A fee of 100 percent or more leaves nothing to arrive\.", "Bei 100 Prozent Gebühr käme nichts an."),
    (r"This level asks for nothing\.", "Diese Stufe verlangt nichts."),
    (r"Visits are whole numbers\.", "Besuche sind ganze Zahlen."),
    (
        r"Levels stand lowest first; this asks for less (\w+) than one before it\.",
        "Die unterste Stufe steht zuerst; diese verlangt weniger als eine davor.",
    ),
    (r"It is not said over which time this counts: tiers need a window\.", "Es fehlt, über welche Zeit gezählt wird."),
    (r"A balance is what is held now: it has no window\.", "Ein Guthaben ist, was jetzt da ist: Es hat keinen Zeitraum."),
    (r"A window has one length: exactly one of rolling_months and since_joining_days\.", "Ein Zeitraum hat eine Länge."),
    (
        r"Days of review are said in one way: exactly one of dates and every_days\.",
        "Überprüft wird an festen Tagen oder alle so viele Tage.",
    ),
    (r"'then_expire_all' goes with every_days\.", "„then_expire_all“ geht nur zusammen mit „every_days“."),
    (
        r"A tier that a review gives for the period that ended cannot fall at once when the new one begins\.",
        "Eine Stufe, die eine Überprüfung gibt, kann nicht mit dem neuen Zeitraum sofort fallen.",
    ),
    (
        r"A tier that rises at a review is never the new tier of a purchase\.",
        "Eine Stufe, die bei der Überprüfung steigt, steigt nicht beim Kauf.",
    ),
    (
        r"Points cannot pay in this programme, so they cannot pay without a network either\.",
        "Punkte bezahlen hier nicht, also auch nicht ohne Netz.",
    ),
    (r"At most (\d+) bands are allowed\.", "Erlaubt sind höchstens {0} Stufen von Guthaben."),
    (r"(.+) is not a whole number of points above 0\.", "{0} ist keine ganze Zahl von Punkten über 0."),
    (r"The bands must rise, each once\.", "Die Werte müssen steigen, jeder kommt einmal vor."),
    (
        r"Version (\d+|.+) is planned from (.+) and would be replaced: .+\.",
        "Fassung {0} ist ab {1} geplant und würde ersetzt: Was sie hinzufügt, muss auch hier stehen.",
    ),
    # Regeln
    (r"a programme needs at least one unit", "Ein Programm braucht eine Einheit."),
    (r"there is no (?:unit|rule|trigger or activity) (.+)", "{0} gibt es nicht."),
    (r"(.+) is already used|there is already a cap on (.+) per .+", "Das gibt es schon."),
    (r"decimals must be between 0 and 6", "Nachkommastellen: 0 bis 6."),
    (r"hours run from 00:00 to 24:00", "Uhrzeiten gehen von 00:00 bis 24:00."),
    (r"weekdays run from 0 \(Monday\) to 6", "Wochentage gehen von 0 (Montag) bis 6."),
    (r"begins after its last day", "Der erste Tag liegt nach dem letzten."),
    (r"a limit needs at least one time|a cooldown lasts at least a second", "Das ist zu wenig."),
    (r".+ must be above 0|.+ cannot be negative|.+ less than nothing", "Die Zahl muss größer als null sein."),
    (r"unit (.+) has no value in money", "Die Einheit {0} hat keinen Wert in Geld."),
    (r"rule (.+) gives another unit than (.+)", "Die Regel {0} gibt eine andere Einheit als {1}."),
    (r"a (\w+) carries no field (.+); declare an activity", "Das Feld {1} gibt es hier nicht; legen Sie eine Aktivität an."),
    (r"activity (.+) declares no whole number or money field (.+)", "Die Aktivität {0} hat kein Feld {1} mit einer Zahl oder Geld."),
    (r"only a purchase has this, not (.+)", "Das gibt es nur beim Kauf, nicht bei {0}."),
    (r"names no product, category, brand or tag", "Hier fehlt, welche Waren gemeint sind."),
    (
        r"firings cannot be limited per balance|a rule's cap counts the rule's own unit|a budget has no balance"
        r"|exclusive is for base rules; stacking decides over promotions",
        "Das geht hier nicht.",
    ),
    # Bedingungen
    (r"a condition has at most (\d+) characters, this one (\d+)", "Eine Bedingung hat höchstens {0} Zeichen, diese hat {1}."),
    (r"a condition answers true or false, this one a value of type (\w+)", "Eine Bedingung ist wahr oder falsch, diese ist vom Typ {0}."),
    (
        r"at most (\d+|.+) list operations \(all, exists, filter, map\) may be nested or chained, here are (\d+|.+)",
        "Höchstens {0} Listenoperationen dürfen ineinander stehen, hier sind es {1}.",
    ),
    (r"(.+) has no field (.+)", "{0} hat kein Feld {1}."),
    (r"the name (.+) means nothing here", "Der Name {0} bedeutet hier nichts."),
    (r"(.+) does not work on (.+)", "{0} geht nicht mit {1}."),
    (r"the expression ends too early", "Die Bedingung endet zu früh."),
    (r"this cannot be read: (.+)", "Das lässt sich nicht lesen: {0}."),
    (r"inside a list operation, \+ may add numbers only, not text or lists", "In einer Listenoperation addiert + nur Zahlen."),
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
