-- The schema after all migrations, plain layout, without the monthly parts of events.
-- Written by `make schema`; do not edit.

CREATE TYPE public.account_row AS (
	bucket integer,
	owner_id uuid,
	unit smallint,
	available bigint,
	pending bigint,
	held bigint,
	debt bigint,
	lifetime bigint,
	due_day date,
	lots_from uuid
);

CREATE TYPE public.allocation_row AS (
	bucket integer,
	owner_id uuid,
	event_id uuid,
	line smallint,
	lot_event_id uuid,
	lot_line smallint,
	amount bigint
);

CREATE TYPE public.counter_place AS (
	bucket integer,
	owner_id uuid,
	counter text,
	period date
);

CREATE TYPE public.counter_row AS (
	bucket integer,
	owner_id uuid,
	counter text,
	period date,
	used bigint,
	last_at timestamp with time zone
);

CREATE TYPE public.event_key_row AS (
	bucket integer,
	key uuid,
	content uuid,
	event_id uuid
);

CREATE TYPE public.event_row AS (
	bucket integer,
	event_id uuid,
	received_at timestamp with time zone,
	program_id integer,
	member_id uuid,
	kind text,
	occurred_at timestamp with time zone,
	posted_at timestamp with time zone,
	version integer,
	inputs json,
	verdict json
);

CREATE TYPE public.key_place AS (
	bucket integer,
	key text
);

CREATE TYPE public.lot_state_row AS (
	bucket integer,
	owner_id uuid,
	event_id uuid,
	line smallint,
	remaining bigint,
	pending boolean,
	last_day date
);

CREATE TYPE public.place AS (
	bucket integer,
	id uuid
);

CREATE TYPE public.redemption_act_row AS (
	bucket integer,
	redemption_id uuid,
	state text,
	step text,
	codes uuid[],
	cards uuid[],
	deadline timestamp with time zone,
	changed_at timestamp with time zone
);

CREATE TYPE public.redemption_row AS (
	bucket integer,
	redemption_id uuid,
	program_id integer,
	member_id uuid,
	reward text,
	version integer,
	state text,
	times integer,
	unit smallint,
	quanta bigint,
	cash_minor bigint,
	terms jsonb,
	items text[],
	codes uuid[],
	cards uuid[],
	deadline timestamp with time zone,
	made_at timestamp with time zone
);

CREATE TYPE public.transfer_row AS (
	bucket integer,
	owner_id uuid,
	event_id uuid,
	line smallint,
	unit smallint,
	program_id integer,
	kind text,
	amount bigint,
	occurred_at timestamp with time zone,
	posted_at timestamp with time zone,
	earned_at timestamp with time zone,
	opens_on date,
	last_day date,
	origin uuid
);

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

CREATE FUNCTION public.access_find_key(p_digest bytea) RETURNS TABLE(tenant_id integer, key_id uuid, name text, scopes text[], program_id integer, expires_at timestamp with time zone, revoked_at timestamp with time zone, issued_by uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
    select k.tenant_id, k.key_id, k.name, k.scopes, k.program_id, k.expires_at, k.revoked_at, k.issued_by
    from api_keys k where k.digest = p_digest
$$;

CREATE FUNCTION public.access_find_tenant(p_slug text) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$ select t.tenant_id from tenants t where t.slug = p_slug $$;

CREATE FUNCTION public.addresses_claim_first() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public'
    AS $$
declare
    wanted text := left(trim(trailing '-' from new.slug), 56);
    n int := 1;
begin
    loop
        insert into addresses (address, tenant_id, program_id, preferred_at)
        values (case when n = 1 then wanted else wanted || '-' || n end, new.tenant_id, new.program_id, new.created_at)
        on conflict do nothing;
        exit when found;
        n := n + 1;
    end loop;
    return null;
end
$$;

CREATE FUNCTION public.addresses_find(p_address text) RETURNS TABLE(tenant_id integer, program_id integer, slug text, mode text, preferred text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
    select a.tenant_id, a.program_id, p.slug, p.mode,
           (select b.address from addresses b where b.tenant_id = a.tenant_id and b.program_id = a.program_id
            order by b.preferred_at desc, b.address limit 1)
    from addresses a join programs p on p.tenant_id = a.tenant_id and p.program_id = a.program_id
    where a.address = p_address
$$;

CREATE FUNCTION public.identity_find_staff(p_key bytea) RETURNS TABLE(tenant_id integer, subject_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
    select k.tenant_id, k.subject_id from contact_keys k
    where k.bucket = 0 and k.program_id = 0 and k.key = p_key and k.subject_id is not null
    order by k.tenant_id
$$;

CREATE FUNCTION public.identity_sweep(p_before timestamp with time zone) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
    delete from attempts where until < p_before;
    delete from sessions where expires_at < p_before or ended_at < p_before;
    delete from mails where made_at < p_before and (sent_at is not null or refused_at is not null);
$$;

CREATE FUNCTION public.jobs_sweep(p_before timestamp with time zone, p_most integer) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
    with over as (
        select j.bucket, j.tenant_id, j.job_id
        from jobs j
        where j.bucket between 0 and 1023 and j.done_at < p_before
        order by j.done_at
        limit p_most
        for update skip locked
    ), gone as (
        delete from jobs j using over
        where j.bucket = over.bucket and j.tenant_id = over.tenant_id and j.job_id = over.job_id
        returning 1
    )
    select count(*) from gone
$$;

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

CREATE FUNCTION public.pictures_find(p_address text, p_digest bytea) RETURNS bytea
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
    select i.content from addresses a join pictures i on i.tenant_id = a.tenant_id and i.program_id = a.program_id
    where a.address = p_address and i.digest = p_digest
$$;

CREATE FUNCTION public.proof_oldest_transaction() RETURNS timestamp with time zone
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
    select min(began) from (
        select a.xact_start as began from pg_stat_activity a
        where a.datname = current_database() and a.pid <> pg_backend_pid() and a.backend_type = 'client backend'
        union all
        select p.prepared from pg_prepared_xacts p where p.database = current_database()
    ) as open_ones
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
    lots_from uuid,
    successor_id uuid,
    CONSTRAINT accounts_check CHECK ((available >= (- debt))),
    CONSTRAINT accounts_debt_check CHECK ((debt >= 0)),
    CONSTRAINT accounts_held_check CHECK ((held >= 0)),
    CONSTRAINT accounts_lifetime_check CHECK ((lifetime >= 0)),
    CONSTRAINT accounts_pending_check CHECK ((pending >= 0))
)
WITH (fillfactor='80');

CREATE TABLE public.addresses (
    address text NOT NULL,
    tenant_id integer NOT NULL,
    program_id integer NOT NULL,
    preferred_at timestamp with time zone NOT NULL,
    CONSTRAINT addresses_address_check CHECK ((address ~ '^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$'::text))
);

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
    revoked_at timestamp with time zone,
    issued_by uuid
);

CREATE TABLE public.approvals (
    tenant_id integer NOT NULL,
    approval_id uuid NOT NULL,
    program_id integer NOT NULL,
    verb text NOT NULL,
    subject text NOT NULL,
    body jsonb NOT NULL,
    request_key uuid NOT NULL,
    content uuid NOT NULL,
    asked_key uuid,
    asked_by text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    decision text,
    decided_key uuid,
    decided_by text,
    decided_at timestamp with time zone,
    comment text DEFAULT ''::text NOT NULL,
    event_id uuid,
    asked_staff uuid,
    decided_staff uuid,
    CONSTRAINT approvals_check CHECK (((decision IS NULL) = (decided_at IS NULL))),
    CONSTRAINT approvals_decision_check CHECK ((decision = ANY (ARRAY['approved'::text, 'rejected'::text])))
);

CREATE TABLE public.attempts (
    key bytea NOT NULL,
    used integer NOT NULL,
    until timestamp with time zone NOT NULL
)
WITH (fillfactor='80');

CREATE TABLE public.audit (
    tenant_id integer NOT NULL,
    number bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    actor_key uuid,
    origin text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    program_id integer,
    details jsonb NOT NULL,
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    actor_staff uuid,
    actor_member uuid,
    CONSTRAINT audit_number_check CHECK ((number > 0))
);

CREATE TABLE public.authenticators (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    subject_id uuid NOT NULL,
    secret bytea,
    made_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    last_step bigint DEFAULT 0 NOT NULL,
    CONSTRAINT authenticators_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023)))
)
WITH (fillfactor='90');

