-- Statements about members.

-- name: tenant_span(tenant_id)^
-- The buckets in which new members of the tenant are placed.
select first_bucket, bucket_span from tenants where tenant_id = :tenant_id;

-- name: claim_references(tenant_id, buckets, keys, member_buckets, members)
-- Claim references; answers those that were free, as a card's number too. In key order, so that racing claims wait and never deadlock.
insert into lookups (bucket, tenant_id, kind, key, member_bucket, member_id)
select c.bucket, :tenant_id, 'reference', c.key, c.member_bucket, c.member_id
from unnest(:buckets::int[], :keys::text[], :member_buckets::int[], :members::uuid[]) as c(bucket, key, member_bucket, member_id)
where not exists (select from lookups card where card.bucket = c.bucket and card.tenant_id = :tenant_id and card.kind = 'card' and card.key = c.key)
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

-- name: find_members(tenant_id, keys)
-- Members by reference, through the lookups.
select m.member_id, m.program_id, m.reference, m.status, m.enrolled_at, m.segments, m.successor_id
from unnest(:keys::key_place[]) as want
cross join lateral (select l.* from lookups l
    where l.bucket = want.bucket and l.tenant_id = :tenant_id and l.kind = 'reference' and l.key = want.key offset 0) as l
cross join lateral (select m.* from members m
    where m.bucket = l.member_bucket and m.tenant_id = :tenant_id and m.member_id = l.member_id offset 0) as m;

-- name: members_by_id(tenant_id, members)
-- Members by id.
select m.member_id, m.program_id, m.reference, m.status, m.enrolled_at, m.segments, m.successor_id
from unnest(:members::place[]) as want
cross join lateral (select m.* from members m
    where m.bucket = want.bucket and m.tenant_id = :tenant_id and m.member_id = want.id offset 0) as m;

-- name: name_successor(tenant_id, bucket, member_id, successor_id, status)!
-- Note who took over a membership, and whether it goes on.
update members m set successor_id = :successor_id::uuid, status = :status
where m.bucket = :bucket and m.tenant_id = :tenant_id and m.member_id = :member_id;

-- name: successions(tenant_id, first_bucket, last_bucket)
-- Members whom another took over.
select m.member_id, m.successor_id
from members m
where m.tenant_id = :tenant_id and m.bucket between :first_bucket and :last_bucket and m.successor_id is not null
order by m.bucket, m.member_id;

-- name: find_cards(tenant_id, buckets, keys)
-- Cards by number, through the lookups.
select c.number, c.member_id, c.carrier, c.condition, c.reason, c.issued_at, c.changed_at, c.replaced_by
from unnest(:buckets::int[], :keys::text[]) as want(bucket, key)
cross join lateral (select l.* from lookups l
    where l.bucket = want.bucket and l.tenant_id = :tenant_id and l.kind = 'card' and l.key = want.key offset 0) as l
cross join lateral (select c.* from cards c
    where c.bucket = l.member_bucket and c.tenant_id = :tenant_id and c.member_id = l.member_id
      and c.number = substr(want.key, strpos(want.key, ':') + 1) offset 0) as c;

-- name: claim_card(tenant_id, bucket, key, member_bucket, member_id)$
-- Claim a card's number, unless it is a card or a reference already.
insert into lookups (bucket, tenant_id, kind, key, member_bucket, member_id)
select :bucket::int, :tenant_id, 'card', :key::text, :member_bucket::int, :member_id::uuid
where not exists (select from lookups l where l.bucket = :bucket and l.tenant_id = :tenant_id and l.kind = 'reference' and l.key = :key)
on conflict do nothing
returning key;

-- name: insert_card(tenant_id, bucket, member_id, number, program_id, carrier, condition, issued_at)!
-- A new card; its number is claimed.
insert into cards (bucket, tenant_id, member_id, number, program_id, carrier, condition, issued_at, changed_at)
values (:bucket, :tenant_id, :member_id, :number, :program_id, :carrier, :condition, :issued_at, :issued_at);

