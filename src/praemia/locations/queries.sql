-- Statements of the register of places.

-- name: locations_of(tenant_id, program_id)
-- Every place of a programme, open ones first, by name.
select l.code, l.name, l.address, l.region, l.made_at, l.closed_at
from locations l
where l.tenant_id = :tenant_id and l.program_id = :program_id
order by l.closed_at is not null, l.name, l.code;

-- name: lock_location(tenant_id, program_id, code)^
-- One place, locked.
select l.code, l.name, l.address, l.region, l.made_at, l.closed_at
from locations l
where l.tenant_id = :tenant_id and l.program_id = :program_id and l.code = :code
for update;

-- name: insert_location(tenant_id, program_id, code, name, address, region, made_at)$
-- Register a place. No row: somebody was first.
insert into locations (tenant_id, program_id, code, name, address, region, made_at)
values (:tenant_id, :program_id, :code, :name, :address, :region, :made_at)
on conflict do nothing
returning code;

-- name: change_location(tenant_id, program_id, code, name, address, region, closed_at)!
-- Write what a locked place is now.
update locations l set name = :name, address = :address, region = :region, closed_at = :closed_at
where l.tenant_id = :tenant_id and l.program_id = :program_id and l.code = :code;
