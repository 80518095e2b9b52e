-- 0003: what members have for their points. Why: rewards run out, codes are burnt once, gift cards hold money, and a redemption
-- lives on after the points are taken: held, given, used, cancelled, fulfilled. And jobs: what has to happen after a commit, once.
-- Locks: none that matter, everything is new.

-- How many of something are left, in slices that lie in buckets of their own, so that a rush on one reward is no rush on one row.
-- `item` is a reward, or a reward with a date and place; `placed` is what the slice was ever given to hand out.
create table stock (
    bucket     int not null,
    tenant_id  int not null,
    program_id int not null,
    item       text not null,
    slice      smallint not null,
    placed     bigint not null check (placed >= 0),
    remaining  bigint not null check (remaining between 0 and placed),
    primary key (bucket, tenant_id, program_id, item, slice)
) with (fillfactor = 90) /* by bucket */;

-- A code is a bearer's secret: it is found by its digest, in the bucket of the digest. `spelled` is kept while the code can still be
-- used, so that a member can be shown it again, and is wiped when it is burnt; `ends` are its last signs, for receipts.
create table codes (
    bucket        int not null,
    tenant_id     int not null,
    digest        uuid not null,
    program_id    int not null,
    spelled       text,
    ends          text not null,
    reward        text not null,
    redemption_id uuid not null,
    member_id     uuid,                    -- set: only this member may use it
    uses          int not null check (uses > 0),
    used          int not null default 0 check (used between 0 and uses),
    starts_on     date not null,           -- first local day of use
    last_day      date,                    -- last local day of use; null: for ever
    void          boolean not null default false,
    primary key (bucket, tenant_id, digest)
) with (fillfactor = 90) /* by bucket */;

-- Codes somebody uploaded, waiting to be handed out; `slice` spreads a pool over buckets.
create table code_pool (
    bucket        int not null,
    tenant_id     int not null,
    program_id    int not null,
    pool          text not null,
    slice         smallint not null,
    digest        uuid not null,
    spelled       text,                    -- wiped when handed out: from then on the code lives in `codes`
    redemption_id uuid,
    primary key (bucket, tenant_id, program_id, pool, digest)
) with (fillfactor = 90) /* by bucket */;
create index code_pool_free on code_pool (bucket, tenant_id, program_id, pool, digest) where redemption_id is null;

-- A gift card is found by the digest of its number. The balance is the sum of its movements, which never change.
create table gift_cards (
    bucket        int not null,
    tenant_id     int not null,
    digest        uuid not null,
    program_id    int not null,
    spelled       text,
    ends          text not null,
    value_minor   bigint not null check (value_minor > 0),
    balance_minor bigint not null check (balance_minor >= 0),
    last_day      date,
    void          boolean not null default false,
    issued_at     timestamptz not null,
    primary key (bucket, tenant_id, digest)
) with (fillfactor = 90) /* by bucket */;

create table gift_card_movements (
    bucket       int not null,
    tenant_id    int not null,
    digest       uuid not null,
    event_id     uuid not null,
    line         smallint not null,
    amount_minor bigint not null check (amount_minor <> 0),   -- above zero: onto the card
    occurred_at  timestamptz not null,
    primary key (bucket, tenant_id, digest, event_id, line)
) /* by bucket */;

-- What was donated to whom, one row per bucket of the givers: no row that everybody waits for.
create table donations (
    bucket      int not null,
    tenant_id   int not null,
    program_id  int not null,
    receiver    text not null,
    total_minor bigint not null,
    primary key (bucket, tenant_id, program_id, receiver)
) with (fillfactor = 90) /* by bucket */;

-- One redemption, named by the event that made it. `terms` is what was promised, as the version of that day said it.
create table redemptions (
    bucket        int not null,
    tenant_id     int not null,
    redemption_id uuid not null,
    program_id    int not null,
    member_id     uuid not null,
    reward        text not null,
    version       int not null,
    state         text not null check (state in ('held', 'given', 'used', 'released', 'cancelled')),
    times         int not null check (times > 0),
    unit          smallint not null,
    quanta        bigint not null check (quanta >= 0),
    cash_minor    bigint not null check (cash_minor >= 0),
    terms         jsonb not null,
    items         text[] not null,         -- what was taken from stock, `times` of each
    codes         uuid[] not null,
    cards         uuid[] not null,
    step          text,                    -- the step of fulfilment done last; null: none yet, or nothing to fulfil
    deadline      timestamptz,             -- when a hold lapses, in the programme's time
    made_at       timestamptz not null,
    changed_at    timestamptz not null,
    primary key (bucket, tenant_id, redemption_id)
) with (fillfactor = 90) /* by bucket */;
create index redemptions_of_member on redemptions (bucket, tenant_id, member_id, redemption_id);
create index redemptions_deadline on redemptions (bucket, tenant_id, program_id, deadline) where state = 'held' and deadline is not null;

-- What has to happen after a commit. A job is claimed with a lease, tried again after a pause that grows, and dead after too many
-- tries; `job_key` keeps one job of a kind open at a time. Instants are the wall clock's.
create table jobs (
    bucket       int not null,
    tenant_id    int not null,
    job_id       uuid not null,
    kind         text not null,
    job_key      text not null,
    body         jsonb not null,
    run_at       timestamptz not null,
    attempts     int not null default 0,
    locked_until timestamptz,
    last_error   text,
    dead_at      timestamptz,
    done_at      timestamptz,
    primary key (bucket, tenant_id, job_id)
) with (fillfactor = 70) /* by bucket */;
create unique index jobs_open_key on jobs (bucket, tenant_id, kind, job_key) where done_at is null;
create index jobs_due on jobs (bucket, tenant_id, run_at) where done_at is null and dead_at is null;

grant select, insert on stock, codes, code_pool, gift_cards, gift_card_movements, donations, redemptions, jobs to praemia_app;
grant update (placed, remaining) on stock to praemia_app;
grant update (spelled, used, void) on codes to praemia_app;
grant update (spelled, redemption_id) on code_pool to praemia_app;
grant update (spelled, balance_minor, void) on gift_cards to praemia_app;
grant update (total_minor) on donations to praemia_app;
grant update (state, step, codes, cards, deadline, changed_at) on redemptions to praemia_app;
grant update (run_at, attempts, locked_until, last_error, dead_at, done_at) on jobs to praemia_app;

do $$
declare
    t text;
begin
    foreach t in array array['stock', 'codes', 'code_pool', 'gift_cards', 'gift_card_movements', 'donations', 'redemptions', 'jobs']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy tenant on %I to praemia_app using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::int))', t);
    end loop;
end
$$;
