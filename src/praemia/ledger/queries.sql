-- The ledger's statements. Arrays go in, one statement serves a whole batch; every table is reached by its bucket.

-- name: lock_accounts(tenant_id, owners)
-- Lock the accounts of the owners, in the order given (one for everybody), so that batches wait for each other and never
-- deadlock. Owner by owner in a subquery of its own: a locking join may lose a row that changed while it waited, where the
-- plan merges (seen on PostgreSQL 18 with partitions).
select a.owner_id, a.unit, a.program_id, a.available, a.pending, a.held, a.debt, a.lifetime, a.due_day, a.lots_from, a.successor_id
from unnest(:owners::place[]) as want
cross join lateral (
    select a.owner_id, a.unit, a.program_id, a.available, a.pending, a.held, a.debt, a.lifetime, a.due_day, a.lots_from, a.successor_id
    from accounts a
    where a.bucket = want.bucket and a.tenant_id = :tenant_id and a.owner_id = want.id
    order by a.unit
    for no key update
) as a;

-- name: open_accounts(tenant_id, buckets, owners, units, programs)!
-- Open missing accounts; one that is already there stays as it is.
insert into accounts (bucket, tenant_id, owner_id, unit, program_id)
select want.bucket, :tenant_id, want.owner_id, want.unit, want.program_id
from unnest(:buckets::int[], :owners::uuid[], :units::smallint[], :programs::int[]) as want(bucket, owner_id, unit, program_id)
order by want.bucket, want.owner_id, want.unit
on conflict do nothing;

-- name: insert_transfers(tenant_id, transfers)!
-- Append the transfers, with the lots that they issued. The key (event, line) refuses a second posting.
insert into transfers (bucket, tenant_id, owner_id, event_id, line, unit, program_id, kind, amount, occurred_at, posted_at,
                       earned_at, opens_on, last_day, origin_event_id)
select t.bucket, :tenant_id, t.owner_id, t.event_id, t.line, t.unit, t.program_id, t.kind, t.amount, t.occurred_at, t.posted_at,
       t.earned_at, t.opens_on, t.last_day, t.origin
from unnest(:transfers::transfer_row[]) as t;

-- name: insert_allocations(tenant_id, allocations)!
-- Append which transfer took how much from which lot.
insert into allocations (bucket, tenant_id, owner_id, event_id, line, lot_event_id, lot_line, amount)
select a.bucket, :tenant_id, a.owner_id, a.event_id, a.line, a.lot_event_id, a.lot_line, a.amount
from unnest(:allocations::allocation_row[]) as a;

-- name: lots_of(tenant_id, buckets, owners, units)
-- The lots of the accounts that still hold something.
select l.owner_id, l.event_id, l.line, l.unit, l.amount, l.remaining, l.earned_at, l.last_day, l.pending, l.opens_on, l.origin_event_id as origin
from unnest(:buckets::int[], :owners::uuid[], :units::smallint[]) as want(bucket, owner_id, unit)
cross join lateral (select a.lots_from from accounts a
    where a.bucket = want.bucket and a.tenant_id = :tenant_id and a.owner_id = want.owner_id and a.unit = want.unit offset 0) as a
cross join lateral (select l.* from lots l
    where l.bucket = want.bucket and l.tenant_id = :tenant_id and l.owner_id = want.owner_id and l.event_id >= a.lots_from
      and l.unit = want.unit and l.remaining > 0 offset 0) as l;

-- name: lots_named(tenant_id, buckets, owners, events, lines)
-- Lots by name, also those that hold nothing any more: points may come back to them.
select l.owner_id, l.event_id, l.line, l.unit, l.amount, l.remaining, l.earned_at, l.last_day, l.pending, l.opens_on, l.origin_event_id as origin
from unnest(:buckets::int[], :owners::uuid[], :events::uuid[], :lines::smallint[]) as want(bucket, owner_id, event_id, line)
cross join lateral (select l.* from lots l
    where l.bucket = want.bucket and l.owner_id = want.owner_id and l.event_id = want.event_id
      and l.line = want.line and l.tenant_id = :tenant_id offset 0) as l;

-- name: taken_by(tenant_id, buckets, owners, events, lines)
-- What transfers took from which lot, in the order of use.
select a.owner_id, a.event_id, a.line, a.lot_event_id, a.lot_line, a.amount
from unnest(:buckets::int[], :owners::uuid[], :events::uuid[], :lines::smallint[]) as want(bucket, owner_id, event_id, line)
cross join lateral (select a.* from allocations a
    where a.bucket = want.bucket and a.tenant_id = :tenant_id and a.owner_id = want.owner_id and a.event_id = want.event_id
      and a.line = want.line offset 0) as a
