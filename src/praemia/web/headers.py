"""The security headers of every response, and what pages may set differently; and one header of a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "media-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), screen-wake-lock=(self), "
    "publickey-credentials-get=(self), publickey-credentials-create=(self)",
    # Only browsers that reached us over TLS heed it; over plain HTTP it is ignored by the standard (RFC 6797, 8.1).
    "Strict-Transport-Security": "max-age=31536000",
}


def header_of(scope: Mapping[str, Any], name: bytes) -> str | None:
    """The first header of that name, which is in small letters, as in `scope`."""
    for known, value in scope["headers"]:
        if known == name:
            text: str = value.decode("latin-1")
            return text
    return None
