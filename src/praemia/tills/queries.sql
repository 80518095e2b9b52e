-- Statements about tills. A terminal's rows lie in the bucket its id carries.

-- name: insert_terminal(tenant_id, bucket, terminal_id, program_id, name, location, public_key, snapshot_key, at)!
-- A new terminal.
insert into terminals (bucket, tenant_id, terminal_id, program_id, name, location, public_key, snapshot_key, registered_at)
values (:bucket, :tenant_id, :terminal_id, :program_id, :name, :location, :public_key, :snapshot_key, :at);

-- name: terminal(tenant_id, bucket, terminal_id)^
-- One terminal.
select t.terminal_id, t.program_id, t.name, t.location, t.public_key, t.next_sequence, t.snapshots, t.skew_seconds, t.registered_at,
       t.seen_at, t.revoked_at
from terminals t
where t.bucket = :bucket and t.tenant_id = :tenant_id and t.terminal_id = :terminal_id;

-- name: lock_terminal(tenant_id, bucket, terminal_id)^
-- One terminal, locked: its events are taken one after the other.
select t.terminal_id, t.program_id, t.name, t.location, t.public_key, t.next_sequence, t.snapshots, t.skew_seconds, t.registered_at,
       t.seen_at, t.revoked_at
from terminals t
where t.bucket = :bucket and t.tenant_id = :tenant_id and t.terminal_id = :terminal_id
for no key update of t;

-- name: snapshot_key(tenant_id, bucket, terminal_id)$
-- The key that signs a terminal's snapshots.
select t.snapshot_key from terminals t where t.bucket = :bucket and t.tenant_id = :tenant_id and t.terminal_id = :terminal_id;

-- name: terminals(tenant_id, program_id)
-- Every terminal of a programme, the newest first.
select t.terminal_id, t.program_id, t.name, t.location, t.public_key, t.next_sequence, t.snapshots, t.skew_seconds, t.registered_at,
       t.seen_at, t.revoked_at
from terminals t
where t.tenant_id = :tenant_id and t.program_id = :program_id
order by t.registered_at desc, t.terminal_id desc;

-- name: note_report(tenant_id, bucket, terminal_id, skew_seconds, at)!
-- A terminal spoke; its clock was so far ahead.
update terminals t set seen_at = :at, skew_seconds = :skew_seconds
where t.bucket = :bucket and t.tenant_id = :tenant_id and t.terminal_id = :terminal_id;

-- name: note_taken(tenant_id, bucket, terminal_id, next_sequence)!
-- An event of a locked terminal was taken.
update terminals t set next_sequence = :next_sequence
where t.bucket = :bucket and t.tenant_id = :tenant_id and t.terminal_id = :terminal_id;

-- name: note_snapshot(tenant_id, bucket, terminal_id, number)!
-- A locked terminal got a snapshot.
update terminals t set snapshots = :number
where t.bucket = :bucket and t.tenant_id = :tenant_id and t.terminal_id = :terminal_id;

-- name: revoke_terminal(tenant_id, bucket, terminal_id, at)!
-- Take a terminal out of use; the first instant stays.
update terminals t set revoked_at = coalesce(t.revoked_at, :at::timestamptz)
where t.bucket = :bucket and t.tenant_id = :tenant_id and t.terminal_id = :terminal_id;

-- name: insert_snapshot(tenant_id, bucket, terminal_id, number, program_id, taken_at, valid_until, salt, unit, bands, cards)!
-- What a terminal was told.
insert into till_snapshots (bucket, tenant_id, terminal_id, number, program_id, taken_at, valid_until, salt, unit, bands, cards)
values (:bucket, :tenant_id, :terminal_id, :number, :program_id, :taken_at, :valid_until, :salt, :unit, :bands::bigint[], :cards::jsonb);

-- name: find_snapshot(tenant_id, bucket, terminal_id, number, digest)^
-- A snapshot, of its cards only the one with that digest.
select s.terminal_id, s.number, s.taken_at, s.valid_until, s.salt, s.unit, s.bands, s.cards -> :digest::text as band
from till_snapshots s
where s.bucket = :bucket and s.tenant_id = :tenant_id and s.terminal_id = :terminal_id and s.number = :number;

-- name: snapshot_salt(tenant_id, bucket, terminal_id, number)$
-- What the digests of a snapshot are made with.
select s.salt from till_snapshots s
where s.bucket = :bucket and s.tenant_id = :tenant_id and s.terminal_id = :terminal_id and s.number = :number;

