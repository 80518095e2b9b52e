"""The words of the programme's pages in the console."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {"en": {}, "de": {}}
