-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- Permits, and data by declared purpose. A permit says that a system may work in one phase for one
-- purpose, for a quarter of an hour at most and never past midnight; everything that is read,
-- computed and suggested names it. It holds for the standing that was surveyed when it was given:
-- whatever is registered afterwards, a stop or a document withdrawn, ends it at once.

CREATE FUNCTION kernel.permit(payload jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    s kernel.standing;
    slug text := payload ->> 'system';
    for_phase text := payload ->> 'phase';
    permit_id uuid := gen_random_uuid();
    who bigint;
    moment timestamptz := clock_timestamp();
    expires timestamptz;
    seen text;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['system', 'phase', 'purpose', 'codex_sha256'],
        ARRAY['user_id']);
    -- Taken before the survey, so that nothing the survey did not see counts as seen.
    seen := pg_current_snapshot()::text;
    s := kernel.require_clear(slug, for_phase, payload ->> 'purpose');
    PERFORM kernel.require_codex(payload ->> 'codex_sha256');
    IF payload ? 'user_id' THEN
        who := kernel.user_of(payload -> 'user_id');
        PERFORM kernel.require_role(who, ARRAY['administrator'],
            'Kun en tekniker med rollen administrator kan få tilladelse til at udvikle en model.');
    ELSIF for_phase <> 'operation' THEN
        PERFORM kernel.refuse('no_right', 'En tilladelse til at udvikle en model gives til en person.');
    END IF;
    expires := least(moment + make_interval(mins => (SELECT (c.limits ->> 'permit_minutes')::integer
            FROM public.kernel_codexrevision AS c WHERE c.id = s.codex_id)),
        (s.today + 1)::timestamp AT TIME ZONE 'Europe/Copenhagen',
        (SELECT min(i.due_at) FROM public.kernel_incident AS i WHERE i.system_id = slug
            AND i.due_at > moment));
    INSERT INTO public.kernel_permit (id, system_id, phase, purpose, card_id, codex_id, release_id,
        user_id, standing, snapshot, opened_at, expires_at)
    VALUES (permit_id, slug, for_phase, payload ->> 'purpose', s.card_id, s.codex_id, s.release_id,
        who, to_jsonb(s), seen, moment, expires);
    PERFORM kernel.record_event('permit', slug, jsonb_build_object('permit', permit_id,
        'phase', for_phase, 'purpose', payload -> 'purpose', 'user', who, 'card', s.card,
        'release', s.release, 'owner', s.owner));
    RETURN jsonb_build_object('id', permit_id, 'expires_at', kernel.moment(expires),
        'release', s.release, 'codex', s.codex);
END $$;

-- Whether something has been registered since a permit was given that may change a system's
-- standing. By transaction numbers and not by the clock, so that what began before the permit and
-- was committed after it is found too; only within one transaction by the clock.
CREATE FUNCTION kernel.registered_since(permit public.kernel_permit) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
    seen pg_snapshot := permit.snapshot::pg_snapshot;
BEGIN
    -- One from the future is of a database that was restored since: its numbers say nothing here.
    IF pg_snapshot_xmax(seen) > pg_snapshot_xmax(pg_current_snapshot()) THEN
        RETURN true;
    END IF;
    -- In the index's order: else a plan without statistics reads the whole table each time.
    RETURN EXISTS (SELECT FROM (SELECT x.xid, x.kind, x.at FROM public.kernel_registryevent AS x
            WHERE x.xid >= pg_snapshot_xmin(seen)::text::bigint ORDER BY x.xid DESC) AS e
        WHERE e.kind NOT IN ('permit', 'dataset', 'unmasking', 'erasure')
          AND CASE WHEN e.xid = pg_current_xact_id_if_assigned()::text::bigint
              THEN e.at > permit.opened_at
              ELSE NOT pg_visible_in_snapshot(e.xid::text::xid8, seen) END);
END $$;

