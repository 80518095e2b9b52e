-- What the bench asks PostgreSQL about itself, and the tables of the COPY references.

-- name: wal_position()$
-- The end of the write-ahead log, in bytes since its beginning.
select (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint;

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
create table if not exists bench.lots (like public.lots including all);

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
       (select jsonb_agg(to_jsonb(r)) from transfers r where (r.bucket, r.event_id) = (t.bucket, t.event_id))::text as transfers,
       (select jsonb_agg(to_jsonb(r)) from lots r where (r.bucket, r.event_id) = (t.bucket, t.event_id))::text as lots
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
