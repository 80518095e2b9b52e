"""The words of the public pages of a programme and of the first run."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {"en": {}, "de": {}}
