"""JSON, in and out: the one writer and reader of what is stored and answered.

Values are those of JSON, and dates, instants and ids as their texts; anything else is a mistake and refused. Bodies from
outside are at most split here: they are read by their models.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec

JsonPart = msgspec.Raw
"""A text where it stands in a longer one; `bytes` takes it out."""
JsonText = bytes | str | JsonPart
T = TypeVar("T")


def _plain(value: Any) -> Any:
    """What the library does not know itself: the driver's kind of ids, and mappings that are no dictionaries."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} is no JSON value")


_encoder = msgspec.json.Encoder(enc_hook=_plain)
_ordered = msgspec.json.Encoder(enc_hook=_plain, order="deterministic")
_decoder = msgspec.json.Decoder()
_splitter = msgspec.json.Decoder(dict[str, JsonPart] | list[JsonPart] | str | int | float | bool | None)


def write_json(value: Any) -> bytes:
    """A value as JSON text (RFC 8259), UTF-8, without spaces. Raises TypeError for what has no place in JSON."""
    return _encoder.encode(value)


def write_canonical(value: Any) -> bytes:
    """The same with the members of every object in order: equal values give equal texts."""
    return _ordered.encode(value)


def read_json(content: JsonText) -> Any:
    """The value of a JSON text. Raises ValueError."""
    return _decoded(_decoder, content)


def split_json(content: JsonText) -> Any:
    """The same one level deep: the members of an object and the entries of a list stay texts, where they stand in the whole. For long
    lists whose entries are to be read one by one."""
    return _decoded(_splitter, content)


class Form(Generic[T]):
    """One form of stored JSON, read straight into its type: a fraction of what it costs by way of plain values. Members that the type does
    not name are passed over."""

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind
        self._decoder = msgspec.json.Decoder(kind)

    def read(self, kept: Any) -> T:
        """The value of a JSON text from `split_json`, or of JSON that was read already. Raises ValueError."""
        return self._decoder.decode(kept) if isinstance(kept, JsonPart) else msgspec.convert(kept, self._kind)


def _decoded(decoder: msgspec.json.Decoder[Any], content: JsonText) -> Any:
    try:
        return decoder.decode(content)
    except RecursionError:
        raise ValueError("nested too deeply") from None