CREATE TABLE public.cards (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    member_id uuid NOT NULL,
    number text NOT NULL,
    program_id integer NOT NULL,
    carrier text NOT NULL,
    condition text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    replaced_by text,
    CONSTRAINT cards_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
    CONSTRAINT cards_carrier_check CHECK ((carrier = ANY (ARRAY['plastic'::text, 'virtual'::text, 'qr'::text, 'nfc'::text]))),
    CONSTRAINT cards_condition_check CHECK ((condition = ANY (ARRAY['active'::text, 'blocked'::text, 'replaced'::text])))
)
WITH (fillfactor='90');

CREATE TABLE public.chart (
    kind text NOT NULL,
    from_role text NOT NULL,
    to_role text NOT NULL
);

CREATE TABLE public.checkpoint_signatures (
    tenant_id integer NOT NULL,
    number bigint NOT NULL,
    key_id text NOT NULL,
    signature bytea NOT NULL,
    signed_at timestamp with time zone NOT NULL
);

CREATE TABLE public.checkpoints (
    tenant_id integer NOT NULL,
    number bigint NOT NULL,
    cut timestamp with time zone NOT NULL,
    made_at timestamp with time zone NOT NULL,
    previous bytea NOT NULL,
    rows bigint NOT NULL,
    audited bigint NOT NULL,
    audit bytea NOT NULL,
    root bytea NOT NULL,
    CONSTRAINT checkpoints_number_check CHECK ((number > 0))
);

CREATE TABLE public.code_pool (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    program_id integer NOT NULL,
    pool text NOT NULL,
    slice smallint NOT NULL,
    digest uuid NOT NULL,
    spelled text,
    redemption_id uuid
)
WITH (fillfactor='90');

CREATE TABLE public.code_uses (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    digest uuid NOT NULL,
    use_id uuid NOT NULL,
    program_id integer NOT NULL,
    member_id uuid,
    void_id uuid
)
WITH (fillfactor='90');

CREATE TABLE public.codes (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    digest uuid NOT NULL,
    program_id integer NOT NULL,
    spelled text,
    ends text NOT NULL,
    reward text NOT NULL,
    redemption_id uuid NOT NULL,
    member_id uuid,
    uses integer NOT NULL,
    used integer DEFAULT 0 NOT NULL,
    starts_on date NOT NULL,
    last_day date,
    void boolean DEFAULT false NOT NULL,
    CONSTRAINT codes_check CHECK (((used >= 0) AND (used <= uses))),
    CONSTRAINT codes_uses_check CHECK ((uses > 0))
)
WITH (fillfactor='90');

CREATE TABLE public.consents (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    member_id uuid NOT NULL,
    consent_id uuid NOT NULL,
    program_id integer NOT NULL,
    purpose text NOT NULL,
    is_given boolean NOT NULL,
    version integer NOT NULL,
    lang text NOT NULL,
    digest bytea NOT NULL,
    origin text NOT NULL,
    at timestamp with time zone NOT NULL,
    terms_version integer,
    terms_digest bytea,
    CONSTRAINT consents_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
    CONSTRAINT consents_check CHECK (((terms_version IS NULL) = (terms_digest IS NULL)))
);

CREATE TABLE public.contact_keys (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    program_id integer NOT NULL,
    key bytea NOT NULL,
    subject_id uuid,
    CONSTRAINT contact_keys_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023)))
)
WITH (fillfactor='90');

CREATE TABLE public.contacts (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    subject_id uuid NOT NULL,
    program_id integer NOT NULL,
    email bytea,
    name bytea,
    lang text,
    verified_at timestamp with time zone,
    changed_at timestamp with time zone NOT NULL,
    erased_at timestamp with time zone,
    CONSTRAINT contacts_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
    CONSTRAINT contacts_lang_check CHECK ((lang = ANY (ARRAY['en'::text, 'de'::text])))
)
WITH (fillfactor='90');

CREATE TABLE public.counters (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    owner_id uuid NOT NULL,
    counter text NOT NULL,
    period date NOT NULL,
    used bigint NOT NULL,
    last_at timestamp with time zone
)
WITH (fillfactor='70');

CREATE TABLE public.donations (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    program_id integer NOT NULL,
    receiver text NOT NULL,
    total_minor bigint NOT NULL
)
WITH (fillfactor='90');

CREATE TABLE public.drafts (
    tenant_id integer NOT NULL,
    program_id integer NOT NULL,
    staff_id uuid NOT NULL,
    base integer NOT NULL,
    source text,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT drafts_base_check CHECK ((base > 0))
);

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
    earned_at timestamp with time zone,
    opens_on date,
    last_day date,
    origin_event_id uuid,
    kind text NOT NULL,
    CONSTRAINT transfers_amount_check CHECK ((amount > 0)),
    CONSTRAINT transfers_check CHECK (((earned_at IS NOT NULL) OR ((opens_on IS NULL) AND (last_day IS NULL) AND (origin_event_id IS NULL))))
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
    inputs json NOT NULL,
    verdict json NOT NULL
)
PARTITION BY RANGE (received_at);

CREATE TABLE public.gift_card_movements (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    digest uuid NOT NULL,
    event_id uuid NOT NULL,
    line smallint NOT NULL,
    amount_minor bigint NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    CONSTRAINT gift_card_movements_amount_minor_check CHECK ((amount_minor <> 0))
);

CREATE TABLE public.gift_cards (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    digest uuid NOT NULL,
    program_id integer NOT NULL,
    spelled text,
    ends text NOT NULL,
    value_minor bigint NOT NULL,
    balance_minor bigint NOT NULL,
    last_day date,
    void boolean DEFAULT false NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    CONSTRAINT gift_cards_balance_minor_check CHECK ((balance_minor >= 0)),
    CONSTRAINT gift_cards_value_minor_check CHECK ((value_minor > 0))
)
WITH (fillfactor='90');

CREATE TABLE public.imports (
    tenant_id integer NOT NULL,
    program_id integer NOT NULL,
    import_key text NOT NULL,
    "position" bigint NOT NULL,
    outcome jsonb NOT NULL,
    started_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL
);

CREATE TABLE public.insight_censuses (
    tenant_id integer NOT NULL,
    program_id integer NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    cost_ms integer NOT NULL,
    figures jsonb NOT NULL,
    CONSTRAINT insight_censuses_cost_ms_check CHECK ((cost_ms >= 0))
)
WITH (fillfactor='90');

CREATE TABLE public.insight_days (
    tenant_id integer NOT NULL,
    program_id integer NOT NULL,
    day date NOT NULL,
    unit smallint NOT NULL,
    kind text NOT NULL,
    transfers bigint NOT NULL,
    amount bigint NOT NULL
)
WITH (fillfactor='90');

CREATE TABLE public.insight_examinations (
    tenant_id integer NOT NULL,
    part integer NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    examined_at timestamp with time zone,
    transfers bigint DEFAULT 0 NOT NULL,
    waiting bigint DEFAULT 0 NOT NULL,
    findings jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT insight_examinations_part_check CHECK (((part >= '-1'::integer) AND (part <= 1023)))
);

CREATE TABLE public.insight_folds (
    tenant_id integer NOT NULL,
    cut timestamp with time zone NOT NULL
);

CREATE TABLE public.invitations (
    tenant_id integer NOT NULL,
    invitation_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    digest bytea NOT NULL,
    made_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    revoked_at timestamp with time zone
);

CREATE TABLE public.jobs (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    job_id uuid NOT NULL,
    kind text NOT NULL,
    job_key text NOT NULL,
    body jsonb NOT NULL,
    run_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    locked_until timestamp with time zone,
    last_error text,
    dead_at timestamp with time zone,
    done_at timestamp with time zone
)
WITH (fillfactor='70');

CREATE TABLE public.locations (
    tenant_id integer NOT NULL,
    program_id integer NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    region text DEFAULT ''::text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone
);

CREATE TABLE public.lookups (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    member_bucket integer NOT NULL,
    member_id uuid NOT NULL
);

CREATE TABLE public.lot_states (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    owner_id uuid NOT NULL,
    event_id uuid NOT NULL,
    line smallint NOT NULL,
    pending boolean NOT NULL,
    last_day date,
    remaining bigint NOT NULL,
    CONSTRAINT lot_states_remaining_check CHECK ((remaining >= 0))
)
WITH (fillfactor='90');

