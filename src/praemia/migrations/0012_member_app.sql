-- 0012: what the member's own app needs. Why: a card on a phone shows a code that changes every half minute, so that a picture of it
-- is worth nothing; and what a member consented to is proven, with the text and the day. Locks: none that matter, everything is new.

-- One pass per device. `number` is claimed in `lookups` (kind 'pass'); the code is made of it, the secret and the time (RFC 6238).
-- `last_step` is the newest step a code was accepted for: each works once. `holder` is the session it was issued to.
create table passes (
    bucket      int not null check (bucket between 0 and 1023),
    tenant_id   int not null,
    member_id   uuid not null,
    number      text not null,
    program_id  int not null,
    secret      bytea not null,
    last_step   bigint not null default 0,
    holder      uuid,
    issued_at   timestamptz not null,
    valid_until timestamptz not null,
    revoked_at  timestamptz,
    primary key (bucket, tenant_id, member_id, number)
) with (fillfactor = 80) /* by bucket */;

-- Every yes and every no, for ever: rows are added, never changed. `version` names the programme's version whose text was shown (its
-- file is kept byte for byte), `digest` is the SHA-256 of that text in that language. `terms_version` and `terms_digest` say which terms
-- of membership were in force then, in that language; null: there were none. Purpose 'terms' of nobody else: who joined accepted them.
create table consents (
    bucket     int not null check (bucket between 0 and 1023),
    tenant_id  int not null,
    member_id  uuid not null,
    consent_id uuid not null,
    program_id int not null,
    purpose    text not null,
    is_given   boolean not null,
    version    int not null,
    lang       text not null,
    digest     bytea not null,
    origin     text not null,
    at         timestamptz not null,
    terms_version int,
    terms_digest  bytea,
    check ((terms_version is null) = (terms_digest is null)),
    primary key (bucket, tenant_id, member_id, consent_id)
) /* by bucket */;

grant select, insert on passes, consents to praemia_app;
grant update (last_step, revoked_at) on passes to praemia_app;
alter table passes enable row level security;
create policy tenant on passes to praemia_app using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::int));
alter table consents enable row level security;
create policy tenant on consents to praemia_app using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::int));
