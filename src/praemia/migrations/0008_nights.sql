-- 0008: how far a programme's night has come. Why: a live night is lived page by page, each in a transaction of its own, and a
-- process that is killed in between must go on where it stopped. Locks: none that matter, everything is new.

-- The night that is being lived, or the last one: one row per programme. Behind `programs.lived_until` it is over.
create table nights (
    tenant_id   int not null,
    program_id  int not null,
    day         date not null,             -- the local day that begins
    step        text not null,
    from_bucket int not null,              -- the page that comes next begins in this bucket
    after_owner uuid,                      -- and, when set, after this owner
    primary key (tenant_id, program_id),
    foreign key (tenant_id, program_id) references programs
);

grant select, insert on nights to praemia_app;
grant update (day, step, from_bucket, after_owner) on nights to praemia_app;
alter table nights enable row level security;
create policy tenant on nights to praemia_app using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::int));
