-- 0005: points between people. Why: points are sent, households spend together, two memberships become one and two again, and a
-- member is known by cards. The ledger learns to move promised points between owners, and who took over an account.
-- Locks: short exclusive ones on transfers, accounts and members: a check that holds already, and columns without a default.

-- Promised points go over to another owner with everything else when two memberships become one, and everything comes back when they
-- part.
insert into chart (kind, from_role, to_role) values
    ('cede',    'pending', 'transit'),
    ('inherit', 'transit', 'pending'),
    ('regain',  'transit', 'available'),
    ('resume',  'transit', 'pending');
-- squawk-ignore ban-drop-constraint
alter table transfers drop constraint transfers_kind_check;   -- its wider successor follows in the same transaction
alter table transfers add constraint transfers_kind_check check (kind in (
    'earn', 'promise', 'open', 'void', 'reverse', 'hold', 'release', 'capture', 'spend', 'restore', 'expire', 'reinstate', 'send', 'receive',
    'cede', 'inherit', 'regain', 'resume', 'credit', 'debit')) not valid;   -- valid by itself: the old check was narrower

-- Who took over everything of this owner. Nothing is posted to such an account by whoever does not know.
alter table accounts add column successor_id uuid;
alter table members add column successor_id uuid;
grant update (successor_id) on accounts to praemia_app;
grant update (successor_id) on members to praemia_app;

-- What identifies a member at a till. The number is claimed in `lookups` (kind 'card') for ever, so it never leads to another member.
create table cards (
    bucket      int not null check (bucket between 0 and 1023),
    tenant_id   int not null,
    member_id   uuid not null,
    number      text not null,
    program_id  int not null,
    carrier     text not null check (carrier in ('plastic', 'virtual', 'qr', 'nfc')),
    condition   text not null check (condition in ('active', 'blocked', 'replaced')),
    reason      text not null default '',
    issued_at   timestamptz not null,
    changed_at  timestamptz not null,
    replaced_by text,
    primary key (bucket, tenant_id, member_id, number)
) with (fillfactor = 90) /* by bucket */;

-- Members who spend together. `draw` and `who` null: as the programme says.
create table pools (
    bucket     int not null,
    tenant_id  int not null,
    pool_id    uuid not null,
    program_id int not null,
    reference  text not null,
    draw       text check (draw in ('oldest_first', 'proportional')),
    who        text check (who in ('head', 'any')),
    created_at timestamptz not null,
    primary key (bucket, tenant_id, pool_id)
) /* by bucket */;

-- Who belongs to a pool, in its bucket, in the order of joining: the first who is still there is its head.
create table pool_members (
    bucket    int not null,
    tenant_id int not null,
    pool_id   uuid not null,
    member_id uuid not null,
    place     int not null,
    joined_at timestamptz not null,
    left_at   timestamptz,
    primary key (bucket, tenant_id, pool_id, member_id)
) /* by bucket */;
-- The pools somebody belongs to, asked by their own app: one look for each bucket.
create index pools_of_member on pool_members (bucket, tenant_id, member_id) where left_at is null;

-- Two memberships that became one, in the bucket of the one that stayed, named by the event; and by which event they parted again.
create table merges (
    bucket     int not null,
    tenant_id  int not null,
    merge_id   uuid not null,
    program_id int not null,
    keep_id    uuid not null,
    drop_id    uuid not null,
    merged_at  timestamptz not null,
    undone_by  uuid,
    primary key (bucket, tenant_id, merge_id)
) /* by bucket */;
create index merges_of_member on merges (bucket, tenant_id, keep_id) where undone_by is null;

grant select, insert on cards, pools, pool_members, merges to praemia_app;
grant update (condition, reason, changed_at, replaced_by) on cards to praemia_app;
grant update (place, joined_at, left_at) on pool_members to praemia_app;
grant update (undone_by) on merges to praemia_app;
grant update (draw, who) on pools to praemia_app;   -- also what locking a row asks for

do $$
declare
    t text;
begin
    foreach t in array array['cards', 'pools', 'pool_members', 'merges']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy tenant on %I to praemia_app using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::int))', t);
    end loop;
end
$$;
