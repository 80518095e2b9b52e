"""The words of the first run. Part of the words of `public`."""

from __future__ import annotations

from collections.abc import Mapping

_WORDS: Mapping[str, tuple[str, str]] = {
    "setup_path": ("The four steps", "Die vier Schritte"),
    "setup_step_1": ("You", "Sie"),
    "setup_step_2": ("Your programme", "Ihr Programm"),
    "setup_step_3": ("Poster and card", "Aushang und Karte"),
    "setup_step_4": ("The first point", "Der erste Punkt"),
    "setup_owner_title": ("Welcome to Praemia", "Willkommen bei Praemia"),
    "setup_owner_text": (
        "Nobody owns this installation yet. In five minutes the first customer has points.",
        "Diese Installation gehört noch niemandem. In fünf Minuten hat der erste Kunde Punkte.",
    ),
    "setup_token": ("Setup token", "Einrichtungsschlüssel"),
    "setup_token_hint": (
        "The server printed it when it started. It shows that you are allowed to.",
        "Der Server hat ihn beim Start ausgegeben. Er zeigt, dass Sie es dürfen.",
    ),
    "setup_wrong_token": (
        "This is not the token that the server printed.",
        "Das ist nicht der Schlüssel, den der Server ausgegeben hat.",
    ),
    "setup_name": ("Your name", "Ihr Name"),
    "setup_email": ("E-mail", "E-Mail"),
    "setup_password": ("Password", "Passwort"),
    "setup_password_hint": ("At least ten characters. A sentence is fine.", "Mindestens zehn Zeichen. Ein Satz ist gut."),
    "setup_go_on": ("Go on", "Weiter"),
    "setup_program_title": ("Your programme", "Ihr Programm"),
    "setup_program_text": (
        "Begin with one that works. Everything can be changed later, in forms.",
        "Beginnen Sie mit einem, das funktioniert. Alles lässt sich später in Formularen ändern.",
    ),
    "setup_template": ("What comes closest?", "Was kommt am nächsten?"),
    "setup_choose": ("Choose one to begin with.", "Wählen Sie eines für den Anfang."),
    "setup_need_name": ("What is it called?", "Wie heißt es?"),
    "setup_zone": ("There is no such time zone.", "Diese Zeitzone gibt es nicht."),
    "template_customer_shop": ("Any shop", "Irgendein Laden"),
    "template_customer_cafe": ("A café", "Ein Café"),
    "template_customer_grocer": ("A grocer with cashback", "Ein Lebensmittelmarkt mit Guthaben"),
    "template_employee": ("Thanks among colleagues", "Dank unter Kollegen"),
    "template_education": ("Learning", "Lernen"),
    "template_wellness": ("Health", "Gesundheit"),
    "template_referral": ("Bring a friend", "Freunde werben"),
    "setup_shop": ("What members call it", "Wie Mitglieder es nennen"),
    "setup_shop_hint": ("The name of the shop or of the programme.", "Der Name des Ladens oder des Programms."),
    "setup_colour": ("Colour", "Farbe"),
    "setup_timezone": ("Time zone", "Zeitzone"),
    "setup_currency": ("Currency", "Währung"),
    "setup_begin": ("Begin", "Beginnen"),
    "setup_later": ("Logo, rules and rewards come later.", "Logo, Regeln und Prämien kommen später."),
    "setup_first_title": ("Poster and first card", "Aushang und erste Karte"),
    "setup_waiting": ("Your programme is live. It waits for its first member.", "Ihr Programm läuft. Es wartet auf das erste Mitglied."),
    "setup_joined": ("{n} members have joined. Now the first purchase.", "{n} Mitglieder sind dabei. Jetzt der erste Einkauf."),
    "setup_joined_one": ("The first member has joined. Now the first purchase.", "Das erste Mitglied ist dabei. Jetzt der erste Einkauf."),
    "setup_arrived_title": ("The first points have arrived", "Die ersten Punkte sind da"),
    "setup_arrived": ("{held} with {n} members.", "{held} bei {n} Mitgliedern."),
    "setup_arrived_one": ("{held} with the first member.", "{held} beim ersten Mitglied."),
    "setup_to_console": ("Open the console", "Konsole öffnen"),
    "setup_to_till": ("Open the till", "Kasse öffnen"),
    "setup_to_page": ("See the public page", "Öffentliche Seite ansehen"),
    "setup_why": ("Why these points", "Warum diese Punkte"),
    "setup_poster": ("Hang up the poster", "Den Aushang aufhängen"),
    "setup_poster_text": (
        "Customers scan it and have their card on their phone.",
        "Kunden scannen ihn und haben ihre Karte auf dem Handy.",
    ),
    "setup_poster_open": ("Poster", "Aushang"),
    "setup_cheat": ("Sheet for the till", "Blatt für die Kasse"),
    "setup_phone": ("Try it with your own phone:", "Probieren Sie es mit dem eigenen Handy:"),
    "setup_card": ("Scan the first card", "Die erste Karte scannen"),
    "setup_card_text": (
        "Any card with a number or bar code will do. It becomes a member's card, and a purchase gives it points.",
        "Jede Karte mit Nummer oder Strichcode geht. Sie wird zur Karte eines Mitglieds, und ein Einkauf bringt ihr Punkte.",
    ),
    "setup_card_number": ("Card number", "Kartennummer"),
    "setup_card_hint": ("Scan it with a scanner, or type it.", "Mit dem Scanner lesen oder eintippen."),
    "setup_amount": ("Amount of the purchase", "Betrag des Einkaufs"),
    "setup_scan": ("Give the first points", "Die ersten Punkte geben"),
}
"""Key -> (English, German)."""

EN: Mapping[str, str] = {key: english for key, (english, _) in _WORDS.items()}
DE: Mapping[str, str] = {key: german for key, (_, german) in _WORDS.items()}
