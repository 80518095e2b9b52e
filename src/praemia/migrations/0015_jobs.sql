-- 0015: jobs that are done are forgotten after a while. Why: the queue would grow by a row with every hold and every mail, for ever.
-- Locks: an index on jobs, which is small where this runs first.

-- squawk-ignore require-concurrent-index-creation
create index jobs_done on jobs (bucket, tenant_id, done_at) where done_at is not null;

-- Forgets jobs that were done before an instant, of every tenant, so many at most; answers how many. Those that were given up stay,
-- for people to look at. The application itself may delete nothing.
create function jobs_sweep(p_before timestamptz, p_most int) returns bigint
language sql volatile security definer set search_path = public
as $$
    with over as (
        select j.bucket, j.tenant_id, j.job_id
        from jobs j
        where j.bucket between 0 and 1023 and j.done_at < p_before
        order by j.done_at
        limit p_most
        for update skip locked
    ), gone as (
        delete from jobs j using over
        where j.bucket = over.bucket and j.tenant_id = over.tenant_id and j.job_id = over.job_id
        returning 1
    )
    select count(*) from gone
$$;
revoke all on function jobs_sweep(timestamptz, int) from public;
grant execute on function jobs_sweep(timestamptz, int) to praemia_app;
