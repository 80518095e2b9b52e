-- 0004: returns of orders. Why: what came back of an order is found from the order, in turn, and a return that comes before its order has to
-- wait for it. Locks: none that matter, everything is new.

-- The returns of an order, numbered as they were settled; each is an event in the order's bucket that says where the order stands after it.
create table order_returns (
    bucket      int not null,
    tenant_id   int not null,
    order_event uuid not null,             -- the purchase
    number      int not null check (number > 0),
    event_id    uuid not null,
    primary key (bucket, tenant_id, order_event, number)
) /* by bucket */;

-- Where an order and a return that came before it meet, in the bucket of the order's number. Both write the row before they look for each
-- other, so that one of them finds the other. Only in programmes that keep such returns.
create table order_gates (
    bucket    int not null,
    tenant_id int not null,
    key       uuid not null,
    parked    uuid[] not null default '{}',   -- events of returns that wait, in turn
    primary key (bucket, tenant_id, key)
) with (fillfactor = 90) /* by bucket */;

grant select, insert on order_returns, order_gates to praemia_app;
grant update (parked) on order_gates to praemia_app;

do $$
declare
    t text;
begin
    foreach t in array array['order_returns', 'order_gates']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy tenant on %I to praemia_app using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::int))', t);
    end loop;
end
$$;