cross join lateral (select l.* from lots l
    where l.bucket = want.bucket and l.tenant_id = :tenant_id and l.owner_id = a.owner_id and l.event_id = a.lot_event_id
      and l.line = a.lot_line offset 0) as l
order by l.last_day nulls last, l.earned_at, l.event_id, l.line;

-- name: write_lot_states(tenant_id, lots)!
-- Write what became of lots; their accounts are locked.
insert into lot_states as s (bucket, tenant_id, owner_id, event_id, line, remaining, pending, last_day)
select d.bucket, :tenant_id, d.owner_id, d.event_id, d.line, d.remaining, d.pending, d.last_day
from unnest(:lots::lot_state_row[]) as d
on conflict (bucket, tenant_id, owner_id, event_id, line)
do update set remaining = excluded.remaining, pending = excluded.pending, last_day = excluded.last_day;

-- name: update_accounts(tenant_id, accounts)!
-- Write the standing of locked accounts.
update accounts a set available = n.available, pending = n.pending, held = n.held, debt = n.debt, lifetime = n.lifetime, due_day = n.due_day,
                      lots_from = n.lots_from
from unnest(:accounts::account_row[]) as n
where n.bucket between 0 and 1023
  and a.bucket = n.bucket and a.tenant_id = :tenant_id and a.owner_id = n.owner_id and a.unit = n.unit;

-- name: name_successor(tenant_id, bucket, owner_id, heir)!
-- Note on an owner's locked accounts who took them over; null: nobody.
update accounts a set successor_id = :heir::uuid
where a.bucket = :bucket and a.tenant_id = :tenant_id and a.owner_id = :owner_id;

-- name: uses(tenant_id, bucket, owner_id, lot_event_id)
-- What was taken from the lots that an event issued to an owner, by which transfer.
select a.lot_line, a.event_id, a.line, t.kind, a.amount
from allocations a
join transfers t on t.bucket = a.bucket and t.tenant_id = a.tenant_id and t.owner_id = a.owner_id and t.event_id = a.event_id and t.line = a.line
where a.bucket = :bucket and a.tenant_id = :tenant_id and a.owner_id = :owner_id and a.lot_event_id = :lot_event_id
order by a.event_id, a.line, a.lot_line;

-- name: accounts_of(tenant_id, buckets, owners)
-- The owners' accounts, unlocked.
select a.owner_id, a.unit, a.program_id, a.available, a.pending, a.held, a.debt, a.lifetime, a.due_day, a.lots_from, a.successor_id
from unnest(:buckets::int[], :owners::uuid[]) as want(bucket, owner_id)
cross join lateral (select a.* from accounts a
    where a.bucket = want.bucket and a.tenant_id = :tenant_id and a.owner_id = want.owner_id offset 0) as a
order by a.owner_id, a.unit;

-- name: due_owners(tenant_id, program_id, buckets, day, waiting, after_bucket, after_owner, page)
-- Owners with a lot that opens or has expired by a day, in the order of locks. One look into the index of due days per bucket.
select due.bucket, due.owner_id
from unnest(:buckets::int[]) as want(bucket)
cross join lateral (
    select distinct a.bucket, a.owner_id
    from accounts a
    where a.bucket = want.bucket and a.tenant_id = :tenant_id and a.program_id = :program_id and a.due_day <= :day::date
      and (not :waiting::boolean or a.pending > 0)
      and (a.bucket > :after_bucket or (a.bucket = :after_bucket and a.owner_id > :after_owner::uuid))
    order by a.owner_id
    limit :page
) as due
order by due.bucket, due.owner_id
limit :page;

-- name: owners_holding(tenant_id, program_id, buckets, units, least, after_bucket, after_owner, page)
-- Owners who can use at least so much of one of the units, in the order of locks.
select distinct a.bucket, a.owner_id
from unnest(:buckets::int[]) as want(bucket)
join accounts a on a.bucket = want.bucket and a.tenant_id = :tenant_id and a.program_id = :program_id
join unnest(:units::smallint[], :least::bigint[]) as mark(unit, least) on a.unit = mark.unit and a.available >= mark.least
where a.bucket > :after_bucket or (a.bucket = :after_bucket and a.owner_id > :after_owner::uuid)
order by a.bucket, a.owner_id
limit :page;

