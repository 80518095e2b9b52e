-- Statements of the tiers room: counts by day, waiting points, states, changes.

-- name: states(tenant_id, buckets, owners)
-- The tiers of members.
select s.owner_id, s.version, s.joined_at, s.tier, s.since, s.seen_on, s.earned, s.held_until, s.grace_until, s.grace_to, s.assigned,
       s.assigned_until, s.is_fixed, s.warned_of, s.entered, s.due_day
from unnest(:buckets::int[], :owners::uuid[]) as want(bucket, owner_id)
cross join lateral (select s.* from tier_states s
    where s.bucket = want.bucket and s.tenant_id = :tenant_id and s.owner_id = want.owner_id offset 0) as s;

-- name: counts(tenant_id, buckets, owners, first_days)
-- What members counted from a day on, each their own, and the sum of all days (under -infinity).
select c.owner_id, c.day, c.points, c.spend_minor, c.visits
from unnest(:buckets::int[], :owners::uuid[], :first_days::date[]) as want(bucket, owner_id, first_day)
cross join lateral (select c.* from tier_counts c
    where c.bucket = want.bucket and c.tenant_id = :tenant_id and c.owner_id = want.owner_id
      and (c.day >= want.first_day or c.day = '-infinity') offset 0) as c;

-- name: waiting(tenant_id, buckets, owners)
-- Points of members that will count later.
select w.owner_id, w.event_id, w.day, w.opens_on, w.points
from unnest(:buckets::int[], :owners::uuid[]) as want(bucket, owner_id)
cross join lateral (select w.* from tier_waiting w
    where w.bucket = want.bucket and w.tenant_id = :tenant_id and w.owner_id = want.owner_id and w.points > 0 offset 0) as w;

-- name: changes_after(tenant_id, buckets, owners, instants)
-- The changes of members after an instant, each their own, oldest first: what was before the first of them held at the instant.
select c.owner_id, c.at, c.was
from unnest(:buckets::int[], :owners::uuid[], :instants::timestamptz[]) as want(bucket, owner_id, instant)
cross join lateral (select c.* from tier_changes c
    where c.bucket = want.bucket and c.tenant_id = :tenant_id and c.owner_id = want.owner_id and c.at > want.instant offset 0) as c
order by c.owner_id, c.at, c.change_id;

-- name: add_counts(tenant_id, buckets, owners, days, points, spend, visits)!
-- Count, or count back.
insert into tier_counts as c (bucket, tenant_id, owner_id, day, points, spend_minor, visits)
select a.bucket, :tenant_id, a.owner_id, a.day, a.points, a.spend_minor, a.visits
from unnest(:buckets::int[], :owners::uuid[], :days::date[], :points::bigint[], :spend::bigint[], :visits::bigint[])
     as a(bucket, owner_id, day, points, spend_minor, visits)
on conflict (bucket, tenant_id, owner_id, day)
do update set points = c.points + excluded.points, spend_minor = c.spend_minor + excluded.spend_minor, visits = c.visits + excluded.visits;

-- name: put_off(tenant_id, buckets, owners, events, days, opens, points)!
-- Points that will count later, or fewer of them.
insert into tier_waiting as w (bucket, tenant_id, owner_id, event_id, day, opens_on, points)
select p.bucket, :tenant_id, p.owner_id, p.event_id, p.day, p.opens_on, p.points
from unnest(:buckets::int[], :owners::uuid[], :events::uuid[], :days::date[], :opens::date[], :points::bigint[])
     as p(bucket, owner_id, event_id, day, opens_on, points)
on conflict (bucket, tenant_id, owner_id, event_id) do update set points = excluded.points;

-- name: end_waiting(tenant_id, buckets, owners, events)!
-- These wait no longer.
update tier_waiting w set points = 0
from unnest(:buckets::int[], :owners::uuid[], :events::uuid[]) as gone(bucket, owner_id, event_id)
where gone.bucket between 0 and 1023
  and w.bucket = gone.bucket and w.tenant_id = :tenant_id and w.owner_id = gone.owner_id and w.event_id = gone.event_id;

