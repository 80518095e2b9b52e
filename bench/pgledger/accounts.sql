-- Ten thousand accounts and an issuer with known names, so that a client can pick one by number.
insert into pgledger_accounts (id, name, currency, allow_negative_balance, allow_positive_balance, created_at, updated_at)
select 'member_' || n, 'member ' || n, 'EUR', true, true, timestamptz '2025-01-01', timestamptz '2025-01-01' from generate_series(1, 10000) as n
union all
select 'issuer', 'issuer', 'EUR', true, true, timestamptz '2025-01-01', timestamptz '2025-01-01';
analyze pgledger_accounts;
