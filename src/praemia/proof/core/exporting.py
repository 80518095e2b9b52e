"""A checkpoint as a JSON text that can be kept and checked elsewhere, without the database. Hashes and keys are hexadecimal."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from praemia.proof.core.chains import root_of_checkpoint
from praemia.proof.core.signing import is_signed
from praemia.proof.errors import ExportUnreadable
from praemia.proof.model import Checkpoint, Exported, Head, ProofKey, Signature

FORMAT = "praemia.checkpoint.1"


def spell_export(exported: Exported) -> str:
    """The JSON text."""
    checkpoint = exported.checkpoint
    document = {
        "format": FORMAT,
        "tenant": exported.tenant,
        "number": checkpoint.number,
        "cut": _text(checkpoint.cut),
        "made_at": _text(checkpoint.made_at),
        "rows": checkpoint.rows,
        "audited": checkpoint.audited,
        "audit": checkpoint.audit.hex(),
        "previous": checkpoint.previous.hex(),
        "root": checkpoint.root.hex(),
        "seals": [{"bucket": head.bucket, "number": head.number, "root": head.root.hex()} for head in exported.heads],
        "signatures": [
            {
                "key": signature.key_id,
                "public": exported.keys[signature.key_id].public.hex(),
                "name": exported.keys[signature.key_id].name,
                "signed_at": _text(signature.signed_at),
                "signature": signature.signature.hex(),
            }
            for signature in exported.signatures
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def read_export(text: str) -> Exported:
    """The inverse of `spell_export`. Raises ExportUnreadable."""
    try:
        return _read(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ExportUnreadable(reason=f"{type(error).__name__} {error}") from None


def faults_of(exported: Exported, trusted: bytes | None) -> list[str]:
    """What is wrong with an export by itself: its hash, its signatures; unsigned is a fault too. With `trusted` only that key counts."""
    faults = []
    if exported.checkpoint.root != root_of_checkpoint(exported.tenant, exported.checkpoint, exported.heads):
        faults.append("its hash is not the one of its content")
    counting = 0
    for signature in exported.signatures:
        public = exported.keys[signature.key_id].public
        if not is_signed(public, exported.checkpoint.root, signature.signature):
            faults.append(f"the signature of key {signature.key_id} is not good")
        elif trusted is None or public == trusted:
            counting += 1
    if not counting:
        faults.append("it is not signed" if trusted is None else "it is not signed by the key you trust")
    return faults


def _read(document: dict[str, Any]) -> Exported:
    if document["format"] != FORMAT:
        raise ValueError(f"format {document['format']!r}")
    checkpoint = Checkpoint(
        number=document["number"],
        cut=_instant(document["cut"]),
        made_at=_instant(document["made_at"]),
        previous=bytes.fromhex(document["previous"]),
        rows=document["rows"],
        audited=document["audited"],
        audit=bytes.fromhex(document["audit"]),
        root=bytes.fromhex(document["root"]),
    )
    signed = document["signatures"]
    return Exported(
        tenant=document["tenant"],
        checkpoint=checkpoint,
        heads=[Head(bucket=s["bucket"], number=s["number"], root=bytes.fromhex(s["root"])) for s in document["seals"]],
        signatures=[
            Signature(
                number=checkpoint.number,
                key_id=s["key"],
                signature=bytes.fromhex(s["signature"]),
                signed_at=_instant(s["signed_at"]),
            )
            for s in signed
        ],
        keys={
            s["key"]: ProofKey(key_id=s["key"], name=s["name"], public=bytes.fromhex(s["public"]), made_at=_instant(s["signed_at"]))
            for s in signed
        },
    )


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