-- name: put_states(tenant_id, buckets, owners, programs, versions, joined, tiers, since, seen, earned, held, graces, grace_tos, assigned, assigned_untils, fixed, warned, entered, dues)!
-- The tiers of members as they are now. `entered` is a list of tiers as text, with commas.
insert into tier_states as s (bucket, tenant_id, owner_id, program_id, version, joined_at, tier, since, seen_on, earned, held_until, grace_until,
                              grace_to, assigned, assigned_until, is_fixed, warned_of, entered, due_day)
select n.bucket, :tenant_id, n.owner_id, n.program_id, n.version, n.joined_at, n.tier, n.since, n.seen_on, n.earned, n.held_until, n.grace_until,
       n.grace_to, n.assigned, n.assigned_until, n.is_fixed, n.warned_of, string_to_array(n.entered, ','), n.due_day
from unnest(:buckets::int[], :owners::uuid[], :programs::int[], :versions::int[], :joined::timestamptz[], :tiers::text[], :since::timestamptz[],
            :seen::date[], :earned::text[], :held::date[], :graces::date[], :grace_tos::text[], :assigned::text[], :assigned_untils::date[],
            :fixed::boolean[], :warned::date[], :entered::text[], :dues::date[])
     as n(bucket, owner_id, program_id, version, joined_at, tier, since, seen_on, earned, held_until, grace_until, grace_to, assigned,
          assigned_until, is_fixed, warned_of, entered, due_day)
on conflict (bucket, tenant_id, owner_id)
do update set version = excluded.version, tier = excluded.tier, since = excluded.since, seen_on = excluded.seen_on, earned = excluded.earned,
              held_until = excluded.held_until, grace_until = excluded.grace_until, grace_to = excluded.grace_to, assigned = excluded.assigned,
              assigned_until = excluded.assigned_until, is_fixed = excluded.is_fixed, warned_of = excluded.warned_of, entered = excluded.entered,
              due_day = excluded.due_day;

-- name: update_states(tenant_id, buckets, owners, versions, tiers, since, seen, earned, held, graces, grace_tos, assigned, assigned_untils, fixed, warned, entered, dues)!
-- The same for members who have a tier already.
update tier_states s
set version = n.version, tier = n.tier, since = n.since, seen_on = n.seen_on, earned = n.earned, held_until = n.held_until,
    grace_until = n.grace_until, grace_to = n.grace_to, assigned = n.assigned, assigned_until = n.assigned_until, is_fixed = n.is_fixed,
    warned_of = n.warned_of, entered = string_to_array(n.entered, ','), due_day = n.due_day
from unnest(:buckets::int[], :owners::uuid[], :versions::int[], :tiers::text[], :since::timestamptz[], :seen::date[], :earned::text[],
            :held::date[], :graces::date[], :grace_tos::text[], :assigned::text[], :assigned_untils::date[], :fixed::boolean[], :warned::date[],
            :entered::text[], :dues::date[])
     as n(bucket, owner_id, version, tier, since, seen_on, earned, held_until, grace_until, grace_to, assigned, assigned_until, is_fixed,
          warned_of, entered, due_day)
where n.bucket between 0 and 1023
  and s.bucket = n.bucket and s.tenant_id = :tenant_id and s.owner_id = n.owner_id;

-- name: insert_changes(tenant_id, buckets, owners, changes, programs, versions, instants, was, becomes, reasons, figures, events)!
-- Append changes.
insert into tier_changes (bucket, tenant_id, owner_id, change_id, program_id, version, at, was, becomes, because, figures, event_id)
select c.bucket, :tenant_id, c.owner_id, c.change_id, c.program_id, c.version, c.at, c.was, c.becomes, c.because, c.figures, c.event_id
from unnest(:buckets::int[], :owners::uuid[], :changes::uuid[], :programs::int[], :versions::int[], :instants::timestamptz[], :was::text[],
            :becomes::text[], :reasons::text[], :figures::jsonb[], :events::uuid[])
     as c(bucket, owner_id, change_id, program_id, version, at, was, becomes, because, figures, event_id);

