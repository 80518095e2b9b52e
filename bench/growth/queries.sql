-- From a thousand members to a million: each copy has ids, buckets, references and keys of its own, arrived in its own time, and is
-- otherwise the same, so that every law of the books still holds. Whatever follows from an id is looked up in two tables: `member_copies` and
-- `event_copies`, the latter in the order of arrival, in which the rows of all other tables are then written.

-- name: make_workbench#
-- The tables of the copies, and ids as foundation/ids.py makes them: time, bucket, chance.
create schema if not exists bench;
create unlogged table bench.places (original text, reference text, bucket int, key_bucket int);
create unlogged table bench.member_copies (original_id uuid, member_id uuid, bucket int, reference text, key_bucket int);
create unlogged table bench.event_copies (original_id uuid, event_id uuid, received_at timestamptz, bucket int, member_id uuid);
create function bench.id_at(at timestamptz, bucket int) returns uuid language sql volatile parallel safe as $$
    select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(bucket * 4), 3, '0')
            || '8' || substr(md5(random()::text), 1, 15))::uuid
$$;

-- name: clear_workbench#
-- Nothing of ours stays in the database.
drop schema bench cascade;

-- name: steer#
-- For this connection: small originals are hashed, the copies are read once in their order.
set work_mem = '512MB';
set maintenance_work_mem = '1GB';
set enable_mergejoin = off;
set enable_nestloop = off;
set synchronous_commit = off;

-- name: open_months(first, months)!
-- A place for events of every month the copies arrived in.
select open_event_months(:first, :months);

-- name: tenant_span(tenant_id)^
-- The buckets in which the tenant's members lie.
select first_bucket, bucket_span from tenants where tenant_id = :tenant_id;

-- name: place_members(tenant_id)!
-- Who the copies are.
insert into bench.member_copies (original_id, member_id, bucket, reference, key_bucket)
select m.member_id, bench.id_at(m.enrolled_at + random() * interval '10 minutes', p.bucket), p.bucket, p.reference, p.key_bucket
from bench.places p join members m on m.tenant_id = :tenant_id and m.reference = p.original;

-- name: place_events(tenant_id)!
-- What they did, each within ten minutes after it happened.
insert into bench.event_copies (original_id, event_id, received_at, bucket, member_id)
with arrived as materialized (
    select e.event_id as original_id, date_trunc('milliseconds', e.occurred_at + random() * interval '10 minutes') as received_at,
           c.bucket, c.member_id
    from events e join bench.member_copies c on c.original_id = e.member_id
    where e.tenant_id = :tenant_id
)
select a.original_id, bench.id_at(a.received_at, a.bucket), a.received_at, a.bucket, a.member_id from arrived a order by a.received_at;

-- name: look_at_workbench#
-- What the planner must know about the copies.
analyze bench.member_copies;
analyze bench.event_copies;

-- name: multiply_members()!
-- The copies themselves.
insert into members (bucket, tenant_id, member_id, program_id, reference, status, enrolled_at, segments)
select c.bucket, m.tenant_id, c.member_id, m.program_id, c.reference, m.status, m.enrolled_at, m.segments
from bench.member_copies c join members m on m.member_id = c.original_id;

-- name: multiply_member_profiles()!
-- Their personal data.
insert into member_profiles (bucket, tenant_id, member_id, program_id, birthdate, birthday, attributes)
select c.bucket, p.tenant_id, c.member_id, p.program_id, p.birthdate, p.birthday, p.attributes
from bench.member_copies c join member_profiles p on p.member_id = c.original_id;

-- name: multiply_lookups()!
-- The references that lead to them, each in the bucket of its key.
insert into lookups (bucket, tenant_id, kind, key, member_bucket, member_id)
select c.key_bucket, m.tenant_id, 'reference', m.program_id || ':' || c.reference, c.bucket, c.member_id
from bench.member_copies c join members m on m.member_id = c.original_id;

-- name: multiply_accounts()!
-- Their accounts. Their lots begin ten minutes before the copy of the original's first at the latest: so much may its arrival have been put off.
insert into accounts (bucket, tenant_id, owner_id, unit, program_id, available, pending, held, debt, lifetime, due_day, lots_from)
select c.bucket, a.tenant_id, c.member_id, a.unit, a.program_id, a.available, a.pending, a.held, a.debt, a.lifetime, a.due_day,
       bench.id_at(f.received_at - interval '10 minutes', 0)
from bench.member_copies c
join accounts a on a.owner_id = c.original_id
left join bench.event_copies f on f.original_id = a.lots_from and f.member_id = c.member_id;

-- name: multiply_counters()!
-- What limits and caps know of them.
insert into counters (bucket, tenant_id, owner_id, counter, period, used, last_at)
select c.bucket, k.tenant_id, c.member_id, k.counter, k.period, k.used, k.last_at
from bench.member_copies c join counters k on k.owner_id = c.original_id;

-- name: multiply_events()!
-- What happened to them. The content still says the original's order number.
insert into events (bucket, tenant_id, event_id, received_at, program_id, member_id, kind, occurred_at, posted_at, version, inputs, verdict)
select c.bucket, e.tenant_id, c.event_id, c.received_at, e.program_id, c.member_id, e.kind, e.occurred_at, c.received_at, e.version,
       e.inputs, e.verdict
from bench.event_copies c join events e on e.event_id = c.original_id;

-- name: multiply_event_keys()!
-- The keys it was sent under: digests that nobody will send again, each in a bucket of its own.
insert into event_keys (bucket, tenant_id, key, content, event_id)
select ('x' || substr(d.digest, 1, 3))::bit(12)::int >> 2, k.tenant_id, d.digest::uuid, k.content, c.event_id
from bench.event_copies c
join event_keys k on k.event_id = c.original_id
cross join lateral (select md5(k.key::text || c.event_id::text) as digest offset 0) as d;

-- name: multiply_transfers()!
-- The points that moved.
insert into transfers (bucket, tenant_id, owner_id, event_id, line, unit, program_id, amount, occurred_at, posted_at, earned_at, opens_on,
                       last_day, kind)
select c.bucket, t.tenant_id, c.member_id, c.event_id, t.line, t.unit, t.program_id, t.amount, t.occurred_at, c.received_at, t.earned_at,
       t.opens_on, t.last_day, t.kind
from bench.event_copies c join transfers t on t.event_id = c.original_id;

-- name: multiply_lot_states()!
-- What became of the lots among them.
insert into lot_states (bucket, tenant_id, owner_id, event_id, line, pending, last_day, remaining)
select c.bucket, s.tenant_id, c.member_id, c.event_id, s.line, s.pending, s.last_day, s.remaining
from bench.event_copies c join lot_states s on s.event_id = c.original_id;

-- name: multiply_allocations()!
-- What was taken from them.
insert into allocations (bucket, tenant_id, owner_id, event_id, line, lot_event_id, lot_line, amount)
select c.bucket, a.tenant_id, c.member_id, c.event_id, a.line, l.event_id, a.lot_line, a.amount
from bench.event_copies c
join allocations a on a.event_id = c.original_id
join bench.event_copies l on l.original_id = a.lot_event_id and l.member_id = c.member_id;
