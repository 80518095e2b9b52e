"""The words of the pages in English and German, one module per face, and which of the two languages a reader wants.

A page speaks the shared words and those of its face. Both languages have the same keys and the same placeholders: a test says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

from starlette.requests import Request

from praemia.web.words import console, member, programme, public, shared, sign_in, start, till

Lang = Literal["en", "de"]
LANGUAGES: tuple[Lang, ...] = ("en", "de")
LANG_COOKIE = "praemia_lang"

FACES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "shared": shared.WORDS,
    "start": start.WORDS,
    "member": member.WORDS,
    "till": till.WORDS,
    "console": console.WORDS,
    "programme": programme.WORDS,
    "public": public.WORDS,
    "sign_in": sign_in.WORDS,
}
_BENEATH: Mapping[str, tuple[str, ...]] = {"programme": ("console",)}  # whose words a face's pages speak too


class Words:
    """The texts of one face in one language, beside the shared ones: `words.key`, or `words.f("key", n=3)` to fill placeholders.

    An unknown key is an AttributeError, so a template that asks for one breaks its test rather than showing a gap.
    """

    __slots__ = ("_texts", "lang")

    def __init__(self, lang: Lang, texts: Mapping[str, str]) -> None:
        self.lang = lang
        self._texts = texts

    def __getattr__(self, key: str) -> str:
        try:
            return self._texts[key]
        except KeyError:
            raise AttributeError(f"no word {key!r} in {self.lang}") from None

    def __getitem__(self, key: str) -> str:
        return self._texts[key]

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def f(self, key: str, **values: object) -> str:
        """The text with its placeholders filled; for n=1 the text of `key_one` when there is one."""
        chosen = f"{key}_one" if values.get("n") == 1 and f"{key}_one" in self._texts else key
        return self._texts[chosen].format(**values)

    def get(self, key: str, otherwise: str) -> str:
        """The text, or another: for keys made of values, such as the name of a kind."""
        return self._texts.get(key, otherwise)


@cache
def words_of(face: str, lang: Lang) -> Words:
    """The words of a face in a language; the face's own win over the shared ones."""
    texts: dict[str, str] = {}
    for each in ("shared", *_BENEATH.get(face, ()), face):
        texts.update(FACES[each][lang])
    return Words(lang, texts)


def language_of(request: Request) -> Lang:
    """`?lang=` wins, then what the reader chose before, then the first language of Accept-Language we speak, by its weight."""
    asked = spoken(request.query_params.get("lang", "")) or spoken(request.cookies.get(LANG_COOKIE, ""))
    if asked is not None:
        return asked
    wanted: list[tuple[float, Lang]] = []
    for part in request.headers.get("accept-language", "").split(","):
        name, _, weight = part.strip().partition(";q=")
        language = spoken(name.split("-")[0].lower())
        if language is not None:
            wanted.append((_weight(weight), language))
    return max((each for each in wanted if each[0] > 0), key=lambda each: each[0], default=(1.0, "en"))[1]


def spoken(name: str) -> Lang | None:
    """The language of that code, when we speak it."""
    match name:
        case "en" | "de":
            return name
    return None


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
