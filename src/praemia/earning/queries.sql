-- Statements of the earning journey: a programme's clock.

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
