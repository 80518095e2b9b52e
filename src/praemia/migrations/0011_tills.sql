-- 0011: terminals that go on without a network. Why: a till proves who it is by a key, knows its members' balance bands from a signed
-- snapshot, and what it did meanwhile is taken once, in its order; what cannot be taken is kept for somebody to settle.
-- Locks: building cards_by_tail reads all cards and holds back writes of them; everything else is new.

-- A terminal is known by the public half of its key. `snapshot_key` signs its snapshots: the terminal knows that key's public half.
-- `next_sequence` is what it has to send next; behind the row's lock its events are taken one after the other.
create table terminals (
    bucket         int not null check (bucket between 0 and 1023),
    tenant_id      int not null,
    terminal_id    uuid not null,
    program_id     int not null,
    name           text not null,
    location       text not null,
    public_key     bytea not null,
    snapshot_key   bytea not null,
    next_sequence  bigint not null default 1 check (next_sequence > 0),
    snapshots      int not null default 0,  -- the number of the newest
    skew_seconds   bigint,                  -- how far its clock was ahead when it last reported
    registered_at  timestamptz not null,
    seen_at        timestamptz,
    revoked_at     timestamptz,
    primary key (bucket, tenant_id, terminal_id)
) with (fillfactor = 80) /* by bucket */;

-- What a terminal was told: card digest -> the number of the band its balance lay in. Emptied when it has been over for long.
create table till_snapshots (
    bucket      int not null check (bucket between 0 and 1023),
    tenant_id   int not null,
    terminal_id uuid not null,
    number      int not null,
    program_id  int not null,
    taken_at    timestamptz not null,
    valid_until timestamptz not null,
    salt        text not null,
    unit        text not null,
    bands       bigint[] not null,
    cards       jsonb not null,
    primary key (bucket, tenant_id, terminal_id, number)
) /* by bucket */;

-- What terminals sent, in their own order, without gaps. `said` is the text they signed, `outcome` the answer, which never changes;
-- `settled` says what somebody did about a conflict.
create table till_events (
    bucket      int not null check (bucket between 0 and 1023),
    tenant_id   int not null,
    terminal_id uuid not null,
    sequence    bigint not null check (sequence > 0),
    program_id  int not null,
    content     uuid not null,
    said        text not null,
    state       text not null check (state in ('recorded', 'conflict', 'settled')),
    outcome     jsonb not null,
    settled     jsonb,
    occurred_at timestamptz not null,
    received_at timestamptz not null,
    primary key (bucket, tenant_id, terminal_id, sequence)
) with (fillfactor = 90) /* by bucket */;
create index till_events_open on till_events (bucket, tenant_id, program_id) where state = 'conflict';

-- How much was done without a network on a local day, by a member and at a terminal (`owner_id` is either).
create table till_days (
    bucket     int not null check (bucket between 0 and 1023),
    tenant_id  int not null,
    owner_id   uuid not null,
    day        date not null,
    program_id int not null,
    sales      int not null check (sales >= 0),
    burned     bigint not null check (burned >= 0),
    primary key (bucket, tenant_id, owner_id, day)
) with (fillfactor = 90) /* by bucket */;

-- A cashier finds a member by the last four signs of a card. A partitioned table takes no index concurrently.
-- squawk-ignore require-concurrent-index-creation
create index cards_by_tail on cards (bucket, tenant_id, program_id, right(number, 4)) where condition = 'active';

grant select, insert on terminals, till_snapshots, till_events, till_days to praemia_app;
grant update (name, location, next_sequence, snapshots, skew_seconds, seen_at, revoked_at) on terminals to praemia_app;
grant update (cards) on till_snapshots to praemia_app;
grant update (state, settled) on till_events to praemia_app;
grant update (sales, burned) on till_days to praemia_app;

do $$
declare
    t text;
begin
    foreach t in array array['terminals', 'till_snapshots', 'till_events', 'till_days']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy tenant on %I to praemia_app using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::int))', t);
    end loop;
end
$$;
