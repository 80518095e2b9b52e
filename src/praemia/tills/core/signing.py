"""Ed25519 (RFC 8032) over what terminals say and what they are told. Each kind of text has a prefix of its own, so that no signature
over the one ever stands for the other. Making a key needs chance and is the service's."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_BYTES = 32
_EVENT = b"praemia.till-event.1 "
_SNAPSHOT = b"praemia.till-snapshot.1 "


def sign_event(private: Ed25519PrivateKey, said: str) -> bytes:
    """What a terminal does with an event."""
    return private.sign(_EVENT + said.encode())


def is_event_signed(public: bytes, said: str, signature: bytes) -> bool:
    """Whether the terminal with this key said exactly that."""
    return _is_signed(public, _EVENT + said.encode(), signature)


def sign_snapshot(private: bytes, text: str) -> bytes:
    """The signature of a snapshot."""
    return Ed25519PrivateKey.from_private_bytes(private).sign(_SNAPSHOT + text.encode())


def is_snapshot_signed(public: bytes, text: str, signature: bytes) -> bool:
    """What a terminal asks before it believes a snapshot."""
    return _is_signed(public, _SNAPSHOT + text.encode(), signature)


def public_of(private: bytes) -> bytes:
    """The public half of a key."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def is_public_key(public: bytes) -> bool:
    """Whether these bytes can be a key."""
    return len(public) == KEY_BYTES


def _is_signed(public: bytes, text: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True
