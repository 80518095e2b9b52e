-- The schema after all migrations, plain layout, without the monthly parts of events.
-- Written by `make schema`; do not edit.

CREATE FUNCTION public.access_all_tenants() RETURNS SETOF integer
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$ select t.tenant_id from tenants t order by t.tenant_id $$;

CREATE FUNCTION public.access_create_tenant(p_slug text, p_name text, p_first_bucket integer, p_bucket_span integer, p_at timestamp with time zone) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
    insert into tenants (tenant_id, slug, name, first_bucket, bucket_span, created_at)
    select coalesce(max(t.tenant_id), 0) + 1, p_slug, p_name, p_first_bucket, p_bucket_span, p_at from tenants t
    on conflict do nothing   -- somebody was first, with the name or with the number: the caller looks again
    returning tenant_id
$$;

CREATE FUNCTION public.access_find_key(p_digest bytea) RETURNS TABLE(tenant_id integer, key_id uuid, name text, scopes text[], program_id integer, expires_at timestamp with time zone, revoked_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$ select k.tenant_id, k.key_id, k.name, k.scopes, k.program_id, k.expires_at, k.revoked_at from api_keys k where k.digest = p_digest $$;

CREATE FUNCTION public.access_find_tenant(p_slug text) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$ select t.tenant_id from tenants t where t.slug = p_slug $$;

CREATE FUNCTION public.open_event_months(p_month date, p_count integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
declare
    m date := date_trunc('month', p_month)::date;
    name text;
begin
    if (select partstrat from pg_partitioned_table where partrelid = 'events'::regclass) <> 'r' then
        return;
    end if;
    for i in 1..p_count loop
        name := 'events_' || to_char(m, 'YYYY_MM');
        if to_regclass(name) is null then
            execute format('create table %I partition of events for values from (%L) to (%L)', name,
                           m::timestamp at time zone 'UTC', (m + interval '1 month')::timestamp at time zone 'UTC');
        end if;
        m := (m + interval '1 month')::date;
    end loop;
end
$$;

CREATE TABLE public.accounts (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    owner_id uuid NOT NULL,
    unit smallint NOT NULL,
    program_id integer NOT NULL,
    available bigint DEFAULT 0 NOT NULL,
    pending bigint DEFAULT 0 NOT NULL,
    held bigint DEFAULT 0 NOT NULL,
    debt bigint DEFAULT 0 NOT NULL,
    lifetime bigint DEFAULT 0 NOT NULL,
    due_day date,
    CONSTRAINT accounts_check CHECK ((available >= (- debt))),
    CONSTRAINT accounts_debt_check CHECK ((debt >= 0)),
    CONSTRAINT accounts_held_check CHECK ((held >= 0)),
    CONSTRAINT accounts_lifetime_check CHECK ((lifetime >= 0)),
    CONSTRAINT accounts_pending_check CHECK ((pending >= 0))
)
WITH (fillfactor='90');

CREATE TABLE public.allocations (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    owner_id uuid NOT NULL,
    event_id uuid NOT NULL,
    line smallint NOT NULL,
    lot_event_id uuid NOT NULL,
    lot_line smallint NOT NULL,
    amount bigint NOT NULL,
    CONSTRAINT allocations_amount_check CHECK ((amount <> 0))
);

CREATE TABLE public.api_keys (
    tenant_id integer NOT NULL,
    key_id uuid NOT NULL,
    name text NOT NULL,
    prefix text NOT NULL,
    digest bytea NOT NULL,
    scopes text[] NOT NULL,
    program_id integer,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone
);

CREATE TABLE public.chart (
    kind text NOT NULL,
    from_role text NOT NULL,
    to_role text NOT NULL
);

CREATE TABLE public.counters (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    owner_id uuid NOT NULL,
    counter text NOT NULL,
    period date NOT NULL,
    used bigint NOT NULL,
    last_at timestamp with time zone
)
WITH (fillfactor='90');

CREATE TABLE public.transfers (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    owner_id uuid NOT NULL,
    event_id uuid NOT NULL,
    line smallint NOT NULL,
    unit smallint NOT NULL,
    program_id integer NOT NULL,
    amount bigint NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    posted_at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    CONSTRAINT transfers_amount_check CHECK ((amount > 0)),
    CONSTRAINT transfers_kind_check CHECK ((kind = ANY (ARRAY['earn'::text, 'promise'::text, 'open'::text, 'void'::text, 'reverse'::text, 'hold'::text, 'release'::text, 'capture'::text, 'spend'::text, 'restore'::text, 'expire'::text, 'reinstate'::text, 'send'::text, 'receive'::text, 'credit'::text, 'debit'::text])))
);

CREATE VIEW public.entries WITH (security_invoker='true') AS
 SELECT t.bucket,
    t.tenant_id,
    t.program_id,
    t.unit,
    t.event_id,
    t.line,
    side.n AS side,
        CASE
            WHEN (side.n = 1) THEN c.from_role
            ELSE c.to_role
        END AS role,
        CASE
            WHEN (
            CASE
                WHEN (side.n = 1) THEN c.from_role
                ELSE c.to_role
            END = ANY (ARRAY['available'::text, 'pending'::text, 'held'::text])) THEN t.owner_id
            ELSE NULL::uuid
        END AS owner_id,
        CASE
            WHEN (side.n = 1) THEN (- t.amount)
            ELSE t.amount
        END AS amount,
    t.kind,
    t.occurred_at,
    t.posted_at
   FROM ((public.transfers t
     JOIN public.chart c ON ((c.kind = t.kind)))
     CROSS JOIN ( VALUES (1), (2)) side(n));

CREATE TABLE public.event_keys (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    key uuid NOT NULL,
    content uuid NOT NULL,
    event_id uuid NOT NULL
);

CREATE TABLE public.events (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    event_id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    program_id integer NOT NULL,
    member_id uuid,
    kind text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    posted_at timestamp with time zone NOT NULL,
    version integer NOT NULL,
    inputs jsonb NOT NULL,
    verdict jsonb NOT NULL
)
PARTITION BY RANGE (received_at);

CREATE TABLE public.imports (
    tenant_id integer NOT NULL,
    program_id integer NOT NULL,
    import_key text NOT NULL,
    "position" bigint NOT NULL,
    outcome jsonb NOT NULL,
    started_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL
);

CREATE TABLE public.lookups (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    member_bucket integer NOT NULL,
    member_id uuid NOT NULL
);

CREATE TABLE public.lots (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    owner_id uuid NOT NULL,
    event_id uuid NOT NULL,
    line smallint NOT NULL,
    unit smallint NOT NULL,
    pending boolean DEFAULT false NOT NULL,
    opens_on date,
    last_day date,
    amount bigint NOT NULL,
    remaining bigint NOT NULL,
    earned_at timestamp with time zone NOT NULL,
    CONSTRAINT lots_amount_check CHECK ((amount > 0)),
    CONSTRAINT lots_check CHECK (((remaining >= 0) AND (remaining <= amount)))
)
WITH (fillfactor='90');

CREATE TABLE public.member_profiles (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    member_id uuid NOT NULL,
    program_id integer NOT NULL,
    birthdate date,
    birthday smallint,
    attributes jsonb DEFAULT '{}'::jsonb NOT NULL
);

CREATE TABLE public.members (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    member_id uuid NOT NULL,
    program_id integer NOT NULL,
    reference text NOT NULL,
    status text NOT NULL,
    enrolled_at timestamp with time zone NOT NULL,
    segments text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT members_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
    CONSTRAINT members_status_check CHECK ((status = ANY (ARRAY['active'::text, 'closed'::text])))
);

CREATE TABLE public.migrations (
    name text NOT NULL,
    digest text NOT NULL,
    applied_at timestamp with time zone NOT NULL
);

CREATE TABLE public.program_versions (
    tenant_id integer NOT NULL,
    program_id integer NOT NULL,
    version integer NOT NULL,
    effective_from timestamp with time zone NOT NULL,
    source text NOT NULL,
    digest bytea NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    applied_by text NOT NULL,
    applied_at timestamp with time zone NOT NULL,
    CONSTRAINT program_versions_version_check CHECK ((version > 0))
);

CREATE TABLE public.programs (
    tenant_id integer NOT NULL,
    program_id integer NOT NULL,
    slug text NOT NULL,
    mode text NOT NULL,
    clock timestamp with time zone,
    lived_until date,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT programs_check CHECK (((clock IS NULL) OR (mode = 'sandbox'::text))),
    CONSTRAINT programs_mode_check CHECK ((mode = ANY (ARRAY['live'::text, 'sandbox'::text])))
);

CREATE TABLE public.tenants (
    tenant_id integer NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    first_bucket integer NOT NULL,
    bucket_span integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT tenants_bucket_span_check CHECK (((bucket_span >= 1) AND (bucket_span <= 1024))),
    CONSTRAINT tenants_first_bucket_check CHECK (((first_bucket >= 0) AND (first_bucket <= 1023)))
);

CREATE TABLE public.unit_types (
    tenant_id integer NOT NULL,
    program_id integer NOT NULL,
    unit smallint NOT NULL,
    code text NOT NULL,
    decimals smallint NOT NULL,
    CONSTRAINT unit_types_decimals_check CHECK (((decimals >= 0) AND (decimals <= 6))),
    CONSTRAINT unit_types_unit_check CHECK ((unit >= 0))
);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (bucket, tenant_id, owner_id, unit);

ALTER TABLE ONLY public.allocations
    ADD CONSTRAINT allocations_pkey PRIMARY KEY (bucket, tenant_id, owner_id, event_id, line, lot_event_id, lot_line);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_digest_key UNIQUE (digest);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (tenant_id, key_id);

ALTER TABLE ONLY public.chart
    ADD CONSTRAINT chart_pkey PRIMARY KEY (kind);

ALTER TABLE ONLY public.counters
    ADD CONSTRAINT counters_pkey PRIMARY KEY (bucket, tenant_id, owner_id, counter, period);

ALTER TABLE ONLY public.event_keys
    ADD CONSTRAINT event_keys_pkey PRIMARY KEY (bucket, tenant_id, key);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (bucket, tenant_id, event_id, received_at);

ALTER TABLE ONLY public.imports
    ADD CONSTRAINT imports_pkey PRIMARY KEY (tenant_id, program_id, import_key);

ALTER TABLE ONLY public.lookups
    ADD CONSTRAINT lookups_pkey PRIMARY KEY (bucket, tenant_id, kind, key);

ALTER TABLE ONLY public.lots
    ADD CONSTRAINT lots_pkey PRIMARY KEY (bucket, tenant_id, owner_id, event_id, line);

ALTER TABLE ONLY public.member_profiles
    ADD CONSTRAINT member_profiles_pkey PRIMARY KEY (bucket, tenant_id, member_id);

ALTER TABLE ONLY public.members
    ADD CONSTRAINT members_pkey PRIMARY KEY (bucket, tenant_id, member_id);

ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.program_versions
    ADD CONSTRAINT program_versions_pkey PRIMARY KEY (tenant_id, program_id, version);

ALTER TABLE ONLY public.programs
    ADD CONSTRAINT programs_pkey PRIMARY KEY (tenant_id, program_id);

ALTER TABLE ONLY public.programs
    ADD CONSTRAINT programs_tenant_id_slug_key UNIQUE (tenant_id, slug);

ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.transfers
    ADD CONSTRAINT transfers_pkey PRIMARY KEY (bucket, tenant_id, owner_id, event_id, line);

ALTER TABLE ONLY public.unit_types
    ADD CONSTRAINT unit_types_pkey PRIMARY KEY (tenant_id, program_id, unit);

ALTER TABLE ONLY public.unit_types
    ADD CONSTRAINT unit_types_tenant_id_program_id_code_key UNIQUE (tenant_id, program_id, code);

CREATE INDEX accounts_due ON public.accounts USING btree (bucket, tenant_id, due_day) WHERE (due_day IS NOT NULL);

CREATE INDEX member_profiles_birthday ON public.member_profiles USING btree (bucket, tenant_id, program_id, birthday) WHERE (birthday IS NOT NULL);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id);

ALTER TABLE ONLY public.imports
    ADD CONSTRAINT imports_tenant_id_program_id_fkey FOREIGN KEY (tenant_id, program_id) REFERENCES public.programs(tenant_id, program_id);

ALTER TABLE ONLY public.program_versions
    ADD CONSTRAINT program_versions_tenant_id_program_id_fkey FOREIGN KEY (tenant_id, program_id) REFERENCES public.programs(tenant_id, program_id);

ALTER TABLE ONLY public.programs
    ADD CONSTRAINT programs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id);

