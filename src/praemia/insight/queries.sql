-- Statements of insight: it reads what the rooms below wrote, and keeps sums and counts of its own.

-- name: tenant_span(tenant_id)^
-- The buckets in which the tenant's members lie.
select t.first_bucket, t.bucket_span from tenants t where t.tenant_id = :tenant_id;

-- name: oldest_transaction()$
-- When the oldest open transaction of others began; null when there is none.
select proof_oldest_transaction();

-- name: open_fold(tenant_id, cut)!
-- Begin to carry sums: nothing is in them yet.
insert into insight_folds (tenant_id, cut) values (:tenant_id, :cut) on conflict do nothing;

-- name: lock_fold(tenant_id)$
-- How far the sums have come; who carries them on holds the row.
select f.cut from insight_folds f where f.tenant_id = :tenant_id for update;

-- name: cut_of(tenant_id)$
-- How far the sums have come.
select f.cut from insight_folds f where f.tenant_id = :tenant_id;

-- name: fold(tenant_id, first_event, end_event, programs, zones)!
-- Add what arrived between two instants (as ids spell them) to the sums of its days and to the sum of all of them.
insert into insight_days (tenant_id, program_id, day, unit, kind, transfers, amount)
select :tenant_id, t.program_id, d.day, t.unit, t.kind, count(*), sum(t.amount)
from transfers t
join unnest(:programs::int[], :zones::text[]) as z(program_id, zone) on z.program_id = t.program_id
cross join lateral (values ((t.occurred_at at time zone z.zone)::date), ('-infinity'::date)) as d(day)
where t.tenant_id = :tenant_id and t.event_id >= :first_event::uuid and t.event_id < :end_event::uuid
group by t.program_id, d.day, t.unit, t.kind
order by t.program_id, d.day, t.unit, t.kind
on conflict (tenant_id, program_id, day, unit, kind)
do update set transfers = insight_days.transfers + excluded.transfers, amount = insight_days.amount + excluded.amount;

-- name: move_cut(tenant_id, cut)!
-- The sums have come that far.
update insight_folds f set cut = :cut where f.tenant_id = :tenant_id;

-- name: flows(tenant_id, program_id, since, zone, first_event, end_event)
-- Transfers by day, unit and kind from a day on, and the sum of all days: what is in the sums, and what arrived since. Both ends of the arrival
-- are said, and no bucket: with one end, or with a range of buckets, a plan made for any values would read the whole table.
select f.day, f.unit, f.kind, sum(f.transfers)::bigint as transfers, sum(f.amount)::bigint as amount
from (
    select i.day, i.unit, i.kind, i.transfers, i.amount
    from insight_days i
    where i.tenant_id = :tenant_id and i.program_id = :program_id and (i.day >= :since::date or i.day = '-infinity')
    union all
    select d.day, t.unit, t.kind, count(*), sum(t.amount)
    from transfers t
    cross join lateral (values ((t.occurred_at at time zone :zone)::date), ('-infinity'::date)) as d(day)
    where t.tenant_id = :tenant_id and t.event_id >= :first_event::uuid and t.event_id < :end_event::uuid
      and t.program_id = :program_id and (d.day >= :since::date or d.day = '-infinity')
    group by d.day, t.unit, t.kind
) as f
group by f.day, f.unit, f.kind
order by f.day, f.unit, f.kind;

-- name: census(tenant_id, program_id)^
-- The newest count.
select c.taken_at, c.cost_ms, c.figures from insight_censuses c where c.tenant_id = :tenant_id and c.program_id = :program_id;

-- name: write_census(tenant_id, program_id, taken_at, cost_ms, figures)!
-- Keep a count in place of the one before.
insert into insight_censuses (tenant_id, program_id, taken_at, cost_ms, figures)
values (:tenant_id, :program_id, :taken_at, :cost_ms, :figures)
on conflict (tenant_id, program_id)
do update set taken_at = excluded.taken_at, cost_ms = excluded.cost_ms, figures = excluded.figures;

-- name: count_members(tenant_id, program_id, first_bucket, last_bucket, since)^
-- Members who are there, those who left, and those who joined since an instant.
select count(*) filter (where m.status = 'active') as members,
       count(*) filter (where m.status <> 'active' and m.successor_id is null) as closed,
       count(*) filter (where m.status = 'active' and m.enrolled_at > :since::timestamptz) as joined
