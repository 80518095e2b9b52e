-- The statements of pictures.

-- name: insert_picture(tenant_id, program_id, digest, width, height, content, made_at)!
-- Keep a picture; one that is kept already stays as it is.
insert into pictures (tenant_id, program_id, digest, width, height, content, made_at)
values (:tenant_id, :program_id, :digest, :width, :height, :content, :made_at)
on conflict do nothing;

-- name: list_pictures(tenant_id, program_id)
-- The newest pictures of a programme, without their bytes.
select digest, width, height, made_at from pictures
where tenant_id = :tenant_id and program_id = :program_id
order by made_at desc, digest limit 500;

-- name: find_picture(address, digest)$
-- The bytes of a picture of the programme of an address, asked before the tenant is known: a function that runs as the owner.
select pictures_find(:address, :digest);
