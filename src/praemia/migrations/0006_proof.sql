-- 0006: the proof. Why: who can write to the database can change what was posted; from now on that is found, and named. Besides,
-- corrections above a limit wait for a second person, and every administrative deed is written down for ever.
-- Locks: building the index on transfers locks out posting; it reads the table once and writes a few pages. All else is new.

-- Which transfers arrived between two instants, for whoever seals them. Event ids begin with their arrival time and rows are appended,
-- so a summary per stretch of pages finds them, for less than a microsecond a row. Migrations run in a transaction, so not concurrently.
-- squawk-ignore require-concurrent-index-creation
create index transfers_arrival on transfers using brin (bucket, tenant_id, event_id) with (pages_per_range = 32, autosummarize = on);

-- What was sealed: for every transfer its key and the digest of all its columns, chained within the bucket by `root`. A seal belongs
-- to the checkpoint that made it.
create table seals (
    bucket     int not null check (bucket between 0 and 1023),
    tenant_id  int not null,
    number     bigint not null check (number > 0),
    checkpoint bigint not null,
    cut        timestamptz not null,      -- what arrived before this is in this seal or in an earlier one
    previous   bytea not null,
    rows       int not null check (rows > 0),
    leaves     bytea not null,
    root       bytea not null,
    primary key (bucket, tenant_id, number)
) /* by bucket */;

-- One hash over the newest seals of all buckets and over the newest audit entry, chained.
create table checkpoints (
    tenant_id int not null references tenants,
    number    bigint not null check (number > 0),
    cut       timestamptz not null,
    made_at   timestamptz not null,
    previous  bytea not null,
    rows      bigint not null,            -- transfers sealed so far
    audited   bigint not null,            -- audit entries so far, and the hash of the last
    audit     bytea not null,
    root      bytea not null,
    primary key (tenant_id, number)
);

-- Public halves of the keys that sign checkpoints. The private half is a file that only the operator has.
create table proof_keys (
    tenant_id int not null references tenants,
    key_id    text not null,
    name      text not null,
    public    bytea not null,
    made_at   timestamptz not null,
    primary key (tenant_id, key_id)
);

create table checkpoint_signatures (
    tenant_id int not null,
    number    bigint not null,
    key_id    text not null,
    signature bytea not null,
    signed_at timestamptz not null,
    primary key (tenant_id, number, key_id),
    foreign key (tenant_id, number) references checkpoints,
    foreign key (tenant_id, key_id) references proof_keys
);

-- Who did what, when, from where, and how it was before: appended, chained by `hash`.
create table audit (
    tenant_id  int not null references tenants,
    number     bigint not null check (number > 0),
    at         timestamptz not null,
    actor      text not null,
    actor_key  uuid,                      -- null: not by an API key
    origin     text not null,
    action     text not null,             -- room.noun.past
    subject    text not null,
    program_id int,
    details    jsonb not null,
    previous   bytea not null,
    hash       bytea not null,
    primary key (tenant_id, number)
);
create index audit_of_program on audit (tenant_id, program_id, number);

-- What waits for a second person, and what became of it. `request_key` is what the request was sent under, `content` what it said.
create table approvals (
    tenant_id   int not null,
    approval_id uuid not null,
    program_id  int not null,
    verb        text not null,
    subject     text not null,
    body        jsonb not null,
    request_key uuid not null,
    content     uuid not null,
    asked_key   uuid,                     -- null: not by an API key
    asked_by    text not null,
    asked_at    timestamptz not null,     -- the programme's time, as all of these
    expires_at  timestamptz not null,
    decision    text check (decision in ('approved', 'rejected')),
    decided_key uuid,
    decided_by  text,
    decided_at  timestamptz,
    comment     text not null default '',
    event_id    uuid,
    primary key (tenant_id, approval_id),
    unique (tenant_id, program_id, request_key),
    foreign key (tenant_id, program_id) references programs,
    check ((decision is null) = (decided_at is null))
);
create index approvals_waiting on approvals (tenant_id, program_id, approval_id) where decision is null;

grant select, insert on seals, checkpoints, proof_keys, checkpoint_signatures, audit, approvals to praemia_app;
grant update (decision, decided_key, decided_by, decided_at, comment, event_id) on approvals to praemia_app;

do $$
declare
    t text;
begin
    foreach t in array array['seals', 'checkpoints', 'proof_keys', 'checkpoint_signatures', 'audit', 'approvals']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy tenant on %I to praemia_app using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::int))', t);
    end loop;
end
$$;

-- When the oldest open transaction of others began; null when there is none. It shows all sessions of our own login, of any tenant:
-- an instant, nothing else of them.
create function proof_oldest_transaction() returns timestamptz
language sql volatile security definer set search_path = pg_catalog, public
as $$
    select min(began) from (
        select a.xact_start as began from pg_stat_activity a
        where a.datname = current_database() and a.pid <> pg_backend_pid() and a.backend_type = 'client backend'
        union all
        select p.prepared from pg_prepared_xacts p where p.database = current_database()
    ) as open_ones
$$;
revoke all on function proof_oldest_transaction() from public;
grant execute on function proof_oldest_transaction() to praemia_app;
