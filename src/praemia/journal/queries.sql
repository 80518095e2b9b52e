-- Statements of the journal: keys, events, counters.

-- name: find_keys(tenant_id, keys)
-- Which of the keys are used, for which event, with which content.
select k.key, k.event_id, k.content
from unnest(:keys::place[]) as want
cross join lateral (select k.* from event_keys k
    where k.bucket = want.bucket and k.tenant_id = :tenant_id and k.key = want.id offset 0) as k;

-- name: claim_keys(tenant_id, keys)!
-- Use up keys. In key order, so that racing claims wait and never deadlock; whoever comes second is refused by the primary key.
insert into event_keys (bucket, tenant_id, key, content, event_id)
select k.bucket, :tenant_id, k.key, k.content, k.event_id
from unnest(:keys::event_key_row[]) as k
order by k.bucket, k.key;

-- name: insert_events(tenant_id, events)!
-- Append events with what was sent and what was decided.
insert into events (bucket, tenant_id, event_id, received_at, program_id, member_id, kind, occurred_at, posted_at, version, inputs, verdict)
select e.bucket, :tenant_id, e.event_id, e.received_at, e.program_id, e.member_id, e.kind, e.occurred_at, e.posted_at, e.version, e.inputs, e.verdict
from unnest(:events::event_row[]) as e;

-- name: events_by_id(tenant_id, buckets, events, received)
-- Events by id; the arrival time in the id leads to the partition.
select e.event_id, e.program_id, e.kind, e.member_id, e.occurred_at, e.posted_at, e.version, e.inputs, e.verdict
from unnest(:buckets::int[], :events::uuid[], :received::timestamptz[]) as want(bucket, event_id, received_at)
cross join lateral (select e.* from events e
    where e.bucket = want.bucket and e.tenant_id = :tenant_id and e.event_id = want.event_id and e.received_at = want.received_at offset 0) as e;

-- name: decided_by_id(tenant_id, events, first, last)
-- What repetitions of events are answered from. What is sent together again arrived together, so the first and the last arrival lead to
-- one partition, or two.
select e.event_id, e.kind, e.occurred_at, e.posted_at, e.version, e.verdict::text as verdict
from unnest(:events::place[]) as want
cross join lateral (select e.* from events e
    where e.bucket = want.bucket and e.tenant_id = :tenant_id and e.event_id = want.id
      and e.received_at between :first and :last offset 0) as e;

-- name: member_counters(tenant_id, counters)
-- Counters of members whose accounts are locked.
select c.owner_id, c.counter, c.period, c.used, c.last_at
from unnest(:counters::counter_place[]) as want
cross join lateral (select c.* from counters c
    where c.bucket = want.bucket and c.tenant_id = :tenant_id and c.owner_id = want.owner_id
      and c.counter = want.counter and c.period = want.period offset 0) as c;

-- name: open_counters(tenant_id, counters)!
-- Make sure that the programme's counters exist, so that they can be locked.
insert into counters (bucket, tenant_id, owner_id, counter, period, used)
select c.bucket, :tenant_id, c.owner_id, c.counter, c.period, 0
from unnest(:counters::counter_place[]) as c
order by c.bucket, c.owner_id, c.counter, c.period
on conflict do nothing;

-- name: lock_counters(tenant_id, counters)
-- Lock counters, in the order given; one by one, as accounts are. Whatever the statement's snapshot knows, what is locked is the newest.
select c.owner_id, c.counter, c.period, c.used, c.last_at
from unnest(:counters::counter_place[]) as want
cross join lateral (
    select c.owner_id, c.counter, c.period, c.used, c.last_at
    from counters c
    where c.bucket = want.bucket and c.tenant_id = :tenant_id and c.owner_id = want.owner_id and c.counter = want.counter
      and c.period = want.period
    for no key update
) as c;

-- name: begin_counters(tenant_id, counters)!
-- Counters that were not there. Whoever comes second is refused by the primary key.
insert into counters (bucket, tenant_id, owner_id, counter, period, used, last_at)
select s.bucket, :tenant_id, s.owner_id, s.counter, s.period, s.used, s.last_at
from unnest(:counters::counter_row[]) as s;

-- name: add_to_counters(tenant_id, counters)!
-- Add to counters that are locked.
update counters c set used = c.used + s.used, last_at = greatest(c.last_at, s.last_at)
from unnest(:counters::counter_row[]) as s
where s.bucket between 0 and 1023
  and c.bucket = s.bucket and c.tenant_id = :tenant_id and c.owner_id = s.owner_id and c.counter = s.counter and c.period = s.period;

-- name: counters_of(tenant_id, bucket, owner_id)
-- Every counter of a member whose accounts are locked.
select c.counter, c.period, c.used, c.last_at
from counters c
where c.bucket = :bucket and c.tenant_id = :tenant_id and c.owner_id = :owner_id
order by c.counter, c.period;

-- name: wind_back_counters(tenant_id, buckets, owners, counters, periods, used, seen, was)!
-- Take back what was added to counters of locked members; an instant that moved on since stays.
update counters c
set used = c.used - b.used,
    last_at = case when c.last_at is not distinct from b.seen then b.was else c.last_at end
from unnest(:buckets::int[], :owners::uuid[], :counters::text[], :periods::date[], :used::bigint[], :seen::timestamptz[], :was::timestamptz[])
     as b(bucket, owner_id, counter, period, used, seen, was)
where b.bucket between 0 and 1023
  and c.bucket = b.bucket and c.tenant_id = :tenant_id and c.owner_id = b.owner_id and c.counter = b.counter and c.period = b.period;

-- name: orphan_keys(tenant_id)
-- J1 (E1): keys that lead to no event. A key lives in its own bucket, its event in the bucket that the event's id carries. The
-- bucket is worked out first: row-level security lets no expression of ours into an index condition.
with leads as materialized (
    select k.bucket, k.key, k.event_id, ('x' || substr(k.event_id::text, 16, 3))::bit(12)::int >> 2 as event_bucket
    from event_keys k
    where k.tenant_id = :tenant_id
)
select l.bucket, l.key, l.event_id
from leads l
where not exists (select from events e where e.bucket = l.event_bucket and e.tenant_id = :tenant_id and e.event_id = l.event_id)
order by l.bucket, l.key
limit 10;

-- name: unexplained(tenant_id, first_bucket, last_bucket)
-- J2 (E5): events whose verdict grants other quanta than their transfers moved, and transfers without an event.
with granted as (
    select e.bucket, e.event_id, a.key as code, u.unit, (a.value)::bigint as amount
    from events e
    cross join lateral json_each_text(e.verdict -> 'awards') as a(key, value)
    join unit_types u on u.tenant_id = :tenant_id and u.program_id = e.program_id and u.code = a.key
    where e.tenant_id = :tenant_id and e.bucket between :first_bucket and :last_bucket
), moved as (
    select t.bucket, t.event_id, t.unit, sum(case when t.kind in ('earn', 'promise', 'credit') then t.amount else -t.amount end)::bigint as amount
    from transfers t
    where t.tenant_id = :tenant_id and t.bucket between :first_bucket and :last_bucket
      and t.kind in ('earn', 'promise', 'credit', 'debit', 'reverse', 'void')
    group by t.bucket, t.event_id, t.unit
)
select bucket, event_id, unit, g.amount as stored, m.amount as derived
from granted g
full join moved m using (bucket, event_id, unit)
where g.amount is distinct from m.amount
order by bucket, event_id, unit
limit 10;
