"""The text of a one-time link: tenant, id and 256 random bits, in URL-safe base64. Stored is its SHA-256; randomness comes in from outside.

The tenant is in the token, so that whoever opens a link is looked up inside a tenant; a wrong tenant finds nothing.
"""

from __future__ import annotations

import base64
import binascii
from hashlib import sha256
from uuid import UUID

SECRET_BYTES = 32
_TENANT_BYTES = 4
_ID_BYTES = 16


def spell_token(tenant_id: int, some_id: UUID, entropy: bytes) -> str:
    """The token's text from 32 random bytes. Anything else is a bug of the caller."""
    if len(entropy) != SECRET_BYTES:
        raise ValueError(f"a token is made of {SECRET_BYTES} random bytes, not {len(entropy)}")
    return base64.urlsafe_b64encode(tenant_id.to_bytes(_TENANT_BYTES, "big") + some_id.bytes + entropy).decode().rstrip("=")


def read_token(token: str) -> tuple[int, UUID, bytes] | None:
    """Tenant, id and the digest of the token; None when it has another shape."""
    try:
        plain = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(plain) != _TENANT_BYTES + _ID_BYTES + SECRET_BYTES:
        return None
    some_id = UUID(bytes=plain[_TENANT_BYTES : _TENANT_BYTES + _ID_BYTES])
    return int.from_bytes(plain[:_TENANT_BYTES], "big"), some_id, token_digest(token)


def token_digest(token: str) -> bytes:
    """What is stored instead of the token."""
    return sha256(token.encode()).digest()
