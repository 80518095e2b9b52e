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
    TenantUnknown,
)
from praemia.access.model import ApiKey, IssuedKey, Mode, Principal
from praemia.access.service.keys import Doorkeeper, issue, keys_of, require, require_program, revoke
from praemia.access.service.tenants import all_tenants, create_tenant, tenant_of

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
    "TenantUnknown",
    "all_tenants",
    "covers",
    "create_tenant",
    "issue",
    "keys_of",
    "require",
    "require_program",
    "revoke",
    "tenant_of",
]