-- name: next_due(tenant_id, program_id, buckets)$
-- The first day on which a lot of anybody opens or has expired. One look into the index of due days per bucket.
select min(due.due_day)
from unnest(:buckets::int[]) as want(bucket)
cross join lateral (
    select a.due_day
    from accounts a
    where a.bucket = want.bucket and a.tenant_id = :tenant_id and a.program_id = :program_id and a.due_day is not null
    order by a.due_day
    limit 1
) as due;

-- name: expired(tenant_id, bucket, owner_id, unit, since)
-- What expired of an account's lots that ended on a day or later; whether the lot was itself one that had been given back.
select t.event_id, t.line, t.unit, t.amount, s.last_day, t.posted_at, issue.kind = 'reinstate' as given_back
from transfers t
cross join lateral (select a.* from allocations a
    where a.bucket = t.bucket and a.tenant_id = t.tenant_id and a.owner_id = t.owner_id and a.event_id = t.event_id and a.line = t.line offset 0) as a
cross join lateral (select i.kind from transfers i
    where i.bucket = t.bucket and i.tenant_id = t.tenant_id and i.owner_id = t.owner_id and i.event_id = a.lot_event_id
      and i.line = a.lot_line offset 0) as issue
cross join lateral (select s.last_day from lot_states s
    where s.bucket = t.bucket and s.tenant_id = t.tenant_id and s.owner_id = t.owner_id and s.event_id = a.lot_event_id
      and s.line = a.lot_line offset 0) as s
where t.bucket = :bucket and t.tenant_id = :tenant_id and t.owner_id = :owner_id and t.kind = 'expire' and t.unit = :unit
  and (s.last_day is null or s.last_day >= :since)
order by t.posted_at, t.event_id, t.line;

-- name: balances_as_of(tenant_id, bucket, owner_id, as_of)
-- What an owner held at an instant of programme time, from the transfers alone. Not from `entries`: whose an entry is follows from its role
-- there, so no index could find an owner's. What is issued arrives as available or as pending.
select t.unit,
       sum(t.amount)::bigint as available,
       sum(t.pending)::bigint as pending,
       sum(t.held)::bigint as held,
       coalesce(sum(t.amount + t.pending) filter (where t.kind in ('earn', 'promise', 'credit')), 0)::bigint as lifetime
from movements t
where t.bucket = :bucket and t.tenant_id = :tenant_id and t.owner_id = :owner_id and t.posted_at <= :as_of
group by t.unit
order by t.unit;

-- name: statement(tenant_id, buckets, owners, since, until, after_posted, after_event, after_line, page)
-- A page of the transfers of owners (one, or the parts of one member) in a period by posted time, oldest first, each with the sum of its
-- unit from the period's beginning to it.
with moved as (
    select t.event_id, t.line, t.unit, t.kind, t.occurred_at, t.posted_at, t.amount, t.pending, t.held
    from unnest(:buckets::int[], :owners::uuid[]) as want(bucket, owner_id)
    cross join lateral (select m.* from movements m
        where m.bucket = want.bucket and m.tenant_id = :tenant_id and m.owner_id = want.owner_id offset 0) as t
    where (:since::timestamptz is null or t.posted_at > :since) and t.posted_at <= :until::timestamptz
), summed as (
    select m.*,
           (sum(m.amount) over so_far)::bigint as amount_sum,
           (sum(m.pending) over so_far)::bigint as pending_sum,
           (sum(m.held) over so_far)::bigint as held_sum
    from moved m
    window so_far as (partition by m.unit order by m.posted_at, m.event_id, m.line)
)
select s.event_id, s.line, s.unit, s.kind, s.occurred_at, s.posted_at, s.amount, s.pending, s.held, s.amount_sum, s.pending_sum, s.held_sum
from summed s
where :after_posted::timestamptz is null
   or (s.posted_at, s.event_id, s.line) > (:after_posted::timestamptz, :after_event::uuid, :after_line::smallint)
order by s.posted_at, s.event_id, s.line
limit :page;

-- name: movements(tenant_id, bucket, owner_id, before_event, before_line, page)
-- A page of an owner's transfers, newest first, after a given one (null: from the newest).
select t.event_id, t.line, t.unit, t.kind, t.occurred_at, t.posted_at, t.amount, t.pending, t.held
from movements t
where t.bucket = :bucket and t.tenant_id = :tenant_id and t.owner_id = :owner_id
  and (:before_event::uuid is null or (t.event_id, t.line) < (:before_event::uuid, :before_line::smallint))