-- name: due_members(tenant_id, program_id, buckets, day, version, after_bucket, after_owner, page)
-- Members somebody has to look at by a day, or whose tier was worked out by an older version, in the order of locks.
select due.bucket, due.owner_id
from unnest(:buckets::int[]) as want(bucket)
cross join lateral (
    (select s.bucket, s.owner_id
     from tier_states s
     where s.bucket = want.bucket and s.tenant_id = :tenant_id and s.program_id = :program_id and s.due_day <= :day::date
       and (s.bucket > :after_bucket or (s.bucket = :after_bucket and s.owner_id > :after_owner::uuid))
     order by s.owner_id
     limit :page)
    union
    (select s.bucket, s.owner_id
     from tier_states s
     where s.bucket = want.bucket and s.tenant_id = :tenant_id and s.program_id = :program_id and s.version < :version
       and (s.bucket > :after_bucket or (s.bucket = :after_bucket and s.owner_id > :after_owner::uuid))
     order by s.owner_id
     limit :page)
) as due
order by due.bucket, due.owner_id
limit :page;

-- name: next_due(tenant_id, program_id, buckets)$
-- The first day on which somebody has to look at anybody. One look into the index of due days per bucket.
select min(first.due_day)
from unnest(:buckets::int[]) as want(bucket)
cross join lateral (
    select s.due_day
    from tier_states s
    where s.bucket = want.bucket and s.tenant_id = :tenant_id and s.program_id = :program_id and s.due_day is not null
    order by s.due_day
    limit 1
) as first;

-- name: changes_of(tenant_id, bucket, owner_id, page)
-- A member's changes, newest first.
select c.at, c.was, c.becomes, c.because, c.figures, c.event_id
from tier_changes c
where c.bucket = :bucket and c.tenant_id = :tenant_id and c.owner_id = :owner_id
order by c.at desc, c.change_id desc
limit :page;

-- name: wrong_lifetimes(tenant_id, first_bucket, last_bucket)
-- T1: members whose sum of all days is not the sum of their days.
select s.bucket, s.owner_id, s.stored, s.derived
from (
    select c.bucket, c.owner_id,
           coalesce(max(concat_ws('/', c.points, c.spend_minor, c.visits)) filter (where c.day = '-infinity'), 'nothing') as stored,
           concat_ws('/', coalesce(sum(c.points) filter (where c.day > '-infinity'), 0),
                     coalesce(sum(c.spend_minor) filter (where c.day > '-infinity'), 0),
                     coalesce(sum(c.visits) filter (where c.day > '-infinity'), 0)) as derived
    from tier_counts c
    where c.tenant_id = :tenant_id and c.bucket between :first_bucket and :last_bucket
    group by c.bucket, c.owner_id
) as s
where s.stored <> s.derived
order by s.bucket, s.owner_id
limit 10;

-- name: unexplained_tiers(tenant_id, first_bucket, last_bucket)
-- T2: members whose tier is not what their last change made of it, or who changed without having a tier.
select c.bucket, c.owner_id, coalesce(s.tier, 'none') as stored, coalesce(c.becomes, 'none') as derived
from (
    select distinct on (h.bucket, h.owner_id) h.bucket, h.owner_id, h.becomes, h.at
    from tier_changes h
    where h.tenant_id = :tenant_id and h.bucket between :first_bucket and :last_bucket
    order by h.bucket, h.owner_id, h.at desc, h.change_id desc
) as c
left join tier_states s on s.bucket = c.bucket and s.tenant_id = :tenant_id and s.owner_id = c.owner_id
where s.tier is distinct from c.becomes or s.since is distinct from c.at
order by c.bucket, c.owner_id
limit 10;
