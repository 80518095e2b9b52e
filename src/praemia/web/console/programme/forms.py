"""Between a form and a part of the programme's text: what its fields show, and what the text shall say after a form was sent.

Nothing is judged here. Numbers are only made readable (a comma becomes a point); the programme's own reader finds every fault, and
`faults_by_field` brings its faults back beside the fields. Keys without a field are kept as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from praemia.foundation.errors import Fault
from praemia.programs import Path, Plain, Tree, pointer
from praemia.web.console.programme.parts import Field, Part
from praemia.web.console.programme.several import SEVERAL, listed, number, read_several, shown_several
from praemia.web.console.reading import Form

GIFTS = ("per_amount", "per_item", "per_value", "once", "multiply", "add")
_ON_BY_DEFAULT = frozenset({"enabled", "spendable", "till.offline.earn"})
_DECIMAL = re.compile(r"\d+\.\d+")
_SEPARATORS = re.compile(r"[,;\n]")
_GIFT_FAULTS = {
    "earn/per_amount": "gift_amount",
    "earn/per_value/field": "gift_field",
    "earn/per_value/step": "gift_step",
    "earn": "gift_points",
    "multiply": "gift_points",
    "add": "gift_points",
}


def entry_at(root: Tree, part: Part, key: str) -> tuple[Path, dict[str, Tree]] | None:
    """Where an entry stands and what it says; None when there is no such entry. A part without a list is one entry, of any key."""
    if not part.path:
        return ((), dict(root)) if isinstance(root, dict) else None
    entries = inside(root, part.path)
    if part.keyed:
        found = entries.get(key) if isinstance(entries, dict) else None
        return ((*part.path, key), found) if isinstance(found, dict) else None
    for place, entry in enumerate(entries if isinstance(entries, tuple) else ()):
        if isinstance(entry, dict) and key == (str(entry.get(part.named, "")) if part.named else str(place)):
            return (*part.path, place), entry
    return None


def entries_of(root: Tree, part: Part) -> list[tuple[str, dict[str, Tree]]]:
    """Every entry of a part with the key its form is reached by."""
    entries = inside(root, part.path)
    if part.keyed:
        return [(key, entry) for key, entry in entries.items() if isinstance(entry, dict)] if isinstance(entries, dict) else []
    found = enumerate(entries if isinstance(entries, tuple) else ())
    return [(str(entry.get(part.named, "")) if part.named else str(place), entry) for place, entry in found if isinstance(entry, dict)]


def inside(tree: Tree, path: Iterable[str | int]) -> Tree:
    """What stands at a path, or None."""
    for step in path:
        if isinstance(tree, dict) and isinstance(step, str):
            tree = tree.get(step)
        elif isinstance(tree, tuple) and isinstance(step, int) and step < len(tree):
            tree = tree[step]
        else:
            return None
    return tree


def shown(part: Part, entry: Mapping[str, Tree], key: str = "") -> dict[str, Any]:
    """What each input of the form holds."""
    values: dict[str, Any] = {"key": key}
    for field in part.fields:
        if field.kind == "gift":
            values |= _shown_gift(entry)
        elif field.kind == "allowed":
            values[field.name] = _is_allowed(entry, field)
        elif field.name != "key":
            values |= _shown(field, inside(entry, field.name.split(".")))
    return values


def spelled(part: Part, values: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """What inputs hold, with numbers as people of that language write them; `wanted` reads either way."""
    if lang != "de":
        return dict(values)
    numbers = {field.name for field in part.fields if field.kind == "number"} | {"gift_points", "gift_amount", "gift_step"}
    return {
        name: value.replace(".", ",") if name in numbers and isinstance(value, str) and _DECIMAL.fullmatch(value) else value
        for name, value in values.items()
    }


def given(part: Part, form: Form) -> dict[str, Any]:
    """A form that was sent, as its inputs hold it: to show it again beside its faults."""
    values: dict[str, Any] = dict(form.given)
    for field in part.fields:
        if field.kind in ("days", "days_of"):
            values[field.name] = form.all(field.name)
        elif field.kind in ("switch", "allowed"):
            values[field.name] = bool(form.text(field.name))
    return values


def wanted(part: Part, entry: Mapping[str, Tree], form: Form) -> dict[str, Tree]:
    """What the entry shall say: what it said, with every field of the form as sent."""
    tree: dict[str, Tree] = dict(entry)
    for field in part.fields:
        if field.kind == "gift":
            tree = _with_gift(tree, form)
        elif field.kind == "allowed":
            tree = _with_allowed(tree, field, form)
        elif field.name != "key":
            path = field.name.split(".")
            old = inside(tree, path)
            new = _read(field, old, form)
            if new is not old:
                tree = _set(tree, path, new)
    return tree


def in_order(part: Part, entry: Mapping[str, Tree]) -> dict[str, Tree]:
    """A new entry with its keys in the order of its form."""
    order: dict[str, None] = {}
    for field in part.fields:
        order |= dict.fromkeys(("earn", "multiply", "add") if field.kind == "gift" else (field.name.split(".")[0],))
    return {name: entry[name] for name in (*order, *entry) if name in entry}


def faults_by_field(part: Part, path: Path, faults: Iterable[Fault]) -> dict[str, Fault]:
    """The faults of one entry beside the inputs they belong to; "" holds what belongs to none of them. Faults elsewhere are left out."""
    prefix = pointer(path) + "/"
    inputs = {field.name.replace(".", "/"): field.name for field in part.fields if field.kind != "gift"}
    several = {field.name for field in part.fields if field.kind == "each"}
    if any(field.kind == "gift" for field in part.fields):
        inputs |= _GIFT_FAULTS
    found: dict[str, Fault] = {}
    for fault in faults:
        if not f"{fault.path}/".startswith(prefix):
            continue
        inner = fault.path[len(prefix) :]
        nearest = max((each for each in inputs if f"{inner}/".startswith(f"{each}/")), key=len, default=None)
        if nearest is not None or path:
            found.setdefault(_input_of(inputs[nearest], nearest, inner, several) if nearest is not None else "", fault)
    return found


def _input_of(name: str, nearest: str, inner: str, several: Iterable[str]) -> str:
    """The very input: of a number for each of some names, that name's."""
    return f"{name}.{inner[len(nearest) + 1 :]}" if name in several and len(inner) > len(nearest) else name


