"""What the console's menu offers: each entry with the permission that opens its page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from praemia.access import covers
from praemia.web.words import Words

OPEN = "access:console:open"


@dataclass(frozen=True, slots=True)
class Entry:
    """`key` is the word of the entry (`menu_…`) and what pages call themselves by; `path` is below the console."""

    key: str
    path: str
    icon: str
    permission: str


GROUPS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "",
        (
            Entry("overview", "/", "chart", "insight:figure:read"),
            Entry("members", "/members", "users", "members:member:read"),
            Entry("approvals", "/approvals", "inbox", "access:approval:read"),
        ),
    ),
    (
        "programme",
        (
            Entry("programme", "/programme", "sliders", "programs:program:read"),
            Entry("tester", "/programme/test", "flask", "programs:program:read"),
            Entry("catalogue", "/programme/rewards", "gift", "catalogue:reward:read"),
            Entry("locations", "/locations", "map-pin", "locations:location:read"),
        ),
    ),
    (
        "people",
        (
            Entry("staff", "/staff", "user", "access:staff:read"),
            Entry("keys", "/keys", "key", "access:key:read"),
            Entry("mail", "/mail", "mail", "messaging:mail:read"),
            Entry("settings", "/settings", "settings", OPEN),
        ),
    ),
    (
        "trust",
        (
            Entry("audit", "/audit", "history", "access:audit:read"),
            Entry("proof", "/proof", "shield", "proof:seal:read"),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as the page shows it."""

    text: str
    href: str
    icon: str
    is_here: bool


def menu_of(scopes: Collection[str], root: str, here: str, words: Words) -> list[tuple[str, list[Shown]]]:
    """The groups with what these scopes may open; a group with nothing in it is absent."""
    shown = []
    for group, entries in GROUPS:
        open_ones = [
            Shown(words[f"menu_{entry.key}"], root + entry.path, entry.icon, entry.key == here)
            for entry in entries
            if covers(scopes, entry.permission)
        ]
        if open_ones:
            shown.append((words[f"menu_of_{group}"] if group else "", open_ones))
    return shown
