"""How values look to people in one language: amounts, money, days, instants, names in several languages. Exact, without floats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal

from praemia.programs import MINOR_DIGITS
from praemia.rules import one_of
from praemia.web.words import Lang

LOCALES: Mapping[str, str] = {"en": "en_GB", "de": "de_DE"}
_DAY = {"en": "d MMM y", "de": "d. MMM y"}
_INSTANT = {"en": "d MMM y, HH:mm", "de": "d. MMM y, HH:mm"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """One language and the time zone instants are shown in: the programme's."""

    lang: Lang
    zone: tzinfo = UTC

    def amount(self, quanta: int, decimals: int = 0, *, signed: bool = False) -> str:
        """Quanta of a unit as a number, exact; `signed` writes the plus as well."""
        whole, part = divmod(abs(quanta), 10**decimals)
        sign = "−" if quanta < 0 else "+" if signed and quanta > 0 else ""
        text = sign + str(format_decimal(whole, locale=LOCALES[self.lang]))
        return f"{text}{',' if self.lang == 'de' else '.'}{part:0{decimals}d}" if decimals else text

    def counted(self, quanta: int, decimals: int, name: str, *, signed: bool = False) -> str:
        """So many of a unit, as people write it: `50 Points`, `1 Point`."""
        return f"{self.amount(quanta, decimals, signed=signed)} {one_of(name, self.lang) if abs(quanta) == 10**decimals else name}"

    def money(self, minor: int, currency: str) -> str:
        """Minor units of a currency (ISO 4217) with its sign."""
        digits = MINOR_DIGITS.get(currency, 2)
        return str(format_currency(Decimal(minor).scaleb(-digits), currency, locale=LOCALES[self.lang]))

    def date(self, day: date) -> str:
        """A day; of an instant the local one."""
        if isinstance(day, datetime):
            day = day.astimezone(self.zone).date()
        return str(format_date(day, _DAY[self.lang], locale=LOCALES[self.lang]))

    def datetime(self, instant: datetime) -> str:
        """An instant to the minute, in the programme's time zone."""
        return str(format_datetime(instant.astimezone(self.zone), _INSTANT[self.lang], locale=LOCALES[self.lang]))

    def t(self, names: Mapping[str, str] | str | None, otherwise: str = "") -> str:
        """The text in the language, else in any; `otherwise` when there is none."""
        if isinstance(names, str):
            return names
        return (names or {}).get(self.lang) or next(iter((names or {}).values()), otherwise)
