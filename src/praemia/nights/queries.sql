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

-- name: find_lived(tenant_id, program_id)$
-- The last local day whose night is done, unlocked.
select lived_until from programs where tenant_id = :tenant_id and program_id = :program_id;

-- name: take_lane(tenant_id, program_id, day)^
-- A lane of the night to a day in which something is left to live and nobody is at work, locked.
select n.lane, n.day, n.step, n.from_bucket, n.after_owner, n.to_bucket
from nights n
where n.tenant_id = :tenant_id and n.program_id = :program_id and n.day = :day and n.from_bucket <= n.to_bucket
order by n.lane
limit 1
for update skip locked;

-- name: lock_lanes(tenant_id, program_id)
-- Every lane of a programme, locked: waits for those who are at work. Always before the programme's own row.
select n.lane, n.day, n.step, n.from_bucket, n.after_owner, n.to_bucket
from nights n
where n.tenant_id = :tenant_id and n.program_id = :program_id
order by n.lane
for update;

-- name: find_lanes(tenant_id, program_id)
-- The same, unlocked.
select n.lane, n.day, n.step, n.from_bucket, n.after_owner, n.to_bucket
from nights n
where n.tenant_id = :tenant_id and n.program_id = :program_id
order by n.lane;

-- name: keep_lanes(tenant_id, program_id, lanes, days, steps, buckets, after_owners, last_buckets)!
-- Note where lanes go on.
insert into nights (tenant_id, program_id, lane, day, step, from_bucket, after_owner, to_bucket)
select :tenant_id, :program_id, n.lane, n.day, n.step, n.from_bucket, n.after_owner, n.to_bucket
from unnest(:lanes::int[], :days::date[], :steps::text[], :buckets::int[], :after_owners::uuid[], :last_buckets::int[])
     as n(lane, day, step, from_bucket, after_owner, to_bucket)
on conflict (tenant_id, program_id, lane)
do update set day = excluded.day, step = excluded.step, from_bucket = excluded.from_bucket, after_owner = excluded.after_owner,
              to_bucket = excluded.to_bucket;
