-- The ledger's statements. Arrays go in, one statement serves a whole batch; every table is reached by its bucket.

-- name: lock_accounts(tenant_id, buckets, owners)
-- Lock the accounts of the owners, in one order for everybody, so that batches wait for each other and never deadlock.
select a.owner_id, a.unit, a.program_id, a.balance, a.debt, a.lifetime
from unnest(:buckets::int[], :owners::uuid[]) as want(bucket, owner_id)
join accounts a on a.bucket = want.bucket and a.owner_id = want.owner_id
where a.tenant_id = :tenant_id
order by a.bucket, a.owner_id, a.unit
for no key update of a;

-- name: open_accounts(tenant_id, buckets, owners, units, programs)!
-- Open missing accounts; one that is already there stays as it is.
insert into accounts (bucket, tenant_id, owner_id, unit, program_id)
select want.bucket, :tenant_id, want.owner_id, want.unit, want.program_id
from unnest(:buckets::int[], :owners::uuid[], :units::smallint[], :programs::int[]) as want(bucket, owner_id, unit, program_id)
order by want.bucket, want.owner_id, want.unit
on conflict do nothing;

-- name: open_lots(tenant_id, buckets, owners, units)
-- The lots of the accounts that still hold something.
select l.owner_id, l.event_id, l.line, l.unit, l.last_day, l.amount, l.remaining, l.earned_at
from unnest(:buckets::int[], :owners::uuid[], :units::smallint[]) as want(bucket, owner_id, unit)
join lots l on l.bucket = want.bucket and l.owner_id = want.owner_id and l.unit = want.unit
where l.tenant_id = :tenant_id and l.remaining > 0;

-- name: insert_transfers(tenant_id, buckets, owners, events, lines, units, programs, kinds, amounts, occurred, posted)!
-- Append the transfers. The key (event, line) refuses a second posting.
insert into transfers (bucket, tenant_id, owner_id, event_id, line, unit, program_id, kind, amount, occurred_at, posted_at)
select t.bucket, :tenant_id, t.owner_id, t.event_id, t.line, t.unit, t.program_id, t.kind, t.amount, t.occurred_at, t.posted_at
from unnest(:buckets::int[], :owners::uuid[], :events::uuid[], :lines::smallint[], :units::smallint[], :programs::int[],
            :kinds::text[], :amounts::bigint[], :occurred::timestamptz[], :posted::timestamptz[])
     as t(bucket, owner_id, event_id, line, unit, program_id, kind, amount, occurred_at, posted_at);

-- name: insert_lots(tenant_id, buckets, owners, events, lines, units, last_days, amounts, remainders, earned)!
-- Open the lots that the batch issued.
insert into lots (bucket, tenant_id, owner_id, event_id, line, unit, last_day, amount, remaining, earned_at)
select l.bucket, :tenant_id, l.owner_id, l.event_id, l.line, l.unit, l.last_day, l.amount, l.remaining, l.earned_at
from unnest(:buckets::int[], :owners::uuid[], :events::uuid[], :lines::smallint[], :units::smallint[], :last_days::date[],
            :amounts::bigint[], :remainders::bigint[], :earned::timestamptz[])
     as l(bucket, owner_id, event_id, line, unit, last_day, amount, remaining, earned_at);

-- name: drain_lots(tenant_id, buckets, owners, events, lines, remainders)!
-- Write what is left of lots that the batch took from; their accounts are locked.
update lots l set remaining = d.remaining
from unnest(:buckets::int[], :owners::uuid[], :events::uuid[], :lines::smallint[], :remainders::bigint[])
     as d(bucket, owner_id, event_id, line, remaining)
where l.bucket = d.bucket and l.tenant_id = :tenant_id and l.owner_id = d.owner_id and l.event_id = d.event_id and l.line = d.line;

