-- 0009: people. Why: staff with roles and invitations, and for staff and members alike who they are to us (contacts, apart from
-- points) and how they prove it: passwords, passkeys, one-time passwords, recovery codes, sessions. Mail leaves from an outbox.
-- Locks: short exclusive ones on api_keys, audit and approvals: columns without a default.

-- Staff (configuration: few rows) -------------------------------------------------------------------------------------

create table staff (
    tenant_id   int not null references tenants,
    staff_id    uuid not null,
    name        text not null,
    invited_at  timestamptz not null,
    joined_at   timestamptz,               -- null: has not accepted the invitation yet
    disabled_at timestamptz,
    primary key (tenant_id, staff_id)
);

-- Program 0 is the whole tenant. No roles: an empty array, since nothing is ever deleted.
create table staff_roles (
    tenant_id  int not null,
    staff_id   uuid not null,
    program_id int not null,
    roles      text[] not null,
    changed_at timestamptz not null,
    primary key (tenant_id, staff_id, program_id),
    foreign key (tenant_id, staff_id) references staff
);

-- What a mail's link opens, once, until it expires; a newer invitation of the same person revokes the older ones.
create table invitations (
    tenant_id     int not null,
    invitation_id uuid not null,
    staff_id      uuid not null,
    digest        bytea not null,
    made_at       timestamptz not null,
    expires_at    timestamptz not null,
    used_at       timestamptz,
    revoked_at    timestamptz,
    primary key (tenant_id, invitation_id),
    foreign key (tenant_id, staff_id) references staff
);

alter table audit add column actor_staff uuid, add column actor_member uuid;
alter table approvals add column asked_staff uuid, add column decided_staff uuid;

-- Who people are to us: encrypted, apart from points ---------------------------------------------------------------------

-- `email` and `name` are encrypted by the application; null: not known, or erased.
create table contacts (
    bucket      int not null check (bucket between 0 and 1023),
    tenant_id   int not null,
    subject_id  uuid not null,             -- a member's or a staff member's id
    program_id  int not null,              -- 0: staff
    email       bytea,
    name        bytea,
    lang        text check (lang in ('en', 'de')),
    verified_at timestamptz,               -- when it was shown that the mailbox is theirs
    changed_at  timestamptz not null,
    erased_at   timestamptz,
    primary key (bucket, tenant_id, subject_id)
) with (fillfactor = 90) /* by bucket */;

-- To whom an address of mail belongs, by keyed hash, once per realm (a programme's members, the tenant's staff). The row lives in
-- the bucket of the key; staff's live in bucket 0. Set free: the key is overwritten and the subject taken out.
create table contact_keys (
    bucket     int not null check (bucket between 0 and 1023),
    tenant_id  int not null,
    program_id int not null,               -- 0: staff
    key        bytea not null,
    subject_id uuid,
    primary key (bucket, tenant_id, program_id, key)
) with (fillfactor = 90) /* by bucket */;

-- How people prove who they are ----------------------------------------------------------------------------------------

create table passwords (
    bucket     int not null check (bucket between 0 and 1023),
    tenant_id  int not null,
    subject_id uuid not null,
    hash       text,                       -- Argon2id with its parameters; null: taken out
    changed_at timestamptz not null,
    skipped_at timestamptz,                -- when a second factor was offered and put off
    primary key (bucket, tenant_id, subject_id)
) with (fillfactor = 90) /* by bucket */;

create table passkeys (
    bucket        int not null check (bucket between 0 and 1023),
    tenant_id     int not null,
    subject_id    uuid not null,
    credential_id bytea not null,
    public_key    bytea not null,
    sign_count    bigint not null,
    name          text not null,
    made_at       timestamptz not null,
    used_at       timestamptz,
    removed_at    timestamptz,
    primary key (bucket, tenant_id, subject_id, credential_id)
) with (fillfactor = 90) /* by bucket */;

-- One-time passwords (RFC 6238). `last_step` is the newest time step that was accepted: none counts twice.
create table authenticators (
    bucket       int not null check (bucket between 0 and 1023),
    tenant_id    int not null,
    subject_id   uuid not null,
    secret       bytea,                    -- encrypted; null: taken out
    made_at      timestamptz not null,
    confirmed_at timestamptz,
    last_step    bigint not null default 0,
    primary key (bucket, tenant_id, subject_id)
) with (fillfactor = 90) /* by bucket */;

create table recovery_codes (
    bucket     int not null check (bucket between 0 and 1023),
    tenant_id  int not null,
    subject_id uuid not null,
    digest     bytea not null,
    made_at    timestamptz not null,
    used_at    timestamptz,                -- also when newer codes took its place
    primary key (bucket, tenant_id, subject_id, digest)
) /* by bucket */;