from members m
where m.tenant_id = :tenant_id and m.bucket between :first_bucket and :last_bucket and m.program_id = :program_id;

-- name: count_active(tenant_id, program_id, first_bucket, last_bucket, since, received_since, silent)$
-- How many members did something since an instant. `silent` are kinds of events that happen by themselves or by staff.
select count(distinct e.member_id)
from events e
where e.tenant_id = :tenant_id and e.bucket between :first_bucket and :last_bucket and e.program_id = :program_id
  and e.received_at > :received_since::timestamptz and e.occurred_at > :since::timestamptz
  and e.member_id is not null and e.kind <> all(:silent::text[]);

-- name: count_tiers(tenant_id, program_id, first_bucket, last_bucket)
-- How many members hold which tier; who has no row is at the bottom.
select coalesce(s.tier, '') as tier, count(*) as members
from members m
left join tier_states s on s.bucket = m.bucket and s.tenant_id = m.tenant_id and s.owner_id = m.member_id
where m.tenant_id = :tenant_id and m.bucket between :first_bucket and :last_bucket and m.program_id = :program_id and m.status = 'active'
group by 1
order by 1;

-- name: count_expiring(tenant_id, program_id, first_bucket, last_bucket, today, last_day)
-- What expires from today to a last day unless it is used, by unit. Only accounts on which something is due by then are looked at.
select l.unit, sum(l.remaining)::bigint as amount
from accounts a
join lots l on l.bucket = a.bucket and l.tenant_id = a.tenant_id and l.owner_id = a.owner_id and l.unit = a.unit and l.event_id >= a.lots_from
where a.tenant_id = :tenant_id and a.bucket between :first_bucket and :last_bucket and a.program_id = :program_id
  and a.due_day <= :last_day::date + 1
  and l.remaining > 0 and not l.pending and l.last_day between :today::date and :last_day::date
group by l.unit
order by l.unit;

-- name: latest(tenant_id, program_id, first_bucket, last_bucket, received_since, silent, page)
-- What happened last, as it arrived: the newest of every bucket, of these the newest, with what each moved for its member.
select e.event_id, e.kind, e.occurred_at, e.member_id, m.reference, e.inputs ->> 'location' as location, moved.units, moved.amounts
from (
    select x.bucket, x.event_id, x.kind, x.occurred_at, x.member_id, x.inputs
    from generate_series(:first_bucket::int, :last_bucket::int) as b(bucket)
    cross join lateral (
        select y.bucket, y.event_id, y.kind, y.occurred_at, y.member_id, y.inputs
        from events y
        where y.bucket = b.bucket and y.tenant_id = :tenant_id and y.received_at > :received_since::timestamptz
          and y.program_id = :program_id and y.kind <> all(:silent::text[])
        order by y.event_id desc
        limit :page
    ) as x
    order by x.event_id desc
    limit :page
) as e
left join members m on m.bucket = e.bucket and m.tenant_id = :tenant_id and m.member_id = e.member_id
cross join lateral (
    select array_agg(s.unit order by s.unit) as units, array_agg(s.amount order by s.unit) as amounts
    from (
        select t.unit, sum(case when c.to_role in ('available', 'pending', 'held') then t.amount else 0 end
                         - case when c.from_role in ('available', 'pending', 'held') then t.amount else 0 end)::bigint as amount
        from transfers t
        join chart c on c.kind = t.kind
        where t.bucket = e.bucket and t.tenant_id = :tenant_id and t.owner_id = e.member_id and t.event_id = e.event_id
        group by t.unit
    ) as s
) as moved
order by e.event_id desc;

-- name: members_page(tenant_id, program_id, first_bucket, last_bucket, before, page)
-- A page of the programme's members, the last to come first, before one: the newest of every bucket, of these the newest.
select m.member_id
from generate_series(:first_bucket::int, :last_bucket::int) as b(bucket)
cross join lateral (
    select x.member_id
    from members x
    where x.bucket = b.bucket and x.tenant_id = :tenant_id and x.program_id = :program_id
      and (:before::uuid is null or x.member_id < :before)
    order by x.member_id desc
    limit :page
) as m
order by m.member_id desc
limit :page;