order by t.event_id desc, t.line desc
limit :page;

-- name: transfers_of(tenant_id, bucket, owner_id, event_id)
-- The transfers that one event caused for an owner.
select t.event_id, t.line, t.unit, t.kind, t.occurred_at, t.posted_at, t.amount, t.pending, t.held
from movements t
where t.bucket = :bucket and t.tenant_id = :tenant_id and t.owner_id = :owner_id and t.event_id = :event_id
order by t.line;

-- name: wrong_accounts(tenant_id, first_bucket, last_bucket)
-- L3, L5: accounts whose figures are not what the transfers say, whose open lots are not what is available (nothing while there is debt),
-- whose pending lots are not what is pending, that lack a row, or (L12) whose lots begin before they are said to.
with moved as (   -- the lots as the view `lots` has them, but all of them at once
    select t.bucket, t.owner_id, t.unit, t.event_id, t.kind, t.amount, c.from_role, c.to_role, t.opens_on,
           case when t.earned_at is not null then coalesce(s.remaining, t.amount) end as remaining,
           coalesce(s.pending, c.to_role = 'pending') as pending,
           case when s.remaining is null then t.last_day else s.last_day end as last_day
    from transfers t
    join chart c on c.kind = t.kind
    left join lot_states s on s.bucket = t.bucket and s.tenant_id = t.tenant_id and s.owner_id = t.owner_id and s.event_id = t.event_id
                          and s.line = t.line and s.bucket between :first_bucket and :last_bucket
    where t.tenant_id = :tenant_id and t.bucket between :first_bucket and :last_bucket
), derived as (
    select m.bucket, m.owner_id, m.unit,
           sum(case when m.to_role = 'available' then m.amount when m.from_role = 'available' then -m.amount else 0 end)::bigint as available,
           sum(case when m.to_role = 'pending' then m.amount when m.from_role = 'pending' then -m.amount else 0 end)::bigint as pending,
           sum(case when m.to_role = 'held' then m.amount when m.from_role = 'held' then -m.amount else 0 end)::bigint as held,
           coalesce(sum(m.amount) filter (where m.kind in ('earn', 'promise', 'credit')), 0)::bigint as lifetime,
           coalesce(sum(m.remaining) filter (where not m.pending), 0)::bigint as open,
           coalesce(sum(m.remaining) filter (where m.pending), 0)::bigint as waiting,
           min(case when m.pending then m.opens_on else m.last_day + 1 end) filter (where m.remaining > 0) as due_day,
           (min(m.event_id::text collate "C") filter (where m.remaining > 0))::uuid as lots_from
    from moved m
    group by m.bucket, m.owner_id, m.unit
), stored as (
    select a.bucket, a.owner_id, a.unit, a.available, a.pending, a.held, a.debt, a.lifetime, a.due_day, a.lots_from
    from accounts a
    where a.tenant_id = :tenant_id and a.bucket between :first_bucket and :last_bucket
)
select bucket, owner_id, unit,
       s.available as stored_available, coalesce(d.available, 0) as derived_available,
       s.pending as stored_pending, coalesce(d.pending, 0) as derived_pending,
       s.held as stored_held, coalesce(d.held, 0) as derived_held,
       s.lifetime as stored_lifetime, coalesce(d.lifetime, 0) as derived_lifetime,
       s.debt as stored_debt, greatest(-coalesce(d.available, 0), 0) as derived_debt,
       coalesce(d.open, 0) as stored_open, greatest(coalesce(d.available, 0), 0) as derived_open,
       coalesce(d.waiting, 0) as stored_waiting, coalesce(d.pending, 0) as derived_waiting,
       s.due_day as stored_due_day, d.due_day as derived_due_day,
       s.lots_from as stored_lots_from, least(s.lots_from, d.lots_from) as derived_lots_from
from stored s
full join derived d using (bucket, owner_id, unit)
where s.available is distinct from coalesce(d.available, 0)
   or s.pending is distinct from coalesce(d.pending, 0)
   or s.held is distinct from coalesce(d.held, 0)
   or s.lifetime is distinct from coalesce(d.lifetime, 0)
   or s.debt is distinct from greatest(-coalesce(d.available, 0), 0)
   or coalesce(d.open, 0) <> greatest(coalesce(d.available, 0), 0)
   or coalesce(d.waiting, 0) <> coalesce(d.pending, 0)
   or s.due_day is distinct from d.due_day
   or s.lots_from is distinct from least(s.lots_from, d.lots_from)   -- who begins too early finds nothing there
