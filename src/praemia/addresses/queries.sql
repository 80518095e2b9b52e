-- The statements of addresses.

-- name: find_addressed(address)^
-- The programme of an address, asked before the tenant is known: a function that runs as the owner and answers nothing else.
select tenant_id, program_id, slug, mode, preferred from addresses_find(:address);

-- name: address_of(tenant_id, program_id)$
-- The address a programme goes by.
select address from addresses where tenant_id = :tenant_id and program_id = :program_id order by preferred_at desc, address limit 1;

-- name: claim(tenant_id, program_id, address, at)!
-- Take an address if nobody has it, in whatever tenant.
insert into addresses (address, tenant_id, program_id, preferred_at)
values (:address, :tenant_id, :program_id, :at)
on conflict do nothing;

-- name: prefer(tenant_id, program_id, address, at)$
-- Go by an address the programme has. No row: it belongs to another.
update addresses set preferred_at = :at
where tenant_id = :tenant_id and program_id = :program_id and address = :address
returning address;
