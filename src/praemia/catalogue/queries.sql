-- Statements of the catalogue: stock, codes, gift cards, donations.

-- name: slices_of(tenant_id, program_id, buckets, items, slices)
-- The slices of items, in the order of locks.
select s.item, s.slice, s.placed, s.remaining
from unnest(:buckets::int[], :items::text[], :slices::smallint[]) as want(bucket, item, slice)
cross join lateral (select s.* from stock s
    where s.bucket = want.bucket and s.item = want.item and s.slice = want.slice and s.tenant_id = :tenant_id and s.program_id = :program_id offset 0) as s
order by s.bucket, s.item, s.slice;

-- name: open_slices(tenant_id, program_id, item, buckets, slices)!
-- Make missing slices of an item, empty.
insert into stock (bucket, tenant_id, program_id, item, slice, placed, remaining)
select want.bucket, :tenant_id, :program_id, :item, want.slice, 0, 0
from unnest(:buckets::int[], :slices::smallint[]) as want(bucket, slice)
order by want.bucket, want.slice
on conflict do nothing;

-- name: lock_slices(tenant_id, program_id, item, buckets, slices)
-- Lock slices of an item, in one order for everybody. No join: where a merge join over partitions waits for a lock, PostgreSQL 18
-- looks again for the row it got and may lose it.
select s.item, s.slice, s.placed, s.remaining
from stock s
where s.bucket = any(:buckets::int[]) and s.tenant_id = :tenant_id and s.program_id = :program_id and s.item = :item
  and s.slice = any(:slices::smallint[])
order by s.bucket, s.item, s.slice
for no key update;

-- name: write_slices(tenant_id, program_id, buckets, items, slices, placed, remaining)!
-- Write slices that are locked.
update stock s set placed = n.placed, remaining = n.remaining
from unnest(:buckets::int[], :items::text[], :slices::smallint[], :placed::bigint[], :remaining::bigint[])
     as n(bucket, item, slice, placed, remaining)
where n.bucket between 0 and 1023
  and s.bucket = n.bucket and s.tenant_id = :tenant_id and s.program_id = :program_id and s.item = n.item and s.slice = n.slice;

-- name: insert_codes(tenant_id, program_id, buckets, digests, spelled, ends, rewards, redemptions, members, uses, starts, last_days)
-- Write codes about to be handed out; answers those that were free.
insert into codes (bucket, tenant_id, digest, program_id, spelled, ends, reward, redemption_id, member_id, uses, starts_on, last_day)
select c.bucket, :tenant_id, c.digest, :program_id, c.spelled, c.ends, c.reward, c.redemption_id, c.member_id, c.uses, c.starts_on, c.last_day
from unnest(:buckets::int[], :digests::uuid[], :spelled::text[], :ends::text[], :rewards::text[], :redemptions::uuid[], :members::uuid[],
            :uses::int[], :starts::date[], :last_days::date[])
     as c(bucket, digest, spelled, ends, reward, redemption_id, member_id, uses, starts_on, last_day)
order by c.bucket, c.digest
on conflict do nothing
returning digest;

-- name: codes_of(tenant_id, buckets, digests)
-- Codes by digest.
select c.digest, c.program_id, c.spelled, c.ends, c.reward, c.redemption_id, c.member_id, c.uses, c.used, c.starts_on, c.last_day, c.void
from unnest(:buckets::int[], :digests::uuid[]) as want(bucket, digest)
cross join lateral (select c.* from codes c
    where c.bucket = want.bucket and c.digest = want.digest and c.tenant_id = :tenant_id offset 0) as c;

-- name: lock_code(tenant_id, bucket, digest)^
-- Lock one code.
select c.digest, c.program_id, c.spelled, c.ends, c.reward, c.redemption_id, c.member_id, c.uses, c.used, c.starts_on, c.last_day, c.void
from codes c
where c.bucket = :bucket and c.tenant_id = :tenant_id and c.digest = :digest
for no key update;

