"""Mapping text -> a Mapping, or every fault of the text at once, each with its line and column.

Here only the shape is judged. Whether an expression makes sense over the files is DuckDB's answer, at staging.
"""

from __future__ import annotations

import difflib
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from praemia.foundation.errors import Fault, InvalidInput
from praemia.integrations.bulk.core.shape import (
    SHAPES,
    ActivitiesBlock,
    Block,
    CommonBlock,
    EnrolBlock,
    EventBlock,
    MembersBlock,
    PurchasesBlock,
    VisitsBlock,
)
from praemia.integrations.bulk.core.yamltree import Document, Path, read_document
from praemia.integrations.bulk.model import Enrol, Kind, LeaveOut, Mapping, Source

RETURNS = "returns"  # of a purchases import: set in the inputs of the orders whose goods come back
_SENTENCES = {
    "missing": "The key {last!r} is missing.",
    "model_type": "This takes a mapping (lines of 'key: value').",
    "dict_type": "This takes a mapping (lines of 'key: value').",
    "tuple_type": "This takes a list.",
}


def read_mapping(text: str) -> Mapping:
    """Read a mapping file (YAML 1.2). Raises InvalidInput with every fault, in the order of the text."""
    document = read_document(text)
    faults = list(document.faults)
    block: Block | None = None
    if document.root is not None:
        block, more = _shape(document)
        faults += more
    if faults or block is None:
        raise InvalidInput(sorted(faults, key=lambda f: (f.line or 0, f.column or 0, f.path)))
    return _mapping(block)


def _shape(document: Document) -> tuple[Block | None, list[Fault]]:
    kind = document.root.get("kind") if isinstance(document.root, dict) else None
    if kind not in SHAPES:
        known = ", ".join(str(name) for name in SHAPES)
        return None, [document.fault(("kind",), "kind", f"The key 'kind' must be one of: {known}.", suggestion=_nearest(str(kind), SHAPES))]
    shape = SHAPES[str(kind)]
    try:
        block = shape.model_validate(document.root)
    except ValidationError as error:
        return None, [_fault(document, shape, detail) for detail in error.errors(include_url=False)]
    return block, _cross_checks(document, block)


def _cross_checks(document: Document, block: CommonBlock) -> list[Fault]:
    if block.joined is None and len(block.sources) > 1:
        hint = "such as: lines left join products using (product_id)"
        return [document.fault((), "missing", "With several sources the key 'from' must say how they join.", suggestion=hint)]
    return []


def _fault(document: Document, shape: type[Block], detail: ErrorDetails) -> Fault:
    path: Path = tuple(step for step in detail["loc"] if step != "[key]")
    kind, context = detail["type"], detail.get("ctx", {})
    if "sentence" in context:
        return document.fault(path, kind, str(context["sentence"]), suggestion=context["suggestion"])
    last = str(path[-1]) if path else ""
    if kind == "extra_forbidden":
        meant = _nearest(last, _keys_at(shape, path))
        return document.fault(path, "unknown_key", f"There is no key {last!r} here.", suggestion=meant, at_key=True)
    sentence = _SENTENCES.get(kind, detail["msg"] + ".")
    return document.fault(path, kind, sentence.format(last=last))


def _keys_at(shape: type[Block], path: Path) -> list[str]:
    blocks: dict[str, Any] = {"lines": "LinesBlock", "enrol": "EnrolBlock", "sources": "SourceBlock", "leave_out": "LeaveOutBlock"}
    inner = blocks.get(str(path[0])) if len(path) > 1 else None
    found = next((b for b in Block.__subclasses__() if b.__name__ == inner), shape) if inner else shape
    return [field.alias or name for name, field in found.model_fields.items()]


def _nearest(word: str, known: Any) -> str | None:
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {str(close[0])!r}?" if close else None


def _mapping(block: Block) -> Mapping:
    assert isinstance(block, CommonBlock)
    common: dict[str, Any] = {
        "kind": block.kind,
        "sources": tuple(Source(name=n, path=s.path, format=s.format, delimiter=s.delimiter) for n, s in block.sources.items()),
        "joined": block.joined or next(iter(block.sources)),
        "zone": block.zone,
        "rows_may_repeat": block.rows_may_repeat,
        "leave_out": _leave_out(block),
    }
    if isinstance(block, MembersBlock):
        texts = _given(birthdate=block.birthdate)
        common |= {"member": block.reference, "occurred_at": block.enrolled_at, "segments": block.segments}
        return Mapping(**common, identity=block.reference, texts=texts, fields=block.attributes)
    assert isinstance(block, EventBlock)
    common |= {"member": block.member, "occurred_at": block.occurred_at, "enrol": _enrol(block.enrol, block.zone)}
    texts = _given(channel=block.channel, location=block.location)
    if isinstance(block, PurchasesBlock):
        return Mapping(**common, **_purchase(block, texts))
    if isinstance(block, ActivitiesBlock):
        return Mapping(**common, identity=block.id, texts={**texts, "activity": block.activity}, fields=block.fields)
    assert isinstance(block, VisitsBlock)
    return Mapping(**common, identity=block.id, texts=texts)


def _purchase(block: PurchasesBlock, texts: dict[str, str]) -> dict[str, Any]:
    lines = block.lines
    return {
        "identity": block.order,
        "currency": block.currency,
        "amount_unit": block.amount_unit,
        "rounding": block.rounding,
        "missing_member": block.missing_member,
        "texts": texts | _given(partner=block.partner, returns=block.returns and f"case when ({block.returns}) then 'yes' end"),
        "amounts": _given(shipping_minor=block.shipping, shipping_tax_minor=block.shipping_tax, order_discount_minor=block.order_discount),
        "line_texts": _given(sku=lines.sku, brand=lines.brand),
        "line_amounts": _given(amount_minor=lines.amount, discount_minor=lines.discount, tax_minor=lines.tax),
        "line_lists": {name: found for name, found in (("categories", lines.categories), ("tags", lines.tags)) if found},
        "quantity": lines.quantity,
        "free": lines.free,
    }


def _given(**named: str | None) -> dict[str, str]:
    return {name: expression for name, expression in named.items() if expression is not None}


def _leave_out(block: CommonBlock) -> tuple[LeaveOut, ...]:
    reasons = [LeaveOut(when=entry.when, because=entry.because) for entry in block.leave_out]
    if block.where is not None:
        reasons.append(LeaveOut(when=f"not coalesce(({block.where}), false)", because="where"))
    return tuple(reasons)


def _enrol(block: EnrolBlock | None, zone: str | None) -> Enrol | None:
    if block is None or not block.missing:
        return None
    at = block.enrolled_at
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(zone) if zone else UTC)
    return Enrol(enrolled_at=at)


IDENTITY_KEYS = {
    Kind.PURCHASES: "order",
    Kind.RETURNS: "order",
    Kind.VISITS: "id",
    Kind.ACTIVITIES: "id",
    Kind.MEMBERS: "reference",
}
"""How the mapping file calls the identity of an event of that kind."""
