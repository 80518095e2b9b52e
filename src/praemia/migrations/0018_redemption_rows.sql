-- 0018: rows of redemptions, as 0017 has those of events. Why: seventeen arrays for each batch of holds, some of them of lists.
-- Locks: none.

create type redemption_row as (
    bucket int, redemption_id uuid, program_id int, member_id uuid, reward text, version int, state text, times int, unit smallint,
    quanta bigint, cash_minor bigint, terms jsonb, items text[], codes uuid[], cards uuid[], deadline timestamptz, made_at timestamptz
);

create type redemption_act_row as (
    bucket int, redemption_id uuid, state text, step text, codes uuid[], cards uuid[], deadline timestamptz, changed_at timestamptz
);
