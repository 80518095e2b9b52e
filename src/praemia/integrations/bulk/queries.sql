-- Statements of the bulk import: how far it has come.

-- name: find_import(tenant_id, program_id, import_key)^
-- How far an import has come, and what it did so far.
select position, outcome from imports
where tenant_id = :tenant_id and program_id = :program_id and import_key = :import_key;

-- name: note_import(tenant_id, program_id, import_key, expected, position, outcome, at)$
-- Note the new position; answers nothing when the import does not stand where it is expected.
insert into imports as i (tenant_id, program_id, import_key, position, outcome, started_at, updated_at)
values (:tenant_id, :program_id, :import_key, :position, :outcome, :at, :at)
on conflict (tenant_id, program_id, import_key)
do update set position = excluded.position, outcome = excluded.outcome, updated_at = excluded.updated_at
where i.position = :expected
returning i.position;