CREATE VIEW public.lots WITH (security_invoker='true') AS
 SELECT t.bucket,
    t.tenant_id,
    t.owner_id,
    t.event_id,
    t.line,
    t.unit,
    COALESCE(s.pending, (t.kind = ANY (ARRAY['promise'::text, 'inherit'::text]))) AS pending,
    t.opens_on,
        CASE
            WHEN (s.remaining IS NULL) THEN t.last_day
            ELSE s.last_day
        END AS last_day,
    t.amount,
    COALESCE(s.remaining, t.amount) AS remaining,
    t.earned_at,
    t.origin_event_id
   FROM (public.transfers t
     LEFT JOIN LATERAL ( SELECT s_1.pending,
            s_1.last_day,
            s_1.remaining
           FROM public.lot_states s_1
          WHERE ((s_1.bucket = t.bucket) AND (s_1.tenant_id = t.tenant_id) AND (s_1.owner_id = t.owner_id) AND (s_1.event_id = t.event_id) AND (s_1.line = t.line))
         OFFSET 0) s ON (true))
  WHERE (t.earned_at IS NOT NULL);

CREATE TABLE public.mails (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    mail_id uuid NOT NULL,
    program_id integer NOT NULL,
    kind text NOT NULL,
    recipient bytea,
    content bytea,
    made_at timestamp with time zone NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    sent_at timestamp with time zone,
    refused_at timestamp with time zone,
    CONSTRAINT mails_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023)))
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
    successor_id uuid,
    CONSTRAINT members_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
    CONSTRAINT members_status_check CHECK ((status = ANY (ARRAY['active'::text, 'closed'::text])))
);

CREATE TABLE public.merges (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    merge_id uuid NOT NULL,
    program_id integer NOT NULL,
    keep_id uuid NOT NULL,
    drop_id uuid NOT NULL,
    merged_at timestamp with time zone NOT NULL,
    undone_by uuid
);

CREATE TABLE public.migrations (
    name text NOT NULL,
    digest text NOT NULL,
    applied_at timestamp with time zone NOT NULL
);

CREATE VIEW public.movements WITH (security_invoker='true') AS
 SELECT t.bucket,
    t.tenant_id,
    t.owner_id,
    t.event_id,
    t.line,
    t.unit,
    t.kind,
    t.occurred_at,
    t.posted_at,
        CASE
            WHEN (c.to_role = 'available'::text) THEN t.amount
            WHEN (c.from_role = 'available'::text) THEN (- t.amount)
            ELSE (0)::bigint
        END AS amount,
        CASE
            WHEN (c.to_role = 'pending'::text) THEN t.amount
            WHEN (c.from_role = 'pending'::text) THEN (- t.amount)
            ELSE (0)::bigint
        END AS pending,
        CASE
            WHEN (c.to_role = 'held'::text) THEN t.amount
            WHEN (c.from_role = 'held'::text) THEN (- t.amount)
            ELSE (0)::bigint
        END AS held
   FROM (public.transfers t
     JOIN public.chart c ON ((c.kind = t.kind)));

CREATE TABLE public.nights (
    tenant_id integer NOT NULL,
    program_id integer NOT NULL,
    day date NOT NULL,
    step text NOT NULL,
    from_bucket integer NOT NULL,
    after_owner uuid,
    lane integer DEFAULT 0 NOT NULL,
    to_bucket integer DEFAULT 1023 NOT NULL
);

CREATE TABLE public.order_gates (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    key uuid NOT NULL,
    parked uuid[] DEFAULT '{}'::uuid[] NOT NULL
)
WITH (fillfactor='90');

CREATE TABLE public.order_returns (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    order_event uuid NOT NULL,
    number integer NOT NULL,
    event_id uuid NOT NULL,
    CONSTRAINT order_returns_number_check CHECK ((number > 0))
);

CREATE TABLE public.passes (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    member_id uuid NOT NULL,
    number text NOT NULL,
    program_id integer NOT NULL,
    secret bytea NOT NULL,
    last_step bigint DEFAULT 0 NOT NULL,
    holder uuid,
    issued_at timestamp with time zone NOT NULL,
    valid_until timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT passes_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023)))
)
WITH (fillfactor='80');

CREATE TABLE public.passkeys (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    subject_id uuid NOT NULL,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    name text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    removed_at timestamp with time zone,
    CONSTRAINT passkeys_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023)))
)
WITH (fillfactor='90');

CREATE TABLE public.passwords (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    subject_id uuid NOT NULL,
    hash text,
    changed_at timestamp with time zone NOT NULL,
    skipped_at timestamp with time zone,
    CONSTRAINT passwords_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023)))
)
WITH (fillfactor='90');

CREATE TABLE public.pictures (
    tenant_id integer NOT NULL,
    program_id integer NOT NULL,
    digest bytea NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    content bytea NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT pictures_height_check CHECK (((height >= 1) AND (height <= 2048))),
    CONSTRAINT pictures_width_check CHECK (((width >= 1) AND (width <= 2048)))
);

CREATE TABLE public.pool_members (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    pool_id uuid NOT NULL,
    member_id uuid NOT NULL,
    place integer NOT NULL,
    joined_at timestamp with time zone NOT NULL,
    left_at timestamp with time zone
);

CREATE TABLE public.pools (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    pool_id uuid NOT NULL,
    program_id integer NOT NULL,
    reference text NOT NULL,
    draw text,
    who text,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT pools_draw_check CHECK ((draw = ANY (ARRAY['oldest_first'::text, 'proportional'::text]))),
    CONSTRAINT pools_who_check CHECK ((who = ANY (ARRAY['head'::text, 'any'::text])))
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

CREATE TABLE public.proof_keys (
    tenant_id integer NOT NULL,
    key_id text NOT NULL,
    name text NOT NULL,
    public bytea NOT NULL,
    made_at timestamp with time zone NOT NULL
);

CREATE TABLE public.recovery_codes (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    subject_id uuid NOT NULL,
    digest bytea NOT NULL,
    made_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT recovery_codes_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023)))
);

CREATE TABLE public.redemptions (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    redemption_id uuid NOT NULL,
    program_id integer NOT NULL,
    member_id uuid NOT NULL,
    reward text NOT NULL,
    version integer NOT NULL,
    state text NOT NULL,
    times integer NOT NULL,
    unit smallint NOT NULL,
    quanta bigint NOT NULL,
    cash_minor bigint NOT NULL,
    terms jsonb NOT NULL,
    items text[] NOT NULL,
    codes uuid[] NOT NULL,
    cards uuid[] NOT NULL,
    step text,
    deadline timestamp with time zone,
    made_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT redemptions_cash_minor_check CHECK ((cash_minor >= 0)),
    CONSTRAINT redemptions_quanta_check CHECK ((quanta >= 0)),
    CONSTRAINT redemptions_state_check CHECK ((state = ANY (ARRAY['held'::text, 'given'::text, 'used'::text, 'released'::text, 'cancelled'::text]))),
    CONSTRAINT redemptions_times_check CHECK ((times > 0))
)
WITH (fillfactor='90');

CREATE TABLE public.reservations (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    key uuid NOT NULL,
    program_id integer NOT NULL,
    order_number text NOT NULL,
    event_id uuid NOT NULL,
    member_id uuid,
    state text NOT NULL,
    content uuid NOT NULL,
    kept jsonb NOT NULL,
    deadline timestamp with time zone NOT NULL,
    made_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT reservations_state_check CHECK ((state = ANY (ARRAY['reserved'::text, 'bought'::text, 'released'::text])))
)
WITH (fillfactor='80');

CREATE TABLE public.seals (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    number bigint NOT NULL,
    checkpoint bigint NOT NULL,
    cut timestamp with time zone NOT NULL,
    previous bytea NOT NULL,
    rows integer NOT NULL,
    leaves bytea NOT NULL,
    root bytea NOT NULL,
    CONSTRAINT seals_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
    CONSTRAINT seals_number_check CHECK ((number > 0)),
    CONSTRAINT seals_rows_check CHECK ((rows > 0))
);

CREATE TABLE public.sessions (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    session_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    kind text NOT NULL,
    program_id integer NOT NULL,
    digest bytea NOT NULL,
    means text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    proved_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    device text NOT NULL,
    CONSTRAINT sessions_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
    CONSTRAINT sessions_kind_check CHECK ((kind = ANY (ARRAY['staff'::text, 'member'::text])))
)
WITH (fillfactor='80');

CREATE TABLE public.staff (
    tenant_id integer NOT NULL,
    staff_id uuid NOT NULL,
    name text NOT NULL,
    invited_at timestamp with time zone NOT NULL,
    joined_at timestamp with time zone,
    disabled_at timestamp with time zone
);

CREATE TABLE public.staff_roles (
    tenant_id integer NOT NULL,
    staff_id uuid NOT NULL,
    program_id integer NOT NULL,
    roles text[] NOT NULL,
    changed_at timestamp with time zone NOT NULL
);

