-- 0001: the first tables. Why: a programme, its members, their events and the ledger, laid out so that every
-- member-side table can be split by `bucket` (a logical partition 0..1023, fixed for a row's life) without change.
-- Locks: none that matter, everything is new.
--
-- Conventions. `bucket, tenant_id` lead every key of a member-side table. Ids are made by the application and carry
-- their bucket. No foreign keys, sequences or triggers on member-side tables: `praemia verify` proves what they would.
-- Time is always a parameter. `/* by bucket */` marks where the partitioned layout adds its clause, `/* by month */`
-- where the plain layout splits events by the month of arrival.

-- Configuration (small, the same on every node) -------------------------------------------------------------------

create table tenants (
    tenant_id    int primary key,
    slug         text not null unique,
    name         text not null,
    first_bucket int not null check (first_bucket between 0 and 1023),
    bucket_span  int not null check (bucket_span between 1 and 1024),
    created_at   timestamptz not null
);

create table programs (
    tenant_id   int not null references tenants,
    program_id  int not null,
    slug        text not null,
    mode        text not null check (mode in ('live', 'sandbox')),
    clock       timestamptz check (clock is null or mode = 'sandbox'),   -- a sandbox programme's own time
    lived_until date,                                                    -- the last local day whose night run is done
    created_at  timestamptz not null,
    primary key (tenant_id, program_id),
    unique (tenant_id, slug)
);

create table program_versions (
    tenant_id      int not null,
    program_id     int not null,
    version        int not null check (version > 0),
    effective_from timestamptz not null,
    source         text not null,          -- the file, byte for byte
    digest         bytea not null,
    note           text not null default '',
    applied_by     text not null,
    applied_at     timestamptz not null,
    primary key (tenant_id, program_id, version),
    foreign key (tenant_id, program_id) references programs
);

-- A unit type keeps its number and decimals for ever: balances are counted in them.
create table unit_types (
    tenant_id  int not null,
    program_id int not null,
    unit       smallint not null check (unit >= 0),
    code       text not null,
    decimals   smallint not null check (decimals between 0 and 6),
    primary key (tenant_id, program_id, unit),
    unique (tenant_id, program_id, code),
    foreign key (tenant_id, program_id) references programs
);

create table api_keys (
    tenant_id  int not null references tenants,
    key_id     uuid not null,
    name       text not null,
    prefix     text not null,
    digest     bytea not null unique,
    scopes     text[] not null,
    program_id int,
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    issued_by  uuid,                       -- who made it: nobody approves with a key of theirs what they asked for themselves
    primary key (tenant_id, key_id)
);

-- How far an import has come, so that a killed one goes on where it stopped.
create table imports (
    tenant_id  int not null,
    program_id int not null,
    import_key text not null,              -- digest of the mapping and the sources
    position   bigint not null,
    outcome    jsonb not null,             -- counts so far
    started_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, program_id, import_key),
    foreign key (tenant_id, program_id) references programs
);

-- The closed chart of transfers: which kind moves points from which account to which. Kept equal to the code by a test.
create table chart (
    kind      text primary key,
    from_role text not null,
    to_role   text not null
);
insert into chart (kind, from_role, to_role) values
    ('earn',      'issued',     'available'),
    ('promise',   'issued',     'pending'),
    ('open',      'pending',    'available'),
    ('void',      'pending',    'issued'),
    ('reverse',   'available',  'issued'),
    ('hold',      'available',  'held'),
    ('release',   'held',       'available'),
    ('capture',   'held',       'redeemed'),
    ('spend',     'available',  'redeemed'),
    ('restore',   'redeemed',   'available'),
    ('expire',    'available',  'expired'),
    ('reinstate', 'expired',    'available'),
    ('send',      'available',  'transit'),
    ('receive',   'transit',    'available'),
    ('credit',    'adjustment', 'available'),
    ('debit',     'available',  'adjustment');

-- Members -----------------------------------------------------------------------------------------------------------

create table members (
    bucket      int not null check (bucket between 0 and 1023),
    tenant_id   int not null,
    member_id   uuid not null,
    program_id  int not null,
    reference   text not null,             -- the operator's name for the member: customer number, card, e-mail hash
    status      text not null check (status in ('active', 'closed')),
    enrolled_at timestamptz not null,
    segments    text[] not null default '{}',
    primary key (bucket, tenant_id, member_id)
) /* by bucket */;