-- name: lock_card(tenant_id, bucket, member_id, number)^
-- One card, locked.
select c.number, c.member_id, c.carrier, c.condition, c.reason, c.issued_at, c.changed_at, c.replaced_by
from cards c
where c.bucket = :bucket and c.tenant_id = :tenant_id and c.member_id = :member_id and c.number = :number
for no key update of c;

-- name: change_card(tenant_id, bucket, member_id, number, condition, reason, changed_at, replaced_by)!
-- What became of a card.
update cards c set condition = :condition, reason = :reason, changed_at = :changed_at, replaced_by = :replaced_by
where c.bucket = :bucket and c.tenant_id = :tenant_id and c.member_id = :member_id and c.number = :number;

-- name: cards_of(tenant_id, buckets, members)
-- The cards of members, the oldest first.
select c.number, c.member_id, c.carrier, c.condition, c.reason, c.issued_at, c.changed_at, c.replaced_by
from unnest(:buckets::int[], :members::uuid[]) as want(bucket, member_id)
cross join lateral (select c.* from cards c
    where c.bucket = want.bucket and c.tenant_id = :tenant_id and c.member_id = want.member_id offset 0) as c
order by c.issued_at, c.number;

-- name: cards_ending(tenant_id, buckets, program_id, tail, most)
-- Cards that work whose number ends like this, the newest first. One look into the index of tails per bucket.
select c.number, c.member_id, c.carrier, c.condition, c.reason, c.issued_at, c.changed_at, c.replaced_by
from unnest(:buckets::int[]) as one(bucket)
cross join lateral (
    select * from cards each
    where each.bucket = one.bucket and each.tenant_id = :tenant_id and each.program_id = :program_id and right(each.number, 4) = :tail
      and each.condition = 'active'
    limit :most
) as c
order by c.issued_at desc, c.number
limit :most;

-- name: lost_cards(tenant_id, first_bucket, last_bucket)
-- M6: cards whose number does not lead to their member.
with known as (
    select c.bucket, c.member_id, c.number, c.program_id || ':' || c.number as key
    from cards c
    where c.tenant_id = :tenant_id and c.bucket between :first_bucket and :last_bucket
), led as (
    select l.member_id, l.key from lookups l
    where l.tenant_id = :tenant_id and l.kind = 'card' and l.member_bucket between :first_bucket and :last_bucket
)
select k.bucket, k.member_id, k.number
from known k full join led on led.member_id = k.member_id and led.key = k.key
where led.key is null
order by k.bucket, k.member_id, k.number
limit 10;

-- name: profiles(tenant_id, buckets, members)
-- Personal data of members.
select p.member_id, p.birthdate, p.attributes
from unnest(:buckets::int[], :members::uuid[]) as want(bucket, member_id)
cross join lateral (select p.* from member_profiles p
    where p.bucket = want.bucket and p.tenant_id = :tenant_id and p.member_id = want.member_id offset 0) as p;

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
-- M1: members whose reference does not lead back to them. A full join, because no planner can make a loop of it.
with known as (
    select m.bucket, m.member_id, m.reference, m.program_id || ':' || m.reference as key
    from members m
    where m.tenant_id = :tenant_id and m.bucket between :first_bucket and :last_bucket
), led as (
    select l.member_id, l.key from lookups l
    where l.tenant_id = :tenant_id and l.kind = 'reference' and l.member_bucket between :first_bucket and :last_bucket
)
select k.bucket, k.member_id, k.reference
from known k full join led on led.member_id = k.member_id and led.key = k.key
where led.key is null
limit 10;

-- name: lost_references(tenant_id, first_bucket, last_bucket)
-- M1: references that lead to no member.
select l.bucket, l.member_id, l.key
from lookups l
left join members m on m.bucket = l.member_bucket and m.tenant_id = :tenant_id and m.member_id = l.member_id
where l.tenant_id = :tenant_id and l.kind = 'reference' and l.bucket between :first_bucket and :last_bucket and m.member_id is null
order by l.bucket, l.key
limit 10;