CREATE TABLE public.stock (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    program_id integer NOT NULL,
    item text NOT NULL,
    slice smallint NOT NULL,
    placed bigint NOT NULL,
    remaining bigint NOT NULL,
    CONSTRAINT stock_check CHECK (((remaining >= 0) AND (remaining <= placed))),
    CONSTRAINT stock_placed_check CHECK ((placed >= 0))
)
WITH (fillfactor='90');

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

CREATE TABLE public.terminals (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    terminal_id uuid NOT NULL,
    program_id integer NOT NULL,
    name text NOT NULL,
    location text NOT NULL,
    public_key bytea NOT NULL,
    snapshot_key bytea NOT NULL,
    next_sequence bigint DEFAULT 1 NOT NULL,
    snapshots integer DEFAULT 0 NOT NULL,
    skew_seconds bigint,
    registered_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT terminals_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
    CONSTRAINT terminals_next_sequence_check CHECK ((next_sequence > 0))
)
WITH (fillfactor='80');

CREATE TABLE public.terms (
    tenant_id integer NOT NULL,
    program_id integer NOT NULL,
    version integer NOT NULL,
    effective_from date NOT NULL,
    texts jsonb NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    published_by text NOT NULL,
    published_at timestamp with time zone NOT NULL,
    CONSTRAINT terms_version_check CHECK ((version > 0))
);

CREATE TABLE public.tier_changes (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    owner_id uuid NOT NULL,
    change_id uuid NOT NULL,
    program_id integer NOT NULL,
    version integer NOT NULL,
    at timestamp with time zone NOT NULL,
    was text,
    becomes text,
    because text NOT NULL,
    figures jsonb NOT NULL,
    event_id uuid,
    CONSTRAINT tier_changes_because_check CHECK ((because = ANY (ARRAY['reached'::text, 'fell'::text, 'assigned'::text, 'ended'::text, 'merged'::text])))
);

CREATE TABLE public.tier_counts (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    owner_id uuid NOT NULL,
    day date NOT NULL,
    points bigint NOT NULL,
    spend_minor bigint NOT NULL,
    visits bigint NOT NULL,
    CONSTRAINT tier_counts_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023)))
)
WITH (fillfactor='90');

CREATE TABLE public.tier_states (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    owner_id uuid NOT NULL,
    program_id integer NOT NULL,
    version integer NOT NULL,
    joined_at timestamp with time zone NOT NULL,
    tier text,
    since timestamp with time zone NOT NULL,
    seen_on date NOT NULL,
    earned text,
    held_until date,
    grace_until date,
    grace_to text,
    assigned text,
    assigned_until date,
    is_fixed boolean DEFAULT false NOT NULL,
    warned_of date,
    entered text[] DEFAULT '{}'::text[] NOT NULL,
    due_day date
)
WITH (fillfactor='90');

CREATE TABLE public.tier_waiting (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    owner_id uuid NOT NULL,
    event_id uuid NOT NULL,
    day date NOT NULL,
    opens_on date,
    points bigint NOT NULL,
    CONSTRAINT tier_waiting_points_check CHECK ((points >= 0))
)
WITH (fillfactor='90');

CREATE TABLE public.till_days (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    owner_id uuid NOT NULL,
    day date NOT NULL,
    program_id integer NOT NULL,
    sales integer NOT NULL,
    burned bigint NOT NULL,
    CONSTRAINT till_days_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
    CONSTRAINT till_days_burned_check CHECK ((burned >= 0)),
    CONSTRAINT till_days_sales_check CHECK ((sales >= 0))
)
WITH (fillfactor='90');

CREATE TABLE public.till_events (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    terminal_id uuid NOT NULL,
    sequence bigint NOT NULL,
    program_id integer NOT NULL,
    content uuid NOT NULL,
    said text NOT NULL,
    state text NOT NULL,
    outcome jsonb NOT NULL,
    settled jsonb,
    occurred_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    CONSTRAINT till_events_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
    CONSTRAINT till_events_sequence_check CHECK ((sequence > 0)),
    CONSTRAINT till_events_state_check CHECK ((state = ANY (ARRAY['recorded'::text, 'conflict'::text, 'settled'::text])))
)
WITH (fillfactor='90');

CREATE TABLE public.till_snapshots (
    bucket integer NOT NULL,
    tenant_id integer NOT NULL,
    terminal_id uuid NOT NULL,
    number integer NOT NULL,
    program_id integer NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    valid_until timestamp with time zone NOT NULL,
    salt text NOT NULL,
    unit text NOT NULL,
    bands bigint[] NOT NULL,
    cards jsonb NOT NULL,
    CONSTRAINT till_snapshots_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023)))
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

ALTER TABLE ONLY public.addresses
    ADD CONSTRAINT addresses_pkey PRIMARY KEY (address);

ALTER TABLE ONLY public.allocations
    ADD CONSTRAINT allocations_pkey PRIMARY KEY (bucket, tenant_id, owner_id, event_id, line, lot_event_id, lot_line);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_digest_key UNIQUE (digest);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (tenant_id, key_id);

ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_pkey PRIMARY KEY (tenant_id, approval_id);

ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_tenant_id_program_id_request_key_key UNIQUE (tenant_id, program_id, request_key);

ALTER TABLE ONLY public.attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (tenant_id, number);

ALTER TABLE ONLY public.authenticators
    ADD CONSTRAINT authenticators_pkey PRIMARY KEY (bucket, tenant_id, subject_id);

ALTER TABLE ONLY public.cards
    ADD CONSTRAINT cards_pkey PRIMARY KEY (bucket, tenant_id, member_id, number);

ALTER TABLE ONLY public.chart
    ADD CONSTRAINT chart_pkey PRIMARY KEY (kind);

ALTER TABLE ONLY public.checkpoint_signatures
    ADD CONSTRAINT checkpoint_signatures_pkey PRIMARY KEY (tenant_id, number, key_id);

ALTER TABLE ONLY public.checkpoints
    ADD CONSTRAINT checkpoints_pkey PRIMARY KEY (tenant_id, number);

ALTER TABLE ONLY public.code_pool
    ADD CONSTRAINT code_pool_pkey PRIMARY KEY (bucket, tenant_id, program_id, pool, digest);

ALTER TABLE ONLY public.code_uses
    ADD CONSTRAINT code_uses_pkey PRIMARY KEY (bucket, tenant_id, digest, use_id);

ALTER TABLE ONLY public.codes
    ADD CONSTRAINT codes_pkey PRIMARY KEY (bucket, tenant_id, digest);

ALTER TABLE ONLY public.consents
    ADD CONSTRAINT consents_pkey PRIMARY KEY (bucket, tenant_id, member_id, consent_id);

ALTER TABLE ONLY public.contact_keys
    ADD CONSTRAINT contact_keys_pkey PRIMARY KEY (bucket, tenant_id, program_id, key);

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_pkey PRIMARY KEY (bucket, tenant_id, subject_id);

ALTER TABLE ONLY public.counters
    ADD CONSTRAINT counters_pkey PRIMARY KEY (bucket, tenant_id, owner_id, counter, period);

ALTER TABLE ONLY public.donations
    ADD CONSTRAINT donations_pkey PRIMARY KEY (bucket, tenant_id, program_id, receiver);

ALTER TABLE ONLY public.drafts
    ADD CONSTRAINT drafts_pkey PRIMARY KEY (tenant_id, program_id, staff_id);

ALTER TABLE ONLY public.event_keys
    ADD CONSTRAINT event_keys_pkey PRIMARY KEY (bucket, tenant_id, key);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (bucket, tenant_id, event_id, received_at);

ALTER TABLE ONLY public.gift_card_movements
    ADD CONSTRAINT gift_card_movements_pkey PRIMARY KEY (bucket, tenant_id, digest, event_id, line);

ALTER TABLE ONLY public.gift_cards
    ADD CONSTRAINT gift_cards_pkey PRIMARY KEY (bucket, tenant_id, digest);

ALTER TABLE ONLY public.imports
    ADD CONSTRAINT imports_pkey PRIMARY KEY (tenant_id, program_id, import_key);

ALTER TABLE ONLY public.insight_censuses
    ADD CONSTRAINT insight_censuses_pkey PRIMARY KEY (tenant_id, program_id);

ALTER TABLE ONLY public.insight_days
    ADD CONSTRAINT insight_days_pkey PRIMARY KEY (tenant_id, program_id, day, unit, kind);

