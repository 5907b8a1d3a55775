-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- Witnesses: others who follow the log and sign that its heads only add to what they have seen. Who
-- they are and how many must have signed is registered by the owner alone, in the log itself.

CREATE FUNCTION kernel.register_witnesses(payload jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    witnesses jsonb := payload -> 'witnesses';
    quorum integer;
    number integer;
    event_id uuid;
BEGIN
    PERFORM kernel.require_keys(payload, ARRAY['witnesses', 'quorum'], '{}');
    IF payload ->> 'quorum' ~ '^[0-9]{1,2}$' THEN
        quorum := (payload ->> 'quorum')::integer;
    END IF;
    IF jsonb_typeof(witnesses) IS DISTINCT FROM 'array' OR jsonb_array_length(witnesses) > 32 THEN
        PERFORM kernel.refuse('form', 'Der kan være højst 32 vidner.');
    END IF;
    SELECT count(DISTINCT w ->> 'key') INTO number FROM jsonb_array_elements(witnesses) AS w
    WHERE w ->> 'key' ~ '^[^ +]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*$' AND length(w ->> 'key') <= 500
      AND w ->> 'url' ~ '^https?://[^[:space:][:cntrl:]]+$' AND length(w ->> 'url') <= 500
      AND w - 'key' - 'url' = '{}';
    IF number <> jsonb_array_length(witnesses) THEN
        PERFORM kernel.refuse('form', 'Et vidne står der to gange, eller dets nøgle eller adresse '
            'er ikke skrevet rigtigt.');
    END IF;
    -- With no witnesses none can be asked for; with some at least one must have seen a head.
    IF quorum IS NULL OR quorum > number OR quorum < least(number, 1) THEN
        PERFORM kernel.refuse('form', 'Antallet skal være fra 1 til antallet af vidner.');
    END IF;
    event_id := kernel.record_event('witnesses', '',
        jsonb_build_object('witnesses', witnesses, 'quorum', quorum));
    INSERT INTO public.kernel_witnesspolicy (event_id, witnesses, quorum, at)
    VALUES (event_id, witnesses, quorum, clock_timestamp());
END $$;

CREATE FUNCTION kernel.require_witness(witness text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF NOT coalesce((SELECT p.witnesses @> jsonb_build_array(jsonb_build_object('key', witness))
            FROM public.kernel_witnesspolicy AS p ORDER BY p.id DESC LIMIT 1), false) THEN
        PERFORM kernel.refuse('witness', 'Det er ikke et af loggens vidner.');
    END IF;
END $$;

-- Keeps a witness's signature line on a head. It is no entry in the log: each would need a new head.
-- The signature itself is checked in Python, before it is kept and each time it is used. The time is
-- at most a day before the year 10000, which Python could not show in our own time zone.
CREATE FUNCTION kernel.ledger_cosign(size bigint, witness text, line text, seconds bigint)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_witness(witness);
    IF line IS NULL OR line !~ '^— [^ ]+ [A-Za-z0-9+/]+=*\n$' OR length(line) > 1000
       OR seconds IS NULL OR NOT seconds BETWEEN 0 AND 253402214399
       OR NOT EXISTS (SELECT FROM public.kernel_ledgercheckpoint AS c WHERE c.size = ledger_cosign.size) THEN
        PERFORM kernel.refuse('form', 'Vidnets underskrift er ikke skrevet rigtigt.');
    END IF;
    INSERT INTO public.kernel_ledgercosignature (size, witness, line, signed_at, at)
    VALUES (size, witness, line, to_timestamp(seconds), clock_timestamp())
    ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION kernel.ledger_signed(head bigint) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT count(*) FROM public.kernel_ledgercosignature AS s WHERE s.size = head
$$;

-- Of the heads more than a day old, keeps the last of each hour and the last that most witnesses
-- signed; at a head a second they would come to fill more than the log. Returns how many went.
CREATE FUNCTION kernel.ledger_thin() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    gone integer;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM pg_advisory_xact_lock(hashtextextended('kernel.ledger', 0));
    WITH heads AS (
        SELECT c.size, kernel.ledger_signed(c.size) AS signed,
            date_trunc('hour', c.at, 'UTC') AS hour
        FROM public.kernel_ledgercheckpoint AS c
        WHERE c.at < clock_timestamp() - interval '1 day'
    ), ranked AS (
        SELECT h.size, row_number() OVER (PARTITION BY h.hour ORDER BY h.size DESC) AS newest,
            row_number() OVER (PARTITION BY h.hour ORDER BY h.signed DESC, h.size DESC) AS best
        FROM heads AS h
    )
    DELETE FROM public.kernel_ledgercheckpoint AS c USING ranked AS r
    WHERE c.size = r.size AND r.newest > 1 AND r.best > 1
      AND c.size < (SELECT max(n.size) FROM public.kernel_ledgercheckpoint AS n);
    GET DIAGNOSTICS gone = ROW_COUNT;
    DELETE FROM public.kernel_ledgercosignature AS s WHERE s.at < clock_timestamp() - interval '1 day'
        AND NOT EXISTS (SELECT FROM public.kernel_ledgercheckpoint AS c WHERE c.size = s.size);
    RETURN gone;
END $$;

-- A witness has seen a log of ours that this one does not continue: it is shorter, or another.
-- Somebody has put an old copy in place or written the log anew. Told once for each such size.
CREATE FUNCTION kernel.ledger_conflict(witness text, seen bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    size bigint := (SELECT coalesce(max(c.size), 0) FROM public.kernel_ledgercheckpoint AS c);
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_witness(witness);
    -- Above that no entry of the log can tell the number.
    IF seen IS NULL OR seen NOT BETWEEN 1 AND 9007199254740991 THEN
        PERFORM kernel.refuse('form', 'Vidnet har ikke set nogen log.');
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('witness conflict', 0));
    IF EXISTS (SELECT FROM public.kernel_witnessconflict AS c
               WHERE c.witness = ledger_conflict.witness AND c.seen = ledger_conflict.seen) THEN
        RETURN;
    END IF;
    INSERT INTO public.kernel_witnessconflict (event_id, witness, seen, size, at)
    SELECT kernel.record_event('witnessconflict', '',
        jsonb_build_object('witness', witness, 'seen', seen, 'size', size)),
        witness, seen, size, clock_timestamp();
END $$;
