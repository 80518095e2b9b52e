-- The statements of the staging database, a private DuckDB that lives for one import. Not PostgreSQL: the bulk import's own
-- tables are in queries.sql. ${...} is filled in by staging.py; expressions come from the mapping, everything else is quoted.

-- name: settings
-- No extension is fetched, memory is bounded (DuckDB spills into `folder`), and order is kept, so that rows have numbers.
set autoinstall_known_extensions = false;
set autoload_known_extensions = false;
set preserve_insertion_order = true;
set TimeZone = 'UTC';
set memory_limit = '${memory}';
set threads = ${threads};
set temp_directory = ${folder}

-- name: seal
-- From here on expressions of the mapping can read nothing but the named sources.
set allowed_paths = ${files};
set allowed_directories = ${folders};
set enable_external_access = false;
set lock_configuration = true

-- name: macros
-- Money is exact: a number is read from its own text into a decimal, never through a binary fraction. A binary number that
-- is no decimal of nine places (0.1 + 0.2) is a fault, unless a rounding is named. Halves: see AmountRounding.
create macro praemia_exact(t) as try_cast(t as decimal(30, 9));
create macro praemia_whole(d) as ${rounded};
create macro praemia_minor(t, scale) as try_cast(praemia_whole(praemia_exact(t) * scale) as bigint);
create macro praemia_fault(t, scale, low, high, name) as case
    when t is null then null
    when praemia_exact(t) is null then name || ':unreadable:' || t
    when not ${rounds} and cast(praemia_exact(t) as double) <> try_cast(t as double) then name || ':inexact:' || t
    when not ${rounds} and praemia_exact(t) * scale <> floor(praemia_exact(t) * scale) then name || ':not_whole:' || t
    when coalesce(praemia_minor(t, scale) not between low and high, true) then name || ':range:' || t
end;
create macro praemia_text_fault(t, longest, name) as case
    when t is null then null
    when length(t) not between 1 and longest or regexp_matches(t, '[\x00-\x1f\x7f]') then name || ':text:' || t[:40]
end

-- name: source
-- A source as a table; the rows of the first one are numbered, for the report.
create view ${name} as select *${numbered} from ${reader}

-- name: count_source
-- How many rows the first source has.
select count(*) from ${name}

-- name: type_of
-- The type of an expression over the joined sources.
select typeof(${expression}) from ${joined} limit 1

-- name: rows
-- Every joined row with the reason it is left out for, who and when, and what an event needs, as text.
create table praemia_rows as
select source.*, ${faults} as fault
from (
    select praemia_row as row, ${left_out} as left_out, nullif(cast((${identity}) as varchar), '') as identity,
           nullif(cast((${member}) as varchar), '') as member, ${instant} as moment, ${raw_instant} as raw_at${columns}
    from ${joined}
) as source

-- name: count_rows
-- How many rows the join made, of how many source rows, how many of them name no member, and which were left out.
select count(*), count(distinct row), count(*) filter (member is null) from praemia_rows

-- name: count_left_out
-- Rows left out, by reason.
select left_out, count(*) from praemia_rows where left_out is not null group by left_out order by left_out

-- name: events
-- Rows of one identity are one event, at the time of its earliest row. What is said of the event as a whole must agree.
create table praemia_events as
with grouped as (
    select identity, case when identity is null then row end as loner, count(*) as rows, min(row) as row, min(moment) as moment, min(member) as member,
           coalesce(min(fault), ${disagreements}) as fault${chosen}
    from praemia_rows
    where left_out is null
    group by all
), checked as (
    select * replace (coalesce(
        case when identity is null then '${identity_key}:missing:' end,
        praemia_text_fault(identity, 200, '${identity_key}'),
        case when member is null and ${needs_member} then 'member:missing:' end,
        praemia_text_fault(member, 200, 'member'),
        fault
    ) as fault)
    from grouped
), inside as (
    select * from checked
    where moment is null or (moment >= ${opens} and moment < ${closes})
)
select row_number() over (order by moment nulls last, identity nulls last, row) - 1 as position, * exclude (loner),
       fault is null and member is not null
           and row_number() over (partition by member, fault is null order by moment, identity, row) = 1 as first_of_member
from inside

-- name: count_events
-- How many events there are, and how many rows belong to none because they lie outside the window.
select count(*), (select count(*) from praemia_rows where left_out is null) - coalesce(sum(rows), 0)::bigint from praemia_events

-- name: lines
-- The lines of the events in the order of the files, beside their events, so that a batch reads a contiguous stretch.
create table praemia_lines as
select e.position, r.row, ${line} as line
from praemia_rows r join praemia_events e on e.identity = r.identity
where r.left_out is null and e.fault is null
order by e.position, r.row

-- name: batch
-- The events of a stretch, with their lines as one JSON text each.
select e.position, e.row, e.identity, e.member, epoch_us(e.moment), e.first_of_member, e.fault, to_json(${details}), l.lines
from praemia_events e
left join (
    select position, to_json(list(line order by row, line)) as lines
    from praemia_lines where position >= ? and position < ? group by position
) l on l.position = e.position
where e.position >= ? and e.position < ?
order by e.position

-- name: batch_without_lines
-- The same for kinds that have no lines.
select e.position, e.row, e.identity, e.member, epoch_us(e.moment), e.first_of_member, e.fault, to_json(${details}), null
from praemia_events e
where e.position >= ? and e.position < ?
order by e.position
