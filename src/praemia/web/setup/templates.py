"""Programmes to begin with: the examples that run, with a name, colours, a clock and a currency of one's own. Pure but for reading them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import praemia
from praemia import programs
from praemia.programs import ProgramFile

_TEMPLATES = ("customer-shop", "customer-cafe", "customer-grocer", "employee", "education", "wellness", "referral")
_TRANSLATED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_SLUG_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Template:
    """A programme to begin with."""

    key: str
    text: str
    file: ProgramFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an operator wants of a template."""

    template: str
    name: str
    colour: str
    timezone: str
    currency: str


@cache
def templates() -> Mapping[str, Template]:
    """Every template that is installed, by its key."""
    found = {}
    for key in _TEMPLATES:
        path = _folder() / f"{key}.yaml"
        if path.is_file():
            text = path.read_text("utf-8")
            found[key] = Template(key, text, programs.read_program(text).file)
    return found


def made_of(template: Template, wish: Wish, slug: str) -> str:
    """The template's text with the wish in it. Raises InvalidInput with every fault of what comes out."""
    text = programs.edited(template.text, ("program",), slug)
    text = programs.edited(text, ("name",), {"de": wish.name, "en": wish.name})
    text = programs.edited(text, ("timezone",), wish.timezone)
    text = programs.edited(text, ("currency",), wish.currency.strip().upper())
    text = programs.edited(text, ("brand", "colour"), wish.colour)
    programs.read_program(text)
    return text


def slug_of(name: str) -> str:
    """A name in addresses: small letters, digits and hyphens, beginning with a letter."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_TRANSLATED)).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_SLUG_LENGTH].strip("-")
    return slug if slug[:1].isalpha() else f"program-{slug}".strip("-")


def _folder() -> Path:
    """The examples beside the source tree, or those that came with an installed package."""
    package = Path(praemia.__file__).parent
    return next((root / "examples" for root in (package.parents[1], package) if (root / "examples").is_dir()), package)
