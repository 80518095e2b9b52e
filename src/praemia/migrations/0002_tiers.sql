-- 0002: tiers. Why: what members count towards a tier, the tier they hold and how it changed.
-- Locks: none that matter, everything is new.

-- What counts for tiers, by the local day of what happened, so that a late event or a return lands in its own window. The row of
-- -infinity is the sum of all the others: a lifetime is read in one row.
create table tier_counts (
    bucket      int not null check (bucket between 0 and 1023),
    tenant_id   int not null,
    owner_id    uuid not null,
    day         date not null,
    points      bigint not null,
    spend_minor bigint not null,
    visits      bigint not null,
    primary key (bucket, tenant_id, owner_id, day)
) with (fillfactor = 90) /* by bucket */;

-- Points that will count once they can be used: on a day, or (no day) when their order is fulfilled.
create table tier_waiting (
    bucket    int not null,
    tenant_id int not null,
    owner_id  uuid not null,
    event_id  uuid not null,
    day       date not null,
    opens_on  date,
    points    bigint not null check (points >= 0),   -- none: they wait no longer
    primary key (bucket, tenant_id, owner_id, event_id)
) with (fillfactor = 90) /* by bucket */;
create index tier_waiting_open on tier_waiting (bucket, tenant_id, owner_id) where points > 0;

-- A member's tier; who has no row is at the bottom. `earned` is what they hold by their own doing, `assigned` what staff or a
-- reward gave them (a floor, or the tier itself); `tier` is what counts. On `due_day` somebody has to look: a review, the end of
-- what was guaranteed or assigned, points that start to count. `version` is the programme's version it was worked out by.
create table tier_states (
    bucket         int not null,
    tenant_id      int not null,
    owner_id       uuid not null,
    program_id     int not null,
    version        int not null,
    joined_at      timestamptz not null,
    tier           text,
    since          timestamptz not null,
    seen_on        date not null,
    earned         text,
    held_until     date,
    grace_until    date,
    grace_to       text,
    assigned       text,
    assigned_until date,
    is_fixed       boolean not null default false,
    warned_of      date,
    entered        text[] not null default '{}',
    due_day        date,
    primary key (bucket, tenant_id, owner_id)
) with (fillfactor = 90) /* by bucket */;
create index tier_states_due on tier_states (bucket, tenant_id, program_id, due_day) where due_day is not null;
create index tier_states_version on tier_states (bucket, tenant_id, program_id, version);

-- Every change of a tier with the figures behind it, for ever.
create table tier_changes (
    bucket     int not null,
    tenant_id  int not null,
    owner_id   uuid not null,
    change_id  uuid not null,
    program_id int not null,
    version    int not null,
    at         timestamptz not null,
    was        text,
    becomes    text,
    because    text not null check (because in ('reached', 'fell', 'assigned', 'ended', 'merged')),
    figures    jsonb not null,
    event_id   uuid,                       -- null: a night
    primary key (bucket, tenant_id, owner_id, change_id)
) /* by bucket */;

grant select, insert on tier_counts, tier_waiting, tier_states, tier_changes to praemia_app;
grant update (points, spend_minor, visits) on tier_counts to praemia_app;
grant update (points) on tier_waiting to praemia_app;
grant update (version, tier, since, seen_on, earned, held_until, grace_until, grace_to, assigned, assigned_until, is_fixed, warned_of, entered,
              due_day) on tier_states to praemia_app;

do $$
declare
    t text;
begin
    foreach t in array array['tier_counts', 'tier_waiting', 'tier_states', 'tier_changes']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy tenant on %I to praemia_app using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::int))', t);
    end loop;
end
$$;
