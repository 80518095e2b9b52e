"""Refusals in German, by their code. In English the room's own words are shown. Placeholders are the refusal's fields."""

from __future__ import annotations

from collections.abc import Mapping

GERMAN: Mapping[str, str] = {}