-- A permit that is still in force, with the standing that it was given for. When something was
-- registered since, the system is surveyed again: what is in the way is told, and otherwise a new
-- permit must be asked for, so that the policies judge again too.
CREATE FUNCTION kernel.use_permit(permit_id uuid, OUT permit public.kernel_permit,
    OUT s kernel.standing)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    SELECT * INTO permit FROM public.kernel_permit AS p WHERE p.id = permit_id;
    IF permit.id IS NULL THEN
        PERFORM kernel.refuse('no_permit', 'Systemet har ingen tilladelse. Bed om en.');
    END IF;
    IF permit.expires_at <= clock_timestamp() OR kernel.registered_since(permit) THEN
        PERFORM kernel.require_clear(permit.system_id, permit.phase, permit.purpose);
        PERFORM kernel.refuse('permit_expired', 'Tilladelsen er udløbet. Bed om en ny.');
    END IF;
    s := jsonb_populate_record(NULL::kernel.standing, permit.standing);
END $$;

-- Whether the permit still holds, for whoever is about to reach outside under it: what is done there
-- is not undone by a refusal that comes afterwards. Refuses as what is done under the permit does.
CREATE FUNCTION kernel.require_permit(permit_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.use_permit(permit_id);
END $$;

-- The lock between erasing a subject and whatever else is done about it. One of a thousand, as a
-- transaction about very many subjects must not fill the database's table of locks.
CREATE FUNCTION kernel.erasure_lock(subject jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
    SELECT 7310000 + abs(hashtextextended((subject ->> 'type') || ':' || (subject ->> 'id'), 0) % 1000)
$$;

-- What the matter is about; an empty id would be a recommendation about nobody.
CREATE FUNCTION kernel.check_subject(subject jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kernel.require_keys(subject, ARRAY['type', 'id'], '{}');
    PERFORM kernel.text_of(subject -> 'type', 40, 'form', 'Sagens art mangler eller er for lang.');
    PERFORM kernel.text_of(subject -> 'id', 80, 'form', 'Sagens nummer mangler eller er for langt.');
    PERFORM kernel.refuse_cpr(subject);
    -- Whoever erases waits for those who are at it, and they for whoever erases.
    PERFORM pg_advisory_xact_lock_shared(kernel.erasure_lock(subject));
    IF EXISTS (SELECT FROM public.kernel_erasure AS e
               WHERE e.subject_type = subject ->> 'type' AND e.subject_id = subject ->> 'id') THEN
        PERFORM kernel.refuse('erased', 'Sagens oplysninger er slettet. Der kan ikke komme nye til.');
    END IF;
END $$;

-- The key that seals what is personal in the records about a subject: the one that is there, or the
-- caller's. It is wrapped by a key outside the database.
CREATE FUNCTION kernel.key_of(subject jsonb, candidate jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    found public.kernel_subjectkey;
BEGIN
    PERFORM kernel.require_keys(candidate, ARRAY['wrapped', 'kek'], '{}');
    INSERT INTO public.kernel_subjectkey (subject_type, subject_id, wrapped, kek, made_at)
    VALUES (subject ->> 'type', subject ->> 'id',
        kernel.bytes_of(candidate -> 'wrapped', 200, 'Nøglen har ikke den rette form.'),
        kernel.kek_of(candidate -> 'kek'), clock_timestamp())
    ON CONFLICT (subject_type, subject_id) DO NOTHING;
    SELECT * INTO found FROM public.kernel_subjectkey AS k
    WHERE k.subject_type = subject ->> 'type' AND k.subject_id = subject ->> 'id';
    RETURN jsonb_build_object('wrapped', translate(encode(found.wrapped, 'base64'), E'\n', ''),
        'kek', found.kek);
END $$;

CREATE FUNCTION kernel.subject_key(payload jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['subject', 'key'], '{}');
    PERFORM kernel.check_subject(payload -> 'subject');
    RETURN kernel.key_of(payload -> 'subject', payload -> 'key');
END $$;

-- Each field must be declared on the card for the permit's purpose and not be barred.
CREATE FUNCTION kernel.check_fields(permit public.kernel_permit, from_source text, fields jsonb)
RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
    name text;
    names text[] := '{}';
BEGIN
    IF jsonb_typeof(fields) IS DISTINCT FROM 'array' OR jsonb_array_length(fields) = 0 THEN
        PERFORM kernel.refuse('form', 'Skriv, hvilke felter der skal læses.');
    END IF;
    FOR name IN SELECT jsonb_array_elements_text(fields) LOOP
        IF NOT EXISTS (SELECT FROM public.kernel_datafield AS f WHERE f.card_id = permit.card_id
                       AND f.source = from_source AND f.field = name AND f.purpose = permit.purpose) THEN
            PERFORM kernel.refuse('undeclared_data',
                'Systemet må ikke læse data, som systemkortet ikke nævner til dette formål.');
        END IF;
        names := names || name;
    END LOOP;
    RETURN names;
END $$;

-- Sources that have been read about one subject, or into one permit's sets, are linked (samkørt),
-- whether in one go or not. More than one needs a permission in force that names them all, where
-- any of it is personal. Returns those that need one, for the caller to ask the signed codex as well.
CREATE FUNCTION kernel.require_linking(permit public.kernel_permit, linked text[], on_day date)
RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF cardinality(linked) = 1
       OR kernel.categories_of(permit.card_id, permit.purpose) = ARRAY['none'] THEN
        RETURN '{}';
    END IF;
    IF NOT EXISTS (
        SELECT FROM public.kernel_linking AS l WHERE l.codex_id = permit.codex_id
          AND l.system_slug = permit.system_id AND l.phase = permit.phase
          AND l.purpose = permit.purpose AND l.sources::text[] @> linked
          AND l.valid_from <= on_day AND (l.valid_to IS NULL OR l.valid_to >= on_day)) THEN
        PERFORM kernel.refuse('undeclared_linking',
            'Systemet har ikke lov til at sætte disse kilder sammen.');
    END IF;
    RETURN linked;
END $$;

-- The sources that a system has read about a subject, with one that it is about to read.
CREATE FUNCTION kernel.linked_about(slug text, subject jsonb, from_source text) RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT array_agg(DISTINCT x.source) FROM (
        SELECT from_source AS source
        UNION SELECT r.source FROM public.kernel_reading AS r
        WHERE r.system_id = slug AND r.subject_type = subject ->> 'type'
          AND r.subject_id = subject ->> 'id') AS x);
END $$;

-- The same of the sets that a permit has read.
CREATE FUNCTION kernel.linked_sets(permit_id uuid, from_source text) RETURNS text[]
LANGUAGE sql STABLE AS $$
    SELECT array_agg(DISTINCT x.source) FROM (
        SELECT from_source AS source
        UNION SELECT d.source FROM public.kernel_datasetreading AS d
        WHERE d.permit_id = linked_sets.permit_id) AS x
$$;

-- Before a value is handed to an engine: is it allowed, and that it was read is written down. The
-- values themselves are not.
CREATE FUNCTION kernel.read(payload jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    used record;
    subject jsonb := payload -> 'subject';
    names text[];
    linked text[];
    reading_id bigint;
    key jsonb;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['permit_id', 'subject', 'source', 'fields', 'key'], '{}');
    PERFORM kernel.check_subject(subject);
    SELECT * INTO used FROM kernel.use_permit(
        kernel.uuid_of(payload -> 'permit_id', 'Tilladelsens nummer har ikke den rette form.'));
    names := kernel.check_fields(used.permit, payload ->> 'source', payload -> 'fields');
    PERFORM pg_advisory_xact_lock(hashtextextended(
        'read:' || (used.permit).system_id || ':' || subject::text, 0));
    linked := kernel.require_linking(used.permit,
        kernel.linked_about((used.permit).system_id, subject, payload ->> 'source'), (used.s).today);
    key := kernel.key_of(subject, payload -> 'key');
    INSERT INTO public.kernel_reading (permit_id, system_id, subject_type, subject_id, source, fields,
        read_at)
    VALUES ((used.permit).id, (used.permit).system_id, subject ->> 'type', subject ->> 'id',
        payload ->> 'source', names, clock_timestamp())
    RETURNING id INTO reading_id;
    RETURN jsonb_build_object('reading', reading_id, 'key', key, 'linked', linked, 'free_text', (
        SELECT coalesce(jsonb_agg(f.field), '[]') FROM public.kernel_datafield AS f
        WHERE f.card_id = (used.permit).card_id AND f.purpose = (used.permit).purpose
          AND f.source = payload ->> 'source' AND f.field = ANY (names) AND f.free_text));
END $$;

-- A whole set of data about many subjects, for development or retraining. The set's digest is kept,
-- so that a release can name what it learned from.
CREATE FUNCTION kernel.read_dataset(payload jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    used record;
    names text[];
    linked text[];
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload,
        ARRAY['permit_id', 'source', 'fields', 'rows', 'sha256'], '{}');
    SELECT * INTO used FROM kernel.use_permit(
        kernel.uuid_of(payload -> 'permit_id', 'Tilladelsens nummer har ikke den rette form.'));
    IF (used.permit).phase = 'operation' THEN
        PERFORM kernel.refuse('phase', 'I drift læses data om én sag ad gangen.');
    END IF;
    names := kernel.check_fields(used.permit, payload ->> 'source', payload -> 'fields');
    IF payload ->> 'sha256' !~ '^[0-9a-f]{64}$' OR jsonb_typeof(payload -> 'rows') <> 'number'
       OR payload ->> 'rows' !~ '^[1-9][0-9]{0,11}$' THEN
        PERFORM kernel.refuse('form', 'Datasættet skal have et antal og et aftryk på 64 hextegn.');
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('dataset:' || (used.permit).id, 0));
    linked := kernel.require_linking(used.permit,
        kernel.linked_sets((used.permit).id, payload ->> 'source'), (used.s).today);
    INSERT INTO public.kernel_datasetreading (permit_id, system_id, source, fields, rows, sha256, read_at)
    VALUES ((used.permit).id, (used.permit).system_id, payload ->> 'source', names,
        (payload ->> 'rows')::bigint, payload ->> 'sha256', clock_timestamp());
    PERFORM kernel.record_event('dataset', (used.permit).system_id, payload);
    RETURN jsonb_build_object('linked', linked);
END $$;

-- The key of the model in operation, wrapped: only for a permit in force, and only of the release
-- that the gate found. For computing a suggestion again it is the key of the release that made it,
-- of the permit's own system; nothing can be issued by a model that is not in operation.
CREATE FUNCTION kernel.model_key(payload jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    used record;
    of_release bigint;
    key public.kernel_releasekey;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['permit_id'], ARRAY['recommendation_id']);
    SELECT * INTO used FROM kernel.use_permit(
        kernel.uuid_of(payload -> 'permit_id', 'Tilladelsens nummer har ikke den rette form.'));
    IF (used.permit).phase <> 'operation' THEN
        PERFORM kernel.refuse('phase', 'Den frigivne model bruges kun i drift.');
    END IF;
    of_release := (used.permit).release_id;
    IF payload ? 'recommendation_id' THEN
        SELECT r.release_id INTO of_release FROM public.kernel_recommendation AS r
        WHERE r.system_id = (used.permit).system_id AND r.id = kernel.uuid_of(
            payload -> 'recommendation_id', 'Forslagets nummer har ikke den rette form.');
        IF of_release IS NULL THEN
            PERFORM kernel.refuse('unknown_recommendation', 'Forslaget findes ikke.');
        END IF;
    END IF;
    SELECT * INTO key FROM public.kernel_releasekey AS k WHERE k.release_id = of_release;
    IF key.release_id IS NULL THEN
        PERFORM kernel.refuse('no_key', 'Modellens nøgle mangler. Frigiv modellen igen.');
    END IF;
    RETURN jsonb_build_object('wrapped', translate(encode(key.wrapped, 'base64'), E'\n', ''),
        'kek', key.kek, 'release', key.release_id);
END $$;
