"""Checks of the papers: what they point at exists, and the project speaks of itself alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.architecture.tree import Tree, Violation

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")
_PATH = re.compile(r"`([\w.{}-]+(?:/[\w.*-]+)*/?)`")
_CODE_BLOCK = re.compile(r"^```.*?^```", re.S | re.M)
_TEXTS = (".py", ".md", ".sql", ".toml", ".yaml", ".yml", ".html", ".css", ".js", ".svg", ".json", ".txt", ".cfg", ".lock", ".sh", ".in")
_FILES = (".py", ".sql", ".md", ".svg")
_PLACES = ("/", *_FILES)
_NAMELESS = {"Makefile", "LICENSE", ".importlinter", ".gitignore", "run", "pip", "virtualenv"}
# Brackets keep these patterns from finding themselves.
_WORKPLACE = re.compile(
    r"[h]andbook|\b[s]hared/(?!(?:frame|pieces|icons|foot|failed|refused)\.html)"
    r"|/[w]ork/|/[t]mp/brief|/[r]oot/|/[h]ome/\w|\b[i]ssue\s+#?\d|[i]ssue #|bin/[n]ewcomer|\b[f]arm\b|[s]ub-?agent"
    r"|\b(this|previous|earlier|next|last|parallel)\s+[s]ession\b|\bthe [l]ead\b|\bother [h]elpers\b|\b[h]elper [A-Z]\b"
    r"|[c]laude|[a]nthropic|[o]penai|[c]hatgpt|\bL[L]M\b"
    r"|[p]ypi\.org|[p]ythonhosted|[r]egistry\.npmjs|[p]roxy\.golang",
    re.I,
)
_ADDRESS = re.compile(r"://|--(index-url|extra-index-url|find-links|trusted-host)")


def links_resolve(tree: Tree) -> Iterator[Violation]:
    """A relative link in a Markdown file leads to a file or folder, and its #fragment to a heading there."""
    for path, text in tree.texts(".md"):
        folder = (tree.root / path).parent
        for number, line in _lines(_CODE_BLOCK.sub(_blank, text)):
            for match in _LINK.finditer(line):
                target, _, fragment = next(group for group in match.groups() if group).partition("#")
                if re.match(r"[a-z]+:", target):
                    continue
                place = folder / target if target else tree.root / path
                if not place.exists():
                    yield Violation(path, number, f"{target} is not there")
                elif fragment and place.suffix == ".md" and fragment not in _anchors(place.read_text("utf-8")):
                    yield Violation(path, number, f"{target} has no heading #{fragment}")


def the_map_matches_the_ground(tree: Tree) -> Iterator[Violation]:
    """Every path and module that docs/architecture.md names in backticks exists; so do those of the rooms' READMEs. Of a file in a folder
    that another paper names, the end of the path is enough."""
    for path, text in tree.texts(".md"):
        is_map = path == "docs/architecture.md" or re.fullmatch(r"src/praemia/\w+/README\.md", path) is not None
        bases = [tree.root, tree.root / "src/praemia", (tree.root / path).parent]
        for number, line in _lines(_CODE_BLOCK.sub(_blank, text)):
            for match in _PATH.finditer(line):
                name = match[1]
                looks_like_a_path = name.endswith(_PLACES if is_map else _FILES) and not set("{}*") & set(name)
                if not looks_like_a_path or any((base / name).exists() for base in bases):
                    continue
                if is_map or ("/" in name and not any(f"/{file}".endswith(f"/{name}") for file in tree.paths)):
                    yield Violation(path, number, f"{name} is not there")


def the_project_speaks_of_itself(tree: Tree) -> Iterator[Violation]:
    """Nothing names the place where it was made, its tools or its paths."""
    for path in tree.paths:
        name = path.rsplit("/", 1)[-1]
        if not name.endswith(_TEXTS) and name not in _NAMELESS:
            continue
        for number, line in _lines(tree.text(path)):
            if match := _WORKPLACE.search(line):
                yield Violation(path, number, f"names the workplace: {match[0]!r}")


def locks_name_no_host(tree: Tree) -> Iterator[Violation]:
    """A lock file holds names, versions and hashes, no address."""
    for path, text in tree.texts(".lock"):
        for number, line in _lines(text):
            if _ADDRESS.search(line):
                yield Violation(path, number, "names a host")


def decisions_are_complete(tree: Tree) -> Iterator[Violation]:
    """A decision has a number nobody else has, and says context, decision, consequences and by what it is enforced."""
    numbers: set[str] = set()
    for path, text in tree.texts(".md", under="docs/decisions/"):
        if path.endswith("/README.md"):
            continue
        number = path.rsplit("/", 1)[-1][:4]
        if not re.match(r"\d{4}-[a-z0-9-]+\.md$", path.rsplit("/", 1)[-1]) or number in numbers:
            yield Violation(path, 1, "is not NNNN-words.md with a number of its own")
        numbers.add(number)
        for heading in ("Context", "Decision", "Consequences", "Enforced by"):
            if not re.search(rf"^(## {heading}$|\*\*{heading}\.\*\*)", text, re.M):
                yield Violation(path, 1, f"does not say: {heading}")


def _lines(text: str) -> Iterator[tuple[int, str]]:
    return iter(enumerate(text.splitlines(), 1))


def _blank(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def _anchors(text: str) -> set[str]:
    """The fragments of a page's headings, as forges make them."""
    headings = re.findall(r"^#+\s+(.*?)\s*$", text, re.M)
    return {re.sub(r"[^\w\s-]", "", heading.lower()).replace(" ", "-") for heading in headings}


CHECKS = (links_resolve, the_map_matches_the_ground, the_project_speaks_of_itself, locks_name_no_host, decisions_are_complete)
