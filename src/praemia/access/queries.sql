-- The statements of access. A key's text is nowhere: only its digest and the part that may be shown.

-- name: insert_key(tenant_id, key_id, name, prefix, digest, scopes, program_id, created_at, expires_at, issued_by)!
-- Keep a new key. The digest is unique over all tenants.
insert into api_keys (tenant_id, key_id, name, prefix, digest, scopes, program_id, created_at, expires_at, issued_by)
values (:tenant_id, :key_id, :name, :prefix, :digest, :scopes::text[], :program_id, :created_at, :expires_at, :issued_by);

-- name: find_key(digest)^
-- The key of a digest, asked before the tenant is known: a function that runs as the owner and answers nothing else.
select tenant_id, key_id, name, scopes, program_id, expires_at, revoked_at, issued_by from access_find_key(:digest);

-- name: keys_of(tenant_id)
-- Every key of the tenant, newest first, revoked ones included.
select tenant_id, key_id, name, prefix, scopes, program_id, created_at, expires_at, revoked_at, issued_by
from api_keys
where tenant_id = :tenant_id
order by created_at desc, key_id desc;

-- name: revoke_key(tenant_id, key_id, at)$
-- Mark a key as revoked; the first instant stays when it is done twice. No row: there is no such key.
update api_keys set revoked_at = coalesce(revoked_at, :at::timestamptz)
where tenant_id = :tenant_id and key_id = :key_id
returning revoked_at;

-- name: all_tenants()
-- The ids of all tenants, for the workers.
select tenant_id from access_all_tenants() as t(tenant_id);

-- name: find_tenant(slug)$
-- The id of a tenant, null when there is none.
select access_find_tenant(:slug::text);

-- name: create_tenant(slug, name, first_bucket, bucket_span, at)!
-- Make a tenant unless it exists.
select access_create_tenant(:slug::text, :name::text, :first_bucket::int, :bucket_span::int, :at::timestamptz);

-- name: lock_audit(tenant_id)$
-- Who appends to the log waits here until the one before has committed. Compatible with what foreign keys lock.
select t.tenant_id from tenants t where t.tenant_id = :tenant_id for no key update;

-- name: audit_head(tenant_id)^
-- The newest entry.
select a.number, a.hash from audit a where a.tenant_id = :tenant_id order by a.number desc limit 1;

-- name: append_audit(tenant_id, number, at, actor, actor_key, actor_staff, actor_member, origin, action, subject, program_id, details, previous, hash)!
-- Append an entry.
insert into audit (tenant_id, number, at, actor, actor_key, actor_staff, actor_member, origin, action, subject, program_id, details, previous, hash)
values (:tenant_id, :number, :at, :actor, :actor_key, :actor_staff, :actor_member, :origin, :action, :subject, :program_id, :details,
        :previous, :hash);

-- name: audit_page(tenant_id, program_id, before, page)
-- A page of entries, newest first; of one programme, or (null) of all.
select a.number, a.at, a.actor, a.actor_key, a.actor_staff, a.actor_member, a.origin, a.action, a.subject, a.program_id, a.details, a.previous, a.hash
from audit a
where a.tenant_id = :tenant_id and (:program_id::int is null or a.program_id = :program_id) and (:before::bigint is null or a.number < :before)
order by a.number desc
limit :page;

-- name: audit_after(tenant_id, after, page)
-- A page of entries, oldest first.
select a.number, a.at, a.actor, a.actor_key, a.actor_staff, a.actor_member, a.origin, a.action, a.subject, a.program_id, a.details, a.previous, a.hash
from audit a
where a.tenant_id = :tenant_id and a.number > :after
order by a.number
limit :page;

-- name: insert_approval(tenant_id, approval_id, program_id, verb, subject, body, request_key, content, asked_key, asked_staff, asked_by, asked_at, expires_at)$
-- Keep a request. No row: its key names another one.
insert into approvals (tenant_id, approval_id, program_id, verb, subject, body, request_key, content, asked_key, asked_staff, asked_by, asked_at, expires_at)
values (:tenant_id, :approval_id, :program_id, :verb, :subject, :body, :request_key, :content, :asked_key, :asked_staff, :asked_by, :asked_at, :expires_at)
on conflict (tenant_id, program_id, request_key) do nothing
returning approval_id;

-- name: approval(tenant_id, program_id, approval_id)^
-- A request.
select a.approval_id, a.program_id, a.verb, a.subject, a.body, a.content, a.asked_key, a.asked_staff, a.asked_by, a.asked_at, a.expires_at,
       a.decision, a.decided_key, a.decided_staff, a.decided_by, a.decided_at, a.comment, a.event_id
from approvals a
where a.tenant_id = :tenant_id and a.program_id = :program_id and a.approval_id = :approval_id;

-- name: lock_approval(tenant_id, program_id, approval_id)^
-- A request, locked until its decision is written.
select a.approval_id, a.program_id, a.verb, a.subject, a.body, a.content, a.asked_key, a.asked_staff, a.asked_by, a.asked_at, a.expires_at,
       a.decision, a.decided_key, a.decided_staff, a.decided_by, a.decided_at, a.comment, a.event_id
