-- Statements of the proof. A transfer's record is all its columns in PostgreSQL's binary form, one after the other (core/leaves.py):
-- the database spells them, we hash them.

-- name: oldest_transaction()$
-- When the oldest open transaction of others began; null when there is none.
select proof_oldest_transaction();

-- name: arrived(tenant_id, first_bucket, last_bucket, first_event, end_event)
-- The records of the transfers of a stretch of buckets that arrived between two instants, as ids spell them.
select t.bucket,
       int4send(t.bucket) || int4send(t.tenant_id) || uuid_send(t.owner_id) || uuid_send(t.event_id) || int2send(t.line) || int2send(t.unit)
       || int4send(t.program_id) || int8send(t.amount) || timestamptz_send(t.occurred_at) || timestamptz_send(t.posted_at)
       || coalesce('\x01' || timestamptz_send(t.earned_at), '\x00') || coalesce('\x01' || date_send(t.opens_on), '\x00')
       || coalesce('\x01' || date_send(t.last_day), '\x00') || coalesce('\x01' || uuid_send(t.origin_event_id), '\x00') || textsend(t.kind)
       as record
from transfers t
where t.tenant_id = :tenant_id and t.bucket between :first_bucket and :last_bucket
  and t.event_id >= :first_event::uuid and t.event_id < :end_event::uuid
order by t.bucket, t.owner_id, t.event_id, t.line;

-- name: records(tenant_id, bucket, owner_id, event_id, line, first_event, end_event, page)
-- A page of the records of a bucket, in the order of keys, after one; of those that arrived between two instants.
select int4send(t.bucket) || int4send(t.tenant_id) || uuid_send(t.owner_id) || uuid_send(t.event_id) || int2send(t.line) || int2send(t.unit)
       || int4send(t.program_id) || int8send(t.amount) || timestamptz_send(t.occurred_at) || timestamptz_send(t.posted_at)
       || coalesce('\x01' || timestamptz_send(t.earned_at), '\x00') || coalesce('\x01' || date_send(t.opens_on), '\x00')
       || coalesce('\x01' || date_send(t.last_day), '\x00') || coalesce('\x01' || uuid_send(t.origin_event_id), '\x00') || textsend(t.kind)
       as record
from transfers t
where t.bucket = :bucket and t.tenant_id = :tenant_id and (t.owner_id, t.event_id, t.line) > (:owner_id::uuid, :event_id::uuid, :line::smallint)
  and t.event_id >= :first_event::uuid and t.event_id < :end_event::uuid
order by t.owner_id, t.event_id, t.line
limit :page;

-- name: inhabited(tenant_id, buckets)
-- The buckets that have transfers or seals. Two looks per bucket.
select want.bucket
from unnest(:buckets::int[]) as want(bucket)
where exists (select from transfers t where t.bucket = want.bucket and t.tenant_id = :tenant_id)
   or exists (select from seals s where s.bucket = want.bucket and s.tenant_id = :tenant_id)
order by want.bucket;

-- name: heads(tenant_id, buckets)
-- The newest seal of each bucket.
select s.bucket, s.number, s.root
from unnest(:buckets::int[]) as want(bucket)
cross join lateral (
    select x.bucket, x.number, x.root from seals x
    where x.bucket = want.bucket and x.tenant_id = :tenant_id
    order by x.number desc
    limit 1
) as s
order by s.bucket;

-- name: insert_seal(tenant_id, bucket, number, checkpoint, cut, previous, rows, leaves, root)$
-- Append a seal. No row: another run was first.
insert into seals (bucket, tenant_id, number, checkpoint, cut, previous, rows, leaves, root)
values (:bucket, :tenant_id, :number, :checkpoint, :cut, :previous, :rows, :leaves, :root)
on conflict do nothing
returning number;

-- name: seals_of(tenant_id, bucket)
-- The seals of a bucket, with their leaves.
select s.bucket, s.number, s.checkpoint, s.cut, s.previous, s.leaves, s.root
from seals s
where s.bucket = :bucket and s.tenant_id = :tenant_id
order by s.number;

-- name: seal_roots(tenant_id, buckets, first, last)
-- The seals that checkpoints made, without their leaves, in order.
select s.checkpoint, s.bucket, s.number, s.root, s.rows
from unnest(:buckets::int[]) as want(bucket)
join seals s on s.bucket = want.bucket and s.tenant_id = :tenant_id
where s.checkpoint between :first and :last
order by s.checkpoint, s.bucket, s.number;

-- name: newest_checkpoint(tenant_id)^
-- The newest checkpoint.
select c.number, c.cut, c.made_at, c.previous, c.rows, c.audited, c.audit, c.root
from checkpoints c
where c.tenant_id = :tenant_id
order by c.number desc
limit 1;

-- name: checkpoints_after(tenant_id, after, page)
-- A page of checkpoints, oldest first.
select c.number, c.cut, c.made_at, c.previous, c.rows, c.audited, c.audit, c.root
from checkpoints c
where c.tenant_id = :tenant_id and c.number > :after
order by c.number
limit :page;

-- name: insert_checkpoint(tenant_id, number, cut, made_at, previous, rows, audited, audit, root)$
-- Append a checkpoint. No row: another run was first.
insert into checkpoints (tenant_id, number, cut, made_at, previous, rows, audited, audit, root)
values (:tenant_id, :number, :cut, :made_at, :previous, :rows, :audited, :audit, :root)
on conflict do nothing
returning number;

-- name: insert_key(tenant_id, key_id, name, public, made_at)!
-- Keep the public half of a key; a known one stays as it is.
insert into proof_keys (tenant_id, key_id, name, public, made_at)
values (:tenant_id, :key_id, :name, :public, :made_at)
on conflict do nothing;

-- name: keys(tenant_id)
-- The public keys of the tenant.
select k.key_id, k.name, k.public, k.made_at from proof_keys k where k.tenant_id = :tenant_id order by k.made_at, k.key_id;

-- name: insert_signature(tenant_id, number, key_id, signature, signed_at)!
-- Keep a signature; the first of a key for a checkpoint stays.
insert into checkpoint_signatures (tenant_id, number, key_id, signature, signed_at)
values (:tenant_id, :number, :key_id, :signature, :signed_at)
on conflict do nothing;

-- name: signatures(tenant_id, first, last)
-- The signatures of some checkpoints.
select g.number, g.key_id, g.signature, g.signed_at
from checkpoint_signatures g
where g.tenant_id = :tenant_id and g.number between :first and :last
order by g.number, g.key_id;
