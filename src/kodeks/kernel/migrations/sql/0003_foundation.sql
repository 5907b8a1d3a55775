-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- The kernel's foundation: how it refuses, how it writes to the ledger's queue, and that history
-- is appended. Every function pins its search_path and qualifies every name, because those that
-- are SECURITY DEFINER would otherwise run whatever a caller puts in front of them.

CREATE SCHEMA kernel;
REVOKE ALL ON SCHEMA kernel FROM PUBLIC;
GRANT USAGE ON SCHEMA kernel TO kodeks_app;

-- A refusal: SQLSTATE KDREF (KDSTP when the system is stopped), the Danish sentence as message
-- and the code for programs as detail. No personal data may be put in either.
CREATE FUNCTION kernel.refuse(code text, sentence text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = CASE WHEN code = 'stopped' THEN 'KDSTP' ELSE 'KDREF' END,
        MESSAGE = sentence,
        DETAIL = code;
END $$;

-- RFC 8785 for the values that we allow: ASCII keys, whole numbers up to 2^53-1, no floats, at
-- most 64 layers. kodeks.ledger.canonical does the same in Python; tests hold the two together,
-- because a body that Python cannot write again could never be proved to a citizen.
CREATE FUNCTION kernel.canonical(value jsonb, depth integer DEFAULT 0) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF depth >= 64 AND jsonb_typeof(value) IN ('object', 'array') THEN
        PERFORM kernel.refuse('form', 'Oplysningerne må højst have 64 lag.');
    END IF;
    CASE jsonb_typeof(value)
    WHEN 'object' THEN
        IF EXISTS (SELECT FROM jsonb_object_keys(value) AS k WHERE k !~ '^[A-Za-z0-9_.-]+$') THEN
            PERFORM kernel.refuse('form', 'En nøgle i oplysningerne har tegn, som ikke er tilladt.');
        END IF;
        RETURN '{' || coalesce((
            SELECT string_agg(to_json(e.key)::text || ':' || kernel.canonical(e.value, depth + 1), ','
                              ORDER BY e.key COLLATE "C")
            FROM jsonb_each(value) AS e), '') || '}';
    WHEN 'array' THEN
        RETURN '[' || coalesce((
            SELECT string_agg(kernel.canonical(e.value, depth + 1), ',' ORDER BY e.ordinality)
            FROM jsonb_array_elements(value) WITH ORDINALITY AS e(value, ordinality)), '') || ']';
    WHEN 'number' THEN
        IF value::text !~ '^-?[0-9]{1,16}$' OR abs(value::numeric) > 9007199254740991 THEN
            PERFORM kernel.refuse('form', 'Et tal er ikke et helt tal. Skriv decimaltal som tekst.');
        END IF;
        RETURN value::text;
    WHEN 'string' THEN
        RETURN to_json(value #>> '{}')::text;
    ELSE
        RETURN value::text;
    END CASE;
END $$;

CREATE FUNCTION kernel.moment(at timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- The law's day is Copenhagen's, whatever time zone the session has set. The clock, not now():
-- now() is when the transaction began, so one held open would carry yesterday's law and dates.
CREATE FUNCTION kernel.today() RETURNS date
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    SELECT (clock_timestamp() AT TIME ZONE 'Europe/Copenhagen')::date
$$;

CREATE FUNCTION kernel.require_keys(payload jsonb, required text[], optional text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    missing text;
    unknown text;
BEGIN
    IF jsonb_typeof(payload) IS DISTINCT FROM 'object' THEN
        PERFORM kernel.refuse('form', 'Oplysningerne skal være et objekt.');
    END IF;
    SELECT string_agg(k, ', ') INTO missing FROM unnest(required) AS k
    WHERE payload -> k IS NULL OR jsonb_typeof(payload -> k) = 'null';
    IF missing IS NOT NULL THEN
        PERFORM kernel.refuse('missing', 'Der mangler oplysninger: ' || missing || '.');
    END IF;
    SELECT string_agg(k, ', ') INTO unknown FROM jsonb_object_keys(payload) AS k
    WHERE k <> ALL (required || optional);
    IF unknown IS NOT NULL THEN
        PERFORM kernel.refuse('unknown', 'Der er oplysninger, som ikke hører til: ' || unknown || '.');
    END IF;
END $$;

-- A snapshot from before a stop must not be able to act after it, so only READ COMMITTED,
-- where each statement sees what is committed now, may enter.
CREATE FUNCTION kernel.require_read_committed() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        PERFORM kernel.refuse('isolation', 'Kernen kan kun bruges i isolationen READ COMMITTED.');
    END IF;
END $$;

-- One entry in the queue to the ledger. The leaf holds ids and a salted commitment, never the body.
CREATE FUNCTION kernel.enter(kind text, id uuid, system text, body jsonb, at timestamptz,
    OUT salt bytea, OUT pending_id bigint)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    written bytea := convert_to(kernel.canonical(body), 'UTF8');
    commitment text;
BEGIN
    -- A receipt carries the whole body and may fill 4 MiB (kodeks.ledger.receipt).
    IF octet_length(written) > 2000000 THEN
        PERFORM kernel.refuse('too_large', 'Oplysningerne fylder for meget. De må højst fylde 2 MB.');
    END IF;
    salt := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
    commitment := encode(sha256(salt || written), 'hex');
    INSERT INTO public.kernel_ledgerpending (leaf)
    VALUES (convert_to(kernel.canonical(jsonb_build_object(
        'at', kernel.moment(enter.at), 'commitment', commitment,
        'id', id, 'kind', kind, 'system', system)), 'UTF8'))
    RETURNING kernel_ledgerpending.id INTO pending_id;
END $$;

CREATE FUNCTION kernel.record_event(kind text, system text, content jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    event_id uuid := gen_random_uuid();
    moment timestamptz := clock_timestamp();
    body jsonb := content || jsonb_build_object('at', kernel.moment(moment), 'kind', kind);
    entry record;
BEGIN
    SELECT * INTO entry FROM kernel.enter(kind, event_id, system, body, moment);
    INSERT INTO public.kernel_registryevent (id, body, salt, pending_id, kind, system_slug, at)
    VALUES (event_id, body, entry.salt, entry.pending_id, kind, system, moment);
END $$;

CREATE FUNCTION kernel.history_is_appended() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'KDREF', DETAIL = 'history',
        MESSAGE = 'Historikken kan ikke ændres eller slettes. Den kan kun føjes til.';
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['system', 'cardrevision', 'assignment', 'legalbasis', 'datafield',
        'release', 'switch', 'registryevent', 'recommendation', 'decision', 'act',
        'ledgerentry', 'ledgercheckpoint'] LOOP
        EXECUTE format('CREATE TRIGGER history BEFORE UPDATE OR DELETE ON public.kernel_%s
            FOR EACH ROW EXECUTE FUNCTION kernel.history_is_appended()', name);
        EXECUTE format('CREATE TRIGGER history_whole BEFORE TRUNCATE ON public.kernel_%s
            FOR EACH STATEMENT EXECUTE FUNCTION kernel.history_is_appended()', name);
    END LOOP;
END $$;

-- The structural minimum, which holds even for someone who writes the tables past the functions.
-- A CHECK that comes out as NULL lets the row pass, hence the coalesce.
ALTER TABLE public.kernel_recommendation
    ADD CONSTRAINT kernel_has_uncertainty CHECK (confidence BETWEEN 0 AND 1),
    ADD CONSTRAINT kernel_has_data CHECK (coalesce(jsonb_array_length(body -> 'data_used'), 0) > 0),
    ADD CONSTRAINT kernel_has_considerations
        CHECK (coalesce(jsonb_array_length(body -> 'considerations'), 0) > 0);
ALTER TABLE public.kernel_decision
    ADD CONSTRAINT kernel_choice CHECK (choice IN ('accept', 'other', 'reject', 'own')),
    ADD CONSTRAINT kernel_choice_fits CHECK ((choice = 'own') = (recommendation_id IS NULL)),
    ADD CONSTRAINT kernel_own_consideration
        CHECK (coalesce(body ->> 'own_consideration', '') ~ '([[:alpha:]].*){3}');