order by bucket, owner_id, unit limit 10;

-- name: wrong_lots(tenant_id, first_bucket, last_bucket)
-- L4: lots whose remainder is not amount minus allocations, or is more than the amount; states and allocations of lots that no transfer issued.
with used as (
    select a.bucket, a.owner_id, a.lot_event_id as event_id, a.lot_line as line, sum(a.amount)::bigint as taken
    from allocations a
    where a.tenant_id = :tenant_id and a.bucket between :first_bucket and :last_bucket
    group by a.bucket, a.owner_id, a.lot_event_id, a.lot_line
), issued as (
    select t.bucket, t.owner_id, t.event_id, t.line, t.amount
    from transfers t
    where t.tenant_id = :tenant_id and t.bucket between :first_bucket and :last_bucket and t.earned_at is not null
), since as (
    select s.bucket, s.owner_id, s.event_id, s.line, s.remaining
    from lot_states s
    where s.tenant_id = :tenant_id and s.bucket between :first_bucket and :last_bucket
)
select bucket, owner_id, event_id, line,
       coalesce(s.remaining, i.amount) as stored_remaining, least(coalesce(i.amount, 0) - coalesce(u.taken, 0), i.amount) as derived_remaining
from issued i
full join since s using (bucket, owner_id, event_id, line)
full join used u using (bucket, owner_id, event_id, line)
where i.amount is null
   or coalesce(s.remaining, i.amount) <> least(i.amount - coalesce(u.taken, 0), i.amount)
order by bucket, owner_id, event_id, line limit 10;

-- name: wrong_allocations(tenant_id, first_bucket, last_bucket)
-- L6: transfers whose allocations are more than they moved, and allocations of a transfer that does not exist.
with used as (
    select a.bucket, a.owner_id, a.event_id, a.line, abs(sum(a.amount))::bigint as taken
    from allocations a
    where a.tenant_id = :tenant_id and a.bucket between :first_bucket and :last_bucket
    group by a.bucket, a.owner_id, a.event_id, a.line
)
select u.bucket, u.owner_id, u.event_id, u.line, u.taken as stored_taken, coalesce(t.amount, 0) as derived_limit
from used u
left join transfers t on t.bucket = u.bucket and t.tenant_id = :tenant_id and t.owner_id = u.owner_id and t.event_id = u.event_id and t.line = u.line
where u.taken > coalesce(t.amount, 0)
order by u.bucket, u.owner_id, u.event_id, u.line limit 10;

-- name: unmatched(tenant_id)
-- L10: events whose points left one owner and did not arrive at another, or the reverse.
select t.event_id, t.unit,
       coalesce(sum(t.amount) filter (where t.kind in ('send', 'cede')), 0)::bigint as sent,
       coalesce(sum(t.amount) filter (where t.kind in ('receive', 'inherit', 'regain', 'resume')), 0)::bigint as arrived
from transfers t
where t.tenant_id = :tenant_id and t.kind in ('send', 'cede', 'receive', 'inherit', 'regain', 'resume')
group by t.event_id, t.unit
having sum(case when t.kind in ('send', 'cede') then t.amount else -t.amount end) <> 0
order by t.event_id, t.unit limit 10;

-- name: ledger_totals(tenant_id, program_id)
-- The trial balance: quanta by unit and account role; a unit's rows sum to zero.
select e.unit, e.role, sum(e.amount)::bigint as amount, count(*) as entries
from entries e
where e.tenant_id = :tenant_id and e.program_id = :program_id
group by e.unit, e.role
order by e.unit, e.role;

-- name: lock_owners(tenant_id, buckets, owners)
-- Lock as `lock_accounts` does, and answer only those who owe or were taken over: of the others a night need not read anything.
select want.owner_id, bool_or(a.successor_id is not null) as is_taken_over
from unnest(:buckets::int[], :owners::uuid[]) as want(bucket, owner_id)
cross join lateral (select a.debt, a.successor_id from accounts a
                    where a.bucket = want.bucket and a.tenant_id = :tenant_id and a.owner_id = want.owner_id
                    order by a.unit for no key update) as a
group by want.owner_id
having bool_or(a.debt > 0 or a.successor_id is not null);

