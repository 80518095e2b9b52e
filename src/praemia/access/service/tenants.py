"""Tenants: the organisations of one installation. Asked and made before a tenant is known, through functions of the owner."""

from __future__ import annotations

from datetime import datetime

from praemia.access.errors import TenantUnknown
from praemia.foundation.db import Database
from praemia.foundation.sql import queries

_Q = "praemia.access"
FIRST_BUCKET = 0
BUCKET_SPAN = 64  # a small tenant's members live in 64 of 1024 buckets; widening later needs no re-hash


async def all_tenants(db: Database) -> list[int]:
    """The ids of all tenants."""
    async with db.unscoped() as conn:
        return [row["tenant_id"] for row in await queries(_Q).all_tenants(conn)]


async def tenant_of(db: Database, slug: str) -> int:
    """The id of a tenant. Raises TenantUnknown."""
    async with db.unscoped() as conn:
        tenant_id = await queries(_Q).find_tenant(conn, slug=slug)
    if tenant_id is None:
        raise TenantUnknown(tenant=slug)
    return int(tenant_id)


async def create_tenant(
    db: Database, slug: str, name: str, *, at: datetime, first_bucket: int = FIRST_BUCKET, bucket_span: int = BUCKET_SPAN
) -> int:
    """The id of the tenant, made when it does not exist yet. Harmless when repeated."""
    try:
        return await tenant_of(db, slug)
    except TenantUnknown:
        async with db.unscoped() as conn:
            await queries(_Q).create_tenant(conn, slug=slug, name=name, first_bucket=first_bucket, bucket_span=bucket_span, at=at)
    return await tenant_of(db, slug)