ALTER TABLE ONLY public.insight_examinations
    ADD CONSTRAINT insight_examinations_pkey PRIMARY KEY (tenant_id, part);

ALTER TABLE ONLY public.insight_folds
    ADD CONSTRAINT insight_folds_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_pkey PRIMARY KEY (tenant_id, invitation_id);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (bucket, tenant_id, job_id);

ALTER TABLE ONLY public.locations
    ADD CONSTRAINT locations_pkey PRIMARY KEY (tenant_id, program_id, code);

ALTER TABLE ONLY public.lookups
    ADD CONSTRAINT lookups_pkey PRIMARY KEY (bucket, tenant_id, kind, key);

ALTER TABLE ONLY public.lot_states
    ADD CONSTRAINT lot_states_pkey PRIMARY KEY (bucket, tenant_id, owner_id, event_id, line);

ALTER TABLE ONLY public.mails
    ADD CONSTRAINT mails_pkey PRIMARY KEY (bucket, tenant_id, mail_id);

ALTER TABLE ONLY public.member_profiles
    ADD CONSTRAINT member_profiles_pkey PRIMARY KEY (bucket, tenant_id, member_id);

ALTER TABLE ONLY public.members
    ADD CONSTRAINT members_pkey PRIMARY KEY (bucket, tenant_id, member_id);

ALTER TABLE ONLY public.merges
    ADD CONSTRAINT merges_pkey PRIMARY KEY (bucket, tenant_id, merge_id);

ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.nights
    ADD CONSTRAINT nights_pkey PRIMARY KEY (tenant_id, program_id, lane);

ALTER TABLE ONLY public.order_gates
    ADD CONSTRAINT order_gates_pkey PRIMARY KEY (bucket, tenant_id, key);

ALTER TABLE ONLY public.order_returns
    ADD CONSTRAINT order_returns_pkey PRIMARY KEY (bucket, tenant_id, order_event, number);

ALTER TABLE ONLY public.passes
    ADD CONSTRAINT passes_pkey PRIMARY KEY (bucket, tenant_id, member_id, number);

ALTER TABLE ONLY public.passkeys
    ADD CONSTRAINT passkeys_pkey PRIMARY KEY (bucket, tenant_id, subject_id, credential_id);

ALTER TABLE ONLY public.passwords
    ADD CONSTRAINT passwords_pkey PRIMARY KEY (bucket, tenant_id, subject_id);

ALTER TABLE ONLY public.pictures
    ADD CONSTRAINT pictures_pkey PRIMARY KEY (tenant_id, program_id, digest);

ALTER TABLE ONLY public.pool_members
    ADD CONSTRAINT pool_members_pkey PRIMARY KEY (bucket, tenant_id, pool_id, member_id);

ALTER TABLE ONLY public.pools
    ADD CONSTRAINT pools_pkey PRIMARY KEY (bucket, tenant_id, pool_id);

ALTER TABLE ONLY public.program_versions
    ADD CONSTRAINT program_versions_pkey PRIMARY KEY (tenant_id, program_id, version);

ALTER TABLE ONLY public.programs
    ADD CONSTRAINT programs_pkey PRIMARY KEY (tenant_id, program_id);

ALTER TABLE ONLY public.programs
    ADD CONSTRAINT programs_tenant_id_slug_key UNIQUE (tenant_id, slug);

ALTER TABLE ONLY public.proof_keys
    ADD CONSTRAINT proof_keys_pkey PRIMARY KEY (tenant_id, key_id);

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (bucket, tenant_id, subject_id, digest);

ALTER TABLE ONLY public.redemptions
    ADD CONSTRAINT redemptions_pkey PRIMARY KEY (bucket, tenant_id, redemption_id);

ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT reservations_pkey PRIMARY KEY (bucket, tenant_id, key);

ALTER TABLE ONLY public.seals
    ADD CONSTRAINT seals_pkey PRIMARY KEY (bucket, tenant_id, number);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (bucket, tenant_id, session_id);

ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_pkey PRIMARY KEY (tenant_id, staff_id);

ALTER TABLE ONLY public.staff_roles
    ADD CONSTRAINT staff_roles_pkey PRIMARY KEY (tenant_id, staff_id, program_id);

ALTER TABLE ONLY public.stock
    ADD CONSTRAINT stock_pkey PRIMARY KEY (bucket, tenant_id, program_id, item, slice);

ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.terminals
    ADD CONSTRAINT terminals_pkey PRIMARY KEY (bucket, tenant_id, terminal_id);

ALTER TABLE ONLY public.terms
    ADD CONSTRAINT terms_pkey PRIMARY KEY (tenant_id, program_id, version);

ALTER TABLE ONLY public.tier_changes
    ADD CONSTRAINT tier_changes_pkey PRIMARY KEY (bucket, tenant_id, owner_id, change_id);

ALTER TABLE ONLY public.tier_counts
    ADD CONSTRAINT tier_counts_pkey PRIMARY KEY (bucket, tenant_id, owner_id, day);

ALTER TABLE ONLY public.tier_states
    ADD CONSTRAINT tier_states_pkey PRIMARY KEY (bucket, tenant_id, owner_id);

ALTER TABLE ONLY public.tier_waiting
    ADD CONSTRAINT tier_waiting_pkey PRIMARY KEY (bucket, tenant_id, owner_id, event_id);

ALTER TABLE ONLY public.till_days
    ADD CONSTRAINT till_days_pkey PRIMARY KEY (bucket, tenant_id, owner_id, day);

ALTER TABLE ONLY public.till_events
    ADD CONSTRAINT till_events_pkey PRIMARY KEY (bucket, tenant_id, terminal_id, sequence);

ALTER TABLE ONLY public.till_snapshots
    ADD CONSTRAINT till_snapshots_pkey PRIMARY KEY (bucket, tenant_id, terminal_id, number);

ALTER TABLE public.transfers
    ADD CONSTRAINT transfers_kind_check CHECK ((kind = ANY (ARRAY['earn'::text, 'promise'::text, 'open'::text, 'void'::text, 'reverse'::text, 'hold'::text, 'release'::text, 'capture'::text, 'spend'::text, 'restore'::text, 'expire'::text, 'reinstate'::text, 'send'::text, 'receive'::text, 'cede'::text, 'inherit'::text, 'regain'::text, 'resume'::text, 'credit'::text, 'debit'::text]))) NOT VALID;

ALTER TABLE ONLY public.transfers
    ADD CONSTRAINT transfers_pkey PRIMARY KEY (bucket, tenant_id, owner_id, event_id, line);

ALTER TABLE ONLY public.unit_types
    ADD CONSTRAINT unit_types_pkey PRIMARY KEY (tenant_id, program_id, unit);

ALTER TABLE ONLY public.unit_types
    ADD CONSTRAINT unit_types_tenant_id_program_id_code_key UNIQUE (tenant_id, program_id, code);

CREATE INDEX accounts_due ON public.accounts USING btree (bucket, tenant_id, due_day) WHERE (due_day IS NOT NULL);

CREATE INDEX addresses_of_program ON public.addresses USING btree (tenant_id, program_id, preferred_at);

CREATE INDEX approvals_waiting ON public.approvals USING btree (tenant_id, program_id, approval_id) WHERE (decision IS NULL);

CREATE INDEX audit_of_program ON public.audit USING btree (tenant_id, program_id, number);

CREATE INDEX cards_by_tail ON public.cards USING btree (bucket, tenant_id, program_id, "right"(number, 4)) WHERE (condition = 'active'::text);

CREATE INDEX code_pool_free ON public.code_pool USING btree (bucket, tenant_id, program_id, pool, digest) WHERE (redemption_id IS NULL);

CREATE INDEX jobs_done ON public.jobs USING btree (bucket, tenant_id, done_at) WHERE (done_at IS NOT NULL);

CREATE INDEX jobs_due ON public.jobs USING btree (bucket, tenant_id, run_at) WHERE ((done_at IS NULL) AND (dead_at IS NULL));

CREATE UNIQUE INDEX jobs_open_key ON public.jobs USING btree (bucket, tenant_id, kind, job_key) WHERE (done_at IS NULL);

CREATE INDEX mails_newest ON public.mails USING btree (bucket, tenant_id, program_id, mail_id);

CREATE INDEX member_profiles_birthday ON public.member_profiles USING btree (bucket, tenant_id, program_id, birthday) WHERE (birthday IS NOT NULL);

CREATE INDEX merges_of_member ON public.merges USING btree (bucket, tenant_id, keep_id) WHERE (undone_by IS NULL);

