\set payee random(1, 10000)
select id from pgledger_create_transfer('issuer', 'member_' || :payee, 10);
