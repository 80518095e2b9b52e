-- 0013: what the console shows. Why: "how is the programme doing" is answered at once, also with a million members: sums by day that are
-- carried on, and counts that are taken now and then. Besides, the register of places, and what examinations of the ledger found.
-- Locks: none that matter, everything is new.

-- Everything that arrived before the cut is in the sums of insight_days.
create table insight_folds (
    tenant_id int primary key references tenants,
    cut       timestamptz not null
);

-- The transfers of a programme by the local day of what happened, unit and kind. The row of -infinity is the sum of all the others: what was
-- ever issued is read in one row.
create table insight_days (
    tenant_id  int not null,
    program_id int not null,
    day        date not null,
    unit       smallint not null,
    kind       text not null,
    transfers  bigint not null,
    amount     bigint not null,
    primary key (tenant_id, program_id, day, unit, kind),
    foreign key (tenant_id, program_id) references programs
) with (fillfactor = 90);

-- The newest count of a programme's members, and how long counting took: what took long is counted less often.
create table insight_censuses (
    tenant_id  int not null,
    program_id int not null,
    taken_at   timestamptz not null,       -- the wall clock
    cost_ms    int not null check (cost_ms >= 0),
    figures    jsonb not null,
    primary key (tenant_id, program_id),
    foreign key (tenant_id, program_id) references programs
) with (fillfactor = 90);

-- The newest examination of a part of the tenant's ledger: of a bucket, or (-1) of the chains over all of them.
create table insight_examinations (
    tenant_id   int not null references tenants,
    part        int not null check (part between -1 and 1023),
    asked_by    text not null,
    asked_at    timestamptz not null,
    examined_at timestamptz,                -- null: waits for a worker
    transfers   bigint not null default 0,
    waiting     bigint not null default 0, -- of those, not sealed yet
    findings    jsonb not null default '[]',
    primary key (tenant_id, part)
);

-- Where members meet the programme. Events name a place by its code, as a text of theirs: one that is not registered is no mistake.
create table locations (
    tenant_id  int not null,
    program_id int not null,
    code       text not null,
    name       text not null,
    address    text not null default '',
    region     text not null default '',
    made_at    timestamptz not null,
    closed_at  timestamptz,
    primary key (tenant_id, program_id, code),
    foreign key (tenant_id, program_id) references programs
);

grant select, insert on insight_folds, insight_days, insight_censuses, insight_examinations, locations to praemia_app;
grant update (cut) on insight_folds to praemia_app;
grant update (transfers, amount) on insight_days to praemia_app;
grant update (taken_at, cost_ms, figures) on insight_censuses to praemia_app;
grant update (asked_by, asked_at, examined_at, transfers, waiting, findings) on insight_examinations to praemia_app;
grant update (name, address, region, closed_at) on locations to praemia_app;

do $$
declare
    t text;
begin
    foreach t in array array['insight_folds', 'insight_days', 'insight_censuses', 'insight_examinations', 'locations']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy tenant on %I to praemia_app using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::int))', t);
    end loop;
end
$$;