-- name: claim_pass(tenant_id, bucket, key, member_bucket, member_id)$
-- Claim a pass's number, if it is free.
insert into lookups (bucket, tenant_id, kind, key, member_bucket, member_id)
values (:bucket, :tenant_id, 'pass', :key, :member_bucket, :member_id)
on conflict do nothing
returning key;

-- name: insert_pass(tenant_id, bucket, member_id, number, program_id, secret, holder, issued_at, valid_until)!
-- A new pass; its number is claimed.
insert into passes (bucket, tenant_id, member_id, number, program_id, secret, holder, issued_at, valid_until)
values (:bucket, :tenant_id, :member_id, :number, :program_id, :secret, :holder, :issued_at, :valid_until);

-- name: find_pass(tenant_id, bucket, key)^
-- Whose pass a number is.
select l.member_bucket, l.member_id from lookups l
where l.bucket = :bucket and l.tenant_id = :tenant_id and l.kind = 'pass' and l.key = :key;

-- name: lock_pass(tenant_id, bucket, member_id, number)^
-- One pass, locked.
select p.number, p.member_id, p.secret, p.holder, p.issued_at, p.valid_until, p.last_step, p.revoked_at
from passes p
where p.bucket = :bucket and p.tenant_id = :tenant_id and p.member_id = :member_id and p.number = :number
for no key update of p;

-- name: pass_of(tenant_id, bucket, member_id, holder, at)^
-- The newest pass of a holder that counts.
select p.number, p.member_id, p.secret, p.holder, p.issued_at, p.valid_until, p.last_step, p.revoked_at
from passes p
where p.bucket = :bucket and p.tenant_id = :tenant_id and p.member_id = :member_id and p.holder = :holder and p.revoked_at is null
  and p.valid_until > :at
order by p.issued_at desc
limit 1;

-- name: note_step(tenant_id, bucket, member_id, number, step)!
-- The newest step a code of a locked pass was accepted for.
update passes p set last_step = :step
where p.bucket = :bucket and p.tenant_id = :tenant_id and p.member_id = :member_id and p.number = :number;

-- name: revoke_passes(tenant_id, bucket, member_id, holder, at)!
-- Take back a member's passes, or those of one holder.
update passes p set revoked_at = :at
where p.bucket = :bucket and p.tenant_id = :tenant_id and p.member_id = :member_id and p.revoked_at is null
  and (:holder::uuid is null or p.holder = :holder::uuid);

-- name: insert_consents(tenant_id, bucket, member_id, program_id, ids, purposes, given, version, lang, digests, origin, at, terms, terms_digest)!
-- What a member said yes or no to.
insert into consents (bucket, tenant_id, member_id, consent_id, program_id, purpose, is_given, version, lang, digest, origin, at,
  terms_version, terms_digest)
select :bucket, :tenant_id, :member_id, c.consent_id, :program_id, c.purpose, c.is_given, :version, :lang, c.digest, :origin, :at,
  :terms, :terms_digest
from unnest(:ids::uuid[], :purposes::text[], :given::boolean[], :digests::bytea[]) as c(consent_id, purpose, is_given, digest);

-- name: consents_of(tenant_id, buckets, members)
-- Everything members said yes or no to, the newest first.
select c.purpose, c.is_given, c.version, c.lang, c.digest, c.origin, c.at, c.terms_version, c.terms_digest
from unnest(:buckets::int[], :members::uuid[]) as want(bucket, member_id)
cross join lateral (select c.* from consents c
    where c.bucket = want.bucket and c.tenant_id = :tenant_id and c.member_id = want.member_id offset 0) as c
order by c.consent_id desc;

-- name: erase_profiles(tenant_id, buckets, members)!
-- Forget the personal data of members.
update member_profiles p set birthdate = null, birthday = null, attributes = '{}'
from unnest(:buckets::int[], :members::uuid[]) as gone(bucket, member_id)
where gone.bucket between 0 and 1023
  and p.bucket = gone.bucket and p.tenant_id = :tenant_id and p.member_id = gone.member_id;
