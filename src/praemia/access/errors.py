"""The refusals of access. A stranger learns nothing from them; the holder of a key learns what to mend."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class KeyMissing(DomainError):
    code = "access.key_missing"
    template = "This request needs an API key: send `Authorization: Bearer praemia_…`."


class KeyInvalid(DomainError):
    """Malformed, mistyped or never issued: one answer for all three, so that nothing can be probed."""

    code = "access.key_invalid"
    template = "This API key is not known here."


class KeyExpired(DomainError):
    code = "access.key_expired"
    template = "The API key {shown_prefix}… expired at {expired_at}."


class KeyRevoked(DomainError):
    code = "access.key_revoked"
    template = "The API key {shown_prefix}… was revoked at {revoked_at}."


class PermissionMissing(DomainError):
    code = "access.permission_missing"
    template = "“{key_name}” lacks the permission {permission}."


class ProgramOutOfReach(DomainError):
    code = "access.program_out_of_reach"
    template = "The API key “{key_name}” is restricted to another programme."


class KeyNotFound(DomainError):
    code = "access.key_not_found"
    template = "There is no API key with the id {key_id}."


class SandboxOnly(DomainError):
    code = "access.sandbox_only"
    template = "The test key “{key_name}” reaches sandboxes only; “{program}” is live."


class TenantUnknown(DomainError):
    """No tenant has this name."""

    code = "access.tenant_unknown"
    template = "there is no tenant {tenant!r}"


class ApprovalUnknown(DomainError):
    """No such request in this programme."""

    code = "access.approval_unknown"
    template = "there is no request {approval} for approval"


class ApprovalDecided(DomainError):
    """Somebody was first."""

    code = "access.approval_decided"
    template = "request {approval} is {decision} already"


class ApprovalExpired(DomainError):
    """Nobody decided in time; it has to be asked again."""

    code = "access.approval_expired"
    template = "request {approval} expired at {expired_at}"


class SecondPersonNeeded(DomainError):
    """Four eyes: who asked cannot approve."""

    code = "access.second_person_needed"
    template = "“{actor}” asked for {approval}, so somebody else has to approve it"


class StaffUnknown(DomainError):
    """Nobody of this id works here."""

    code = "access.staff_unknown"
    template = "nobody with the id {staff} works here"


class InvitationInvalid(DomainError):
    """Unknown, used, revoked or expired: one answer for all, so that nothing can be probed."""

    code = "access.invitation_invalid"
    template = "this invitation does not count any more; ask for a new one"


class RoleOutOfReach(DomainError):
    """Nobody gives or takes what they do not have themselves."""

    code = "access.role_out_of_reach"
    template = "“{actor}” may not give or take the role {role}"


class LastOwner(DomainError):
    """An installation without an owner could never be helped."""

    code = "access.last_owner"
    template = "somebody has to stay the owner"


class OwnerExists(DomainError):
    """The first owner is made once."""

    code = "access.owner_exists"
    template = "there is an owner already"
