-- Statements about programmes, their versions and their units.

-- name: lock_tenant(tenant_id)^
-- Numbers of new programmes are given out one after the other.
select tenant_id from tenants where tenant_id = :tenant_id for update;

-- name: insert_program(tenant_id, slug, mode, clock, at)^
-- A new programme with the tenant's next number.
insert into programs (tenant_id, program_id, slug, mode, clock, created_at)
select :tenant_id, coalesce(max(p.program_id), 0) + 1, :slug, :mode, :clock, :at
from programs p where p.tenant_id = :tenant_id
returning program_id, slug, mode, clock;

-- name: find_program(tenant_id, slug)^
-- One programme by its slug.
select program_id, slug, mode, clock from programs where tenant_id = :tenant_id and slug = :slug;

-- name: lock_program(tenant_id, slug)^
-- One programme, locked, so that versions get their numbers one after the other.
select program_id, slug, mode, clock from programs where tenant_id = :tenant_id and slug = :slug for update;

-- name: list_programs(tenant_id)
-- Every programme of the tenant, oldest first.
select program_id, slug, mode, clock from programs where tenant_id = :tenant_id order by program_id;

-- name: open_program(tenant_id, slug)^
-- A programme with its units and the marks of its versions, in one round trip.
select p.program_id, p.slug, p.mode, p.clock, v.versions, v.effective, v.digests, u.numbers, u.codes, u.decimals
from programs p
cross join lateral (
    select array_agg(v.version order by v.version) as versions, array_agg(v.effective_from order by v.version) as effective,
           array_agg(v.digest order by v.version) as digests
    from program_versions v where v.tenant_id = p.tenant_id and v.program_id = p.program_id
) v
cross join lateral (
    select array_agg(u.unit order by u.unit) as numbers, array_agg(u.code order by u.unit) as codes,
           array_agg(u.decimals order by u.unit) as decimals
    from unit_types u where u.tenant_id = p.tenant_id and u.program_id = p.program_id
) u
where p.tenant_id = :tenant_id and p.slug = :slug;

-- name: versions(tenant_id, program_id)
-- Every version of a programme, oldest first.
select v.program_id, p.slug, v.version, v.effective_from, v.source, v.digest, v.note, v.applied_by, v.applied_at
from program_versions v join programs p on p.tenant_id = v.tenant_id and p.program_id = v.program_id
where v.tenant_id = :tenant_id and v.program_id = :program_id
order by v.version;

-- name: find_version(tenant_id, program_id, version)^
-- One version; null asks for the newest.
select v.program_id, p.slug, v.version, v.effective_from, v.source, v.digest, v.note, v.applied_by, v.applied_at
from program_versions v join programs p on p.tenant_id = v.tenant_id and p.program_id = v.program_id
where v.tenant_id = :tenant_id and v.program_id = :program_id and (:version::int is null or v.version = :version)
order by v.version desc limit 1;

-- name: insert_version(tenant_id, program_id, version, effective_from, source, digest, note, applied_by, applied_at)!
-- A version is written once and never changed. The first is effective from the beginning of time.
insert into program_versions (tenant_id, program_id, version, effective_from, source, digest, note, applied_by, applied_at)
values (:tenant_id, :program_id, :version, coalesce(:effective_from::timestamptz, '0001-01-01T00:00:00Z'), :source, :digest, :note, :applied_by, :applied_at);

-- name: units(tenant_id, program_id)
-- Every unit the programme ever had, in the order of their numbers.
select unit, code, decimals from unit_types where tenant_id = :tenant_id and program_id = :program_id order by unit;

-- name: insert_units(tenant_id, program_id, units, codes, decimals)!
-- New units with their numbers.
insert into unit_types (tenant_id, program_id, unit, code, decimals)
select :tenant_id, :program_id, n.unit, n.code, n.decimals
from unnest(:units::smallint[], :codes::text[], :decimals::smallint[]) as n(unit, code, decimals);

-- name: find_draft(tenant_id, program_id, staff_id)^
-- What somebody is working on.
select staff_id, base, source, changed_at from drafts
where tenant_id = :tenant_id and program_id = :program_id and staff_id = :staff_id and source is not null;

-- name: write_draft(tenant_id, program_id, staff_id, base, source, at)!
-- Keep what somebody is working on, instead of what they had; a null source takes it away.
insert into drafts (tenant_id, program_id, staff_id, base, source, changed_at)
values (:tenant_id, :program_id, :staff_id, :base, :source::text, :at)
on conflict (tenant_id, program_id, staff_id)
do update set base = excluded.base, source = excluded.source, changed_at = excluded.changed_at;

-- name: terms(tenant_id, program_id)
-- Every version of the terms, oldest first.
select version, effective_from, texts, note, published_by, published_at from terms
where tenant_id = :tenant_id and program_id = :program_id
order by version;

-- name: insert_terms(tenant_id, program_id, version, effective_from, texts, note, published_by, published_at)!
-- Terms are written once and never changed.
insert into terms (tenant_id, program_id, version, effective_from, texts, note, published_by, published_at)
values (:tenant_id, :program_id, :version, :effective_from, :texts, :note, :published_by, :published_at);