-- name: settle_plain(tenant_id, buckets, owners, event_buckets, events, day, opening_only, occurred, posted)
-- Open and expire what is due by a day, of locked owners who owe nothing: what a purse does, for all of them at once. Then every lot is
-- opened or expired as a whole, so nothing depends on the order but the numbers of the lines. An owner's lines are numbered by unit and
-- then by time: on one day what opens comes before what has expired, and what is over when it opens expires at once. One event for each
-- bucket; answers the events that something was posted for.
with due as (
    select a.bucket, a.owner_id, a.unit, a.program_id, a.lots_from
    from unnest(:buckets::int[], :owners::uuid[]) as want(bucket, owner_id)
    cross join lateral (select a.* from accounts a
        where a.bucket = want.bucket and a.tenant_id = :tenant_id and a.owner_id = want.owner_id and a.due_day <= :day::date offset 0) as a
), lying as (
    select l.bucket, l.owner_id, l.unit, d.program_id, l.event_id, l.line, l.remaining, l.pending, l.opens_on, l.last_day, l.earned_at,
           l.pending and coalesce(l.opens_on <= :day::date, false) as opens,
           not :opening_only::boolean and coalesce(l.last_day < :day::date, false)
               and (not l.pending or coalesce(l.opens_on <= :day::date, false)) as ends
    from due d
    cross join lateral (select l.* from lots l
        where l.bucket = d.bucket and l.tenant_id = :tenant_id and l.owner_id = d.owner_id and l.event_id >= d.lots_from
          and l.unit = d.unit and l.remaining > 0 offset 0) as l
), happening as (
    select y.*, h.kind, h.on_day, h.turn
    from lying y
    cross join lateral (values ('open', y.opens, y.opens_on, 0),
                               ('expire', y.ends, greatest(y.last_day + 1, case when y.opens then y.opens_on end),
                                case when y.opens and y.opens_on > y.last_day + 1 then 0 else 1 end)) as h(kind, happens, on_day, turn)
    where h.happens
), numbered as (
    select h.*, e.event_id as cause,
           row_number() over (partition by h.bucket, h.owner_id
                              order by h.unit, h.on_day, h.turn, h.earned_at, h.event_id, h.line, h.kind desc) - 1 as n
    from happening h
    join unnest(:event_buckets::int[], :events::uuid[]) as e(bucket, event_id) on e.bucket = h.bucket
), moved as (
    insert into transfers (bucket, tenant_id, owner_id, event_id, line, unit, program_id, kind, amount, occurred_at, posted_at)
    select n.bucket, :tenant_id, n.owner_id, n.cause, n.n, n.unit, n.program_id, n.kind, n.remaining, :occurred::timestamptz, :posted::timestamptz
    from numbered n
), taken as (
    insert into allocations (bucket, tenant_id, owner_id, event_id, line, lot_event_id, lot_line, amount)
    select n.bucket, :tenant_id, n.owner_id, n.cause, n.n, n.event_id, n.line, n.remaining
    from numbered n where n.kind = 'expire'
), changed as (
    insert into lot_states (bucket, tenant_id, owner_id, event_id, line, remaining, pending, last_day)
    select y.bucket, :tenant_id, y.owner_id, y.event_id, y.line, case when y.ends then 0 else y.remaining end, y.pending and not y.opens, y.last_day
    from lying y where y.opens or y.ends
    on conflict (bucket, tenant_id, owner_id, event_id, line) do update set remaining = excluded.remaining, pending = excluded.pending
), standing as (
    update accounts a set available = a.available + s.opened - s.ended, pending = a.pending - s.opened, due_day = s.due_day, lots_from = s.lots_from
    from (select y.bucket, y.owner_id, y.unit,
                 coalesce(sum(y.remaining) filter (where y.opens), 0) as opened,
                 coalesce(sum(y.remaining) filter (where y.ends), 0) as ended,
                 min(case when y.pending and not y.opens then y.opens_on else y.last_day + 1 end) filter (where not y.ends) as due_day,
                 (min(y.event_id::text collate "C") filter (where not y.ends))::uuid as lots_from
          from lying y
          group by y.bucket, y.owner_id, y.unit
          having bool_or(y.opens or y.ends)) as s
    where a.bucket = s.bucket and a.tenant_id = :tenant_id and a.owner_id = s.owner_id and a.unit = s.unit
)
select distinct n.cause as event_id from numbered n;