-- name: insert_allocations(tenant_id, buckets, owners, events, lines, lot_events, lot_lines, amounts)!
-- Append which transfer took how much from which lot.
insert into allocations (bucket, tenant_id, owner_id, event_id, line, lot_event_id, lot_line, amount)
select a.bucket, :tenant_id, a.owner_id, a.event_id, a.line, a.lot_event_id, a.lot_line, a.amount
from unnest(:buckets::int[], :owners::uuid[], :events::uuid[], :lines::smallint[], :lot_events::uuid[], :lot_lines::smallint[], :amounts::bigint[])
     as a(bucket, owner_id, event_id, line, lot_event_id, lot_line, amount);

-- name: update_accounts(tenant_id, buckets, owners, units, balances, debts, lifetimes)!
-- Write the balances of locked accounts.
update accounts a set balance = n.balance, debt = n.debt, lifetime = n.lifetime
from unnest(:buckets::int[], :owners::uuid[], :units::smallint[], :balances::bigint[], :debts::bigint[], :lifetimes::bigint[])
     as n(bucket, owner_id, unit, balance, debt, lifetime)
where a.bucket = n.bucket and a.tenant_id = :tenant_id and a.owner_id = n.owner_id and a.unit = n.unit;

-- name: balances(tenant_id, bucket, owner_id)
-- What an owner holds now, by unit.
select a.unit, a.balance, a.lifetime from accounts a
where a.bucket = :bucket and a.tenant_id = :tenant_id and a.owner_id = :owner_id
order by a.unit;

-- name: balances_as_of(tenant_id, bucket, owner_id, as_of)
-- What an owner held at an instant of programme time, from the entries alone.
select t.unit,
       sum(case when c.to_role = 'available' then t.amount else -t.amount end)::bigint as balance,
       coalesce(sum(t.amount) filter (where c.to_role = 'available'), 0)::bigint as lifetime
from transfers t
join chart c on c.kind = t.kind
where t.bucket = :bucket and t.tenant_id = :tenant_id and t.owner_id = :owner_id and t.posted_at <= :as_of
group by t.unit
order by t.unit;

-- name: movements(tenant_id, bucket, owner_id, before_event, before_line, page)
-- A page of an owner's transfers, newest first, after a given one (null: from the newest).
select t.event_id, t.line, t.unit, t.kind, t.amount, t.occurred_at, t.posted_at, c.to_role
from transfers t
join chart c on c.kind = t.kind
where t.bucket = :bucket and t.tenant_id = :tenant_id and t.owner_id = :owner_id
  and (:before_event::uuid is null or (t.event_id, t.line) < (:before_event::uuid, :before_line::smallint))
order by t.event_id desc, t.line desc
limit :page;

-- name: transfers_of(tenant_id, bucket, owner_id, event_id)
-- The transfers that one event caused for an owner.
select t.event_id, t.line, t.unit, t.kind, t.amount, t.occurred_at, t.posted_at, c.to_role
from transfers t
join chart c on c.kind = t.kind
where t.bucket = :bucket and t.tenant_id = :tenant_id and t.owner_id = :owner_id and t.event_id = :event_id
order by t.line;

-- name: wrong_accounts(tenant_id, first_bucket, last_bucket)
-- L3, L5: accounts whose balance, lifetime or debt is not what the transfers say, whose open lots are not the balance
-- (nothing while there is debt), or that lack a row.
with moved as (
    select t.bucket, t.owner_id, t.unit,
           sum(case when c.to_role = 'available' then t.amount else -t.amount end)::bigint as balance,
           coalesce(sum(t.amount) filter (where c.to_role = 'available'), 0)::bigint as lifetime
    from transfers t join chart c on c.kind = t.kind
    where t.tenant_id = :tenant_id and t.bucket between :first_bucket and :last_bucket
    group by t.bucket, t.owner_id, t.unit
), held as (
    select l.bucket, l.owner_id, l.unit, sum(l.remaining)::bigint as open
    from lots l
    where l.tenant_id = :tenant_id and l.bucket between :first_bucket and :last_bucket
    group by l.bucket, l.owner_id, l.unit
), stored as (
    select a.bucket, a.owner_id, a.unit, a.balance, a.debt, a.lifetime
    from accounts a
    where a.tenant_id = :tenant_id and a.bucket between :first_bucket and :last_bucket
)
select bucket, owner_id, unit,
       s.balance as stored_balance, coalesce(m.balance, 0) as derived_balance,
       s.lifetime as stored_lifetime, coalesce(m.lifetime, 0) as derived_lifetime,
       s.debt as stored_debt, greatest(-coalesce(m.balance, 0), 0) as derived_debt,
       coalesce(h.open, 0) as stored_open, greatest(coalesce(m.balance, 0), 0) as derived_open