from approvals a
where a.tenant_id = :tenant_id and a.program_id = :program_id and a.approval_id = :approval_id
for update;

-- name: find_approval(tenant_id, program_id, request_key)^
-- The request sent under a key.
select a.approval_id, a.program_id, a.verb, a.subject, a.body, a.content, a.asked_key, a.asked_staff, a.asked_by, a.asked_at, a.expires_at,
       a.decision, a.decided_key, a.decided_staff, a.decided_by, a.decided_at, a.comment, a.event_id
from approvals a
where a.tenant_id = :tenant_id and a.program_id = :program_id and a.request_key = :request_key;

-- name: approvals(tenant_id, program_id, waiting_at, before, page)
-- A page of requests, newest first; with an instant only those that wait for a decision then.
select a.approval_id, a.program_id, a.verb, a.subject, a.body, a.content, a.asked_key, a.asked_staff, a.asked_by, a.asked_at, a.expires_at,
       a.decision, a.decided_key, a.decided_staff, a.decided_by, a.decided_at, a.comment, a.event_id
from approvals a
where a.tenant_id = :tenant_id and a.program_id = :program_id
  and (:waiting_at::timestamptz is null or (a.decision is null and a.expires_at > :waiting_at))
  and (:before::uuid is null or a.approval_id < :before)
order by a.approval_id desc
limit :page;

-- name: approved(tenant_id, after, page)
-- A page of approved requests with the events they became.
select a.approval_id, a.event_id
from approvals a
where a.tenant_id = :tenant_id and a.decision = 'approved' and a.approval_id > :after::uuid
order by a.approval_id
limit :page;

-- name: decide(tenant_id, program_id, approval_id, decision, decided_key, decided_staff, decided_by, decided_at, comment, event_id)!
-- Write the decision of a locked request.
update approvals set decision = :decision, decided_key = :decided_key, decided_staff = :decided_staff, decided_by = :decided_by, decided_at = :decided_at,
                     comment = :comment, event_id = :event_id
where tenant_id = :tenant_id and program_id = :program_id and approval_id = :approval_id and decision is null;

-- name: insert_staff(tenant_id, staff_id, name, at, joined_at)!
-- Somebody new.
insert into staff (tenant_id, staff_id, name, invited_at, joined_at)
values (:tenant_id, :staff_id, :name, :at, :joined_at::timestamptz);

-- name: staff(tenant_id, staff_id)
-- Everybody, or one person (null: all), one row per programme they have roles in; in the order of their coming.
select s.staff_id, s.name, s.invited_at, s.joined_at, s.disabled_at, r.program_id, r.roles
from staff s
left join staff_roles r on r.tenant_id = :tenant_id and r.staff_id = s.staff_id
where s.tenant_id = :tenant_id and (:staff_id::uuid is null or s.staff_id = :staff_id)
order by s.invited_at, s.staff_id, r.program_id;

-- name: lock_staff(tenant_id)
-- Everybody, locked until the transaction ends: who counts the owners that are left must not be wrong.
select s.staff_id from staff s where s.tenant_id = :tenant_id order by s.staff_id for update;

-- name: set_roles(tenant_id, staff_id, program_id, roles, at)!
-- The roles of a person in a programme (0: everywhere).
insert into staff_roles (tenant_id, staff_id, program_id, roles, changed_at)
values (:tenant_id, :staff_id, :program_id, :roles::text[], :at)
on conflict (tenant_id, staff_id, program_id) do update set roles = excluded.roles, changed_at = excluded.changed_at;

-- name: set_staff(tenant_id, staff_id, name, joined_at, disabled_at)!
-- Name, joining and end of access of a person.
update staff s set name = :name, joined_at = :joined_at::timestamptz, disabled_at = :disabled_at::timestamptz
where s.tenant_id = :tenant_id and s.staff_id = :staff_id;

-- name: insert_invitation(tenant_id, invitation_id, staff_id, digest, made_at, expires_at)!
-- What a link opens.
insert into invitations (tenant_id, invitation_id, staff_id, digest, made_at, expires_at)
values (:tenant_id, :invitation_id, :staff_id, :digest, :made_at, :expires_at);

-- name: revoke_invitations(tenant_id, staff_id, at)!
-- Older links of a person open nothing any more.
update invitations i set revoked_at = :at
where i.tenant_id = :tenant_id and i.staff_id = :staff_id and i.used_at is null and i.revoked_at is null;

-- name: lock_invitation(tenant_id, invitation_id)^
-- An invitation, locked: of two who open it at once one is late.
select i.staff_id, i.digest, i.expires_at, i.used_at, i.revoked_at
from invitations i
where i.tenant_id = :tenant_id and i.invitation_id = :invitation_id
for update;

-- name: use_invitation(tenant_id, invitation_id, at)!
-- It was used.
update invitations i set used_at = :at where i.tenant_id = :tenant_id and i.invitation_id = :invitation_id;