-- name: names_like(tenant_id, kinds, prefix, prefix_end, beginning, page)
-- Whom references or card numbers that begin like this lead to: two looks into every bucket of names.
select l.member_id, l.kind, l.key
from generate_series(0, 1023) as b(bucket)
cross join unnest(:kinds::text[]) as k(kind)
cross join lateral (
    select x.member_id, x.kind, x.key
    from lookups x
    where x.bucket = b.bucket and x.tenant_id = :tenant_id and x.kind = k.kind and x.key >= :prefix and x.key < :prefix_end
    order by x.key
    limit :page
) as l
where starts_with(l.key, :beginning)
order by length(l.key), l.key
limit :page;

-- name: members_shown(tenant_id, buckets, members, unit)
-- What a list says of members: the tier and the balance as they were last written.
select m.member_id, m.program_id, m.reference, m.status, m.enrolled_at, m.successor_id, s.tier, a.available, a.pending
from unnest(:buckets::int[], :members::uuid[]) as want(bucket, member_id)
cross join lateral (select m.* from members m
    where m.bucket = want.bucket and m.tenant_id = :tenant_id and m.member_id = want.member_id offset 0) as m
left join tier_states s on s.bucket = m.bucket and s.tenant_id = :tenant_id and s.owner_id = m.member_id
left join accounts a on a.bucket = m.bucket and a.tenant_id = :tenant_id and a.owner_id = m.member_id and a.unit = :unit;

-- name: holdings(tenant_id, program_id, buckets, keys)
-- What stands in the accounts of members, found by the keys of their references: a row for each unit of the programme, its units in order, zeros
-- where there is no account. Who became part of another member is absent.
select want.key, u.code, u.decimals, coalesce(a.available, 0) as available, coalesce(a.pending, 0) as pending, coalesce(a.held, 0) as held,
       coalesce(a.lifetime, 0) as lifetime, a.due_day, p.clock
from programs p
cross join unnest(:buckets::int[], :keys::text[]) as want(bucket, key)
cross join lateral (select l.* from lookups l
    where l.bucket = want.bucket and l.tenant_id = :tenant_id and l.kind = 'reference' and l.key = want.key offset 0) as l
cross join lateral (select m.* from members m
    where m.bucket = l.member_bucket and m.tenant_id = :tenant_id and m.member_id = l.member_id and m.successor_id is null offset 0) as m
cross join unit_types u
left join lateral (select a.* from accounts a
    where a.bucket = l.member_bucket and a.tenant_id = :tenant_id and a.owner_id = m.member_id and a.unit = u.unit offset 0) as a on true
where p.tenant_id = :tenant_id and p.program_id = :program_id and u.tenant_id = p.tenant_id and u.program_id = p.program_id
order by u.unit;

-- name: merges_of(tenant_id, bucket, member_id)
-- Memberships that are part of a member's now, the last merge first.
select g.merge_id, g.drop_id, g.merged_at
from merges g
where g.bucket = :bucket and g.tenant_id = :tenant_id and g.keep_id = :member_id and g.undone_by is null
order by g.merge_id desc;

-- name: audit_page(tenant_id, program_id, before, action, actor, subject, page)
-- A page of the audit log of a programme and of what concerns all of them, newest first; of deeds that begin like, actors, subjects.
select a.number, a.at, a.actor, a.origin, a.action, a.subject, a.program_id, a.details, a.hash
from audit a
where a.tenant_id = :tenant_id and (a.program_id = :program_id or a.program_id is null)
  and (:before::bigint is null or a.number < :before)
  and (:action::text is null or starts_with(a.action, :action)) and (:actor::text is null or a.actor = :actor)
  and (:subject::text is null or a.subject = :subject)
order by a.number desc
limit :page;

-- name: ask_examination(tenant_id, parts, asked_by, asked_at)!
-- Note that parts are to be examined; what was found before stands until then.
insert into insight_examinations (tenant_id, part, asked_by, asked_at)
select :tenant_id, p.part, :asked_by, :asked_at
from unnest(:parts::int[]) as p(part)
order by p.part
on conflict (tenant_id, part) do update set asked_by = excluded.asked_by, asked_at = excluded.asked_at;

-- name: write_examination(tenant_id, part, examined_at, transfers, waiting, findings)!
-- What an examination found.
update insight_examinations x
set examined_at = :examined_at, transfers = :transfers, waiting = :waiting, findings = :findings
where x.tenant_id = :tenant_id and x.part = :part;

-- name: examinations(tenant_id)
-- The newest examination of every part.
select x.part, x.asked_by, x.asked_at, x.examined_at, x.transfers, x.waiting, x.findings
from insight_examinations x
where x.tenant_id = :tenant_id
order by x.part;
