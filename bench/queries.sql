-- What the bench asks PostgreSQL about itself, and the tables of the COPY references.

-- name: wal_position()$
-- The end of what is durable of the write-ahead log, in bytes since its beginning.
select (pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::bigint;

-- name: make_log_reader#
-- The extension that reads the log's records; only PostgreSQL's own packages bring it.
create extension if not exists pg_walinspect;

-- name: can_read_log()$
-- Whether that extension is there to be made.
select exists (select from pg_available_extensions where name = 'pg_walinspect');

-- name: wal_of(first, last, tables)$
-- Bytes of the records of a stretch of the log that are about tables, with their partitions, indexes and what they keep apart.
with heaps as (
    select c.oid, c.reltoastrelid
    from pg_class c
    left join pg_inherits i on i.inhrelid = c.oid
    where coalesce(i.inhparent, c.oid) = any (:tables::text[]::regclass[]) and c.relkind = 'r'
), files as (
    select oid from heaps
    union select reltoastrelid from heaps
    union select x.indexrelid from pg_index x join heaps h on x.indrelid in (h.oid, h.reltoastrelid)
)
select coalesce(sum(r.record_length), 0)::bigint
from pg_get_wal_records_info('0/0'::pg_lsn + :first::bigint, '0/0'::pg_lsn + :last::bigint) as r
where substring(r.block_ref from 'rel \d+/\d+/(\d+)') in (select pg_relation_filenode(oid)::text from files where oid <> 0);

-- name: sizes()
-- Bytes on disk by table with its indexes, partitions counted with their parent; only the product's own schema.
select coalesce(parent.relname, c.relname)::text as name, sum(pg_total_relation_size(c.oid))::bigint as bytes
from pg_class c
left join pg_inherits i on i.inhrelid = c.oid
left join pg_class parent on parent.oid = i.inhparent
where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
group by 1;

-- name: event_count()$
-- How many events there are: the divisor of every size.
select count(*) from events;

-- name: entry_count()$
-- How many entries there are: two for each transfer.
select 2 * count(*) from transfers;

-- name: updates()
-- Updates by table and how many of them were heap-only (HOT): no index touched.
select relname::text as name, n_tup_upd as updates, n_tup_hot_upd as hot
from pg_stat_user_tables
where schemaname = 'public' and n_tup_upd > 0;

-- name: make_copy_tables#
-- The COPY references write into tables of their own: `transfer_rows` has the three indexes of the published figure (its
-- key, the member's key text, the member's history), the others are the product's tables with the product's indexes.
create schema if not exists bench;
create table if not exists bench.transfer_rows (
    event_id    uuid primary key,
    key         text not null unique,
    owner_id    uuid not null,
    unit        smallint not null,
    amount      bigint not null,
    kind        text not null,
    occurred_at timestamptz not null,
    posted_at   timestamptz not null
);
create index if not exists transfer_rows_history on bench.transfer_rows (owner_id, event_id);
create table if not exists bench.event_keys (like public.event_keys including all);
create table if not exists bench.events (like public.events including all);
create table if not exists bench.transfers (like public.transfers including all);

-- name: typical_purchase()^
-- Every row that one purchase left, as JSON by table: of those at hand the one whose verdict is of middle length.
with typical as (
    select e.bucket, e.event_id
    from events e
    where e.kind = 'purchase'
    order by length(e.verdict::text)
    offset (select count(*) / 2 from events where kind = 'purchase')
    limit 1
)
select (select jsonb_agg(to_jsonb(r)) from events r where (r.bucket, r.event_id) = (t.bucket, t.event_id))::text as events,
       (select jsonb_agg(to_jsonb(r)) from event_keys r where r.event_id = t.event_id)::text as event_keys,
       (select jsonb_agg(to_jsonb(r)) from transfers r where (r.bucket, r.event_id) = (t.bucket, t.event_id))::text as transfers
from typical t;

-- name: make_nights_database#
-- The nights are lived in a database beside ours, so that their crowd does not count where sizes per event are measured.
create database nights;

-- name: settings()
-- What decides about durability and checkpoints, as people write it.
select name, current_setting(name) as setting
from unnest(array['fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_wal_size', 'checkpoint_timeout',
                  'wal_compression']) as name;

-- name: server_version()$
-- As PostgreSQL says it, without the packager's words.
select split_part(current_setting('server_version'), ' ', 1);

-- name: forget_statistics()$
-- Forget what this connection remembers of the statistics, so that the next look is fresh.
select pg_stat_clear_snapshot()::text;

-- name: make_copying#
-- The id of a copy: its arrival time, a bucket of the copy's own, and digits that follow from the original's. All ids of one member
-- share a bucket, so the ids of the copy do.
create schema if not exists bench;
create or replace function bench.copied(id uuid, n int) returns uuid language sql immutable parallel safe as $$
    select (substr(h, 1, 13) || lpad(to_hex(((('x' || substr(h, 14, 3))::bit(12)::int >> 2) + n * 37) % 1024 * 4), 3, '0')
            || '8' || substr(md5(h || n), 1, 15))::uuid
    from (select replace(id::text, '-', '') as h) as hex
$$;

-- name: indexes_of(tables)
-- The keys and indexes of tables: the statement that drops each, and the one that makes it again.
select format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) as dropping,
       format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) as making
