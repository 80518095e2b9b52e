-- Statements about who people are to us and how they prove it. Fields called sealed arrive encrypted.

-- name: insert_session(bucket, tenant_id, session_id, subject_id, kind, program_id, digest, means, at, expires_at, device)!
-- A browser that is signed in from now on.
insert into sessions (bucket, tenant_id, session_id, subject_id, kind, program_id, digest, means, made_at, proved_at, seen_at, expires_at, device)
values (:bucket, :tenant_id, :session_id, :subject_id, :kind, :program_id, :digest, :means, :at, :at, :at, :expires_at, :device);

-- name: find_session(bucket, tenant_id, session_id)^
-- A session that was not ended.
select s.session_id, s.kind, s.subject_id, s.program_id, s.digest, s.means, s.made_at, s.proved_at, s.seen_at, s.expires_at, s.device
from sessions s
where s.bucket = :bucket and s.tenant_id = :tenant_id and s.session_id = :session_id and s.ended_at is null;

-- name: sessions_of(bucket, tenant_id, subject_id)
-- The sessions of somebody that were not ended, the last used first.
select s.session_id, s.kind, s.subject_id, s.program_id, s.digest, s.means, s.made_at, s.proved_at, s.seen_at, s.expires_at, s.device
from sessions s
where s.bucket = :bucket and s.tenant_id = :tenant_id and s.subject_id = :subject_id and s.ended_at is null
order by s.seen_at desc, s.session_id;

-- name: see_session(bucket, tenant_id, session_id, at)!
-- It was used.
update sessions set seen_at = :at where bucket = :bucket and tenant_id = :tenant_id and session_id = :session_id;

-- name: end_session(bucket, tenant_id, subject_id, session_id, at)!
-- It is over; whoever it does not belong to ends nothing.
update sessions set ended_at = :at, device = ''
where bucket = :bucket and tenant_id = :tenant_id and session_id = :session_id and subject_id = :subject_id and ended_at is null;

-- name: end_sessions(bucket, tenant_id, subject_id, kept, at)!
-- All sessions of somebody are over, but the kept one (null: none is).
update sessions set ended_at = :at, device = ''
where bucket = :bucket and tenant_id = :tenant_id and subject_id = :subject_id and ended_at is null
  and (:kept::uuid is null or session_id <> :kept);

-- name: claim_key(bucket, tenant_id, program_id, key, subject_id)$
-- Take an address for somebody, unless it is another's. Answers whose it is now.
insert into contact_keys as k (bucket, tenant_id, program_id, key, subject_id)
values (:bucket, :tenant_id, :program_id, :key, :subject_id)
on conflict (bucket, tenant_id, program_id, key) do update set subject_id = coalesce(k.subject_id, excluded.subject_id)
returning k.subject_id;

-- name: find_key(bucket, tenant_id, program_id, key)$
-- Whose address it is.
select k.subject_id from contact_keys k
where k.bucket = :bucket and k.tenant_id = :tenant_id and k.program_id = :program_id and k.key = :key;

-- name: free_key(bucket, tenant_id, program_id, key, subject_id, noise)!
-- Set an address free: nothing of it stays.
update contact_keys set key = :noise, subject_id = null
where bucket = :bucket and tenant_id = :tenant_id and program_id = :program_id and key = :key and subject_id = :subject_id;

-- name: find_staff(key)
-- Whose address it is among the staff of all tenants: asked before the tenant is known.
select f.tenant_id, f.subject_id from identity_find_staff(:key) f;

-- name: set_contact(bucket, tenant_id, subject_id, program_id, email, name, lang, verified_at, at)!
-- Who somebody is to us, sealed.
insert into contacts (bucket, tenant_id, subject_id, program_id, email, name, lang, verified_at, changed_at)
values (:bucket, :tenant_id, :subject_id, :program_id, :email::bytea, :name::bytea, :lang::text, :verified_at::timestamptz, :at)
on conflict (bucket, tenant_id, subject_id)
do update set email = excluded.email, name = excluded.name, lang = excluded.lang, verified_at = excluded.verified_at,
              changed_at = excluded.changed_at, erased_at = null;

-- name: contacts(tenant_id, buckets, subjects)
-- Who people are to us, sealed.
select c.subject_id, c.program_id, c.email, c.name, c.lang, c.verified_at, c.erased_at
from unnest(:buckets::int[], :subjects::uuid[]) as want(bucket, subject_id)
cross join lateral (select c.* from contacts c
    where c.bucket = want.bucket and c.tenant_id = :tenant_id and c.subject_id = want.subject_id offset 0) as c;

-- name: erase_contact(bucket, tenant_id, subject_id, at)!
-- Forget who somebody is.
update contacts set email = null, name = null, lang = null, verified_at = null, changed_at = :at, erased_at = :at
where bucket = :bucket and tenant_id = :tenant_id and subject_id = :subject_id;

-- name: set_password(bucket, tenant_id, subject_id, hash, at)!
-- A password's hash; null takes it out.
insert into passwords (bucket, tenant_id, subject_id, hash, changed_at)
values (:bucket, :tenant_id, :subject_id, :hash::text, :at)
on conflict (bucket, tenant_id, subject_id) do update set hash = excluded.hash, changed_at = excluded.changed_at;

