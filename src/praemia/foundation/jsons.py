"""JSON, in and out: the one writer and reader of what is stored and answered.

Values are those of JSON, and dates, instants and ids as their texts. Bodies from outside are not read here: they are
validated against their models.
"""

from __future__ import annotations

from typing import Any

import msgspec

_encoder = msgspec.json.Encoder(enc_hook=str)
_ordered = msgspec.json.Encoder(enc_hook=str, order="deterministic")
_decoder = msgspec.json.Decoder()
_splitter = msgspec.json.Decoder(dict[str, msgspec.Raw] | list[msgspec.Raw] | str | int | float | bool | None)


def write_json(value: Any) -> bytes:
    """A value as JSON text (RFC 8259), UTF-8, without spaces."""
    return _encoder.encode(value)


def write_canonical(value: Any) -> bytes:
    """The same with the members of every object in order: equal values give equal texts."""
    return _ordered.encode(value)


def read_json(content: bytes | str) -> Any:
    """The value of a JSON text. Raises ValueError."""
    return _decoder.decode(content)


def split_json(content: bytes) -> Any:
    """The same one level deep: the members of an object and the entries of a list stay texts. For long lists whose entries are to be
    read one by one."""
    value = _splitter.decode(content)
    if isinstance(value, dict):
        return {key: bytes(part) for key, part in value.items()}
    return [bytes(part) for part in value] if isinstance(value, list) else value