from pg_constraint c
where c.contype = 'p' and c.conrelid = any (:tables::text[]::regclass[])
union all
select format('drop index %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
from pg_index i
where not i.indisprimary and i.indrelid = any (:tables::text[]::regclass[]);

-- name: multiply_members(tenant_id, copies)!
-- So many copies of every member.
insert into members (bucket, tenant_id, member_id, program_id, reference, status, enrolled_at, segments)
select (m.bucket + n * 37) % 1024, m.tenant_id, bench.copied(m.member_id, n), m.program_id, m.reference || '-' || n, m.status, m.enrolled_at, m.segments
from members m cross join generate_series(1, :copies) as n where m.tenant_id = :tenant_id;

-- name: multiply_events(tenant_id, copies)!
-- The events of the copies.
insert into events (bucket, tenant_id, event_id, received_at, program_id, member_id, kind, occurred_at, posted_at, version, inputs, verdict)
select (e.bucket + n * 37) % 1024, e.tenant_id, bench.copied(e.event_id, n), e.received_at, e.program_id, bench.copied(e.member_id, n), e.kind,
       e.occurred_at, e.posted_at, e.version, e.inputs, e.verdict
from events e cross join generate_series(1, :copies) as n where e.tenant_id = :tenant_id;

-- name: multiply_transfers(tenant_id, copies)!
-- Their transfers.
insert into transfers (bucket, tenant_id, owner_id, event_id, line, unit, program_id, amount, occurred_at, posted_at, earned_at, opens_on,
                       last_day, origin_event_id, kind)
select (t.bucket + n * 37) % 1024, t.tenant_id, bench.copied(t.owner_id, n), bench.copied(t.event_id, n), t.line, t.unit, t.program_id, t.amount,
       t.occurred_at, t.posted_at, t.earned_at, t.opens_on, t.last_day, bench.copied(t.origin_event_id, n), t.kind
from transfers t cross join generate_series(1, :copies) as n where t.tenant_id = :tenant_id;

-- name: multiply_lot_states(tenant_id, copies)!
-- What became of the lots among them.
insert into lot_states (bucket, tenant_id, owner_id, event_id, line, pending, last_day, remaining)
select (s.bucket + n * 37) % 1024, s.tenant_id, bench.copied(s.owner_id, n), bench.copied(s.event_id, n), s.line, s.pending, s.last_day, s.remaining
from lot_states s cross join generate_series(1, :copies) as n where s.tenant_id = :tenant_id;

-- name: multiply_allocations(tenant_id, copies)!
-- What was taken from them.
insert into allocations (bucket, tenant_id, owner_id, event_id, line, lot_event_id, lot_line, amount)
select (a.bucket + n * 37) % 1024, a.tenant_id, bench.copied(a.owner_id, n), bench.copied(a.event_id, n), a.line, bench.copied(a.lot_event_id, n),
       a.lot_line, a.amount
from allocations a cross join generate_series(1, :copies) as n where a.tenant_id = :tenant_id;

-- name: multiply_accounts(tenant_id, copies)!
-- Their accounts. Ids of copies differ from each other within the millisecond, so their lots begin with it.
insert into accounts (bucket, tenant_id, owner_id, unit, program_id, available, pending, held, debt, lifetime, due_day, lots_from)
select (a.bucket + n * 37) % 1024, a.tenant_id, bench.copied(a.owner_id, n), a.unit, a.program_id, a.available, a.pending, a.held, a.debt,
       a.lifetime, a.due_day, (substr(a.lots_from::text, 1, 13) || '-0000-0000-000000000000')::uuid
from accounts a cross join generate_series(1, :copies) as n where a.tenant_id = :tenant_id;

-- name: multiply_tier_counts(tenant_id, copies)!
-- What they counted.
insert into tier_counts (bucket, tenant_id, owner_id, day, points, spend_minor, visits)
select (c.bucket + n * 37) % 1024, c.tenant_id, bench.copied(c.owner_id, n), c.day, c.points, c.spend_minor, c.visits
from tier_counts c cross join generate_series(1, :copies) as n where c.tenant_id = :tenant_id;

-- name: multiply_tier_states(tenant_id, copies)!
-- Their tiers.
insert into tier_states (bucket, tenant_id, owner_id, program_id, version, joined_at, tier, since, seen_on, earned, held_until, grace_until,
                         grace_to, assigned, assigned_until, is_fixed, warned_of, entered, due_day)
select (s.bucket + n * 37) % 1024, s.tenant_id, bench.copied(s.owner_id, n), s.program_id, s.version, s.joined_at, s.tier, s.since, s.seen_on,
       s.earned, s.held_until, s.grace_until, s.grace_to, s.assigned, s.assigned_until, s.is_fixed, s.warned_of, s.entered, s.due_day
from tier_states s cross join generate_series(1, :copies) as n where s.tenant_id = :tenant_id;

-- name: multiply_tier_waiting(tenant_id, copies)!
-- What will count for them later.
insert into tier_waiting (bucket, tenant_id, owner_id, event_id, day, opens_on, points)
select (w.bucket + n * 37) % 1024, w.tenant_id, bench.copied(w.owner_id, n), bench.copied(w.event_id, n), w.day, w.opens_on, w.points
from tier_waiting w cross join generate_series(1, :copies) as n where w.tenant_id = :tenant_id;

-- name: multiply_tier_changes(tenant_id, copies)!
-- How their tiers came about.
insert into tier_changes (bucket, tenant_id, owner_id, change_id, program_id, version, at, was, becomes, because, figures, event_id)
select (c.bucket + n * 37) % 1024, c.tenant_id, bench.copied(c.owner_id, n), bench.copied(c.change_id, n), c.program_id, c.version, c.at, c.was,
       c.becomes, c.because, c.figures, bench.copied(c.event_id, n)
from tier_changes c cross join generate_series(1, :copies) as n where c.tenant_id = :tenant_id;

-- name: due_in_a_night(tenant_id, day)^
-- Members with something due in the night to a day: whose points open, whose points end, whose tier is looked at, and all of them.
with opening as (select distinct l.owner_id from lots l where l.tenant_id = :tenant_id and l.pending and l.remaining > 0 and l.opens_on <= :day::date),
     ending as (select distinct l.owner_id from lots l
                where l.tenant_id = :tenant_id and not l.pending and l.remaining > 0 and l.last_day < :day::date),
     looked_at as (select s.owner_id from tier_states s where s.tenant_id = :tenant_id and s.due_day <= :day::date)
select (select count(*) from opening) as opening, (select count(*) from ending) as ending, (select count(*) from looked_at) as reviewed,
       (select count(*) from (table opening union table ending union table looked_at) as one) as anything;
