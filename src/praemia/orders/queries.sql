-- Statements of the orders: their returns in turn, and the gates where a return waits for its order.

-- name: returns_of(tenant_id, bucket, order_event)
-- The events of an order's returns, in turn.
select r.event_id
from order_returns r
where r.bucket = :bucket and r.tenant_id = :tenant_id and r.order_event = :order_event
order by r.number;

-- name: add_return(tenant_id, bucket, order_event, number, event_id)$
-- Append a return; answers nothing when somebody else was first with the number.
insert into order_returns (bucket, tenant_id, order_event, number, event_id)
values (:bucket, :tenant_id, :order_event, :number, :event_id)
on conflict do nothing
returning number;

-- name: open_gates(tenant_id, buckets, keys)
-- Make and lock the gates of orders, in one order for everybody; answers which returns wait there.
insert into order_gates as g (bucket, tenant_id, key)
select k.bucket, :tenant_id, k.key
from unnest(:buckets::int[], :keys::uuid[]) as k(bucket, key)
order by k.bucket, k.key
on conflict (bucket, tenant_id, key) do update set parked = g.parked
returning g.key, g.parked;

-- name: park(tenant_id, bucket, key, event_id)!
-- Let a return wait at a locked gate.
update order_gates g set parked = g.parked || :event_id::uuid
where g.bucket = :bucket and g.tenant_id = :tenant_id and g.key = :key;

-- name: wrong_returns(tenant_id, first_bucket, last_bucket)
-- O1, O2: orders whose returns took more than was earned, gave back more than was spent, or are not numbered in turn; returns without an
-- event. A return's event lives in the bucket that its id carries: its member's, who may have taken the order's member over.
with returned as (
    select r.bucket, r.order_event, count(*) as returns, max(r.number) as last, count(e.event_id) as events
    from order_returns r
    left join events e on e.bucket = ('x' || substr(r.event_id::text, 16, 3))::bit(12)::int >> 2 and e.tenant_id = r.tenant_id and e.event_id = r.event_id
    where r.tenant_id = :tenant_id and r.bucket between :first_bucket and :last_bucket
    group by r.bucket, r.order_event
), taken as (
    select r.bucket, r.order_event, a.key as code, -sum(a.value::bigint)::bigint as amount
    from order_returns r
    join events e on e.bucket = ('x' || substr(r.event_id::text, 16, 3))::bit(12)::int >> 2 and e.tenant_id = r.tenant_id and e.event_id = r.event_id
    cross join lateral jsonb_each_text(e.verdict -> 'awards') as a(key, value)
    where r.tenant_id = :tenant_id and r.bucket between :first_bucket and :last_bucket
    group by r.bucket, r.order_event, a.key
), back as (
    select r.bucket, r.order_event, s.value ->> 'unit' as code, sum((s.value ->> 'amount')::bigint)::bigint as amount
    from order_returns r
    join events e on e.bucket = ('x' || substr(r.event_id::text, 16, 3))::bit(12)::int >> 2 and e.tenant_id = r.tenant_id and e.event_id = r.event_id
    cross join lateral jsonb_array_elements(e.verdict -> 'restored') as s(value)
    where r.tenant_id = :tenant_id and r.bucket between :first_bucket and :last_bucket
    group by r.bucket, r.order_event, s.value ->> 'unit'
), given as (
    select e.bucket, e.event_id as order_event, a.key as code, a.value::bigint as amount
    from events e
    cross join lateral jsonb_each_text(e.verdict -> 'awards') as a(key, value)
    where e.tenant_id = :tenant_id and e.bucket between :first_bucket and :last_bucket and e.kind = 'purchase'
), spent as (
    select e.bucket, e.event_id as order_event, s.value ->> 'unit' as code, sum((s.value ->> 'amount')::bigint)::bigint as amount
    from events e
    cross join lateral jsonb_array_elements(e.verdict -> 'spent') as s(value)
    where e.tenant_id = :tenant_id and e.bucket between :first_bucket and :last_bucket and e.kind = 'purchase'
    group by e.bucket, e.event_id, s.value ->> 'unit'
)
select bucket, order_event, 'returns' as what, returns as stored, least(last, events) as derived
from returned
where returns <> last or returns <> events
union all
select bucket, order_event, 'taken ' || code, t.amount, coalesce(g.amount, 0)
from taken t left join given g using (bucket, order_event, code)
where t.amount > coalesce(g.amount, 0)
union all
select bucket, order_event, 'restored ' || code, b.amount, coalesce(s.amount, 0)
from back b left join spent s using (bucket, order_event, code)
where b.amount > coalesce(s.amount, 0)
order by bucket, order_event
limit 10;
