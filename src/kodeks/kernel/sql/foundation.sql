-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- The kernel's foundation: how it refuses, reads payloads and writes to the ledger's queue. Every
-- name of a table or function of ours is qualified; entrances pin the rest (rights.sql).

-- A refusal: SQLSTATE KDREF, the Danish sentence as message and the code for programs as detail.
-- No personal data may be put in either.
CREATE FUNCTION kernel.refuse(code text, sentence text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'KDREF', MESSAGE = sentence, DETAIL = code;
END $$;

-- The system may not run now (KDSTP): the same request is in order once the cause is mended, so
-- whoever carries work through a queue waits instead of giving up.
CREATE FUNCTION kernel.halt(code text, sentence text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'KDSTP', MESSAGE = sentence, DETAIL = code;
END $$;

-- RFC 8785 for the values that we allow: ASCII keys, whole numbers up to 2^53-1, no floats, at
-- most 64 layers. kodeks.ledger.canonical does the same in Python; tests hold the two together,
-- because a body that Python cannot write again could never be proved to a citizen.
CREATE FUNCTION kernel.canonical(value jsonb, depth integer DEFAULT 0) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    told text;
    plain boolean;
BEGIN
    IF depth >= 64 AND jsonb_typeof(value) IN ('object', 'array') THEN
        PERFORM kernel.refuse('form', 'Oplysningerne må højst have 64 lag.');
    END IF;
    -- Simple values are written in place: a call for each would cost more than all the rest.
    CASE jsonb_typeof(value)
    WHEN 'object' THEN
        SELECT string_agg('"' || e.key || '":' || CASE
                WHEN jsonb_typeof(e.value) IN ('object', 'array', 'number')
                THEN kernel.canonical(e.value, depth + 1) ELSE e.value::text END,
            ',' ORDER BY e.key COLLATE "C"), bool_and(e.key ~ '^[A-Za-z0-9_.-]+$') INTO told, plain
        FROM jsonb_each(value) AS e;
        IF NOT plain THEN
            PERFORM kernel.refuse('form', 'En nøgle i oplysningerne har tegn, som ikke er tilladt.');
        END IF;
        RETURN '{' || coalesce(told, '') || '}';
    WHEN 'array' THEN
        RETURN '[' || coalesce((
            SELECT string_agg(CASE WHEN jsonb_typeof(e.value) IN ('object', 'array', 'number')
                    THEN kernel.canonical(e.value, depth + 1) ELSE e.value::text END,
                ',' ORDER BY e.ordinality)
            FROM jsonb_array_elements(value) WITH ORDINALITY AS e(value, ordinality)), '') || ']';
    WHEN 'number' THEN
        IF value::text !~ '^-?[0-9]{1,16}$' OR abs(value::numeric) > 9007199254740991 THEN
            PERFORM kernel.refuse('form', 'Et tal er ikke et helt tal. Skriv decimaltal som tekst.');
        END IF;
        RETURN value::text;
    ELSE
        RETURN value::text;
    END CASE;
END $$;

-- In plpgsql like all that each issue calls: SQL that cannot be inlined is planned anew in every
-- transaction, which cost a fifth of an issue.
CREATE FUNCTION kernel.moment(at timestamptz) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
END $$;

-- The law's day is Copenhagen's, whatever time zone the session has set: a day ends at midnight
-- there, in summer time and out of it.
CREATE FUNCTION kernel.day_of(at timestamptz) RETURNS date
LANGUAGE sql IMMUTABLE AS $$
    SELECT (at AT TIME ZONE 'Europe/Copenhagen')::date
$$;

-- The clock, not now(): now() is when the transaction began, so one held open would carry
-- yesterday's law and dates.
CREATE FUNCTION kernel.today() RETURNS date
LANGUAGE sql VOLATILE AS $$
    SELECT kernel.day_of(clock_timestamp())
$$;

CREATE FUNCTION kernel.require_keys(payload jsonb, required text[], optional text[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    missing text;
    unknown text;
BEGIN
    IF jsonb_typeof(payload) IS DISTINCT FROM 'object' THEN
        PERFORM kernel.refuse('form', 'Oplysningerne skal være et objekt.');
    END IF;
    -- Without a query when all is in order, as it nearly always is.
    IF payload ?& required AND payload - required - optional = '{}'
       AND NOT payload @? '$.* ? (@ == null)' THEN
        RETURN;
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
LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        PERFORM kernel.refuse('isolation', 'Kernen kan kun bruges i isolationen READ COMMITTED.');
    END IF;
END $$;

-- A text of at most `most` characters with a letter or digit in it: blanks of any kind say nothing.
CREATE FUNCTION kernel.text_of(value jsonb, most integer, code text, sentence text) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF jsonb_typeof(value) IS DISTINCT FROM 'string' OR value #>> '{}' !~ '[[:alnum:]]'
       OR length(value #>> '{}') > most THEN
        PERFORM kernel.refuse(code, sentence);
    END IF;
    RETURN value #>> '{}';
END $$;

-- Ids and moments travel as text. Text of another form is refused here, so that the error of a
-- cast, which quotes the value, never comes about.
CREATE FUNCTION kernel.uuid_of(value jsonb, sentence text) RETURNS uuid
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF jsonb_typeof(value) IS DISTINCT FROM 'string' OR value #>> '{}' !~
        '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' THEN
        PERFORM kernel.refuse('form', sentence);
    END IF;
    RETURN (value #>> '{}')::uuid;
END $$;

CREATE FUNCTION kernel.user_of(value jsonb) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF jsonb_typeof(value) IS DISTINCT FROM 'number' OR value #>> '{}' !~ '^[0-9]{1,18}$' THEN
        PERFORM kernel.refuse('form', 'Brugerens nummer skal være et helt tal.');
    END IF;
    RETURN (value #>> '{}')::bigint;
END $$;

-- The number of the key, outside the database, that wraps another.
CREATE FUNCTION kernel.kek_of(value jsonb) RETURNS integer
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF jsonb_typeof(value) IS DISTINCT FROM 'number' OR value #>> '{}' !~ '^[1-9][0-9]{0,3}$' THEN
        PERFORM kernel.refuse('form', 'Nøglens nummer skal være et helt tal.');
    END IF;
    RETURN (value #>> '{}')::integer;
END $$;

CREATE FUNCTION kernel.date_of(value jsonb) RETURNS date
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF jsonb_typeof(value) = 'string' AND value #>> '{}' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' THEN
        RETURN make_date(split_part(value #>> '{}', '-', 1)::integer,
            split_part(value #>> '{}', '-', 2)::integer, split_part(value #>> '{}', '-', 3)::integer);
    END IF;
    PERFORM kernel.refuse('form', 'En dato skal skrives som 2026-01-31.');
    RETURN NULL;
EXCEPTION WHEN datetime_field_overflow THEN
    PERFORM kernel.refuse('form', 'En dato skal skrives som 2026-01-31.');
    RETURN NULL;
END $$;

CREATE FUNCTION kernel.bytes_of(value jsonb, most integer, sentence text) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF jsonb_typeof(value) IS DISTINCT FROM 'string' OR value #>> '{}' !~ '^[A-Za-z0-9+/]+={0,2}$'
       OR length(value #>> '{}') % 4 <> 0 OR length(value #>> '{}') > most THEN
        PERFORM kernel.refuse('form', sentence);
    END IF;
    RETURN decode(value #>> '{}', 'base64');
END $$;

-- What is kept for ever in clear holds no CPR number: ten digits that begin with a date, written
-- together or parted by blanks, dots and dashes. The digits of an id (letters or more digits beside
-- them) are no such number. Python masks what people type, in more spellings; this is the least.
CREATE FUNCTION kernel.refuse_cpr(value jsonb) RETURNS void
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    text text := value::text;
BEGIN
    -- Written as JSON a line's end is \n, and its n no letter beside the number.
    IF strpos(text, '\') > 0 THEN
        text := regexp_replace(text, '\\([bfnrt]|u[0-9a-fA-F]{4})', ' ', 'g');
    END IF;
    IF text ~ ('(?<![0-9A-Za-z-])[0-3][0-9][ .\u00a0-]?[01][0-9][ .\u00a0-]?[0-9]{2}'
        '[ .\u00a0\u2010-\u2015\u2212-]{0,3}[0-9]{4}(?![0-9A-Za-z-])') THEN
        PERFORM kernel.refuse('cpr', 'Der står noget, der ligner et CPR-nummer. Fjern det.');
    END IF;
END $$;

-- One entry in the queue to the ledger. The leaf holds ids and a salted commitment, never the body.
CREATE FUNCTION kernel.enter(kind text, id uuid, system text, body jsonb, at timestamptz,
    OUT salt bytea, OUT pending_id bigint)
LANGUAGE plpgsql AS $$
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

-- Whatever is registered becomes a row and a ledger entry. The codex in force is named in each.
CREATE FUNCTION kernel.record_event(kind text, system text, content jsonb) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    event_id uuid := gen_random_uuid();
    moment timestamptz := clock_timestamp();
    body jsonb := content || jsonb_build_object('at', kernel.moment(moment), 'kind', kind,
        'codex', coalesce((SELECT c.sha256 FROM kernel.codex_in_force(kernel.today()) AS c), ''));
    entry record;
BEGIN
    SELECT * INTO entry FROM kernel.enter(kind, event_id, system, body, moment);
    INSERT INTO public.kernel_registryevent (id, body, salt, pending_id, kind, system_slug, at, xid)
    VALUES (event_id, body, entry.salt, entry.pending_id, kind, system, moment,
        pg_current_xact_id()::text::bigint);
    RETURN event_id;
END $$;
