-- Statements of the job queue.

-- name: insert_jobs(tenant_id, buckets, jobs, kinds, job_keys, bodies, run_at)!
-- Write jobs; one of the same kind and key that is still open stays the only one.
insert into jobs (bucket, tenant_id, job_id, kind, job_key, body, run_at)
select j.bucket, :tenant_id, j.job_id, j.kind, j.job_key, j.body, j.run_at
from unnest(:buckets::int[], :jobs::uuid[], :kinds::text[], :job_keys::text[], :bodies::jsonb[], :run_at::timestamptz[])
     as j(bucket, job_id, kind, job_key, body, run_at)
order by j.bucket, j.kind, j.job_key
on conflict do nothing;

-- name: claim_jobs(tenant_id, first_bucket, last_bucket, at, until, page)
-- Lease due jobs nobody has, the longest due first; what others are taking is skipped.
with due as (
    select j.bucket, j.job_id
    from jobs j
    where j.tenant_id = :tenant_id and j.bucket between :first_bucket and :last_bucket
      and j.done_at is null and j.dead_at is null and j.run_at <= :at and (j.locked_until is null or j.locked_until <= :at)
    order by j.run_at
    limit :page
    for update skip locked
)
update jobs j set locked_until = :until, attempts = j.attempts + 1
from due
where j.bucket = due.bucket and j.tenant_id = :tenant_id and j.job_id = due.job_id
returning j.job_id, j.kind, j.job_key, j.body, j.attempts, j.locked_until, j.last_error;

-- name: lock_job(tenant_id, bucket, job_id, locked_until)^
-- Lock a job that is still leased to the asker.
select j.job_id from jobs j
where j.bucket = :bucket and j.tenant_id = :tenant_id and j.job_id = :job_id and j.locked_until = :locked_until and j.done_at is null
for update;

-- name: finish_job(tenant_id, bucket, job_id, at)!
-- Note that a job is done.
update jobs set done_at = :at, locked_until = null where bucket = :bucket and tenant_id = :tenant_id and job_id = :job_id;

-- name: fail_job(tenant_id, bucket, job_id, locked_until, error, run_at, dead_at)!
-- Give a lease back: to be tried again from an instant on, or dead.
update jobs set locked_until = null, last_error = :error, run_at = :run_at, dead_at = :dead_at
where bucket = :bucket and tenant_id = :tenant_id and job_id = :job_id and locked_until = :locked_until and done_at is null;

-- name: dead_jobs(tenant_id, first_bucket, last_bucket, page)
-- Jobs that were given up, the oldest first.
select j.job_id, j.kind, j.job_key, j.body, j.attempts, j.locked_until, j.last_error
from jobs j
where j.tenant_id = :tenant_id and j.bucket between :first_bucket and :last_bucket and j.dead_at is not null and j.done_at is null
order by j.dead_at
limit :page;

-- name: sweep_jobs(before, page)$
-- Forget jobs that were done before an instant, of every tenant; answers how many.
select jobs_sweep(:before, :page);

-- name: revive_job(tenant_id, bucket, job_id, at)!
-- Open a dead job again.
update jobs set dead_at = null, attempts = 0, run_at = :at
where bucket = :bucket and tenant_id = :tenant_id and job_id = :job_id and dead_at is not null and done_at is null;
