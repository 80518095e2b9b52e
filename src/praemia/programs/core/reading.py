"""Programme text -> a checked ProgramFile, or every fault of the text at once, each with its place.

Two passes: the shape (pydantic), then what spans blocks (`checks`, `rule_checks`) over whatever has the right shape. An entry
with a fault of shape is left out of the second pass, so that its neighbours are still checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from praemia.foundation.errors import Fault, InvalidInput
from praemia.programs.core.brand_checks import check_brand
from praemia.programs.core.checks import Subject, check_budgets, check_caps, check_settings
from praemia.programs.core.conditions import check_conditions
from praemia.programs.core.discount_checks import check_discounts
from praemia.programs.core.document import Document, Path, Plain, Tree, read_document
from praemia.programs.core.lots_checks import check_lots
from praemia.programs.core.return_checks import wishes_without_effect
from praemia.programs.core.reward_checks import check_rewards
from praemia.programs.core.rule_checks import check_rules, warn_of_idle_rules
from praemia.programs.core.scalars import nearest
from praemia.programs.core.schema import ProgramFile, json_schema
from praemia.programs.core.sharing_checks import check_sharing
from praemia.programs.core.tier_checks import check_tiers
from praemia.programs.core.till_checks import check_till

_LISTS = ("rules", "caps", "budgets")
_CHECKS = (
    check_sharing,
    check_settings,
    check_lots,
    check_rules,
    check_caps,
    check_budgets,
    check_conditions,
    check_rewards,
    check_discounts,
    check_tiers,
    check_till,
    check_brand,
)
_ANY_UNIT = {"decimals": Plain("6"), "value": Plain("1")}  # stands for a broken unit: nothing is too fine for it
_WANTED = {"model_type": "a mapping (lines of 'key: value')", "dict_type": "a mapping (lines of 'key: value')", "tuple_type": "a list"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A file that is well formed. `warnings` are places where it probably does not say what was meant; with `in_vain`, what it wishes
    for and nothing heeds, it is not put into force."""

    file: ProgramFile
    warnings: tuple[Fault, ...] = ()
    in_vain: tuple[Fault, ...] = ()

    def in_earnest(self) -> Reading:
        """The same, if it may be put into force. Raises InvalidInput."""
        if self.in_vain:
            raise InvalidInput(list(self.in_vain))
        return self


def read_program(text: str) -> Reading:
    """Read a programme file (YAML 1.2, so JSON too). Raises InvalidInput with every fault, in the order of the text."""
    document = read_document(text)
    faults = list(document.faults)
    subject: Subject | None = None
    if document.root is not None:
        file, shape_faults, kept = _shape(document)
        faults += shape_faults
        if file is not None:
            subject = _subject(document, file, kept)
            faults += [fault for check in _CHECKS for fault in check(subject)]
    if faults or subject is None:
        raise InvalidInput(sorted(faults, key=_place))
    return Reading(
        file=subject.file,
        warnings=tuple(sorted(warn_of_idle_rules(subject), key=_place)),
        in_vain=tuple(wishes_without_effect(subject)),
    )


@dataclass(slots=True)
class _Kept:
    """Where the entries of the second pass stand in the text, and which rules lack a part of theirs."""

    places: dict[str, list[int]] = field(default_factory=lambda: {block: [] for block in _LISTS})
    damaged: set[int] = field(default_factory=set)


def _place(fault: Fault) -> tuple[int, int, str]:
    return fault.line or 0, fault.column or 0, fault.path


def _shape(document: Document) -> tuple[ProgramFile | None, list[Fault], _Kept]:
    """The typed file as far as it goes, the faults of shape, and what was left out because of them."""
    try:
        file = ProgramFile.model_validate(document.root)
    except ValidationError as error:
        found = error.errors(include_url=False)
        pruned, kept = _without(document.root, found)
        return _second_try(pruned), [_fault(document, detail) for detail in found], kept
    return file, [], _Kept(places={block: list(range(len(getattr(file.earning, block)))) for block in _LISTS})


def _second_try(tree: Tree) -> ProgramFile | None:
    try:
        return ProgramFile.model_validate(tree)
    except ValidationError:
        return None