-- name: empty_snapshots(tenant_id, bucket, terminal_id, before)!
-- Forget the cards of a terminal's snapshots that have been over for long.
update till_snapshots s set cards = '{}'
where s.bucket = :bucket and s.tenant_id = :tenant_id and s.terminal_id = :terminal_id and s.valid_until < :before and s.cards <> '{}';

-- name: cards_with_balances(tenant_id, program_id, unit, most)
-- Cards for a snapshot with what their members hold: those that do not work first, because a till has to refuse them, then the newest.
select c.number as shown, c.condition = 'active' and (m.status = 'active' or m.successor_id is not null) as works, m.member_id, m.successor_id,
       coalesce(a.available, 0) as available, a.due_day
from cards c
join members m on m.bucket = c.bucket and m.tenant_id = :tenant_id and m.member_id = c.member_id
left join accounts a on a.bucket = c.bucket and a.tenant_id = :tenant_id and a.owner_id = c.member_id and a.unit = :unit
where c.tenant_id = :tenant_id and c.program_id = :program_id
order by c.condition = 'active', c.issued_at desc, c.number
limit :most;

-- name: members_with_balances(tenant_id, program_id, unit, most)
-- Members for a snapshot, who are shown by their reference, the newest first.
select m.reference as shown, m.status = 'active' or m.successor_id is not null as works, m.member_id, m.successor_id,
       coalesce(a.available, 0) as available, a.due_day
from members m
left join accounts a on a.bucket = m.bucket and a.tenant_id = :tenant_id and a.owner_id = m.member_id and a.unit = :unit
where m.tenant_id = :tenant_id and m.program_id = :program_id
order by m.enrolled_at desc, m.reference
limit :most;

-- name: span(tenant_id)^
-- The buckets in which the tenant's members lie.
select t.first_bucket, t.bucket_span from tenants t where t.tenant_id = :tenant_id;

-- name: regulars(tenant_id, program_id, first_bucket, last_bucket, received_since, occurred_since, location, each, most)
-- Who was at a place lately, the last first: looked for among the newest events of every bucket, of whatever programme, so that it costs
-- the same however many there are.
select e.member_id
from generate_series(:first_bucket::int, :last_bucket::int) as b(bucket)
cross join lateral (
    select y.program_id, y.member_id, y.occurred_at, y.inputs
    from events y
    where y.bucket = b.bucket and y.tenant_id = :tenant_id and y.received_at > :received_since::timestamptz
    order by y.event_id desc
    limit :each
) as e
where e.program_id = :program_id and e.member_id is not null and e.occurred_at > :occurred_since::timestamptz and e.inputs ->> 'location' = :location::text
group by e.member_id
order by max(e.occurred_at) desc, e.member_id
limit :most;

-- name: shown_by(tenant_id, buckets, members, unit)
-- Everything that these members may show, in their order: cards before the reference.
select w.shown, w.works, w.member_id, w.successor_id, coalesce(a.available, 0) as available, a.due_day
from (
    select want.place, 0 as rank, c.number as shown, c.condition = 'active' and (m.status = 'active' or m.successor_id is not null) as works,
           m.bucket, m.member_id, m.successor_id
    from unnest(:buckets::int[], :members::uuid[]) with ordinality as want(bucket, member_id, place)
    cross join lateral (select m.* from members m
        where m.bucket = want.bucket and m.tenant_id = :tenant_id and m.member_id = want.member_id offset 0) as m
    cross join lateral (select c.* from cards c
        where c.bucket = want.bucket and c.tenant_id = :tenant_id and c.member_id = want.member_id offset 0) as c
    union all
    select want.place, 1, m.reference, m.status = 'active' or m.successor_id is not null, m.bucket, m.member_id, m.successor_id
    from unnest(:buckets::int[], :members::uuid[]) with ordinality as want(bucket, member_id, place)
    cross join lateral (select m.* from members m
        where m.bucket = want.bucket and m.tenant_id = :tenant_id and m.member_id = want.member_id offset 0) as m
) as w
left join lateral (select a.* from accounts a
    where a.bucket = w.bucket and a.tenant_id = :tenant_id and a.owner_id = w.member_id and a.unit = :unit offset 0) as a on true
order by w.place, w.rank, w.shown;

-- name: insert_event(tenant_id, bucket, terminal_id, sequence, program_id, content, said, state, outcome, occurred_at, received_at)!
-- What a terminal sent and how it was answered.
insert into till_events (bucket, tenant_id, terminal_id, sequence, program_id, content, said, state, outcome, occurred_at, received_at)
values (:bucket, :tenant_id, :terminal_id, :sequence, :program_id, :content, :said, :state, :outcome::jsonb, :occurred_at, :received_at);

