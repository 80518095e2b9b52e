-- 0007: orders before they are bought, and coupons. Why: an order that is reserved holds points, codes and gift cards until it is bought
-- or let go; a use of a coupon can be made void. Locks: none that matter, everything is new.

-- An order that is reserved, or was: one row per order number, in the bucket of that number. `kept` is what it costs and what it holds.
create table reservations (
    bucket       int not null,
    tenant_id    int not null,
    key          uuid not null,            -- digest of programme and order number
    program_id   int not null,
    order_number text not null,
    event_id     uuid not null,            -- the reservation, in the bucket of its member
    member_id    uuid,
    state        text not null check (state in ('reserved', 'bought', 'released')),
    content      uuid not null,            -- digest of what was sent: tells a repetition
    kept         jsonb not null,
    deadline     timestamptz not null,     -- in the programme's time
    made_at      timestamptz not null,
    changed_at   timestamptz not null,
    primary key (bucket, tenant_id, key)
) with (fillfactor = 80) /* by bucket */;
create index reservations_deadline on reservations (bucket, tenant_id, program_id, deadline) where state = 'reserved';

-- Every use of a coupon's code, in the bucket of the code, named by its event; `void_id` is the event that made it void.
create table code_uses (
    bucket       int not null,
    tenant_id    int not null,
    digest       uuid not null,
    use_id       uuid not null,
    program_id   int not null,
    member_id    uuid,
    void_id      uuid,
    primary key (bucket, tenant_id, digest, use_id)
) with (fillfactor = 90) /* by bucket */;

grant select, insert on reservations, code_uses to praemia_app;
grant update (event_id, member_id, state, content, kept, deadline, made_at, changed_at) on reservations to praemia_app;
grant update (void_id) on code_uses to praemia_app;

do $$
declare
    t text;
begin
    foreach t in array array['reservations', 'code_uses']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy tenant on %I to praemia_app using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::int))', t);
    end loop;
end
$$;