CREATE INDEX pools_of_member ON public.pool_members USING btree (bucket, tenant_id, member_id) WHERE (left_at IS NULL);

CREATE INDEX redemptions_deadline ON public.redemptions USING btree (bucket, tenant_id, program_id, deadline) WHERE ((state = 'held'::text) AND (deadline IS NOT NULL));

CREATE INDEX redemptions_of_member ON public.redemptions USING btree (bucket, tenant_id, member_id, redemption_id) WHERE (member_id IS NOT NULL);

CREATE INDEX reservations_deadline ON public.reservations USING btree (bucket, tenant_id, program_id, deadline) WHERE (state = 'reserved'::text);

CREATE INDEX sessions_of_subject ON public.sessions USING btree (bucket, tenant_id, subject_id) WHERE (ended_at IS NULL);

CREATE INDEX tier_states_due ON public.tier_states USING btree (bucket, tenant_id, program_id, due_day) WHERE (due_day IS NOT NULL);

CREATE INDEX tier_states_version ON public.tier_states USING btree (bucket, tenant_id, program_id, version) WHERE (program_id IS NOT NULL);

CREATE INDEX tier_waiting_open ON public.tier_waiting USING btree (bucket, tenant_id, owner_id) WHERE (points > 0);

CREATE INDEX till_events_open ON public.till_events USING btree (bucket, tenant_id, program_id) WHERE (state = 'conflict'::text);

CREATE INDEX transfers_arrival ON public.transfers USING brin (bucket, tenant_id, event_id) WITH (pages_per_range='32', autosummarize='on');

CREATE TRIGGER programs_have_an_address AFTER INSERT ON public.programs FOR EACH ROW EXECUTE FUNCTION public.addresses_claim_first();

ALTER TABLE ONLY public.addresses
    ADD CONSTRAINT addresses_tenant_id_program_id_fkey FOREIGN KEY (tenant_id, program_id) REFERENCES public.programs(tenant_id, program_id);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id);

ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_tenant_id_program_id_fkey FOREIGN KEY (tenant_id, program_id) REFERENCES public.programs(tenant_id, program_id);

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id);

ALTER TABLE ONLY public.checkpoint_signatures
    ADD CONSTRAINT checkpoint_signatures_tenant_id_key_id_fkey FOREIGN KEY (tenant_id, key_id) REFERENCES public.proof_keys(tenant_id, key_id);

ALTER TABLE ONLY public.checkpoint_signatures
    ADD CONSTRAINT checkpoint_signatures_tenant_id_number_fkey FOREIGN KEY (tenant_id, number) REFERENCES public.checkpoints(tenant_id, number);

ALTER TABLE ONLY public.checkpoints
    ADD CONSTRAINT checkpoints_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id);

ALTER TABLE ONLY public.drafts
    ADD CONSTRAINT drafts_tenant_id_program_id_fkey FOREIGN KEY (tenant_id, program_id) REFERENCES public.programs(tenant_id, program_id);

ALTER TABLE ONLY public.imports
    ADD CONSTRAINT imports_tenant_id_program_id_fkey FOREIGN KEY (tenant_id, program_id) REFERENCES public.programs(tenant_id, program_id);

ALTER TABLE ONLY public.insight_censuses
    ADD CONSTRAINT insight_censuses_tenant_id_program_id_fkey FOREIGN KEY (tenant_id, program_id) REFERENCES public.programs(tenant_id, program_id);

ALTER TABLE ONLY public.insight_days
    ADD CONSTRAINT insight_days_tenant_id_program_id_fkey FOREIGN KEY (tenant_id, program_id) REFERENCES public.programs(tenant_id, program_id);

ALTER TABLE ONLY public.insight_examinations
    ADD CONSTRAINT insight_examinations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id);

ALTER TABLE ONLY public.insight_folds
    ADD CONSTRAINT insight_folds_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id);

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_tenant_id_staff_id_fkey FOREIGN KEY (tenant_id, staff_id) REFERENCES public.staff(tenant_id, staff_id);

ALTER TABLE ONLY public.locations
    ADD CONSTRAINT locations_tenant_id_program_id_fkey FOREIGN KEY (tenant_id, program_id) REFERENCES public.programs(tenant_id, program_id);

ALTER TABLE ONLY public.nights
    ADD CONSTRAINT nights_tenant_id_program_id_fkey FOREIGN KEY (tenant_id, program_id) REFERENCES public.programs(tenant_id, program_id);

ALTER TABLE ONLY public.pictures
    ADD CONSTRAINT pictures_tenant_id_program_id_fkey FOREIGN KEY (tenant_id, program_id) REFERENCES public.programs(tenant_id, program_id);

ALTER TABLE ONLY public.program_versions
    ADD CONSTRAINT program_versions_tenant_id_program_id_fkey FOREIGN KEY (tenant_id, program_id) REFERENCES public.programs(tenant_id, program_id);

ALTER TABLE ONLY public.programs
    ADD CONSTRAINT programs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id);

ALTER TABLE ONLY public.proof_keys
    ADD CONSTRAINT proof_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id);

ALTER TABLE ONLY public.staff_roles
    ADD CONSTRAINT staff_roles_tenant_id_staff_id_fkey FOREIGN KEY (tenant_id, staff_id) REFERENCES public.staff(tenant_id, staff_id);

ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id);

ALTER TABLE ONLY public.terms
    ADD CONSTRAINT terms_tenant_id_program_id_fkey FOREIGN KEY (tenant_id, program_id) REFERENCES public.programs(tenant_id, program_id);

ALTER TABLE ONLY public.unit_types
    ADD CONSTRAINT unit_types_tenant_id_program_id_fkey FOREIGN KEY (tenant_id, program_id) REFERENCES public.programs(tenant_id, program_id);

ALTER TABLE public.accounts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.addresses ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.allocations ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.api_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.approvals ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.authenticators ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.cards ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.checkpoint_signatures ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.checkpoints ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.code_pool ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.code_uses ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.codes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.consents ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.contact_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.contacts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.counters ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.donations ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.drafts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.event_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.events ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.gift_card_movements ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.gift_cards ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.imports ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.insight_censuses ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.insight_days ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.insight_examinations ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.insight_folds ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invitations ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.jobs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.locations ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.lookups ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.lot_states ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mails ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.member_profiles ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.members ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.merges ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.nights ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.order_gates ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.order_returns ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.passes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.passkeys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.passwords ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.pictures ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.pool_members ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.pools ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.program_versions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.programs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.proof_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.recovery_codes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.redemptions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.reservations ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.seals ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.sessions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.staff ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.staff_roles ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.stock ENABLE ROW LEVEL SECURITY;

CREATE POLICY tenant ON public.accounts TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.addresses TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.allocations TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.api_keys TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.approvals TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.audit TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.authenticators TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.cards TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.checkpoint_signatures TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.checkpoints TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.code_pool TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.code_uses TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.codes TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.consents TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.contact_keys TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.contacts TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.counters TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.donations TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.drafts TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.event_keys TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.events TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.gift_card_movements TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.gift_cards TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.imports TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.insight_censuses TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.insight_days TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.insight_examinations TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.insight_folds TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.invitations TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.jobs TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.locations TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.lookups TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.lot_states TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.mails TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.member_profiles TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.members TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.merges TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.nights TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.order_gates TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.order_returns TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.passes TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.passkeys TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.passwords TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.pictures TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.pool_members TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.pools TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.program_versions TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.programs TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.proof_keys TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.recovery_codes TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.redemptions TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.reservations TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.seals TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.sessions TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.staff TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.staff_roles TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.stock TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.tenants TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.terminals TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.terms TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.tier_changes TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.tier_counts TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.tier_states TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.tier_waiting TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.till_days TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.till_events TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.till_snapshots TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.transfers TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

CREATE POLICY tenant ON public.unit_types TO praemia_app USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer AS "nullif")));

ALTER TABLE public.tenants ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.terminals ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.terms ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.tier_changes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.tier_counts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.tier_states ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.tier_waiting ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.till_days ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.till_events ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.till_snapshots ENABLE ROW LEVEL SECURITY;

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

REVOKE ALL ON FUNCTION public.addresses_claim_first() FROM PUBLIC;
GRANT ALL ON FUNCTION public.addresses_claim_first() TO praemia_app;

