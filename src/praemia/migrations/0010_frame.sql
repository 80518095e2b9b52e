-- 0010: what the faces are reached by and show. Why: people reach a programme under one public name over all tenants, so its pages need
-- no tenant in their path; and pictures (logos, rewards) are kept re-encoded, by what they show.
-- Locks: none that matter; every programme that exists gets an address.

-- A public name leads to one programme for ever, so that a printed poster never leads elsewhere; `preferred_at` is newest on the one shown.
create table addresses (
    address      text primary key check (address ~ '^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$'),
    tenant_id    int not null,
    program_id   int not null,
    preferred_at timestamptz not null,
    foreign key (tenant_id, program_id) references programs
);
create index addresses_of_program on addresses (tenant_id, program_id, preferred_at);

-- The bytes are what we encoded, named by the SHA-256 of them. A picture has a programme, never a member.
create table pictures (
    tenant_id  int not null,
    program_id int not null,
    digest     bytea not null,
    width      int not null check (width between 1 and 2048),
    height     int not null check (height between 1 and 2048),
    content    bytea not null,                 -- WebP
    made_at    timestamptz not null,
    primary key (tenant_id, program_id, digest),
    foreign key (tenant_id, program_id) references programs
);

-- Every programme has an address from its birth on: its slug, or the slug with the next free number. A trigger, since the rooms that make
-- programmes know nothing of pages. It runs with the rights of whoever makes the programme.
create function addresses_claim_first() returns trigger
language plpgsql set search_path = public
as $$
declare
    wanted text := left(trim(trailing '-' from new.slug), 56);
    n int := 1;
begin
    loop
        insert into addresses (address, tenant_id, program_id, preferred_at)
        values (case when n = 1 then wanted else wanted || '-' || n end, new.tenant_id, new.program_id, new.created_at)
        on conflict do nothing;
        exit when found;
        n := n + 1;
    end loop;
    return null;
end
$$;

-- The two questions asked before the tenant is known. They run as the owner and answer nothing but this.
create function addresses_find(p_address text)
returns table (tenant_id int, program_id int, slug text, mode text, preferred text)
language sql stable security definer set search_path = public
as $$
    select a.tenant_id, a.program_id, p.slug, p.mode,
           (select b.address from addresses b where b.tenant_id = a.tenant_id and b.program_id = a.program_id
            order by b.preferred_at desc, b.address limit 1)
    from addresses a join programs p on p.tenant_id = a.tenant_id and p.program_id = a.program_id
    where a.address = p_address
$$;

create function pictures_find(p_address text, p_digest bytea) returns bytea
language sql stable security definer set search_path = public
as $$
    select i.content from addresses a join pictures i on i.tenant_id = a.tenant_id and i.program_id = a.program_id
    where a.address = p_address and i.digest = p_digest
$$;

revoke all on function addresses_claim_first(), addresses_find(text), pictures_find(text, bytea) from public;
grant execute on function addresses_claim_first(), addresses_find(text), pictures_find(text, bytea) to praemia_app;
grant select, insert on addresses, pictures to praemia_app;
grant update (preferred_at) on addresses to praemia_app;

do $$
declare
    p record;
    n int;
begin
    for p in select tenant_id, program_id, slug, created_at from programs order by created_at, tenant_id, program_id loop
        n := 1;
        loop
            insert into addresses (address, tenant_id, program_id, preferred_at)
            values (left(trim(trailing '-' from p.slug), 56) || case when n = 1 then '' else '-' || n end, p.tenant_id, p.program_id, p.created_at)
            on conflict do nothing;
            exit when found;
            n := n + 1;
        end loop;
    end loop;
end
$$;
create trigger programs_have_an_address after insert on programs for each row execute function addresses_claim_first();

do $$
declare
    t text;
begin
    foreach t in array array['addresses', 'pictures']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy tenant on %I to praemia_app using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::int))', t);
    end loop;
end
$$;
