"""Access: API keys, what they may do, and who a request speaks for. Neither sessions nor people live here yet."""

from praemia.access.core.permissions import PERMISSIONS, ROLES, covers
from praemia.access.errors import (
    KeyExpired,
    KeyInvalid,
    KeyMissing,
    KeyNotFound,
    KeyRevoked,
    PermissionMissing,
    ProgramOutOfReach,
    SandboxOnly,
)
from praemia.access.model import ApiKey, IssuedKey, Mode, Principal
from praemia.access.service import Doorkeeper, issue, keys_of, require, require_program, revoke

__all__ = [
    "PERMISSIONS",
    "ROLES",
    "ApiKey",
    "Doorkeeper",
    "IssuedKey",
    "KeyExpired",
    "KeyInvalid",
    "KeyMissing",
    "KeyNotFound",
    "KeyRevoked",
    "Mode",
    "PermissionMissing",
    "Principal",
    "ProgramOutOfReach",
    "SandboxOnly",
    "covers",
    "issue",
    "keys_of",
    "require",
    "require_program",
    "revoke",
]