-- name: password(bucket, tenant_id, subject_id)^
-- The password of somebody.
select p.hash, p.changed_at, p.skipped_at from passwords p
where p.bucket = :bucket and p.tenant_id = :tenant_id and p.subject_id = :subject_id and p.hash is not null;

-- name: skip_factor(bucket, tenant_id, subject_id, at)!
-- A second factor was offered and put off.
update passwords set skipped_at = coalesce(skipped_at, :at)
where bucket = :bucket and tenant_id = :tenant_id and subject_id = :subject_id;

-- name: insert_passkey(bucket, tenant_id, subject_id, credential_id, public_key, sign_count, name, at)$
-- A new passkey. No row: this device is registered already.
insert into passkeys (bucket, tenant_id, subject_id, credential_id, public_key, sign_count, name, made_at)
values (:bucket, :tenant_id, :subject_id, :credential_id, :public_key, :sign_count, :name, :at)
on conflict do nothing
returning credential_id;

-- name: passkeys(bucket, tenant_id, subject_id)
-- The passkeys of somebody, the oldest first.
select p.credential_id, p.public_key, p.sign_count, p.name, p.made_at, p.used_at
from passkeys p
where p.bucket = :bucket and p.tenant_id = :tenant_id and p.subject_id = :subject_id and p.removed_at is null
order by p.made_at, p.credential_id;

-- name: use_passkey(bucket, tenant_id, subject_id, credential_id, sign_count, at)!
-- It was used.
update passkeys set sign_count = :sign_count, used_at = :at
where bucket = :bucket and tenant_id = :tenant_id and subject_id = :subject_id and credential_id = :credential_id;

-- name: remove_passkey(bucket, tenant_id, subject_id, credential_id, at)!
-- It opens nothing any more.
update passkeys set removed_at = :at
where bucket = :bucket and tenant_id = :tenant_id and subject_id = :subject_id and credential_id = :credential_id and removed_at is null;

-- name: remove_passkeys(bucket, tenant_id, subject_id, at)!
-- None of them opens anything any more.
update passkeys set removed_at = :at
where bucket = :bucket and tenant_id = :tenant_id and subject_id = :subject_id and removed_at is null;

-- name: set_authenticator(bucket, tenant_id, subject_id, secret, at)!
-- A new secret, to be confirmed; null takes it out. The last step stays: an old password never counts again.
insert into authenticators (bucket, tenant_id, subject_id, secret, made_at)
values (:bucket, :tenant_id, :subject_id, :secret::bytea, :at)
on conflict (bucket, tenant_id, subject_id)
do update set secret = excluded.secret, made_at = excluded.made_at, confirmed_at = null, last_step = 0;

-- name: lock_authenticator(bucket, tenant_id, subject_id)^
-- The authenticator of somebody, locked: of two who send one password at once, one is late.
select a.secret, a.confirmed_at, a.last_step from authenticators a
where a.bucket = :bucket and a.tenant_id = :tenant_id and a.subject_id = :subject_id and a.secret is not null
for update;

-- name: step_authenticator(bucket, tenant_id, subject_id, last_step, confirmed_at)!
-- A time step was used up.
update authenticators set last_step = :last_step, confirmed_at = :confirmed_at
where bucket = :bucket and tenant_id = :tenant_id and subject_id = :subject_id;

-- name: insert_recovery_codes(bucket, tenant_id, subject_id, digests, at)!
-- New recovery codes.
insert into recovery_codes (bucket, tenant_id, subject_id, digest, made_at)
select :bucket::int, :tenant_id::int, :subject_id::uuid, d.digest, :at::timestamptz from unnest(:digests::bytea[]) as d(digest);

-- name: void_recovery_codes(bucket, tenant_id, subject_id, at)!
-- Those before open nothing any more.
update recovery_codes set used_at = :at
where bucket = :bucket and tenant_id = :tenant_id and subject_id = :subject_id and used_at is null;

-- name: use_recovery_code(bucket, tenant_id, subject_id, digest, at)$
-- Use one up. No row: there is none.
update recovery_codes set used_at = :at
where bucket = :bucket and tenant_id = :tenant_id and subject_id = :subject_id and digest = :digest and used_at is null
returning digest;

-- name: count_recovery_codes(bucket, tenant_id, subject_id)$
-- How many are left.
select count(*) from recovery_codes r
where r.bucket = :bucket and r.tenant_id = :tenant_id and r.subject_id = :subject_id and r.used_at is null;

-- name: count_attempt(key, at, until)^
-- One more within the window, which begins anew when the old one has passed.
insert into attempts as a (key, used, until) values (:key, 1, :until)
on conflict (key) do update set used = case when a.until <= :at then 1 else a.used + 1 end,
                                until = case when a.until <= :at then excluded.until else a.until end
returning used, until;

-- name: clear_attempts(key, at)!
-- It went well: the window is over.
update attempts set used = 0, until = :at where key = :key;

-- name: sweep(before)!
-- Forget what is over.
select identity_sweep(:before::timestamptz);
