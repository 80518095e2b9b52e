"""What the mails of identity say, in English and German. Plain text; nothing personal but what the reader wrote. Pure."""

from __future__ import annotations

from collections.abc import Mapping

LETTERS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "code": {
        "en": (
            "{code} is your code for {name}",
            "Hello,\n\nyour code for {name} is\n\n    {code}\n\nIt counts for ten minutes, once, in the browser where you asked for it.\n"
            "Never tell it to anybody: nobody from {name} will ask you for it.\n\n"
            "If you did not ask for a code, there is nothing to do: without it nobody gets in.\n",
        ),
        "de": (
            "{code} ist Ihr Code für {name}",
            "Guten Tag,\n\nIhr Code für {name} lautet\n\n    {code}\n\n"
            "Er gilt zehn Minuten lang, einmal, in dem Browser, in dem Sie ihn angefordert haben.\n"
            "Geben Sie ihn niemandem weiter: Niemand von {name} wird danach fragen.\n\n"
            "Haben Sie keinen Code angefordert, müssen Sie nichts tun: Ohne ihn kommt niemand hinein.\n",
        ),
    },
    "invitation": {
        "en": (
            "Your invitation to {name}",
            "Hello {person},\n\n{inviter} invites you to work with {name} on Praemia. Open this link to join:\n\n    {link}\n\n"
            "It counts until {until}, once. If you did not expect it, there is nothing to do.\n",
        ),
        "de": (
            "Ihre Einladung zu {name}",
            "Guten Tag {person},\n\n{inviter} lädt Sie ein, auf Praemia mit {name} zu arbeiten. Mit diesem Link treten Sie bei:\n\n"
            "    {link}\n\n"
            "Er gilt bis {until}, einmal. Haben Sie ihn nicht erwartet, müssen Sie nichts tun.\n",
        ),
    },
}


def letter(kind: str, lang: str | None, **values: str) -> tuple[str, str]:
    """Subject and text of a mail; English where the language is not known. Values lose their line breaks: nobody writes into a header."""
    plain = {key: " ".join(value.split()) for key, value in values.items()}
    subject, text = LETTERS[kind].get(lang or "en", LETTERS[kind]["en"])
    return subject.format(**plain), text.format(**plain)