-- The browser holds a token of 256 random bits; here is its digest. `proved_at`: when they last proved who they are.
create table sessions (
    bucket     int not null check (bucket between 0 and 1023),
    tenant_id  int not null,
    session_id uuid not null,
    subject_id uuid not null,
    kind       text not null check (kind in ('staff', 'member')),
    program_id int not null,               -- 0: staff
    digest     bytea not null,
    means      text not null,              -- password, password+totp, password+recovery, passkey, code, demo, setup
    made_at    timestamptz not null,
    proved_at  timestamptz not null,
    seen_at    timestamptz not null,
    expires_at timestamptz not null,
    ended_at   timestamptz,
    device     text not null,              -- what the browser called itself, shortened
    primary key (bucket, tenant_id, session_id)
) with (fillfactor = 80) /* by bucket */;
create index sessions_of_subject on sessions (bucket, tenant_id, subject_id) where ended_at is null;

-- How often something was tried within a window, by keyed hash of who and what. Asked before a tenant is known, so it names none;
-- nobody can tell from a row whom it is about.
create table attempts (
    key   bytea primary key,
    used  int not null,
    until timestamptz not null
) with (fillfactor = 80);

-- Mail ------------------------------------------------------------------------------------------------------------------

-- What is to be sent, encrypted; emptied when it was sent.
create table mails (
    bucket     int not null check (bucket between 0 and 1023),
    tenant_id  int not null,
    mail_id    uuid not null,
    program_id int not null,               -- 0: of the tenant
    kind       text not null,
    recipient  bytea,
    content    bytea,
    made_at    timestamptz not null,
    tries      int not null default 0,
    sent_at    timestamptz,
    refused_at timestamptz,                -- the other side will never take it
    primary key (bucket, tenant_id, mail_id)
) with (fillfactor = 90) /* by bucket */;
create index mails_newest on mails (bucket, tenant_id, program_id, mail_id);

-- Who may do what ---------------------------------------------------------------------------------------------------------

grant select, insert on staff, staff_roles, invitations, contacts, contact_keys, passwords, passkeys, authenticators, recovery_codes,
    sessions, attempts, mails to praemia_app;
grant update (decided_staff) on approvals to praemia_app;
grant update (name, joined_at, disabled_at) on staff to praemia_app;
grant update (roles, changed_at) on staff_roles to praemia_app;
grant update (used_at, revoked_at) on invitations to praemia_app;
grant update (email, name, lang, verified_at, changed_at, erased_at) on contacts to praemia_app;
grant update (key, subject_id) on contact_keys to praemia_app;
grant update (hash, changed_at, skipped_at) on passwords to praemia_app;
grant update (sign_count, name, used_at, removed_at) on passkeys to praemia_app;
grant update (secret, made_at, confirmed_at, last_step) on authenticators to praemia_app;
grant update (used_at) on recovery_codes to praemia_app;
grant update (digest, proved_at, seen_at, ended_at, device, means) on sessions to praemia_app;
grant update (used, until) on attempts to praemia_app;
grant update (recipient, content, tries, sent_at, refused_at) on mails to praemia_app;

do $$
declare
    t text;
begin
    foreach t in array array['staff', 'staff_roles', 'invitations', 'contacts', 'contact_keys', 'passwords', 'passkeys', 'authenticators',
                             'recovery_codes', 'sessions', 'mails']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy tenant on %I to praemia_app using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::int))', t);
    end loop;
end
$$;

-- Whose address of mail this is among the staff of all tenants: asked at the sign-in page, before the tenant is known.
create function identity_find_staff(p_key bytea) returns table (tenant_id int, subject_id uuid)
language sql stable security definer set search_path = public
as $$
    select k.tenant_id, k.subject_id from contact_keys k
    where k.bucket = 0 and k.program_id = 0 and k.key = p_key and k.subject_id is not null
    order by k.tenant_id
$$;

-- Forgets what has no use any more: windows of attempts that have passed, sessions and mails that are over. The application itself
-- may delete nothing.
create function identity_sweep(p_before timestamptz) returns void
language sql volatile security definer set search_path = public
as $$
    delete from attempts where until < p_before;
    delete from sessions where expires_at < p_before or ended_at < p_before;
    delete from mails where made_at < p_before and (sent_at is not null or refused_at is not null);
$$;
revoke all on function identity_find_staff(bytea), identity_sweep(timestamptz) from public;
grant execute on function identity_find_staff(bytea), identity_sweep(timestamptz) to praemia_app;
