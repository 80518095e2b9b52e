"""Refusals in German, by their code. In English the room's own words are shown. Placeholders are the refusal's fields."""

from __future__ import annotations

from collections.abc import Mapping

GERMAN: Mapping[str, str] = {
    "identity.refused": "Das stimmt nicht überein.",
    "identity.too_often": "Zu oft versucht. Bitte versuchen Sie es in {minutes} Minuten noch einmal.",
    "identity.ticket_invalid": "Das hat zu lange gedauert oder wurde schon benutzt. Bitte beginnen Sie noch einmal.",
    "identity.email_taken": "Diese E-Mail-Adresse gehört schon zu jemandem.",
    "identity.not_proved": "Bitte melden Sie sich noch einmal an, um das zu ändern.",
    "identity.last_way_in": "Das ist der letzte Weg hinein. Fügen Sie zuerst einen anderen hinzu.",
    "access.invitation_invalid": "Diese Einladung gilt nicht mehr; bitten Sie um eine neue.",
    "access.role_out_of_reach": "Diese Rolle können Sie weder geben noch nehmen.",
    "access.last_owner": "Jemand muss Inhaber bleiben.",
    "access.owner_exists": "Es gibt schon einen Inhaber.",
    "access.second_person_needed": "Das haben Sie selbst beantragt; jemand anders muss zustimmen.",
    "no_email": "Das ist keine E-Mail-Adresse.",
    "name_length": "Ein Name hat 1 bis 100 Zeichen.",
    "too_short": "Ein Passwort hat mindestens zehn Zeichen.",
    "too_long": "Ein Passwort hat höchstens 256 Zeichen.",
    "too_simple": "Dieses Passwort würde jeder als Erstes versuchen.",
    "wrong_code": "Das ist nicht der Code, den die App jetzt zeigt.",
    "no_roles": "Mindestens eine Rolle ist nötig.",
}