-- Personal data lives apart from points.
create table member_profiles (
    bucket            int not null,
    tenant_id         int not null,
    member_id         uuid not null,
    program_id        int not null,
    birthdate         date,
    birthday          smallint,            -- month * 100 + day, for the calendar
    attributes        jsonb not null default '{}',
    primary key (bucket, tenant_id, member_id)
) /* by bucket */;
create index member_profiles_birthday on member_profiles (bucket, tenant_id, program_id, birthday) where birthday is not null;

-- Uniqueness over all buckets: the row lives in the bucket of the key and leads to the member's bucket.
create table lookups (
    bucket        int not null,
    tenant_id     int not null,
    kind          text not null,
    key           text not null,
    member_bucket int not null,
    member_id     uuid not null,
    primary key (bucket, tenant_id, kind, key)
) /* by bucket */;

-- Events --------------------------------------------------------------------------------------------------------------

-- Every identity an event was ever sent under (idempotency key, order number, activity id), for ever, in the bucket
-- of the key. `content` is the digest of what was sent, so that a reused key is told from a repeated request.
create table event_keys (
    bucket    int not null,
    tenant_id int not null,
    key       uuid not null,
    content   uuid not null,
    event_id  uuid not null,
    primary key (bucket, tenant_id, key)
) /* by bucket */;

-- What happened and what was decided, as text that is JSON: it is read whole, never searched, and binary JSON costs a third more. The id
-- carries bucket and arrival time. `inputs` is what was sent, `verdict` what
-- the rules of `version` made of it with which facts: enough to recompute and to explain it for ever.
create table events (
    bucket      int not null,
    tenant_id   int not null,
    event_id    uuid not null,
    received_at timestamptz not null,
    program_id  int not null,
    member_id   uuid,                      -- null: a guest
    kind        text not null,
    occurred_at timestamptz not null,
    posted_at   timestamptz not null,
    version     int not null,
    inputs      json not null,
    verdict     json not null,
    primary key (bucket, tenant_id, event_id, received_at)
) /* by bucket */ /* by month */;

-- Ledger --------------------------------------------------------------------------------------------------------------

-- A transfer moves `amount` quanta of one unit between two accounts of one owner and the programme; its kind names both
-- sides in the chart, so it balances by construction. Identified by its event and a line number. One with `earned_at` issued a lot, points
-- that lie together, and is that lot as it came: the four columns say of when the points are, when they open and end, and where they were
-- first issued.
create table transfers (
    bucket      int not null,
    tenant_id   int not null,
    owner_id    uuid not null,
    event_id    uuid not null,
    line        smallint not null,
    unit        smallint not null,
    program_id  int not null,
    amount      bigint not null check (amount > 0),
    occurred_at timestamptz not null,
    posted_at   timestamptz not null,
    earned_at   timestamptz,               -- null: it issued no lot
    opens_on    date,                      -- the local day on which a pending lot opens; null: when told
    last_day    date,                      -- the last local day on which the lot may be spent; null: it never expires
    origin_event_id uuid,                  -- the event that first issued points which came from another owner; null: this one
    kind        text not null check (kind in ('earn', 'promise', 'open', 'void', 'reverse', 'hold', 'release', 'capture', 'spend',
                                              'restore', 'expire', 'reinstate', 'send', 'receive', 'credit', 'debit')),
    check (earned_at is not null or (opens_on is null and last_day is null and origin_event_id is null)),
    primary key (bucket, tenant_id, owner_id, event_id, line)
) /* by bucket */;

-- What became of a lot since: there is a row once something was taken from it, it opened, or its last day moved. `remaining` falls as
-- allocations take from the lot and rises when they give back; a pending lot is not usable yet.
create table lot_states (
    bucket    int not null,
    tenant_id int not null,
    owner_id  uuid not null,
    event_id  uuid not null,
    line      smallint not null,
    pending   boolean not null,
    last_day  date,
    remaining bigint not null check (remaining >= 0),
    primary key (bucket, tenant_id, owner_id, event_id, line)
) with (fillfactor = 90) /* by bucket */;

