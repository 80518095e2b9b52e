-- 0014: what the programme's own pages need. Why: staff work on a change for a while before they apply it, and a programme's terms are
-- kept in every version that members ever read. Locks: none that matter, everything is new.

-- The text somebody is working on: one per person and programme. Taken back by emptying it.
create table drafts (
    tenant_id  int not null,
    program_id int not null,
    staff_id   uuid not null,
    base       int not null check (base > 0),  -- the version it was begun on
    source     text,                           -- null: nothing is being worked on
    changed_at timestamptz not null,
    primary key (tenant_id, program_id, staff_id),
    foreign key (tenant_id, program_id) references programs
);

-- Terms of membership, written once and never changed. `texts` is a text by language.
create table terms (
    tenant_id      int not null,
    program_id     int not null,
    version        int not null check (version > 0),
    effective_from date not null,              -- a local day of the programme
    texts          jsonb not null,
    note           text not null default '',
    published_by   text not null,
    published_at   timestamptz not null,
    primary key (tenant_id, program_id, version),
    foreign key (tenant_id, program_id) references programs
);

grant select, insert on drafts, terms to praemia_app;
grant update (base, source, changed_at) on drafts to praemia_app;

do $$
declare
    t text;
begin
    foreach t in array array['drafts', 'terms']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy tenant on %I to praemia_app using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::int))', t);
    end loop;
end
$$;