def _fault(document: Document, detail: ErrorDetails) -> Fault:
    path = tuple(step for step in detail["loc"] if step != "[key]")
    kind, context = detail["type"], detail.get("ctx", {})
    if "sentence" in context:
        at_key = "[key]" in detail["loc"]
        return document.fault(path, kind, str(context["sentence"]), suggestion=context["suggestion"], at_key=at_key)
    if kind == "extra_forbidden":
        message = f"There is no key {str(path[-1])!r} here."
        return document.fault(path, "unknown_key", message, suggestion=_meant_key(path), at_key=True)
    if kind == "missing":
        return document.fault(path, "missing", f"The key {str(path[-1])!r} is missing.")
    if kind == "too_short":
        return document.fault(path, "empty", "At least one entry is needed.")
    if kind == "too_long":
        return document.fault(path, "too_large", f"At most {context['max_length']} entries are allowed.")
    return document.fault(path, "type", f"This takes {_WANTED.get(kind, 'something else')}.")


def _meant_key(path: Path) -> str | None:
    word = str(path[-1])
    blocks = _properties(path[:-1])
    if word == "<<":
        return "merge keys are not part of YAML 1.2: repeat the lines"
    close = nearest(word, blocks)
    if close:
        return f"did you mean {close!r}?"
    homes = [name for name, block in blocks.items() if word in _resolved(block).get("properties", {})]
    if homes:
        return f"it belongs under {homes[0]!r}"
    return f"known here: {', '.join(blocks)}" if blocks else None


def _properties(path: Path) -> Mapping[str, Any]:
    """The keys allowed at a path, from the published schema."""
    node: Mapping[str, Any] = json_schema()
    for step in path:
        properties = node.get("properties", {})
        patterns = node.get("patternProperties", {})
        inner = properties.get(step) or next(iter(patterns.values()), None) or node.get("items")
        if inner is None:
            return {}
        node = _resolved(inner)
    found: Mapping[str, Any] = node.get("properties", {})
    return found


def _resolved(node: Mapping[str, Any]) -> Mapping[str, Any]:
    node = next((branch for branch in node.get("anyOf", ()) if "$ref" in branch), node)  # a word, or a block
    reference = node.get("$ref")
    return node if reference is None else json_schema()["$defs"][reference.rsplit("/", 1)[1]]


def _without(root: Tree, found: list[ErrorDetails]) -> tuple[Tree, _Kept]:
    """The tree without what has a fault of shape, cut as small as leaves the rest meaningful."""
    tree = _copied(root)
    kept = _Kept()
    if not isinstance(tree, dict):
        return tree, kept
    gone: dict[str, set[int]] = {block: set() for block in _LISTS}
    for detail in found:
        match detail["loc"]:
            case ("earning", "rules", int() as index, str() as key, *deeper) if key not in ("id", "trigger"):
                kept.damaged.add(index)
                entry = tree["earning"]["rules"][index]
                inner = entry.get(key)
                if key == "when" and deeper and isinstance(inner, dict):
                    inner.pop(deeper[0], None)
                else:
                    entry.pop(key, None)
            case ("earning", "rules" | "caps" | "budgets" as block, int() as index, *_):
                gone[block].add(index)
            case ("units", str() as key, *_) if isinstance(tree["units"], dict):
                tree["units"][key] = _ANY_UNIT
            case ("tiers", *_):
                tree.pop("tiers", None)
            case (str() as head, str() as key, *_) if isinstance(tree.get(head), dict):
                tree[head].pop(key, None)
            case (str() as head, *_):
                tree.pop(head, None)
    tree.setdefault("program", "unnamed")
    for name, entries in _entries(tree):
        kept.places[name] = [index for index in range(len(entries)) if index not in gone[name]]
        tree["earning"][name] = tuple(entries[index] for index in kept.places[name])
    return tree, kept


def _copied(tree: Tree) -> Tree:
    if isinstance(tree, dict):
        return {key: _copied(value) for key, value in tree.items()}
    return tuple(_copied(value) for value in tree) if isinstance(tree, tuple) else tree


def _entries(tree: Tree) -> Iterator[tuple[str, tuple[Tree, ...]]]:
    """The lists under `earning` that are lists."""
    earning = tree.get("earning")
    for block in _LISTS:
        entries = earning.get(block) if isinstance(earning, dict) else None
        if isinstance(entries, tuple):
            yield block, entries


def _subject(document: Document, file: ProgramFile, kept: _Kept) -> Subject:
    """With the names of the whole text, also those in blocks that have a fault of shape."""
    root = document.root
    rules = dict(_entries(root)).get("rules", ())
    ids = {entry["id"] for entry in rules if isinstance(entry, dict) and isinstance(entry.get("id"), str)}
    return Subject(
        document=document,
        file=file,
        places=kept.places,
        damaged=kept.damaged,
        units=_names(root.get("units")),
        rules=ids,
        activities=_names(root.get("activities")),
    )


def _names(block: Tree) -> frozenset[str]:
    return frozenset(block) if isinstance(block, dict) else frozenset()
