-- Statements of the nights: a programme's clock, and how far a night has come.

-- name: set_clock(tenant_id, program_id, clock, lived_until)!
-- Move a sandbox programme's clock and note the nights lived.
update programs set clock = :clock, lived_until = :lived_until
where tenant_id = :tenant_id and program_id = :program_id;

-- name: note_night(tenant_id, program_id, lived_until)!
-- Note that a programme's nights are done up to a local day.
update programs set lived_until = :lived_until
where tenant_id = :tenant_id and program_id = :program_id and (lived_until is null or lived_until < :lived_until);

-- name: lock_program(tenant_id, program_id)^
-- Lock a programme's clock while its nights are lived.
select clock, lived_until from programs where tenant_id = :tenant_id and program_id = :program_id for update;

-- name: find_page(tenant_id, program_id)^
-- Where the programme's newest night goes on, or ended.
select n.day, n.step, n.from_bucket, n.after_owner from nights n where n.tenant_id = :tenant_id and n.program_id = :program_id;

-- name: keep_page(tenant_id, program_id, day, step, bucket, after_owner)!
-- Note where the night goes on.
insert into nights (tenant_id, program_id, day, step, from_bucket, after_owner)
values (:tenant_id, :program_id, :day, :step, :bucket, :after_owner)
on conflict (tenant_id, program_id)
do update set day = excluded.day, step = excluded.step, from_bucket = excluded.from_bucket, after_owner = excluded.after_owner;