def _is_allowed(entry: Mapping[str, Tree], field: Field) -> bool:
    """What a block allows: nothing without the block, with it everything that it does not forbid."""
    path = field.name.split(".")
    block = inside(entry, path[:-1])
    return isinstance(block, dict) and str(block.get(path[-1], "true")) == "true"


def _with_allowed(tree: Mapping[str, Tree], field: Field, form: Form) -> dict[str, Tree]:
    """The block with what it allows said out, where that changes, or where a block would come to be."""
    path, on = field.name.split("."), bool(form.text(field.name))
    if on == _is_allowed(tree, field):
        head = field.name.rpartition(".")[0] + "."
        others = any(text for name, text in form.given.items() if name.startswith(head) and name != field.name)
        if on or inside(tree, path[:-1]) is not None or not others:
            return dict(tree)
    return _set(tree, path, Plain("true" if on else "false"))


def _shown(field: Field, value: Tree) -> dict[str, Any]:
    name = field.name
    if field.kind in SEVERAL:
        return shown_several(field, value)
    match field.kind:
        case "names" | "texts":
            texts = value if isinstance(value, dict) else dict.fromkeys(("de", "en"), value or "")
            return {f"{name}.de": str(texts.get("de", "")), f"{name}.en": str(texts.get("en", ""))}
        case "days":
            return {name: tuple(str(day) for day in listed(value))}
        case "switch":
            return {name: str(value) == "true" if value is not None else name in _ON_BY_DEFAULT}
        case "hours":
            start, _, end = str(value or "").partition("-")
            return {f"{name}.start": start, f"{name}.end": "00:00" if end == "24:00" else end}
        case "words":
            return {name: ", ".join(str(word) for word in listed(value))}
        case "long" if isinstance(value, tuple):
            return {name: "\n".join(_line(one) for one in value)}
        case _:
            return {name: str(value) if isinstance(value, str) else ""}


def _line(one: Tree) -> str:
    return f"{one.get('de', '')} | {one.get('en', '')}" if isinstance(one, dict) else str(one)


def _shown_gift(entry: Mapping[str, Tree]) -> dict[str, Any]:
    earn = entry.get("earn")
    for kind in ("multiply", "add"):
        if kind in entry:
            return {"gift": kind, "gift_points": str(entry[kind])}
    if not isinstance(earn, dict):
        return {"gift": "per_amount", "gift_points": "", "gift_amount": "1.00"}
    values = {"gift": "once", "gift_points": str(earn.get("points", ""))}
    per_value = earn.get("per_value")
    if "per_amount" in earn:
        values |= {"gift": "per_amount", "gift_amount": str(earn["per_amount"])}
    elif str(earn.get("per_item")) == "true":
        values["gift"] = "per_item"
    elif isinstance(per_value, dict):
        values |= {"gift": "per_value", "gift_field": str(per_value.get("field", "value")), "gift_step": str(per_value.get("step", ""))}
    return values


