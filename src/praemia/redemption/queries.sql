-- Statements of the redemption journey.

-- name: insert_redemptions(tenant_id, redemptions)!
-- New redemptions, each named by its event.
insert into redemptions (bucket, tenant_id, redemption_id, program_id, member_id, reward, version, state, times, unit, quanta, cash_minor,
                         terms, items, codes, cards, deadline, made_at, changed_at)
select r.bucket, :tenant_id, r.redemption_id, r.program_id, r.member_id, r.reward, r.version, r.state, r.times, r.unit, r.quanta, r.cash_minor,
       r.terms, r.items, r.codes, r.cards, r.deadline, r.made_at, r.made_at
from unnest(:redemptions::redemption_row[]) as r;

-- name: find_redemptions(tenant_id, redemptions)
-- Redemptions as they stand.
select r.redemption_id, r.program_id, r.member_id, r.reward, r.version, r.state, r.times, r.unit, r.quanta, r.cash_minor, r.terms,
       r.items, r.codes, r.cards, r.step, r.deadline, r.made_at, r.changed_at
from unnest(:redemptions::place[]) as want
cross join lateral (select r.* from redemptions r
    where r.bucket = want.bucket and r.tenant_id = :tenant_id and r.redemption_id = want.id offset 0) as r;

-- name: who_redeemed(tenant_id, redemptions)
-- What never changes about redemptions: the programme, and who redeemed.
select r.redemption_id, r.program_id, r.member_id
from unnest(:redemptions::place[]) as want
cross join lateral (select r.* from redemptions r
    where r.bucket = want.bucket and r.tenant_id = :tenant_id and r.redemption_id = want.id offset 0) as r;

-- name: lock_redemptions(tenant_id, redemptions)
-- Redemptions, locked until their acts are written, in the order given (one for everybody); one by one, as accounts are.
select r.redemption_id, r.program_id, r.member_id, r.reward, r.version, r.state, r.times, r.unit, r.quanta, r.cash_minor, r.terms,
       r.items, r.codes, r.cards, r.step, r.deadline, r.made_at, r.changed_at
from unnest(:redemptions::place[]) as want
cross join lateral (
    select r.redemption_id, r.program_id, r.member_id, r.reward, r.version, r.state, r.times, r.unit, r.quanta, r.cash_minor, r.terms,
           r.items, r.codes, r.cards, r.step, r.deadline, r.made_at, r.changed_at
    from redemptions r
    where r.bucket = want.bucket and r.tenant_id = :tenant_id and r.redemption_id = want.id
    for no key update
) as r;

-- name: write_redemptions(tenant_id, acts)!
-- Write what acts changed about locked redemptions.
update redemptions r
set state = n.state, step = n.step, codes = n.codes, cards = n.cards, deadline = n.deadline, changed_at = n.changed_at
from unnest(:acts::redemption_act_row[]) as n
where n.bucket between 0 and 1023
  and r.bucket = n.bucket and r.tenant_id = :tenant_id and r.redemption_id = n.redemption_id;

-- name: redemptions_of(tenant_id, bucket, member_id, before, page)
-- A page of a member's redemptions, newest first.
select r.redemption_id, r.program_id, r.member_id, r.reward, r.version, r.state, r.times, r.unit, r.quanta, r.cash_minor, r.terms,
       r.items, r.codes, r.cards, r.step, r.deadline, r.made_at, r.changed_at
from redemptions r
where r.bucket = :bucket and r.tenant_id = :tenant_id and r.member_id = :member_id
  and (:before::uuid is null or r.redemption_id < :before::uuid)
order by r.redemption_id desc
limit :page;

-- name: lapsed(tenant_id, program_id, first_bucket, last_bucket, at, page)
-- Holds whose deadline has come, in the order of locks.
select r.redemption_id
from redemptions r
where r.tenant_id = :tenant_id and r.bucket between :first_bucket and :last_bucket and r.program_id = :program_id
  and r.state = 'held' and r.deadline <= :at
order by r.bucket, r.member_id, r.redemption_id
limit :page;

-- name: wrong_holds(tenant_id, first_bucket, last_bucket)
-- R1: accounts that hold other quanta than the held redemptions of their owner; where something else holds points too (an order that
-- is reserved), only those that hold fewer.
with set_aside as (
    select r.bucket, r.member_id as owner_id, r.unit, sum(r.quanta)::bigint as quanta
    from redemptions r
    where r.tenant_id = :tenant_id and r.bucket between :first_bucket and :last_bucket and r.state = 'held'
    group by r.bucket, r.member_id, r.unit
), held as (
    select a.bucket, a.owner_id, a.unit, a.held
    from accounts a
    where a.tenant_id = :tenant_id and a.bucket between :first_bucket and :last_bucket
)
select bucket, owner_id, unit, coalesce(h.held, 0) as stored, coalesce(s.quanta, 0) as derived
from held h
full join set_aside s using (bucket, owner_id, unit)
where coalesce(h.held, 0) < coalesce(s.quanta, 0)
   or (h.held > coalesce(s.quanta, 0) and not exists (
        select from transfers t
        where t.bucket = h.bucket and t.tenant_id = :tenant_id and t.owner_id = h.owner_id and t.unit = h.unit and t.kind = 'hold'
          and not exists (select from redemptions r where r.bucket = t.bucket and r.tenant_id = :tenant_id and r.redemption_id = t.event_id)))
order by bucket, owner_id, unit
limit 10;

-- name: wrong_stock(tenant_id, first_bucket, last_bucket)
-- R2: items of which another number is gone than redemptions that stand took. Slices lie in buckets of their own: one pass over all.
with gone as (
    select s.program_id, s.item, sum(s.placed - s.remaining)::bigint as amount
    from stock s
    where s.tenant_id = :tenant_id and s.bucket between :first_bucket and :last_bucket
    group by s.program_id, s.item
), taken as (
    select r.program_id, i.item, sum(r.times)::bigint as amount
    from redemptions r cross join lateral unnest(r.items) as i(item)
    where r.tenant_id = :tenant_id and r.bucket between :first_bucket and :last_bucket and r.state in ('held', 'given', 'used')
    group by r.program_id, i.item
)
select program_id, item, coalesce(g.amount, 0) as stored, coalesce(t.amount, 0) as derived
from gone g
full join taken t using (program_id, item)
where coalesce(g.amount, 0) <> coalesce(t.amount, 0)
order by program_id, item
limit 10;