-- name: find_event(tenant_id, bucket, terminal_id, sequence)^
-- One event of a terminal.
select e.terminal_id, e.sequence, e.program_id, e.content, e.said, e.state, e.outcome, e.settled, e.occurred_at, e.received_at
from till_events e
where e.bucket = :bucket and e.tenant_id = :tenant_id and e.terminal_id = :terminal_id and e.sequence = :sequence;

-- name: wrong_sequences(tenant_id, first_bucket, last_bucket)
-- T1, for `praemia verify`: terminals whose kept events are not exactly 1, 2, … up to what they have to send next; and events of none.
select e.bucket, e.terminal_id, coalesce(t.next_sequence, 1) as next_sequence, count(e.sequence) as events, max(e.sequence) as last
from till_events e
left join terminals t on t.bucket = e.bucket and t.tenant_id = :tenant_id and t.terminal_id = e.terminal_id
where e.tenant_id = :tenant_id and e.bucket between :first_bucket and :last_bucket
group by e.bucket, e.terminal_id, t.next_sequence
having count(e.sequence) <> coalesce(t.next_sequence, 1) - 1 or max(e.sequence) <> coalesce(t.next_sequence, 1) - 1
union all
select t.bucket, t.terminal_id, t.next_sequence, 0, null
from terminals t
where t.tenant_id = :tenant_id and t.bucket between :first_bucket and :last_bucket and t.next_sequence <> 1
  and not exists (select from till_events e where e.bucket = t.bucket and e.tenant_id = :tenant_id and e.terminal_id = t.terminal_id)
order by 1, 2;

-- name: events_page(tenant_id, first_bucket, last_bucket, after_bucket, after_terminal, after_sequence, page)
-- A page of what terminals sent, for `praemia verify`.
select e.bucket, e.terminal_id, e.sequence, e.program_id, e.content, e.said, e.state, e.outcome, e.settled, e.occurred_at, e.received_at
from till_events e
where e.tenant_id = :tenant_id and e.bucket between :first_bucket and :last_bucket
  and (e.bucket, e.terminal_id, e.sequence) > (:after_bucket::int, :after_terminal::uuid, :after_sequence::bigint)
order by e.bucket, e.terminal_id, e.sequence
limit :page;

-- name: terminal_days(tenant_id, first_bucket, last_bucket)
-- What terminals did without a network, by day.
select d.bucket, d.owner_id, d.day, d.sales, d.burned
from till_days d
join terminals t on t.bucket = d.bucket and t.tenant_id = :tenant_id and t.terminal_id = d.owner_id
where d.tenant_id = :tenant_id and d.bucket between :first_bucket and :last_bucket
order by d.bucket, d.owner_id, d.day;

-- name: is_emptied(tenant_id, bucket, terminal_id, number)$
-- Whether a snapshot's cards have been forgotten.
select s.cards = '{}' from till_snapshots s
where s.bucket = :bucket and s.tenant_id = :tenant_id and s.terminal_id = :terminal_id and s.number = :number;

-- name: conflicts(tenant_id, program_id, most)
-- What waits for somebody to settle it, the oldest first.
select e.terminal_id, e.sequence, e.program_id, e.content, e.said, e.state, e.outcome, e.settled, e.occurred_at, e.received_at
from till_events e
where e.tenant_id = :tenant_id and e.program_id = :program_id and e.state = 'conflict'
order by e.received_at, e.terminal_id, e.sequence
limit :most;

-- name: settle_event(tenant_id, bucket, terminal_id, sequence, settled)!
-- What somebody did about a conflict of a locked terminal.
update till_events e set state = 'settled', settled = :settled::jsonb
where e.bucket = :bucket and e.tenant_id = :tenant_id and e.terminal_id = :terminal_id and e.sequence = :sequence;

-- name: add_to_day(tenant_id, bucket, owner_id, day, program_id, burned)^
-- One more sale of a day, with points that paid; answers the sums, the row being locked.
insert into till_days (bucket, tenant_id, owner_id, day, program_id, sales, burned)
values (:bucket, :tenant_id, :owner_id, :day, :program_id, 1, :burned)
on conflict (bucket, tenant_id, owner_id, day) do update set sales = till_days.sales + 1, burned = till_days.burned + excluded.burned
returning sales, burned;
