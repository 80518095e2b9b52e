-- The statements of access. A key's text is nowhere: only its digest and the part that may be shown.

-- name: insert_key(tenant_id, key_id, name, prefix, digest, scopes, program_id, created_at, expires_at)!
-- Keep a new key. The digest is unique over all tenants.
insert into api_keys (tenant_id, key_id, name, prefix, digest, scopes, program_id, created_at, expires_at)
values (:tenant_id, :key_id, :name, :prefix, :digest, :scopes::text[], :program_id, :created_at, :expires_at);

-- name: find_key(digest)^
-- The key of a digest, asked before the tenant is known: a function that runs as the owner and answers nothing else.
select tenant_id, key_id, name, scopes, program_id, expires_at, revoked_at from access_find_key(:digest);

-- name: keys_of(tenant_id)
-- Every key of the tenant, newest first, revoked ones included.
select tenant_id, key_id, name, prefix, scopes, program_id, created_at, expires_at, revoked_at
from api_keys
where tenant_id = :tenant_id
order by created_at desc, key_id desc;

-- name: revoke_key(tenant_id, key_id, at)$
-- Mark a key as revoked; the first instant stays when it is done twice. No row: there is no such key.
update api_keys set revoked_at = coalesce(revoked_at, :at::timestamptz)
where tenant_id = :tenant_id and key_id = :key_id
returning revoked_at;

-- name: all_tenants()
-- The ids of all tenants, for the workers.
select tenant_id from access_all_tenants() as t(tenant_id);

-- name: find_tenant(slug)$
-- The id of a tenant, null when there is none.
select access_find_tenant(:slug::text);

-- name: create_tenant(slug, name, first_bucket, bucket_span, at)!
-- Make a tenant unless it exists.
select access_create_tenant(:slug::text, :name::text, :first_bucket::int, :bucket_span::int, :at::timestamptz);
