-- 0017: rows as statements take them. Why: a list of rows is one array, instead of an array for each column; every parameter costs both
-- sides something, however short its list, and the driver asks each element of an array whether it is a list itself. The tenant is not
-- among the columns: a transaction has one. A type gets columns only at its end, with whoever writes them. Locks: none.

-- Where something is looked for.
create type place as (bucket int, id uuid);
create type key_place as (bucket int, key text);
create type counter_place as (bucket int, owner_id uuid, counter text, period date);

-- What is written.
create type event_key_row as (bucket int, key uuid, content uuid, event_id uuid);

create type event_row as (
    bucket int, event_id uuid, received_at timestamptz, program_id int, member_id uuid, kind text, occurred_at timestamptz,
    posted_at timestamptz, version int, inputs json, verdict json
);

create type counter_row as (bucket int, owner_id uuid, counter text, period date, used bigint, last_at timestamptz);

create type transfer_row as (
    bucket int, owner_id uuid, event_id uuid, line smallint, unit smallint, program_id int, kind text, amount bigint,
    occurred_at timestamptz, posted_at timestamptz, earned_at timestamptz, opens_on date, last_day date, origin uuid
);

create type lot_state_row as (
    bucket int, owner_id uuid, event_id uuid, line smallint, remaining bigint, pending boolean, last_day date
);

create type allocation_row as (
    bucket int, owner_id uuid, event_id uuid, line smallint, lot_event_id uuid, lot_line smallint, amount bigint
);

create type account_row as (
    bucket int, owner_id uuid, unit smallint, available bigint, pending bigint, held bigint, debt bigint, lifetime bigint, due_day date,
    lots_from uuid
);