ALTER TABLE ONLY public.unit_types
    ADD CONSTRAINT unit_types_tenant_id_program_id_fkey FOREIGN KEY (tenant_id, program_id) REFERENCES public.programs(tenant_id, program_id);

ALTER TABLE public.accounts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.allocations ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.api_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.counters ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.event_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.events ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.imports ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.lookups ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.lots ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.member_profiles ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.members ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.program_versions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.programs ENABLE ROW LEVEL SECURITY;

CREATE POLICY tenant ON public.accounts TO praemia_app USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer));

CREATE POLICY tenant ON public.allocations TO praemia_app USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer));

CREATE POLICY tenant ON public.api_keys TO praemia_app USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer));

CREATE POLICY tenant ON public.counters TO praemia_app USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer));

CREATE POLICY tenant ON public.event_keys TO praemia_app USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer));

CREATE POLICY tenant ON public.events TO praemia_app USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer));

CREATE POLICY tenant ON public.imports TO praemia_app USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer));

CREATE POLICY tenant ON public.lookups TO praemia_app USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer));

CREATE POLICY tenant ON public.lots TO praemia_app USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer));

CREATE POLICY tenant ON public.member_profiles TO praemia_app USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer));

CREATE POLICY tenant ON public.members TO praemia_app USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer));

