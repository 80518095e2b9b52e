"""Ed25519 (RFC 8032) over a checkpoint's root. Keys are read from and written to PEM; making one needs chance and is the service's."""

from __future__ import annotations

from hashlib import sha256

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from praemia.proof.errors import KeyUnreadable

_SIGNED = b"praemia.checkpoint.1 "


def sign(private: Ed25519PrivateKey, root: bytes) -> bytes:
    """The signature of a checkpoint's root: over the ASCII text "praemia.checkpoint.1 " and the 32 bytes of the root."""
    return private.sign(_SIGNED + root)


def is_signed(public: bytes, root: bytes, signature: bytes) -> bool:
    """Whether the signature is that key's over that root."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _SIGNED + root)
    except (InvalidSignature, ValueError):
        return False
    return True


def key_id_of(public: bytes) -> str:
    """A key's short name: the first 16 hexadecimal digits of the SHA-256 of its 32 bytes."""
    return sha256(public).hexdigest()[:16]


def public_of(private: Ed25519PrivateKey) -> bytes:
    """The 32 bytes of the public half."""
    return private.public_key().public_bytes_raw()


def read_private(pem: bytes) -> Ed25519PrivateKey:
    """The private key in a PEM text (PKCS #8, not encrypted). Raises KeyUnreadable."""
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnreadable(reason=str(error).split(".")[0] or "not PEM") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnreadable(reason="a key of another kind")
    return key


def read_public(pem: bytes) -> bytes:
    """The 32 bytes of the public half in a PEM text: a public key, or a private one's other half. Raises KeyUnreadable."""
    if b"PRIVATE KEY" in pem:
        return public_of(read_private(pem))
    try:
        key = serialization.load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyUnreadable(reason=str(error).split(".")[0] or "not PEM") from None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyUnreadable(reason="a key of another kind")
    return key.public_bytes_raw()


def spell_private(private: Ed25519PrivateKey) -> bytes:
    """PEM of a private key."""
    return private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def spell_public(public: bytes) -> bytes:
    """PEM of a public key."""
    key = Ed25519PublicKey.from_public_bytes(public)
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