-- Which transfer took how much from which lot. A credit that pays an older debt takes from its own lot.
create table allocations (
    bucket       int not null,
    tenant_id    int not null,
    owner_id     uuid not null,
    event_id     uuid not null,
    line         smallint not null,
    lot_event_id uuid not null,
    lot_line     smallint not null,
    amount       bigint not null check (amount <> 0),   -- below zero: given back
    primary key (bucket, tenant_id, owner_id, event_id, line, lot_event_id, lot_line)
) /* by bucket */;

-- Cached sums of the owner's entries by role: they affect cost, never meaning. available = open lots - debt. On `due_day` a lot
-- opens or is past its last day: whoever looks at the account from then on settles it first. `lots_from` is where whoever looks for its lots
-- begins: those that earlier events issued hold nothing any more (null: no lot holds anything). A row grows once, with its first points.
create table accounts (
    bucket     int not null,
    tenant_id  int not null,
    owner_id   uuid not null,
    unit       smallint not null,
    program_id int not null,
    available  bigint not null default 0,
    pending    bigint not null default 0 check (pending >= 0),
    held       bigint not null default 0 check (held >= 0),
    debt       bigint not null default 0 check (debt >= 0),
    lifetime   bigint not null default 0 check (lifetime >= 0),
    due_day    date,
    lots_from  uuid,
    primary key (bucket, tenant_id, owner_id, unit),
    check (available >= -debt)
) with (fillfactor = 80) /* by bucket */;
create index accounts_due on accounts (bucket, tenant_id, due_day) where due_day is not null;

-- How much of a limit, cap, budget or count is used, by owner and period. `last_at` serves cooldowns.
create table counters (
    bucket    int not null,
    tenant_id int not null,
    owner_id  uuid not null,
    counter   text not null,
    period    date not null,
    used      bigint not null,
    last_at   timestamptz,
    primary key (bucket, tenant_id, owner_id, counter, period)
) with (fillfactor = 70) /* by bucket */;

-- The journal as accountants read it: two entries for every transfer, one per side, summing to zero.
create view entries with (security_invoker = true) as
select t.bucket, t.tenant_id, t.program_id, t.unit, t.event_id, t.line, side.n as side,
       case when side.n = 1 then c.from_role else c.to_role end as role,
       case when (case when side.n = 1 then c.from_role else c.to_role end) in ('available', 'pending', 'held') then t.owner_id end as owner_id,
       case when side.n = 1 then -t.amount else t.amount end as amount,
       t.kind, t.occurred_at, t.posted_at
from transfers t
join chart c on c.kind = t.kind
cross join (values (1), (2)) as side(n);

-- A transfer as its owner sees it: by how much it changed what can be used, is promised, is set aside.
create view movements with (security_invoker = true) as
select t.bucket, t.tenant_id, t.owner_id, t.event_id, t.line, t.unit, t.kind, t.occurred_at, t.posted_at,
       case when c.to_role = 'available' then t.amount when c.from_role = 'available' then -t.amount else 0 end as amount,
       case when c.to_role = 'pending' then t.amount when c.from_role = 'pending' then -t.amount else 0 end as pending,
       case when c.to_role = 'held' then t.amount when c.from_role = 'held' then -t.amount else 0 end as held
from transfers t
join chart c on c.kind = t.kind;

-- The lots as they are now: as they were issued, and what became of them since. That is looked up one by one (`offset 0`), whatever the
-- planner takes the tables for: a join of the two, turned the other way, would look through all states of an owner for each of their lots.
create view lots with (security_invoker = true) as
select t.bucket, t.tenant_id, t.owner_id, t.event_id, t.line, t.unit,
       coalesce(s.pending, t.kind in ('promise', 'inherit')) as pending, t.opens_on,
       case when s.remaining is null then t.last_day else s.last_day end as last_day,
       t.amount, coalesce(s.remaining, t.amount) as remaining, t.earned_at, t.origin_event_id
from transfers t
left join lateral (select s.pending, s.last_day, s.remaining from lot_states s
    where s.bucket = t.bucket and s.tenant_id = t.tenant_id and s.owner_id = t.owner_id and s.event_id = t.event_id
      and s.line = t.line offset 0) as s on true
where t.earned_at is not null;

-- Who may do what ------------------------------------------------------------------------------------------------------