from stored s
full join moved m using (bucket, owner_id, unit)
full join held h using (bucket, owner_id, unit)
where s.balance is distinct from coalesce(m.balance, 0)
   or s.lifetime is distinct from coalesce(m.lifetime, 0)
   or s.debt is distinct from greatest(-coalesce(m.balance, 0), 0)
   or coalesce(h.open, 0) <> greatest(coalesce(m.balance, 0), 0)
order by bucket, owner_id, unit
limit 10;

-- name: wrong_lots(tenant_id, first_bucket, last_bucket)
-- L4, L7: lots whose remainder is not amount minus allocations, or whose amount is not that of the transfer that issued them;
-- transfers that issued points without a lot.
with used as (
    select a.bucket, a.owner_id, a.lot_event_id as event_id, a.lot_line as line, sum(a.amount)::bigint as taken
    from allocations a
    where a.tenant_id = :tenant_id and a.bucket between :first_bucket and :last_bucket
    group by a.bucket, a.owner_id, a.lot_event_id, a.lot_line
), issued as (
    select t.bucket, t.owner_id, t.event_id, t.line, t.amount, t.unit
    from transfers t join chart c on c.kind = t.kind
    where t.tenant_id = :tenant_id and t.bucket between :first_bucket and :last_bucket and c.to_role = 'available'
), stored as (
    select l.bucket, l.owner_id, l.event_id, l.line, l.amount, l.remaining, l.unit
    from lots l
    where l.tenant_id = :tenant_id and l.bucket between :first_bucket and :last_bucket
)
select bucket, owner_id, event_id, line,
       s.amount as stored_amount, i.amount as derived_amount,
       s.remaining as stored_remaining, coalesce(i.amount, 0) - coalesce(u.taken, 0) as derived_remaining
from stored s
full join issued i using (bucket, owner_id, event_id, line)
full join used u using (bucket, owner_id, event_id, line)
where s.amount is distinct from i.amount or s.unit is distinct from i.unit
   or s.remaining is distinct from coalesce(i.amount, 0) - coalesce(u.taken, 0)
order by bucket, owner_id, event_id, line
limit 10;

-- name: wrong_debits(tenant_id, first_bucket, last_bucket)
-- L6: debits whose allocations exceed them, and allocations of a transfer that does not exist.
with used as (
    select a.bucket, a.owner_id, a.event_id, a.line, sum(a.amount)::bigint as taken
    from allocations a
    where a.tenant_id = :tenant_id and a.bucket between :first_bucket and :last_bucket
    group by a.bucket, a.owner_id, a.event_id, a.line
)
select u.bucket, u.owner_id, u.event_id, u.line, u.taken as stored_taken, coalesce(t.amount, 0) as derived_limit
from used u
left join transfers t on t.bucket = u.bucket and t.tenant_id = :tenant_id and t.owner_id = u.owner_id and t.event_id = u.event_id and t.line = u.line
where u.taken > coalesce(t.amount, 0)
order by u.bucket, u.owner_id, u.event_id, u.line
limit 10;

-- name: ledger_totals(tenant_id, program_id)
-- The trial balance: quanta by unit and account role; a unit's rows sum to zero.
select e.unit, e.role, sum(e.amount)::bigint as amount, count(*) as entries
from entries e
where e.tenant_id = :tenant_id and e.program_id = :program_id
group by e.unit, e.role
order by e.unit, e.role;
