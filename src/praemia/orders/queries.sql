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
-- O1, O2: orders whose returns took more than was earned, gave back more than was spent or paid by a gift card, or are not numbered in
-- turn; returns without an event. A return's event lives in the bucket that its id carries: its member's, who may have taken the order's member over.
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
    cross join lateral json_each_text(e.verdict -> 'awards') as a(key, value)
    where r.tenant_id = :tenant_id and r.bucket between :first_bucket and :last_bucket
    group by r.bucket, r.order_event, a.key
), back as (
    select r.bucket, r.order_event, s.value ->> 'unit' as code, sum((s.value ->> 'amount')::bigint)::bigint as amount
    from order_returns r
    join events e on e.bucket = ('x' || substr(r.event_id::text, 16, 3))::bit(12)::int >> 2 and e.tenant_id = r.tenant_id and e.event_id = r.event_id
    cross join lateral json_array_elements(e.verdict -> 'restored') as s(value)
    where r.tenant_id = :tenant_id and r.bucket between :first_bucket and :last_bucket
    group by r.bucket, r.order_event, s.value ->> 'unit'
), onto as (
    select r.bucket, r.order_event, s.value ->> 'card' as code, sum((s.value ->> 'amount_minor')::bigint)::bigint as amount
    from order_returns r
    join events e on e.bucket = ('x' || substr(r.event_id::text, 16, 3))::bit(12)::int >> 2 and e.tenant_id = r.tenant_id and e.event_id = r.event_id
    cross join lateral json_array_elements(e.verdict -> 'charged') as s(value)
    where r.tenant_id = :tenant_id and r.bucket between :first_bucket and :last_bucket
    group by r.bucket, r.order_event, s.value ->> 'card'
), given as (
    select e.bucket, e.event_id as order_event, a.key as code, a.value::bigint as amount
    from events e
    cross join lateral json_each_text(e.verdict -> 'awards') as a(key, value)
    where e.tenant_id = :tenant_id and e.bucket between :first_bucket and :last_bucket and e.kind = 'purchase'
), spent as (
    select e.bucket, e.event_id as order_event, s.value ->> 'unit' as code, sum((s.value ->> 'amount')::bigint)::bigint as amount
    from events e
    cross join lateral json_array_elements(e.verdict -> 'spent') as s(value)
    where e.tenant_id = :tenant_id and e.bucket between :first_bucket and :last_bucket and e.kind = 'purchase'
    group by e.bucket, e.event_id, s.value ->> 'unit'
), charged as (
    select e.bucket, e.event_id as order_event, s.value ->> 'card' as code, sum((s.value ->> 'amount_minor')::bigint)::bigint as amount
    from events e
    cross join lateral json_array_elements(e.verdict -> 'charged') as s(value)
    where e.tenant_id = :tenant_id and e.bucket between :first_bucket and :last_bucket and e.kind = 'purchase'
    group by e.bucket, e.event_id, s.value ->> 'card'
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
union all
select bucket, order_event, 'gift card ' || code, o.amount, coalesce(c.amount, 0)
from onto o left join charged c using (bucket, order_event, code)
where o.amount > coalesce(c.amount, 0)
order by bucket, order_event
limit 10;


-- name: lock_reservation(tenant_id, bucket, key)^
-- The reservation of an order number, locked.
select r.event_id, r.program_id, r.order_number, r.member_id, r.state, r.content, r.kept, r.deadline, r.made_at
from reservations r
where r.bucket = :bucket and r.tenant_id = :tenant_id and r.key = :key
for no key update;

-- name: find_reservation(tenant_id, bucket, key)^
-- The reservation of an order number.
select r.event_id, r.program_id, r.order_number, r.member_id, r.state, r.content, r.kept, r.deadline, r.made_at
from reservations r
where r.bucket = :bucket and r.tenant_id = :tenant_id and r.key = :key;

-- name: insert_reservation(tenant_id, bucket, key, program_id, order_number, event_id, member_id, content, kept, deadline, at)$
-- A first reservation of an order number; no row when somebody else was first.
insert into reservations (bucket, tenant_id, key, program_id, order_number, event_id, member_id, state, content, kept, deadline, made_at, changed_at)
values (:bucket, :tenant_id, :key, :program_id, :order_number, :event_id, :member_id, 'reserved', :content, :kept::jsonb, :deadline, :at, :at)
on conflict do nothing
returning key;

-- name: write_reservation(tenant_id, bucket, key, event_id, member_id, state, content, kept, deadline, at)!
-- Write a reservation that is locked.
update reservations
set event_id = :event_id, member_id = :member_id, state = :state, content = :content, kept = :kept::jsonb, deadline = :deadline, changed_at = :at
where bucket = :bucket and tenant_id = :tenant_id and key = :key;

-- name: lapsed_reservations(tenant_id, program_id, first_bucket, last_bucket, at, page)
-- Order numbers whose reservation is over, those that end first.
select r.order_number
from reservations r
where r.tenant_id = :tenant_id and r.bucket between :first_bucket and :last_bucket and r.program_id = :program_id
  and r.state = 'reserved' and r.deadline <= :at
order by r.deadline, r.order_number
limit :page;

-- name: insert_use(tenant_id, bucket, digest, use_id, program_id, member_id)!
-- Note a use of a coupon's code.
insert into code_uses (bucket, tenant_id, digest, use_id, program_id, member_id)
values (:bucket, :tenant_id, :digest, :use_id, :program_id, :member_id);

-- name: lock_uses(tenant_id, bucket, digest, member_id)
-- The uses of a code that stand, of one member where one is named; the newest first.
select u.use_id, u.member_id
from code_uses u
where u.bucket = :bucket and u.tenant_id = :tenant_id and u.digest = :digest and u.void_id is null
  and (:member_id::uuid is null or u.member_id = :member_id::uuid)
order by u.use_id desc
for no key update;

-- name: void_use(tenant_id, bucket, digest, use_id, void_id)!
-- Note that a use was made void.
update code_uses set void_id = :void_id
where bucket = :bucket and tenant_id = :tenant_id and digest = :digest and use_id = :use_id;

-- name: wrong_counted(tenant_id)
-- O10: counters of promotions, coupons and budgets that are not the sum of what events say they added, and of what came over with a
-- membership. A programme's counters lie in buckets of their own: one pass over all. An owner of version 8 is a programme, its number the
-- last bits. The first of all days, which stands for all time, is kept as -infinity.
with said as (
    select e.program_id, case when c.value ->> 0 = 'member' then e.member_id::text else '' end as owner,
           c.value ->> 1 as counter, c.value ->> 2 as period, (c.value ->> 3)::bigint as amount
    from events e
    cross join lateral json_array_elements(e.verdict -> 'counted') as c(value)
    where e.tenant_id = :tenant_id and e.verdict -> 'counted' is not null
    union all
    select g.program_id, g.keep_id::text, c.value ->> 'counter', c.value ->> 'period', (c.value ->> 'used')::bigint
    from merges g
    join events made on made.bucket = g.bucket and made.tenant_id = g.tenant_id and made.event_id = g.merge_id
    cross join lateral json_array_elements(made.verdict -> 'about' -> 'counters') as c(value)
    where g.tenant_id = :tenant_id and g.undone_by is null and c.value ->> 'counter' ~ '^(promotion|coupon|discounts):'
), counted as (
    select program_id, owner, counter, case period when '0001-01-01' then '-infinity' else period end::date as period, sum(amount)::bigint as amount
    from said
    group by program_id, owner, counter, period
), stored as (
    select case when substr(c.owner_id::text, 15, 1) = '8' then ('x' || right(replace(c.owner_id::text, '-', ''), 8))::bit(32)::int
                else m.program_id end as program_id,
           case when substr(c.owner_id::text, 15, 1) = '8' then '' else c.owner_id::text end as owner, c.counter, c.period, c.used as amount
    from counters c
    left join members m on m.bucket = c.bucket and m.tenant_id = c.tenant_id and m.member_id = c.owner_id
    where c.tenant_id = :tenant_id and c.counter ~ '^(promotion|coupon|discounts):'
)
select program_id, owner, counter, period, coalesce(s.amount, 0) as stored, coalesce(d.amount, 0) as derived
from stored s
full join counted d using (program_id, owner, counter, period)
where coalesce(s.amount, 0) <> coalesce(d.amount, 0)
order by program_id, counter, owner, period
limit 10;

-- name: wrong_reserved(tenant_id, first_bucket, last_bucket)
-- O11: reservations whose transfers do not set aside what the order does: held while it is reserved, nothing afterwards. A hold lies with
-- the reservation's event; what lets it go or captures it names another event, and says so in its verdict.
with set_aside as (
    select t.bucket, t.event_id, sum(t.amount)::bigint as amount
    from transfers t
    join events e on e.bucket = t.bucket and e.tenant_id = t.tenant_id and e.event_id = t.event_id and e.kind = 'reservation'
    where t.tenant_id = :tenant_id and t.bucket between :first_bucket and :last_bucket and t.kind = 'hold'
    group by t.bucket, t.event_id
), gone as (
    select t.bucket, (e.verdict ->> 'reservation')::uuid as event_id, sum(t.amount)::bigint as amount
    from transfers t
    join events e on e.bucket = t.bucket and e.tenant_id = t.tenant_id and e.event_id = t.event_id
                 and e.kind in ('payment', 'reservation_release') and e.verdict -> 'reservation' is not null
    where t.tenant_id = :tenant_id and t.bucket between :first_bucket and :last_bucket and t.kind in ('capture', 'release')
    group by t.bucket, e.verdict ->> 'reservation'
)
select s.bucket, s.event_id, s.amount as stored, coalesce(g.amount, 0) as derived
from set_aside s
left join gone g using (bucket, event_id)
where s.amount <> coalesce(g.amount, 0)
  and not exists (select from reservations r where r.tenant_id = :tenant_id and r.event_id = s.event_id and r.state = 'reserved')
order by s.bucket, s.event_id
limit 10;

-- name: event_counts(tenant_id, first_bucket, last_bucket)
-- How many events every bucket holds.
select e.bucket, count(*) as events
from events e
where e.tenant_id = :tenant_id and e.bucket between :first_bucket and :last_bucket
group by e.bucket
order by e.bucket;

-- name: event_page(tenant_id, bucket, after, page)
-- A page of a bucket's events in the order in which they arrived.
select e.event_id
from events e
where e.bucket = :bucket and e.tenant_id = :tenant_id and (:after::uuid is null or e.event_id > :after::uuid)
order by e.event_id
limit :page;

-- name: all_counters(tenant_id, first_bucket, last_bucket)
-- Every counter that was used.
select c.owner_id, c.counter, c.period, c.used
from counters c
where c.tenant_id = :tenant_id and c.bucket between :first_bucket and :last_bucket and c.used <> 0;

-- name: merge_stands(tenant_id, bucket, merge_id)$
-- Whether a merge was not undone.
select exists (select from merges g where g.bucket = :bucket and g.tenant_id = :tenant_id and g.merge_id = :merge_id and g.undone_by is null);
