\set payer random(1, 10000)
\set step random(1, 9999)
\set payee (:payer + :step - 1) % 10000 + 1
select id from pgledger_create_transfer('member_' || :payer, 'member_' || :payee, 10);