def _with_gift(tree: Mapping[str, Tree], form: Form) -> dict[str, Tree]:
    """Exactly one of earn, multiply and add, in the place of the one there was."""
    kind, points = form.text("gift"), number(form.text("gift_points"))
    if kind not in GIFTS:
        return dict(tree)
    made: Tree = points
    if kind not in ("multiply", "add"):
        old = tree.get("earn")
        made = {name: value for name, value in (old if isinstance(old, dict) else {}).items() if not str(name).startswith("per_")}
        made["points"] = points
        if kind == "per_amount":
            made["per_amount"] = number(form.text("gift_amount"))
        elif kind == "per_item":
            made["per_item"] = Plain("true")
        elif kind == "per_value":
            made["per_value"] = {"field": form.text("gift_field") or "value", "step": number(form.text("gift_step"))}
    key = kind if kind in ("multiply", "add") else "earn"
    kept = {name: value for name, value in tree.items() if name not in ("earn", "multiply", "add") or name == key}
    kept[key] = made
    return kept


def _read(field: Field, old: Tree, form: Form) -> Tree:
    """The value a field shall have; the very old one where nothing changes, None for none."""
    text = form.text(field.name)
    match field.kind:
        case kind if kind in SEVERAL:
            new: Tree = read_several(field, old, form)
            return old if _same(old, new) else new
        case "names" | "texts":
            return _names(old, {lang: form.text(f"{field.name}.{lang}") for lang in ("de", "en")})
        case "days" | "words":
            words: Iterable[str] = form.all(field.name) if field.kind == "days" else _SEPARATORS.split(text)
            return _words(old, [word.strip() for word in words if word.strip()], bare=field.kind == "days")
        case "switch":
            on, default = bool(text), field.name in _ON_BY_DEFAULT
            if (str(old) == "true" if old is not None else default) == on:
                return old
            return Plain("true" if on else "false")
        case "hours":
            start, end = form.text(f"{field.name}.start"), form.text(f"{field.name}.end")
            new = f"{start}-{'24:00' if end == '00:00' else end}" if start or end else None
        case "long" if isinstance(old, tuple) or field.name == "benefits":
            new = tuple(_names(None, _split(line)) for line in text.splitlines() if line.strip()) or None
        case "number" | "whole":
            new = number(text) if text else None
        case "choice" | "unit" | "date" | "trigger":
            new = Plain(text) if text else None
        case _:
            new = text or None
    if new is None and isinstance(old, (dict, tuple)):
        return old  # more than this field can show
    return old if _same(old, new) else new


def _split(line: str) -> dict[str, str]:
    german, bar, english = line.partition("|")
    return {"de": german.strip(), "en": english.strip() if bar else german.strip()}


def _names(old: Tree, texts: Mapping[str, str]) -> Tree:
    """A name per language; one text where both are the same and one text stood there, or nothing did."""
    said = {lang: text for lang, text in texts.items() if text}
    if isinstance(old, dict):
        new: Tree = {**{lang: text for lang, text in old.items() if lang not in texts or lang in said}, **said} or None
    elif said and len(set(said.values())) == 1 and len(said) == len(texts):
        new = next(iter(said.values()))
    else:
        new = said or None
    return old if _same(old, new) else new


def _words(old: Tree, words: list[str], *, bare: bool) -> Tree:
    if [str(word) for word in listed(old)] == words:
        return old
    made = tuple(Plain(word) if bare else word for word in words)
    return (made[0] if len(made) == 1 and not isinstance(old, tuple) and not bare else made) or None


def _same(old: Tree, new: Tree) -> bool:
    if isinstance(old, dict) and isinstance(new, dict):
        return list(old) == list(new) and all(_same(old[key], new[key]) for key in old)
    if isinstance(old, tuple) and isinstance(new, tuple):
        return len(old) == len(new) and all(map(_same, old, new))
    return (isinstance(old, str) and isinstance(new, str) and str(old) == str(new)) or (old is None and new is None)


def _set(tree: Mapping[str, Tree], path: list[str], value: Tree) -> dict[str, Tree]:
    """A copy with another value at the path, or without it. What becomes empty on the way goes."""
    kept = dict(tree)
    step, rest = path[0], path[1:]
    inner = kept.get(step)
    new = _set(inner if isinstance(inner, dict) else {}, rest, value) if rest else value
    if new is None or new == {}:
        if not rest or isinstance(inner, dict):
            kept.pop(step, None)
    else:
        kept[step] = new
    return kept