CREATE POLICY tenant ON public.program_versions TO praemia_app USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer));

CREATE POLICY tenant ON public.programs TO praemia_app USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer));

CREATE POLICY tenant ON public.tenants TO praemia_app USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer));

CREATE POLICY tenant ON public.transfers TO praemia_app USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer));

CREATE POLICY tenant ON public.unit_types TO praemia_app USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer));

ALTER TABLE public.tenants ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.transfers ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.unit_types ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA public TO praemia_app;

REVOKE ALL ON FUNCTION public.access_all_tenants() FROM PUBLIC;
GRANT ALL ON FUNCTION public.access_all_tenants() TO praemia_app;

REVOKE ALL ON FUNCTION public.access_create_tenant(p_slug text, p_name text, p_first_bucket integer, p_bucket_span integer, p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.access_create_tenant(p_slug text, p_name text, p_first_bucket integer, p_bucket_span integer, p_at timestamp with time zone) TO praemia_app;

REVOKE ALL ON FUNCTION public.access_find_key(p_digest bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.access_find_key(p_digest bytea) TO praemia_app;

REVOKE ALL ON FUNCTION public.access_find_tenant(p_slug text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.access_find_tenant(p_slug text) TO praemia_app;

REVOKE ALL ON FUNCTION public.open_event_months(p_month date, p_count integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.open_event_months(p_month date, p_count integer) TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.accounts TO praemia_app;

GRANT UPDATE(available) ON TABLE public.accounts TO praemia_app;

GRANT UPDATE(pending) ON TABLE public.accounts TO praemia_app;

GRANT UPDATE(held) ON TABLE public.accounts TO praemia_app;

GRANT UPDATE(debt) ON TABLE public.accounts TO praemia_app;

GRANT UPDATE(lifetime) ON TABLE public.accounts TO praemia_app;

GRANT UPDATE(due_day) ON TABLE public.accounts TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.allocations TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.api_keys TO praemia_app;

GRANT UPDATE(revoked_at) ON TABLE public.api_keys TO praemia_app;

GRANT SELECT ON TABLE public.chart TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.counters TO praemia_app;

GRANT UPDATE(used) ON TABLE public.counters TO praemia_app;

GRANT UPDATE(last_at) ON TABLE public.counters TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.transfers TO praemia_app;

GRANT SELECT ON TABLE public.entries TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.event_keys TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.events TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.imports TO praemia_app;

GRANT UPDATE("position") ON TABLE public.imports TO praemia_app;

GRANT UPDATE(outcome) ON TABLE public.imports TO praemia_app;

GRANT UPDATE(updated_at) ON TABLE public.imports TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.lookups TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.lots TO praemia_app;

GRANT UPDATE(pending) ON TABLE public.lots TO praemia_app;

GRANT UPDATE(last_day) ON TABLE public.lots TO praemia_app;

GRANT UPDATE(remaining) ON TABLE public.lots TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.member_profiles TO praemia_app;

GRANT UPDATE(birthdate) ON TABLE public.member_profiles TO praemia_app;

GRANT UPDATE(birthday) ON TABLE public.member_profiles TO praemia_app;

GRANT UPDATE(attributes) ON TABLE public.member_profiles TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.members TO praemia_app;

GRANT UPDATE(status) ON TABLE public.members TO praemia_app;

GRANT UPDATE(segments) ON TABLE public.members TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.program_versions TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.programs TO praemia_app;

GRANT UPDATE(clock) ON TABLE public.programs TO praemia_app;

GRANT UPDATE(lived_until) ON TABLE public.programs TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.tenants TO praemia_app;

GRANT UPDATE(name) ON TABLE public.tenants TO praemia_app;

GRANT UPDATE(bucket_span) ON TABLE public.tenants TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.unit_types TO praemia_app;
