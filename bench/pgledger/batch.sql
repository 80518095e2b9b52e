select count(*) from pgledger_create_transfers((
    select array_agg(('member_' || n, 'member_' || n % 10000 + 1, 10)::transfer_request)
    from (select 1 + floor(random() * 10000)::int as n from generate_series(1, 1000)) as picked
));