do $$
begin
    if not exists (select from pg_roles where rolname = 'praemia_app') then
        begin
            create role praemia_app nologin;
        exception when duplicate_object or unique_violation then
            null;   -- another database of the same server was migrated at the same moment
        end;
    end if;
    if not pg_has_role(current_user, 'praemia_app', 'member') then
        execute format('grant praemia_app to %I', current_user);   -- a superuser is a member of every role already
    end if;
end
$$;

grant usage on schema public to praemia_app;
grant select, insert on tenants, programs, program_versions, unit_types, api_keys, imports to praemia_app;
grant update (clock, lived_until) on programs to praemia_app;
grant update (bucket_span, name) on tenants to praemia_app;
grant update (revoked_at) on api_keys to praemia_app;
grant update (position, outcome, updated_at) on imports to praemia_app;
grant select on chart to praemia_app;
grant select, insert on members, member_profiles, lookups, event_keys, events, transfers, lot_states, allocations, accounts, counters to praemia_app;
grant update (status, segments) on members to praemia_app;
grant update (birthdate, birthday, attributes) on member_profiles to praemia_app;
grant update (remaining, pending, last_day) on lot_states to praemia_app;
grant update (available, pending, held, debt, lifetime, due_day, lots_from) on accounts to praemia_app;
grant update (used, last_at) on counters to praemia_app;
grant select on entries, movements, lots to praemia_app;

-- A session without a tenant sees nothing and writes nothing: a missing setting is null, and null matches no row.
do $$
declare
    t text;
begin
    foreach t in array array['tenants', 'programs', 'program_versions', 'unit_types', 'api_keys', 'imports', 'members', 'member_profiles',
                             'lookups', 'event_keys', 'events', 'transfers', 'lot_states', 'allocations', 'accounts', 'counters']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy tenant on %I to praemia_app using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::int))', t);
    end loop;
end
$$;

-- The three questions asked before the tenant is known. They run as the owner and answer nothing but this.
create function access_find_key(p_digest bytea)
returns table (tenant_id int, key_id uuid, name text, scopes text[], program_id int, expires_at timestamptz, revoked_at timestamptz,
               issued_by uuid)
language sql stable security definer set search_path = public
as $$
    select k.tenant_id, k.key_id, k.name, k.scopes, k.program_id, k.expires_at, k.revoked_at, k.issued_by
    from api_keys k where k.digest = p_digest
$$;

create function access_find_tenant(p_slug text) returns int
language sql stable security definer set search_path = public
as $$ select t.tenant_id from tenants t where t.slug = p_slug $$;

create function access_all_tenants() returns setof int
language sql stable security definer set search_path = public
as $$ select t.tenant_id from tenants t order by t.tenant_id $$;

create function access_create_tenant(p_slug text, p_name text, p_first_bucket int, p_bucket_span int, p_at timestamptz) returns int
language sql security definer set search_path = public
as $$
    insert into tenants (tenant_id, slug, name, first_bucket, bucket_span, created_at)
    select coalesce(max(t.tenant_id), 0) + 1, p_slug, p_name, p_first_bucket, p_bucket_span, p_at from tenants t
    on conflict do nothing   -- somebody was first, with the name or with the number: the caller looks again
    returning tenant_id
$$;

-- Opens the monthly partitions of events for the months from p_month on. In the layout that splits by bucket there is nothing to do.
create function open_event_months(p_month date, p_count int) returns void
language plpgsql security definer set search_path = public
as $$
declare
    m date := date_trunc('month', p_month)::date;
    name text;
begin
    if (select partstrat from pg_partitioned_table where partrelid = 'events'::regclass) <> 'r' then
        return;
    end if;
    for i in 1..p_count loop
        name := 'events_' || to_char(m, 'YYYY_MM');
        if to_regclass(name) is null then
            execute format('create table %I partition of events for values from (%L) to (%L)', name,
                           m::timestamp at time zone 'UTC', (m + interval '1 month')::timestamp at time zone 'UTC');
        end if;
        m := (m + interval '1 month')::date;
    end loop;
end
$$;

revoke all on function access_find_key(bytea), access_find_tenant(text), access_all_tenants(),
    access_create_tenant(text, text, int, int, timestamptz), open_event_months(date, int) from public;
grant execute on function access_find_key(bytea), access_find_tenant(text), access_all_tenants(),
    access_create_tenant(text, text, int, int, timestamptz), open_event_months(date, int) to praemia_app;