-- name: count_use(tenant_id, bucket, digest, more)^
-- Count a use of a locked code; a burnt code keeps no spelling.
update codes set used = used + :more::int, spelled = case when used + :more::int >= uses then null else spelled end
where bucket = :bucket and tenant_id = :tenant_id and digest = :digest
returning digest, program_id, spelled, ends, reward, redemption_id, member_id, uses, used, starts_on, last_day, void;

-- name: void_codes(tenant_id, buckets, digests)!
-- Make codes worthless.
update codes c set void = true, spelled = null
from unnest(:buckets::int[], :digests::uuid[]) as gone(bucket, digest)
where gone.bucket between 0 and 1023
  and c.bucket = gone.bucket and c.tenant_id = :tenant_id and c.digest = gone.digest;

-- name: insert_pool(tenant_id, program_id, pool, buckets, slices, digests, spelled)
-- Put codes into a pool; answers those that were not there yet.
insert into code_pool (bucket, tenant_id, program_id, pool, slice, digest, spelled)
select c.bucket, :tenant_id, :program_id, :pool, c.slice, c.digest, c.spelled
from unnest(:buckets::int[], :slices::smallint[], :digests::uuid[], :spelled::text[]) as c(bucket, slice, digest, spelled)
order by c.bucket, c.digest
on conflict do nothing
returning digest;

-- name: take_pool(tenant_id, bucket, program_id, pool, slice, redemption_id, page)
-- Hand out free codes of one slice of a pool; what others are taking is skipped.
with free as (
    select p.bucket, p.digest, p.spelled
    from code_pool p
    where p.bucket = :bucket and p.tenant_id = :tenant_id and p.program_id = :program_id and p.pool = :pool and p.slice = :slice
      and p.redemption_id is null
    order by p.digest
    limit :page
    for update skip locked
)
update code_pool p set redemption_id = :redemption_id, spelled = null
from free
where p.bucket = free.bucket and p.tenant_id = :tenant_id and p.program_id = :program_id and p.pool = :pool and p.digest = free.digest
returning free.spelled;

-- name: await_pool(tenant_id, bucket, program_id, pool, slice, redemption_id, page)
-- The same, waiting for whoever has a code in hand: they may let it go.
with free as (
    select p.bucket, p.digest, p.spelled
    from code_pool p
    where p.bucket = :bucket and p.tenant_id = :tenant_id and p.program_id = :program_id and p.pool = :pool and p.slice = :slice
      and p.redemption_id is null
    order by p.digest
    limit :page
    for update
)
update code_pool p set redemption_id = :redemption_id, spelled = null
from free
where p.bucket = free.bucket and p.tenant_id = :tenant_id and p.program_id = :program_id and p.pool = :pool and p.digest = free.digest
returning free.spelled;

-- name: free_codes(tenant_id, program_id, pool, buckets)
-- The free codes of a pool, as they are spelled: for an export.
select p.spelled from code_pool p
where p.bucket = any(:buckets::int[]) and p.tenant_id = :tenant_id and p.program_id = :program_id and p.pool = :pool and p.redemption_id is null
order by p.spelled;

-- name: withdraw_pool(tenant_id, program_id, pool, buckets, digests, nobody)
-- Take free codes out of a pool for good (null: all): they go to nobody, and their spelling is wiped.
update code_pool p set redemption_id = :nobody, spelled = null
where p.bucket = any(:buckets::int[]) and p.tenant_id = :tenant_id and p.program_id = :program_id and p.pool = :pool
  and p.redemption_id is null and (:digests::uuid[] is null or p.digest = any(:digests::uuid[]))
returning p.digest;

-- name: pool_size(tenant_id, program_id, pool, buckets)$
-- How many codes of a pool are free.
select count(*) from code_pool p
where p.bucket = any(:buckets::int[]) and p.tenant_id = :tenant_id and p.program_id = :program_id and p.pool = :pool and p.redemption_id is null;

