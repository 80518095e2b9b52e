-- 0016: lanes of a night. Why: a night with much to do is lived by two at once, each in buckets of its own, so a night needs several
-- places to go on from. Locks: `nights` for the length of one statement; it has a row for each programme and is read once a minute.

-- A lane is a range of buckets in which a step is still to be lived: from `from_bucket` to `to_bucket`, nothing when the first is
-- behind the last. Lane 0 alone holds a night that nobody has split.
alter table nights add column lane int not null default 0;
alter table nights add column to_bucket int not null default 1023;
-- The key becomes longer, and nothing refers to the shorter one. A row for each programme: it is built in no time.
-- squawk-ignore ban-drop-constraint
alter table nights drop constraint nights_pkey;
-- squawk-ignore adding-serial-primary-key-field, constraint-missing-not-valid
alter table nights add primary key (tenant_id, program_id, lane);

grant update (to_bucket) on nights to praemia_app;
