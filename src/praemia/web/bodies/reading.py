"""Bodies that come in by the thousand: read as their models read them, at a fifth of the cost where nothing is wrong with them.

A model is derived once into a decoder that only says yes or no. Where it says yes the model would have read the same; where it says no
the model itself reads the body, and names every fault. So there is one definition of a body, and a test holds both to the same verdict.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, cached_property
from typing import Annotated, Any, Union

import msgspec
from pydantic import BaseModel, TypeAdapter, ValidationError

from praemia.foundation.errors import InvalidInput
from praemia.web.bodies.scalars import CLEAN
from praemia.web.faults import faults_of

Content = Mapping[str, Any]
"""A body that was read: what it says under the names of its fields, without what equals the default."""

# JSON has no control characters in its texts but these. Some that are meant here are none (an escaped backslash before an n).
_ESCAPED_CONTROL = re.compile(rb"\\(?:[bfnrt]|u00(?:[01]|7[fF]))")
_LEFT_AS_THEY_ARE = (datetime, date)
# Everything that a decoder takes from pydantic's schemas, and what says nothing about values. Anything more is not understood.
_SAID: Mapping[str, frozenset[str]] = {
    "str": frozenset({"min_length", "max_length", "pattern"}),
    "int": frozenset({"ge", "le"}),
    "bool": frozenset(),
    "nullable": frozenset({"schema"}),
    "list": frozenset({"items_schema", "min_length", "max_length"}),
    "tuple": frozenset({"items_schema", "variadic_item_index", "min_length", "max_length"}),
    "dict": frozenset({"keys_schema", "values_schema", "min_length", "max_length"}),
    "function-plain": frozenset({"function"}),
    "model": frozenset({"cls", "schema", "config", "custom_init", "root_model"}),
    "tagged-union": frozenset({"discriminator", "choices", "strict", "from_attributes"}),
}
_BESIDE = frozenset({"type", "ref", "metadata", "serialization", "json_schema_input_schema"})


class Reader:
    """Reads one kind of body: a model, or a union of models told apart by a field; `models` are what faults may be about."""

    def __init__(self, kind: Any, *models: type[BaseModel]) -> None:
        self._kind = kind
        self._models = models

    def read(self, body: bytes) -> Content:
        """What the body says. Names every fault of a malformed one."""
        if b"\x7f" in body or (b"\\" in body and _ESCAPED_CONTROL.search(body)):
            return self.read_by_model(body)
        try:
            found: Content = msgspec.to_builtins(self._decoder.decode(body), builtin_types=_LEFT_AS_THEY_ARE)
        except (ValueError, RecursionError):
            return self.read_by_model(body)
        return found

    def read_by_model(self, body: bytes) -> Content:
        """The same without the decoder."""
        try:
            found: Content = self._adapter.validate_json(body).model_dump(exclude_defaults=True)
        except ValidationError as error:
            raise InvalidInput(faults_of(error, *self._models)) from None
        return found

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self._kind)

    @cached_property
    def _decoder(self) -> msgspec.json.Decoder[Any]:
        return msgspec.json.Decoder(_derived(self._adapter.core_schema), dec_hook=_read_as)


@cache
def reader_of(model: type[BaseModel]) -> Reader:
    """The reader of one model."""
    return Reader(model, model)


class _Read(type):
    """The type of what a function of ours reads: whatever it answers is one."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return True


def _read_as(kind: Any, given: Any) -> Any:
    return kind.read(given)


def _derived(schema: Any) -> Any:
    """The type that takes what pydantic's schema takes. Raises TypeError for what it cannot say as exactly.

    The pattern against control characters is not asked here: `read` looks for them in the whole body.
    """
    kind = schema["type"]
    if kind not in _SAID or schema.keys() - _SAID[kind] - _BESIDE:
        raise TypeError(f"no decoder can be derived from {sorted(schema)} of {kind}")
    match schema:
        case {"type": "str"}:
            return Annotated[str, _bounds(schema)]
        case {"type": "int"}:
            return Annotated[int, _bounds(schema)]
        case {"type": "bool"}:
            return bool
        case {"type": "nullable", "schema": inner}:
            return _derived(inner) | None
        case {"type": "list", "items_schema": item}:
            return Annotated[list[_derived(item)], _bounds(schema)]  # type: ignore[misc]
        case {"type": "tuple", "items_schema": [item], "variadic_item_index": 0}:
            return Annotated[tuple[_derived(item), ...], _bounds(schema)]  # type: ignore[misc]
        case {"type": "dict", "keys_schema": key, "values_schema": each}:
            return Annotated[dict[_derived(key), _derived(each)], _bounds(schema)]  # type: ignore[misc]
        case {"type": "function-plain", "function": {"type": "no-info", "function": read}}:
            return _Read(read.__name__, (), {"read": staticmethod(read)})
        case {"type": "model", "config": {"strict": True, "extra_fields_behavior": "forbid"}}:
            return _struct(schema)
        case {"type": "tagged-union", "discriminator": str(name), "choices": choices}:
            return Union[tuple(_struct(choice, name, tag) for tag, choice in choices.items())]  # noqa: UP007  of a list
    raise TypeError(f"no decoder can be derived from this {kind}")


def _struct(schema: Any, name: str | None = None, tag: str | None = None) -> type[msgspec.Struct]:
    """A model; of a union the one whose field `name` says `tag`."""
    fields = {each: field["schema"] for each, field in schema["schema"]["fields"].items()}
    if name is not None and fields.pop(name)["expected"] != [tag]:
        raise TypeError(f"{schema['cls']} is not told by its tag alone")
    asked = [_field(each, inner) for each, inner in fields.items()]
    return msgspec.defstruct(
        schema["cls"].__name__, asked, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag_field=name, tag=tag, gc=False
    )


def _field(name: str, schema: Any) -> Any:
    match schema:
        case {"type": "default", "default": default}:
            return name, _derived(schema["schema"]), default
        case {"type": "default", "default_factory": factory, "default_factory_takes_data": False}:
            return name, _derived(schema["schema"]), msgspec.field(default_factory=factory)
    return name, _derived(schema)


def _bounds(schema: Any) -> Any:
    bounds = {name: schema[name] for name in ("min_length", "max_length", "pattern", "ge", "le") if name in schema}
    if bounds.get("pattern") == CLEAN:
        del bounds["pattern"]
    return msgspec.Meta(**bounds)
