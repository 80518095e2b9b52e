-- Statements about members.

-- name: tenant_span(tenant_id)^
-- The buckets in which new members of the tenant are placed.
select first_bucket, bucket_span from tenants where tenant_id = :tenant_id;

-- name: claim_references(tenant_id, buckets, keys, member_buckets, members)
-- Claim references; answers those that were free. In key order, so that racing claims wait and never deadlock.
insert into lookups (bucket, tenant_id, kind, key, member_bucket, member_id)
select c.bucket, :tenant_id, 'reference', c.key, c.member_bucket, c.member_id
from unnest(:buckets::int[], :keys::text[], :member_buckets::int[], :members::uuid[]) as c(bucket, key, member_bucket, member_id)
order by c.bucket, c.key
on conflict do nothing
returning key;

-- name: insert_members(tenant_id, buckets, members, program_id, refs, enrolled, segments)!
-- Enrol. Segments arrive as JSON arrays, one per member.
insert into members (bucket, tenant_id, member_id, program_id, reference, status, enrolled_at, segments)
select m.bucket, :tenant_id, m.member_id, :program_id, m.reference, 'active', m.enrolled_at,
       array(select jsonb_array_elements_text(m.segments))
from unnest(:buckets::int[], :members::uuid[], :refs::text[], :enrolled::timestamptz[], :segments::jsonb[])
     as m(bucket, member_id, reference, enrolled_at, segments);

-- name: insert_profiles(tenant_id, buckets, members, program_id, birthdates, birthdays, attributes)!
-- Personal data of those who were enrolled.
insert into member_profiles (bucket, tenant_id, member_id, program_id, birthdate, birthday, attributes)
select p.bucket, :tenant_id, p.member_id, :program_id, p.birthdate, p.birthday, p.attributes
from unnest(:buckets::int[], :members::uuid[], :birthdates::date[], :birthdays::smallint[], :attributes::jsonb[])
     as p(bucket, member_id, birthdate, birthday, attributes);

-- name: find_members(tenant_id, buckets, keys)
-- Members by reference, through the lookups.
select m.member_id, m.program_id, m.reference, m.status, m.enrolled_at, m.segments
from unnest(:buckets::int[], :keys::text[]) as want(bucket, key)
join lookups l on l.bucket = want.bucket and l.tenant_id = :tenant_id and l.kind = 'reference' and l.key = want.key
join members m on m.bucket = l.member_bucket and m.tenant_id = :tenant_id and m.member_id = l.member_id;

-- name: member_by_id(tenant_id, bucket, member_id)^
-- One member by id.
select m.member_id, m.program_id, m.reference, m.status, m.enrolled_at, m.segments
from members m
where m.bucket = :bucket and m.tenant_id = :tenant_id and m.member_id = :member_id;

-- name: profiles(tenant_id, buckets, members)
-- Personal data of members.
select p.member_id, p.birthdate, p.attributes
from unnest(:buckets::int[], :members::uuid[]) as want(bucket, member_id)
join member_profiles p on p.bucket = want.bucket and p.tenant_id = :tenant_id and p.member_id = want.member_id;

-- name: update_member(tenant_id, bucket, member_id, segments)!
-- Set a member's segments.
update members m set segments = :segments::text[]
where m.bucket = :bucket and m.tenant_id = :tenant_id and m.member_id = :member_id;

-- name: update_profile(tenant_id, bucket, member_id, birthdate, birthday, attributes)!
-- Set birth date and attributes where given.
update member_profiles p
set birthdate = coalesce(:birthdate::date, p.birthdate),
    birthday = coalesce(:birthday::smallint, p.birthday),
    attributes = coalesce(:attributes::jsonb, p.attributes)
where p.bucket = :bucket and p.tenant_id = :tenant_id and p.member_id = :member_id;

-- name: born_on(tenant_id, program_id, birthdays, first_bucket, last_bucket)
-- Active members with one of the birthdays (month * 100 + day).
select m.member_id, m.program_id, m.reference, m.status, m.enrolled_at, m.segments, p.birthday
from member_profiles p
join members m on m.bucket = p.bucket and m.tenant_id = :tenant_id and m.member_id = p.member_id
where p.tenant_id = :tenant_id and p.program_id = :program_id and p.birthday = any(:birthdays::smallint[])
  and p.bucket between :first_bucket and :last_bucket and m.bucket between :first_bucket and :last_bucket
  and m.status = 'active';

-- name: joined_between(tenant_id, program_id, first_bucket, last_bucket, starts, ends)
-- Active members whose enrolment falls into one of the half-open spans of time.
select m.member_id, m.program_id, m.reference, m.status, m.enrolled_at, m.segments
from members m
join unnest(:starts::timestamptz[], :ends::timestamptz[]) as span(starts, ends) on m.enrolled_at >= span.starts and m.enrolled_at < span.ends
where m.tenant_id = :tenant_id and m.program_id = :program_id and m.bucket between :first_bucket and :last_bucket
  and m.status = 'active';

-- name: count_members(tenant_id, program_id)$
-- How many members a programme has.
select count(*) from members m where m.tenant_id = :tenant_id and m.program_id = :program_id;

-- name: orphans(tenant_id, first_bucket, last_bucket)
-- M1: members whose reference does not lead back to them.
select m.bucket, m.member_id, m.reference
from members m
where m.tenant_id = :tenant_id and m.bucket between :first_bucket and :last_bucket
  and not exists (select from lookups l
                  where l.tenant_id = :tenant_id and l.kind = 'reference' and l.key = m.program_id || ':' || m.reference
                    and l.member_id = m.member_id)
limit 10;

-- name: lost_references(tenant_id, first_bucket, last_bucket)
-- M1: references that lead to no member.
select l.bucket, l.member_id, l.key
from lookups l
left join members m on m.bucket = l.member_bucket and m.tenant_id = :tenant_id and m.member_id = l.member_id
where l.tenant_id = :tenant_id and l.kind = 'reference' and l.bucket between :first_bucket and :last_bucket and m.member_id is null
order by l.bucket, l.key
limit 10;
