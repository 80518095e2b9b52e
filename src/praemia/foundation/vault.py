"""The vault: single fields are encrypted before they reach the database (AES-256-GCM), and looked up by a keyed hash (HMAC-SHA-256).

A field is bound to its place: table, column and row are authenticated with it, so that a value moved to another row does not open.
Keys lie in a file only its owner can read, or in PRAEMIA_VAULT_KEY; who loses them loses the fields. Lines `number key`, the highest
number encrypts, all of them decrypt; the keyed hash stays with the lowest, so that look-ups survive a new key.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from praemia.foundation.errors import DomainError

KEY_BYTES = 32
_NONCE_BYTES = 12


class VaultLocked(DomainError):
    """A field cannot be opened: another key, another place, or changed."""

    code = "vault.locked"
    template = "a protected field cannot be opened: it was changed, or the vault has another key"


class VaultKeyBroken(DomainError):
    """The key is not one."""

    code = "vault.key_broken"
    template = "the vault's key is not readable: {reason}"


class Vault:
    """Encrypts, decrypts and hashes with the keys it holds. Immutable; one per process."""

    def __init__(self, keys: Mapping[int, bytes]) -> None:
        if not keys or any(not 0 < number < 256 or len(key) != KEY_BYTES for number, key in keys.items()):
            raise VaultKeyBroken(reason=f"wanted are keys of {KEY_BYTES} bytes, numbered from 1 to 255")
        self._ciphers = {number: AESGCM(_derived(key, b"field")) for number, key in keys.items()}
        self._newest = max(keys)
        self._index = _derived(keys[min(keys)], b"index")

    def seal(self, text: str, *place: object) -> bytes:
        """The encrypted text, bound to its place (table, column, ids …)."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        head = bytes([self._newest])
        return head + nonce + self._ciphers[self._newest].encrypt(nonce, text.encode(), head + _spelled(place))

    def open(self, sealed: bytes, *place: object) -> str:
        """The text again. Raises VaultLocked."""
        cipher = self._ciphers.get(sealed[0]) if len(sealed) > _NONCE_BYTES else None
        if cipher is None:
            raise VaultLocked()
        try:
            return cipher.decrypt(sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :], sealed[:1] + _spelled(place)).decode()
        except InvalidTag:
            raise VaultLocked() from None

    def hash(self, *parts: object) -> bytes:
        """A keyed hash of texts: equal for equal texts, worthless without the key."""
        return hmac.new(self._index, _spelled(parts), sha256).digest()

    def seal_ticket(self, purpose: str, content: Mapping[str, Any]) -> str:
        """A ticket that only we can read and make, for a browser to hand back. It says itself until when it counts (`content`)."""
        return base64.urlsafe_b64encode(self.seal(json.dumps(content, separators=(",", ":")), "ticket", purpose)).decode().rstrip("=")

    def open_ticket(self, purpose: str, ticket: str) -> dict[str, Any] | None:
        """What a ticket of that purpose holds; None when it is not ours, or of another purpose."""
        try:
            sealed = base64.urlsafe_b64decode(ticket + "=" * (-len(ticket) % 4))
            found: dict[str, Any] = json.loads(self.open(sealed, "ticket", purpose))
        except (VaultLocked, ValueError):
            return None
        return found


def open_vault(file: Path, given: str | None = None) -> Vault:
    """The vault of the given key lines, or of the file, made with a fresh key when it is missing. Raises VaultKeyBroken."""
    if given is not None:
        return Vault(_keys(given))
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as written:
            written.write(f"1 {new_key()}\n")
        try:
            os.link(draft, file)  # fails when another process was first: its key counts
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return Vault(_keys(file.read_text("ascii")))


def new_key() -> str:
    """A fresh key as it is written into the file."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _keys(lines: str) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for line in filter(None, (each.strip() for each in lines.replace(",", "\n").splitlines())):
        number, _, key = line.rpartition(" ")
        try:
            found[int(number or "1")] = base64.b64decode(key, validate=True)
        except (ValueError, binascii.Error):
            raise VaultKeyBroken(reason="a line is `number key`, the key 32 bytes in base64") from None
    return found


def _derived(key: bytes, purpose: bytes) -> bytes:
    """HKDF (RFC 5869): one key per purpose."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"praemia " + purpose).derive(key)


def _spelled(parts: tuple[object, ...]) -> bytes:
    """Texts, numbers and ids with their lengths, so that no two lists of parts are spelled alike."""
    texts = [part if isinstance(part, bytes) else str(part.hex if isinstance(part, UUID) else part).encode() for part in parts]
    return b"".join(len(text).to_bytes(4, "big") + text for text in texts)