-- name: insert_card(tenant_id, bucket, digest, program_id, spelled, ends, value_minor, last_day, at)^
-- A new gift card; no row when the number is taken.
insert into gift_cards (bucket, tenant_id, digest, program_id, spelled, ends, value_minor, balance_minor, last_day, issued_at)
values (:bucket, :tenant_id, :digest, :program_id, :spelled, :ends, :value_minor::bigint, :value_minor::bigint, :last_day, :at)
on conflict do nothing
returning digest;

-- name: insert_movement(tenant_id, bucket, digest, event_id, line, amount_minor, at)!
-- Append a movement of a gift card; the key refuses a second one of the same event.
insert into gift_card_movements (bucket, tenant_id, digest, event_id, line, amount_minor, occurred_at)
values (:bucket, :tenant_id, :digest, :event_id, :line, :amount_minor, :at);

-- name: cards_of(tenant_id, buckets, digests)
-- Gift cards by the digest of their number.
select g.digest, g.program_id, g.spelled, g.ends, g.value_minor, g.balance_minor, g.last_day, g.void
from unnest(:buckets::int[], :digests::uuid[]) as want(bucket, digest)
cross join lateral (select g.* from gift_cards g
    where g.bucket = want.bucket and g.digest = want.digest and g.tenant_id = :tenant_id offset 0) as g;

-- name: lock_card(tenant_id, bucket, digest)^
-- Lock one gift card.
select g.digest, g.program_id, g.spelled, g.ends, g.value_minor, g.balance_minor, g.last_day, g.void
from gift_cards g
where g.bucket = :bucket and g.tenant_id = :tenant_id and g.digest = :digest
for no key update;

-- name: change_balance(tenant_id, bucket, digest, more_minor)^
-- Change the balance of a locked gift card.
update gift_cards set balance_minor = balance_minor + :more_minor::bigint
where bucket = :bucket and tenant_id = :tenant_id and digest = :digest
returning digest, program_id, spelled, ends, value_minor, balance_minor, last_day, void;

-- name: void_cards(tenant_id, buckets, digests)!
-- Make gift cards worthless.
update gift_cards g set void = true, spelled = null
from unnest(:buckets::int[], :digests::uuid[]) as gone(bucket, digest)
where gone.bucket between 0 and 1023
  and g.bucket = gone.bucket and g.tenant_id = :tenant_id and g.digest = gone.digest;

-- name: add_donation(tenant_id, bucket, program_id, receiver, amount_minor)!
-- Add to what a receiver got from the givers of a bucket.
insert into donations as d (bucket, tenant_id, program_id, receiver, total_minor)
values (:bucket, :tenant_id, :program_id, :receiver, :amount_minor)
on conflict (bucket, tenant_id, program_id, receiver) do update set total_minor = d.total_minor + excluded.total_minor;

-- name: donations_of(tenant_id, program_id, first_bucket, last_bucket)
-- What every receiver got: a report over the whole programme.
select d.receiver, sum(d.total_minor)::bigint as total_minor
from donations d
where d.tenant_id = :tenant_id and d.bucket between :first_bucket and :last_bucket and d.program_id = :program_id
group by d.receiver
order by d.receiver;

-- name: wrong_cards(tenant_id, first_bucket, last_bucket)
-- C2: gift cards whose balance is not the sum of their movements.
select g.bucket, g.digest, g.balance_minor as stored, coalesce(sum(m.amount_minor), 0)::bigint as derived
from gift_cards g
left join gift_card_movements m on m.bucket = g.bucket and m.tenant_id = g.tenant_id and m.digest = g.digest
where g.tenant_id = :tenant_id and g.bucket between :first_bucket and :last_bucket
group by g.bucket, g.digest, g.balance_minor
having g.balance_minor <> coalesce(sum(m.amount_minor), 0)
order by g.bucket, g.digest
limit 10;
