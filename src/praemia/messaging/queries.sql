-- Statements of the outbox. Recipient and content arrive encrypted.

-- name: insert_mail(bucket, tenant_id, mail_id, program_id, kind, recipient, content, at)!
-- A mail to be sent.
insert into mails (bucket, tenant_id, mail_id, program_id, kind, recipient, content, made_at)
values (:bucket, :tenant_id, :mail_id, :program_id, :kind, :recipient, :content, :at);

-- name: find_mail(bucket, tenant_id, mail_id)^
-- A mail that is still to be sent.
select m.mail_id, m.kind, m.recipient, m.content, m.made_at, m.sent_at, m.refused_at
from mails m
where m.bucket = :bucket and m.tenant_id = :tenant_id and m.mail_id = :mail_id and m.sent_at is null and m.refused_at is null;

-- name: waiting_mails(tenant_id, first_bucket, last_bucket, since)
-- Mails since an instant that are still to be sent, the oldest first.
select m.mail_id
from mails m
where m.tenant_id = :tenant_id and m.bucket between :first_bucket and :last_bucket and m.made_at >= :since
  and m.sent_at is null and m.refused_at is null
order by m.made_at, m.mail_id;

-- name: close_mail(bucket, tenant_id, mail_id, sent_at, refused_at)!
-- It has gone, or never will; nothing of it stays.
update mails set sent_at = :sent_at::timestamptz, refused_at = :refused_at::timestamptz, recipient = null, content = null, tries = tries + 1
where bucket = :bucket and tenant_id = :tenant_id and mail_id = :mail_id;

-- name: outbox(tenant_id, program_id, first_bucket, last_bucket, page)
-- The newest mails of a programme (0: of the tenant).
select m.mail_id, m.kind, m.recipient, m.content, m.made_at, m.sent_at, m.refused_at
from mails m
where m.tenant_id = :tenant_id and m.program_id = :program_id and m.bucket between :first_bucket and :last_bucket
order by m.mail_id desc
limit :page;