REVOKE ALL ON FUNCTION public.addresses_find(p_address text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.addresses_find(p_address text) TO praemia_app;

REVOKE ALL ON FUNCTION public.identity_find_staff(p_key bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.identity_find_staff(p_key bytea) TO praemia_app;

REVOKE ALL ON FUNCTION public.identity_sweep(p_before timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.identity_sweep(p_before timestamp with time zone) TO praemia_app;

REVOKE ALL ON FUNCTION public.jobs_sweep(p_before timestamp with time zone, p_most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.jobs_sweep(p_before timestamp with time zone, p_most integer) TO praemia_app;

REVOKE ALL ON FUNCTION public.open_event_months(p_month date, p_count integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.open_event_months(p_month date, p_count integer) TO praemia_app;

REVOKE ALL ON FUNCTION public.pictures_find(p_address text, p_digest bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.pictures_find(p_address text, p_digest bytea) TO praemia_app;

REVOKE ALL ON FUNCTION public.proof_oldest_transaction() FROM PUBLIC;
GRANT ALL ON FUNCTION public.proof_oldest_transaction() TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.accounts TO praemia_app;

GRANT UPDATE(available) ON TABLE public.accounts TO praemia_app;

GRANT UPDATE(pending) ON TABLE public.accounts TO praemia_app;

GRANT UPDATE(held) ON TABLE public.accounts TO praemia_app;

GRANT UPDATE(debt) ON TABLE public.accounts TO praemia_app;

GRANT UPDATE(lifetime) ON TABLE public.accounts TO praemia_app;

GRANT UPDATE(due_day) ON TABLE public.accounts TO praemia_app;

GRANT UPDATE(lots_from) ON TABLE public.accounts TO praemia_app;

GRANT UPDATE(successor_id) ON TABLE public.accounts TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.addresses TO praemia_app;

GRANT UPDATE(preferred_at) ON TABLE public.addresses TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.allocations TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.api_keys TO praemia_app;

GRANT UPDATE(revoked_at) ON TABLE public.api_keys TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.approvals TO praemia_app;

GRANT UPDATE(decision) ON TABLE public.approvals TO praemia_app;

GRANT UPDATE(decided_key) ON TABLE public.approvals TO praemia_app;

GRANT UPDATE(decided_by) ON TABLE public.approvals TO praemia_app;

GRANT UPDATE(decided_at) ON TABLE public.approvals TO praemia_app;

GRANT UPDATE(comment) ON TABLE public.approvals TO praemia_app;

GRANT UPDATE(event_id) ON TABLE public.approvals TO praemia_app;

GRANT UPDATE(decided_staff) ON TABLE public.approvals TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.attempts TO praemia_app;

GRANT UPDATE(used) ON TABLE public.attempts TO praemia_app;

GRANT UPDATE(until) ON TABLE public.attempts TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.audit TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.authenticators TO praemia_app;

GRANT UPDATE(secret) ON TABLE public.authenticators TO praemia_app;

GRANT UPDATE(made_at) ON TABLE public.authenticators TO praemia_app;

GRANT UPDATE(confirmed_at) ON TABLE public.authenticators TO praemia_app;

GRANT UPDATE(last_step) ON TABLE public.authenticators TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.cards TO praemia_app;

GRANT UPDATE(condition) ON TABLE public.cards TO praemia_app;

GRANT UPDATE(reason) ON TABLE public.cards TO praemia_app;

GRANT UPDATE(changed_at) ON TABLE public.cards TO praemia_app;

GRANT UPDATE(replaced_by) ON TABLE public.cards TO praemia_app;

GRANT SELECT ON TABLE public.chart TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.checkpoint_signatures TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.checkpoints TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.code_pool TO praemia_app;

GRANT UPDATE(spelled) ON TABLE public.code_pool TO praemia_app;

GRANT UPDATE(redemption_id) ON TABLE public.code_pool TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.code_uses TO praemia_app;

GRANT UPDATE(void_id) ON TABLE public.code_uses TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.codes TO praemia_app;

GRANT UPDATE(spelled) ON TABLE public.codes TO praemia_app;

GRANT UPDATE(used) ON TABLE public.codes TO praemia_app;

GRANT UPDATE(void) ON TABLE public.codes TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.consents TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.contact_keys TO praemia_app;

GRANT UPDATE(key) ON TABLE public.contact_keys TO praemia_app;

GRANT UPDATE(subject_id) ON TABLE public.contact_keys TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.contacts TO praemia_app;

GRANT UPDATE(email) ON TABLE public.contacts TO praemia_app;

GRANT UPDATE(name) ON TABLE public.contacts TO praemia_app;

GRANT UPDATE(lang) ON TABLE public.contacts TO praemia_app;

GRANT UPDATE(verified_at) ON TABLE public.contacts TO praemia_app;

GRANT UPDATE(changed_at) ON TABLE public.contacts TO praemia_app;

GRANT UPDATE(erased_at) ON TABLE public.contacts TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.counters TO praemia_app;

GRANT UPDATE(used) ON TABLE public.counters TO praemia_app;

GRANT UPDATE(last_at) ON TABLE public.counters TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.donations TO praemia_app;

GRANT UPDATE(total_minor) ON TABLE public.donations TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.drafts TO praemia_app;

GRANT UPDATE(base) ON TABLE public.drafts TO praemia_app;

GRANT UPDATE(source) ON TABLE public.drafts TO praemia_app;

GRANT UPDATE(changed_at) ON TABLE public.drafts TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.transfers TO praemia_app;

GRANT SELECT ON TABLE public.entries TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.event_keys TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.events TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.gift_card_movements TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.gift_cards TO praemia_app;

GRANT UPDATE(spelled) ON TABLE public.gift_cards TO praemia_app;

GRANT UPDATE(balance_minor) ON TABLE public.gift_cards TO praemia_app;

GRANT UPDATE(void) ON TABLE public.gift_cards TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.imports TO praemia_app;

GRANT UPDATE("position") ON TABLE public.imports TO praemia_app;

GRANT UPDATE(outcome) ON TABLE public.imports TO praemia_app;

GRANT UPDATE(updated_at) ON TABLE public.imports TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.insight_censuses TO praemia_app;

GRANT UPDATE(taken_at) ON TABLE public.insight_censuses TO praemia_app;

GRANT UPDATE(cost_ms) ON TABLE public.insight_censuses TO praemia_app;

GRANT UPDATE(figures) ON TABLE public.insight_censuses TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.insight_days TO praemia_app;

GRANT UPDATE(transfers) ON TABLE public.insight_days TO praemia_app;

GRANT UPDATE(amount) ON TABLE public.insight_days TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.insight_examinations TO praemia_app;

GRANT UPDATE(asked_by) ON TABLE public.insight_examinations TO praemia_app;

GRANT UPDATE(asked_at) ON TABLE public.insight_examinations TO praemia_app;

GRANT UPDATE(examined_at) ON TABLE public.insight_examinations TO praemia_app;

GRANT UPDATE(transfers) ON TABLE public.insight_examinations TO praemia_app;

GRANT UPDATE(waiting) ON TABLE public.insight_examinations TO praemia_app;

GRANT UPDATE(findings) ON TABLE public.insight_examinations TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.insight_folds TO praemia_app;

GRANT UPDATE(cut) ON TABLE public.insight_folds TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.invitations TO praemia_app;

GRANT UPDATE(used_at) ON TABLE public.invitations TO praemia_app;

GRANT UPDATE(revoked_at) ON TABLE public.invitations TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.jobs TO praemia_app;

GRANT UPDATE(run_at) ON TABLE public.jobs TO praemia_app;

GRANT UPDATE(attempts) ON TABLE public.jobs TO praemia_app;

GRANT UPDATE(locked_until) ON TABLE public.jobs TO praemia_app;

GRANT UPDATE(last_error) ON TABLE public.jobs TO praemia_app;

GRANT UPDATE(dead_at) ON TABLE public.jobs TO praemia_app;

GRANT UPDATE(done_at) ON TABLE public.jobs TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.locations TO praemia_app;

GRANT UPDATE(name) ON TABLE public.locations TO praemia_app;

GRANT UPDATE(address) ON TABLE public.locations TO praemia_app;

GRANT UPDATE(region) ON TABLE public.locations TO praemia_app;

GRANT UPDATE(closed_at) ON TABLE public.locations TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.lookups TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.lot_states TO praemia_app;

GRANT UPDATE(pending) ON TABLE public.lot_states TO praemia_app;

GRANT UPDATE(last_day) ON TABLE public.lot_states TO praemia_app;

GRANT UPDATE(remaining) ON TABLE public.lot_states TO praemia_app;

GRANT SELECT ON TABLE public.lots TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.mails TO praemia_app;

GRANT UPDATE(recipient) ON TABLE public.mails TO praemia_app;

GRANT UPDATE(content) ON TABLE public.mails TO praemia_app;

GRANT UPDATE(tries) ON TABLE public.mails TO praemia_app;

GRANT UPDATE(sent_at) ON TABLE public.mails TO praemia_app;

GRANT UPDATE(refused_at) ON TABLE public.mails TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.member_profiles TO praemia_app;

GRANT UPDATE(birthdate) ON TABLE public.member_profiles TO praemia_app;

GRANT UPDATE(birthday) ON TABLE public.member_profiles TO praemia_app;

GRANT UPDATE(attributes) ON TABLE public.member_profiles TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.members TO praemia_app;

GRANT UPDATE(status) ON TABLE public.members TO praemia_app;

GRANT UPDATE(segments) ON TABLE public.members TO praemia_app;

GRANT UPDATE(successor_id) ON TABLE public.members TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.merges TO praemia_app;

GRANT UPDATE(undone_by) ON TABLE public.merges TO praemia_app;

GRANT SELECT ON TABLE public.movements TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.nights TO praemia_app;

GRANT UPDATE(day) ON TABLE public.nights TO praemia_app;

GRANT UPDATE(step) ON TABLE public.nights TO praemia_app;

GRANT UPDATE(from_bucket) ON TABLE public.nights TO praemia_app;

GRANT UPDATE(after_owner) ON TABLE public.nights TO praemia_app;

GRANT UPDATE(to_bucket) ON TABLE public.nights TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.order_gates TO praemia_app;

GRANT UPDATE(parked) ON TABLE public.order_gates TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.order_returns TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.passes TO praemia_app;

GRANT UPDATE(last_step) ON TABLE public.passes TO praemia_app;

GRANT UPDATE(revoked_at) ON TABLE public.passes TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.passkeys TO praemia_app;

GRANT UPDATE(sign_count) ON TABLE public.passkeys TO praemia_app;

GRANT UPDATE(name) ON TABLE public.passkeys TO praemia_app;

GRANT UPDATE(used_at) ON TABLE public.passkeys TO praemia_app;

GRANT UPDATE(removed_at) ON TABLE public.passkeys TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.passwords TO praemia_app;

GRANT UPDATE(hash) ON TABLE public.passwords TO praemia_app;

GRANT UPDATE(changed_at) ON TABLE public.passwords TO praemia_app;

GRANT UPDATE(skipped_at) ON TABLE public.passwords TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.pictures TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.pool_members TO praemia_app;

GRANT UPDATE(place) ON TABLE public.pool_members TO praemia_app;

GRANT UPDATE(joined_at) ON TABLE public.pool_members TO praemia_app;

GRANT UPDATE(left_at) ON TABLE public.pool_members TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.pools TO praemia_app;

GRANT UPDATE(draw) ON TABLE public.pools TO praemia_app;

GRANT UPDATE(who) ON TABLE public.pools TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.program_versions TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.programs TO praemia_app;

GRANT UPDATE(clock) ON TABLE public.programs TO praemia_app;

GRANT UPDATE(lived_until) ON TABLE public.programs TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.proof_keys TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.recovery_codes TO praemia_app;

GRANT UPDATE(used_at) ON TABLE public.recovery_codes TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.redemptions TO praemia_app;

GRANT UPDATE(state) ON TABLE public.redemptions TO praemia_app;

GRANT UPDATE(codes) ON TABLE public.redemptions TO praemia_app;

GRANT UPDATE(cards) ON TABLE public.redemptions TO praemia_app;

GRANT UPDATE(step) ON TABLE public.redemptions TO praemia_app;

GRANT UPDATE(deadline) ON TABLE public.redemptions TO praemia_app;

GRANT UPDATE(changed_at) ON TABLE public.redemptions TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.reservations TO praemia_app;

GRANT UPDATE(event_id) ON TABLE public.reservations TO praemia_app;

GRANT UPDATE(member_id) ON TABLE public.reservations TO praemia_app;

GRANT UPDATE(state) ON TABLE public.reservations TO praemia_app;

GRANT UPDATE(content) ON TABLE public.reservations TO praemia_app;

GRANT UPDATE(kept) ON TABLE public.reservations TO praemia_app;

GRANT UPDATE(deadline) ON TABLE public.reservations TO praemia_app;

GRANT UPDATE(made_at) ON TABLE public.reservations TO praemia_app;

GRANT UPDATE(changed_at) ON TABLE public.reservations TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.seals TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.sessions TO praemia_app;

GRANT UPDATE(digest) ON TABLE public.sessions TO praemia_app;

GRANT UPDATE(means) ON TABLE public.sessions TO praemia_app;

GRANT UPDATE(proved_at) ON TABLE public.sessions TO praemia_app;

GRANT UPDATE(seen_at) ON TABLE public.sessions TO praemia_app;

GRANT UPDATE(ended_at) ON TABLE public.sessions TO praemia_app;

GRANT UPDATE(device) ON TABLE public.sessions TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.staff TO praemia_app;

GRANT UPDATE(name) ON TABLE public.staff TO praemia_app;

GRANT UPDATE(joined_at) ON TABLE public.staff TO praemia_app;

GRANT UPDATE(disabled_at) ON TABLE public.staff TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.staff_roles TO praemia_app;

GRANT UPDATE(roles) ON TABLE public.staff_roles TO praemia_app;

GRANT UPDATE(changed_at) ON TABLE public.staff_roles TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.stock TO praemia_app;

GRANT UPDATE(placed) ON TABLE public.stock TO praemia_app;

GRANT UPDATE(remaining) ON TABLE public.stock TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.tenants TO praemia_app;

GRANT UPDATE(name) ON TABLE public.tenants TO praemia_app;

GRANT UPDATE(bucket_span) ON TABLE public.tenants TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.terminals TO praemia_app;

GRANT UPDATE(name) ON TABLE public.terminals TO praemia_app;

GRANT UPDATE(location) ON TABLE public.terminals TO praemia_app;

GRANT UPDATE(next_sequence) ON TABLE public.terminals TO praemia_app;

GRANT UPDATE(snapshots) ON TABLE public.terminals TO praemia_app;

GRANT UPDATE(skew_seconds) ON TABLE public.terminals TO praemia_app;

GRANT UPDATE(seen_at) ON TABLE public.terminals TO praemia_app;

GRANT UPDATE(revoked_at) ON TABLE public.terminals TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.terms TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.tier_changes TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.tier_counts TO praemia_app;

GRANT UPDATE(points) ON TABLE public.tier_counts TO praemia_app;

GRANT UPDATE(spend_minor) ON TABLE public.tier_counts TO praemia_app;

GRANT UPDATE(visits) ON TABLE public.tier_counts TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.tier_states TO praemia_app;

GRANT UPDATE(version) ON TABLE public.tier_states TO praemia_app;

GRANT UPDATE(tier) ON TABLE public.tier_states TO praemia_app;

GRANT UPDATE(since) ON TABLE public.tier_states TO praemia_app;

GRANT UPDATE(seen_on) ON TABLE public.tier_states TO praemia_app;

GRANT UPDATE(earned) ON TABLE public.tier_states TO praemia_app;

GRANT UPDATE(held_until) ON TABLE public.tier_states TO praemia_app;

GRANT UPDATE(grace_until) ON TABLE public.tier_states TO praemia_app;

GRANT UPDATE(grace_to) ON TABLE public.tier_states TO praemia_app;

GRANT UPDATE(assigned) ON TABLE public.tier_states TO praemia_app;

GRANT UPDATE(assigned_until) ON TABLE public.tier_states TO praemia_app;

GRANT UPDATE(is_fixed) ON TABLE public.tier_states TO praemia_app;

GRANT UPDATE(warned_of) ON TABLE public.tier_states TO praemia_app;

GRANT UPDATE(entered) ON TABLE public.tier_states TO praemia_app;

GRANT UPDATE(due_day) ON TABLE public.tier_states TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.tier_waiting TO praemia_app;

GRANT UPDATE(points) ON TABLE public.tier_waiting TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.till_days TO praemia_app;

GRANT UPDATE(sales) ON TABLE public.till_days TO praemia_app;

GRANT UPDATE(burned) ON TABLE public.till_days TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.till_events TO praemia_app;

GRANT UPDATE(state) ON TABLE public.till_events TO praemia_app;

GRANT UPDATE(settled) ON TABLE public.till_events TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.till_snapshots TO praemia_app;

GRANT UPDATE(cards) ON TABLE public.till_snapshots TO praemia_app;

GRANT SELECT,INSERT ON TABLE public.unit_types TO praemia_app;
