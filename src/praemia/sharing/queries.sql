-- Statements of sharing: pools and merges. Points, counters and events are the ledger's and the journal's.

-- name: claim_pool(tenant_id, bucket, key, pool_bucket, pool_id)$
-- Claim a pool's name; nothing when it is taken.
insert into lookups (bucket, tenant_id, kind, key, member_bucket, member_id)
values (:bucket, :tenant_id, 'pool', :key, :pool_bucket, :pool_id)
on conflict do nothing
returning key;

-- name: insert_pool(tenant_id, bucket, pool_id, program_id, reference, draw, who, created_at)!
-- A new pool; its name is claimed.
insert into pools (bucket, tenant_id, pool_id, program_id, reference, draw, who, created_at)
values (:bucket, :tenant_id, :pool_id, :program_id, :reference, :draw, :who, :created_at);

-- name: find_pool(tenant_id, bucket, key)^
-- A pool by name, through the lookups.
select p.pool_id, p.program_id, p.reference, p.draw, p.who, p.created_at
from lookups l
join pools p on p.bucket = l.member_bucket and p.tenant_id = :tenant_id and p.pool_id = l.member_id
where l.bucket = :bucket and l.tenant_id = :tenant_id and l.kind = 'pool' and l.key = :key;

-- name: pools_of(tenant_id, first_bucket, last_bucket, program_id, members)
-- The pools in which one of these memberships is, in the order they were made. A pool lies in a bucket of its own: a look into each.
select distinct p.pool_id, p.program_id, p.reference, p.draw, p.who, p.created_at
from generate_series(:first_bucket::int, :last_bucket::int) as b(bucket)
cross join lateral (select m.pool_id from pool_members m
    where m.bucket = b.bucket and m.tenant_id = :tenant_id and m.member_id = any(:members::uuid[]) and m.left_at is null offset 0) as m
cross join lateral (select p.* from pools p
    where p.bucket = b.bucket and p.tenant_id = :tenant_id and p.pool_id = m.pool_id and p.program_id = :program_id offset 0) as p
order by p.created_at, p.pool_id;

-- name: hold_pool(tenant_id, bucket, pool_id)
-- While members spend, nobody joins or leaves.
select p.pool_id from pools p where p.bucket = :bucket and p.tenant_id = :tenant_id and p.pool_id = :pool_id for key share;

-- name: lock_pool(tenant_id, bucket, pool_id)
-- While somebody joins or leaves, nobody spends.
select p.pool_id from pools p where p.bucket = :bucket and p.tenant_id = :tenant_id and p.pool_id = :pool_id for update;

-- name: pool_members(tenant_id, bucket, pool_id)
-- Who belongs to a pool, in the order of joining.
select m.member_id, m.place, m.joined_at
from pool_members m
where m.bucket = :bucket and m.tenant_id = :tenant_id and m.pool_id = :pool_id and m.left_at is null
order by m.place;

-- name: next_place(tenant_id, bucket, pool_id)$
-- The place behind everybody who ever belonged to the pool.
select coalesce(max(m.place) + 1, 0) from pool_members m where m.bucket = :bucket and m.tenant_id = :tenant_id and m.pool_id = :pool_id;

-- name: join_pool(tenant_id, bucket, pool_id, member_id, place, joined_at)!
-- A member joins, or joins again.
insert into pool_members as m (bucket, tenant_id, pool_id, member_id, place, joined_at)
values (:bucket, :tenant_id, :pool_id, :member_id, :place, :joined_at)
on conflict (bucket, tenant_id, pool_id, member_id)
do update set place = excluded.place, joined_at = excluded.joined_at, left_at = null;

-- name: leave_pool(tenant_id, bucket, pool_id, members, left_at)!
-- Members leave.
update pool_members m set left_at = :left_at
where m.bucket = :bucket and m.tenant_id = :tenant_id and m.pool_id = :pool_id and m.member_id = any(:members::uuid[]) and m.left_at is null;

-- name: insert_merge(tenant_id, bucket, merge_id, program_id, keep_id, drop_id, merged_at)!
-- Two memberships become one.
insert into merges (bucket, tenant_id, merge_id, program_id, keep_id, drop_id, merged_at)
values (:bucket, :tenant_id, :merge_id, :program_id, :keep_id, :drop_id, :merged_at);

-- name: find_merge(tenant_id, bucket, merge_id)^
-- A merge by id.
select m.merge_id, m.program_id, m.keep_id, m.drop_id, m.merged_at, m.undone_by
from merges m
where m.bucket = :bucket and m.tenant_id = :tenant_id and m.merge_id = :merge_id;

-- name: undo_merge(tenant_id, bucket, merge_id, undone_by)!
-- A merge is undone.
update merges m set undone_by = :undone_by
where m.bucket = :bucket and m.tenant_id = :tenant_id and m.merge_id = :merge_id;

-- name: merges_of(tenant_id, buckets, members)
-- The merges into members that hold.
select m.merge_id, m.program_id, m.keep_id, m.drop_id, m.merged_at, m.undone_by
from unnest(:buckets::int[], :members::uuid[]) as want(bucket, member_id)
cross join lateral (select m.* from merges m
    where m.bucket = want.bucket and m.tenant_id = :tenant_id and m.keep_id = want.member_id and m.undone_by is null offset 0) as m
order by m.merge_id;

-- name: standing_merges(tenant_id, first_bucket, last_bucket)
-- Every merge that holds.
select m.merge_id, m.program_id, m.keep_id, m.drop_id, m.merged_at, m.undone_by
from merges m
where m.tenant_id = :tenant_id and m.bucket between :first_bucket and :last_bucket and m.undone_by is null
order by m.bucket, m.merge_id;
