-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- issue: the only way in which a recommendation comes into being. A payload has no time of its own
-- in it and unknown keys are refused, so nothing can be dated back.

-- When a value was fetched: a moment with its offset, and not one that has yet to come (five
-- minutes are allowed for another machine's clock).
CREATE FUNCTION kernel.check_moment(moment jsonb, sentence text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF jsonb_typeof(moment) = 'string' AND moment #>> '{}' ~
        '^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?'
        '(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$'
       AND (moment #>> '{}')::timestamptz <= clock_timestamp() + interval '5 minutes' THEN
        RETURN;
    END IF;
    PERFORM kernel.refuse('form', sentence);
EXCEPTION WHEN datetime_field_overflow OR invalid_datetime_format THEN
    PERFORM kernel.refuse('form', sentence);
END $$;

-- Decimal numbers travel as text (the ledger's form has no floats); this reads one in 0..1.
CREATE FUNCTION kernel.share(value jsonb, what text) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF jsonb_typeof(value) IS DISTINCT FROM 'string'
       OR value #>> '{}' !~ '^(0(\.[0-9]{1,6})?|1(\.0{1,6})?)$' THEN
        PERFORM kernel.refuse('no_uncertainty', what || ' skal være et tal mellem 0 og 1.');
    END IF;
    RETURN (value #>> '{}')::numeric;
END $$;

-- The data used: each value comes from a reading of this permit about this subject. Source,
-- supplier and title are the card's, not the caller's. A citizen's own words must have been looked
-- through for hidden text first (codex, principle 5).
CREATE FUNCTION kernel.checked_data(permit public.kernel_permit, subject jsonb, data jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
    datum jsonb;
    reading public.kernel_reading;
    declared public.kernel_datafield;
    checked jsonb := '[]';
BEGIN
    IF jsonb_typeof(data) IS DISTINCT FROM 'array' OR jsonb_array_length(data) = 0 THEN
        PERFORM kernel.refuse('no_data', 'Forslaget siger ikke, hvilke data der er brugt.');
    END IF;
    FOR datum IN SELECT jsonb_array_elements(data) LOOP
        PERFORM kernel.require_keys(datum, ARRAY['reading', 'field', 'value', 'fetched_at'],
            ARRAY['guard']);
        SELECT * INTO reading FROM public.kernel_reading AS r
        WHERE r.id = kernel.user_of(datum -> 'reading') AND r.permit_id = permit.id
          AND r.subject_type = subject ->> 'type' AND r.subject_id = subject ->> 'id'
          AND datum ->> 'field' = ANY (r.fields);
        IF reading.id IS NULL THEN
            PERFORM kernel.refuse('undeclared_data',
                'Forslaget bruger data, som systemet ikke har læst til dette formål.');
        END IF;
        SELECT * INTO declared FROM public.kernel_datafield AS f
        WHERE f.card_id = permit.card_id AND f.purpose = permit.purpose
          AND f.source = reading.source AND f.field = datum ->> 'field';
        IF jsonb_typeof(datum -> 'value') <> 'string' THEN
            PERFORM kernel.refuse('form', 'En oplysning i forslaget skal være skrevet som tekst.');
        END IF;
        IF declared.free_text AND coalesce(datum ->> 'guard', '') NOT IN ('clear', 'flagged') THEN
            PERFORM kernel.refuse('no_guard', 'Teksten er ikke set efter for skjult indhold.');
        END IF;
        PERFORM kernel.check_moment(datum -> 'fetched_at',
            'Forslaget siger ikke, hvornår oplysningen er hentet.');
        checked := checked || jsonb_build_array(jsonb_build_object('source', reading.source,
            'field', datum -> 'field', 'value', datum -> 'value', 'fetched_at', datum -> 'fetched_at',
            'supplier', declared.supplier, 'title', declared.title)
            || CASE WHEN declared.free_text THEN jsonb_build_object('guard', datum -> 'guard')
                    ELSE '{}' END);
    END LOOP;
    RETURN checked;
END $$;

-- How many words there are to read in the values used, of which there is one at least; what is read
-- in less time was not read.
CREATE FUNCTION kernel.words_of(used jsonb) RETURNS integer
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN (SELECT sum(cardinality(regexp_split_to_array(btrim(u ->> 'value', E' \n\t\r'), '\s+')))::integer
        FROM jsonb_array_elements(used) AS u);
END $$;

-- What was looked at about the subject under this permit and did not go into the suggestion.
CREATE FUNCTION kernel.read_only(permit public.kernel_permit, subject jsonb, used jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object(
            'source', f.source, 'field', f.field, 'title', f.title)), '[]')
        FROM public.kernel_reading AS r
        JOIN public.kernel_datafield AS f ON f.card_id = permit.card_id AND f.purpose = permit.purpose
            AND f.source = r.source AND f.field = ANY (r.fields)
        WHERE r.permit_id = permit.id AND r.subject_type = subject ->> 'type'
          AND r.subject_id = subject ->> 'id' AND NOT EXISTS (
              SELECT FROM jsonb_array_elements(used) AS u
              WHERE u ->> 'source' = f.source AND u ->> 'field' = f.field));
END $$;

CREATE FUNCTION kernel.check_considerations(considerations jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    consideration jsonb;
BEGIN
    IF jsonb_typeof(considerations) IS DISTINCT FROM 'array'
       OR jsonb_array_length(considerations) = 0 THEN
        PERFORM kernel.refuse('no_considerations', 'Forslaget siger ikke, hvad der er lagt vægt på.');
    END IF;
    FOR consideration IN SELECT jsonb_array_elements(considerations) LOOP
        PERFORM kernel.require_keys(consideration, ARRAY['text', 'weight', 'direction'], ARRAY['rule']);
        PERFORM kernel.text_of(consideration -> 'text', 1000, 'no_considerations',
            'Et hensyn skal være skrevet i ord.');
        IF jsonb_typeof(consideration -> 'direction') <> 'string'
           OR consideration ->> 'direction' NOT IN ('for', 'against')
           OR jsonb_typeof(consideration -> 'weight') <> 'string'
           OR consideration ->> 'weight' !~ '^-?[0-9]{1,9}(\.[0-9]{1,6})?$'
           OR jsonb_typeof(coalesce(consideration -> 'rule', '""')) <> 'string'
           OR length(consideration ->> 'rule') > 200 THEN
            PERFORM kernel.refuse('no_considerations', 'Et hensyn skal have en vægt og en retning.');
        END IF;
        PERFORM kernel.refuse_cpr(consideration -> 'rule') WHERE consideration ? 'rule';
    END LOOP;
END $$;

CREATE FUNCTION kernel.check_alternatives(alternatives jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    alternative jsonb;
BEGIN
    IF jsonb_typeof(alternatives) IS DISTINCT FROM 'array' THEN
        PERFORM kernel.refuse('form', 'Alternativerne skal være en liste.');
    END IF;
    FOR alternative IN SELECT jsonb_array_elements(alternatives) LOOP
        PERFORM kernel.require_keys(alternative, ARRAY['value', 'confidence'], '{}');
        PERFORM kernel.text_of(alternative -> 'value', 200, 'form', 'Et alternativ mangler sit navn.');
        PERFORM kernel.share(alternative -> 'confidence', 'Alternativets sikkerhed');
    END LOOP;
END $$;

-- Changes that the model itself was asked about: had this been so, it would have suggested that.
-- The list may be empty, when no change was found, but it must be there (CJEU C-203/22).
CREATE FUNCTION kernel.check_counterfactuals(counterfactuals jsonb, suggestion jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    one jsonb;
BEGIN
    IF jsonb_typeof(counterfactuals) IS DISTINCT FROM 'array' THEN
        PERFORM kernel.refuse('no_counterfactuals',
            'Forslaget siger ikke, hvad der ville have givet et andet forslag.');
    END IF;
    FOR one IN SELECT jsonb_array_elements(counterfactuals) LOOP
        PERFORM kernel.require_keys(one, ARRAY['text', 'suggestion'], '{}');
        PERFORM kernel.text_of(one -> 'text', 1000, 'no_counterfactuals',
            'En ændring skal være skrevet i ord.');
        IF NOT kernel.says_something(one -> 'suggestion') OR one -> 'suggestion' = suggestion THEN
            PERFORM kernel.refuse('no_counterfactuals', 'En ændring skal give et andet forslag.');
        END IF;
        PERFORM kernel.refuse_cpr(one -> 'suggestion');
    END LOOP;
END $$;

-- Unit and KLE number of a matter decide who may handle it; empty until it has been placed.
CREATE FUNCTION kernel.check_scope(scope jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kernel.require_keys(scope, ARRAY['unit', 'kle'], '{}');
    IF jsonb_typeof(scope -> 'unit') <> 'string' OR length(scope ->> 'unit') > 80
       OR jsonb_typeof(scope -> 'kle') <> 'string' OR scope ->> 'kle' !~ '^([0-9]{2}(\.[0-9]{2}){0,2})?$' THEN
        PERFORM kernel.refuse('form', 'Sagens afdeling eller KLE-nummer har ikke den rette form.');
    END IF;
    PERFORM kernel.refuse_cpr(scope);
END $$;

-- Whether an object says something: blanks, dots and empty lists say nothing.
CREATE FUNCTION kernel.says_something(value jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN coalesce(jsonb_typeof(value) = 'object', false) AND value @? ('$.** ? (@.type() == "number"'
        ' || @.type() == "boolean" || @.type() == "string" && @ like_regex "[^\\W_]")')::jsonpath;
END $$;

-- What is personal in a record is kept apart, sealed by the caller with the subject's key, so that
-- the record can stay for ever and the personal can be erased with the salt of its commitment.
CREATE FUNCTION kernel.keep_secret(record_id uuid, subject jsonb, salt bytea, sealed jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM public.kernel_secret AS x WHERE x.record_id = keep_secret.record_id) THEN
        PERFORM kernel.refuse('key_taken', 'Nummeret er brugt til noget andet. Vælg et nyt.');
    END IF;
    INSERT INTO public.kernel_secret (record_id, subject_type, subject_id, salt, sealed)
    VALUES (record_id, subject ->> 'type', subject ->> 'id', salt,
        kernel.bytes_of(sealed, 4000000, 'De forseglede oplysninger har ikke den rette form.'));
END $$;

-- A list of objects without one of their keys.
CREATE FUNCTION kernel.without(list jsonb, key text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN (SELECT coalesce(jsonb_agg(e.value - key ORDER BY e.at), '[]')
        FROM jsonb_array_elements(list) WITH ORDINALITY AS e(value, at));
END $$;

-- The traits of the data that the card says are watched, each as one of few kinds, so that a change
-- in what the system meets is seen without keeping the data themselves. What the card does not watch
-- is not kept.
CREATE FUNCTION kernel.checked_traits(watched jsonb, traits jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
    declared text;
    kept jsonb := '{}';
BEGIN
    FOR declared IN SELECT jsonb_array_elements_text(watched) LOOP
        IF coalesce(traits ->> declared, '') !~ '^[0-9A-Za-z_+-]{1,20}$' THEN
            PERFORM kernel.refuse('no_traits',
                'Forslaget mangler et kendetegn, som kortet holder øje med: ' || declared || '.');
        END IF;
        kept := kept || jsonb_build_object(declared, traits ->> declared);
    END LOOP;
    PERFORM kernel.refuse_cpr(kept);
    RETURN CASE WHEN kept = '{}' THEN kept ELSE jsonb_build_object('traits', kept) END;
END $$;

-- The plan by which the model was told how many of its sure suggestions may be wrong.
CREATE FUNCTION kernel.checked_plan(slug text, plan jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF plan IS NULL THEN
        RETURN '{}';
    END IF;
    IF NOT EXISTS (SELECT FROM public.kernel_oversightplan AS p
                   WHERE p.system_id = slug AND p.id = kernel.user_of(plan)) THEN
        PERFORM kernel.refuse('unknown_plan', 'Planen for opsyn findes ikke.');
    END IF;
    RETURN jsonb_build_object('plan', plan);
END $$;

CREATE FUNCTION kernel.check_proposal(payload jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kernel.require_keys(payload, ARRAY['id', 'permit_id', 'key', 'subject', 'scope',
        'suggestion', 'confidence', 'alternatives', 'data_used', 'considerations', 'counterfactuals',
        'artefact_sha256', 'sealed'], ARRAY['began_at', 'outside', 'plan', 'sure', 'traits']);
    PERFORM kernel.check_subject(payload -> 'subject');
    PERFORM kernel.check_scope(payload -> 'scope');
    PERFORM kernel.text_of(payload -> 'key', 200, 'form', 'Forslagets nøgle mangler eller er for lang.');
    PERFORM kernel.refuse_cpr(jsonb_build_array(payload -> 'key', payload -> 'suggestion',
        payload -> 'alternatives'));
    IF payload ? 'outside' AND jsonb_typeof(payload -> 'outside') <> 'boolean' THEN
        PERFORM kernel.refuse('form', 'Skriv, om sagen ligger uden for det, modellen kender.');
    END IF;
    IF payload ? 'sure' AND jsonb_typeof(payload -> 'sure') <> 'boolean' THEN
        PERFORM kernel.refuse('form', 'Skriv, om modellen er sikker på ét forslag.');
    END IF;
    IF payload ? 'began_at' THEN
        PERFORM kernel.check_moment(payload -> 'began_at', 'Sagens begyndelse har ikke den rette form.');
    END IF;
END $$;

-- The recommendation that this key gave before, or NULL.
CREATE FUNCTION kernel.issued_before(slug text, payload jsonb) RETURNS uuid
LANGUAGE plpgsql STABLE AS $$
DECLARE
    first public.kernel_recommendation;
BEGIN
    SELECT * INTO first FROM public.kernel_recommendation AS r
    WHERE r.system_id = slug AND r.key = payload ->> 'key';
    IF first.id IS NOT NULL AND first.body -> 'subject' IS DISTINCT FROM payload -> 'subject' THEN
        PERFORM kernel.refuse('key_taken', 'Nøglen er brugt til et forslag i en anden sag.');
    END IF;
    RETURN first.id;
END $$;

CREATE FUNCTION kernel.issue(payload jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    recommendation_id uuid;
    used record;
    permit public.kernel_permit;
    s kernel.standing;
    first uuid;
    certainty numeric;
    moment timestamptz;
    body jsonb;
    entry record;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.check_proposal(payload);
    recommendation_id := kernel.uuid_of(payload -> 'id', 'Forslagets nummer har ikke den rette form.');
    SELECT * INTO permit FROM public.kernel_permit AS p WHERE p.id = kernel.uuid_of(
        payload -> 'permit_id', 'Tilladelsens nummer har ikke den rette form.');
    -- One writer per key: a second caller waits, then finds the first one's row.
    PERFORM pg_advisory_xact_lock(hashtextextended(
        'issue:' || coalesce(permit.system_id, '') || ':' || (payload ->> 'key'), 0));
    -- After the wait, so that a stop meanwhile is seen.
    SELECT * INTO used FROM kernel.use_permit((payload ->> 'permit_id')::uuid);
    permit := used.permit;
    s := used.s;
    IF permit.phase <> 'operation' THEN
        PERFORM kernel.refuse('phase', 'Der kommer kun forslag af et system i drift.');
    END IF;
    first := kernel.issued_before(permit.system_id, payload);
    IF first IS NOT NULL THEN
        RETURN first;
    END IF;
    moment := clock_timestamp();
    IF s.release ->> 'artefact_sha256' IS DISTINCT FROM payload ->> 'artefact_sha256' THEN
        PERFORM kernel.refuse('wrong_release', 'Modellen, der regnede, er ikke den frigivne.');
    END IF;
    certainty := kernel.share(payload -> 'confidence', 'Forslagets sikkerhed');
    IF NOT kernel.says_something(payload -> 'suggestion') THEN
        PERFORM kernel.refuse('no_suggestion', 'Forslaget er tomt.');
    END IF;
    PERFORM kernel.check_considerations(payload -> 'considerations');
    PERFORM kernel.check_alternatives(payload -> 'alternatives');
    PERFORM kernel.check_counterfactuals(payload -> 'counterfactuals', payload -> 'suggestion');
    body := jsonb_build_object(
        'id', recommendation_id, 'system', permit.system_id, 'system_name', s.system_name,
        'permit', permit.id, 'subject', payload -> 'subject', 'scope', payload -> 'scope',
        'purpose', permit.purpose, 'suggestion', payload -> 'suggestion',
        'confidence', payload -> 'confidence', 'alternatives', payload -> 'alternatives',
        'considerations', payload -> 'considerations', 'counterfactuals', payload -> 'counterfactuals',
        'data_used', kernel.checked_data(permit, payload -> 'subject', payload -> 'data_used'),
        'owner', s.owner, 'bases', s.bases, 'release', s.release, 'card', s.card, 'codex', s.codex,
        'began_at', coalesce(payload -> 'began_at', to_jsonb(kernel.moment(moment))),
        'issued_at', kernel.moment(moment),
        'presentation', kernel.presentation(permit.system_id, payload -> 'subject', certainty,
            coalesce((payload ->> 'outside')::boolean, false), (payload ->> 'sure')::boolean,
            payload -> 'alternatives', s.first_days, moment)
            || jsonb_build_object('words', kernel.words_of(payload -> 'data_used')))
        || kernel.checked_traits(s.traits, payload -> 'traits')
        || kernel.checked_plan(permit.system_id, payload -> 'plan');
    body := body || jsonb_build_object('data_read',
        kernel.read_only(permit, payload -> 'subject', body -> 'data_used'));
    SELECT * INTO entry FROM kernel.enter(
        'recommendation', recommendation_id, permit.system_id, body, moment);
    PERFORM kernel.keep_secret(recommendation_id, payload -> 'subject', entry.salt, payload -> 'sealed');
    INSERT INTO public.kernel_recommendation (id, body, pending_id, system_id, key, subject_type,
        subject_id, purpose, permit_id, card_id, codex_id, assignment_id, basis_id, release_id,
        confidence, issued_at)
    VALUES (recommendation_id, body || jsonb_build_object(
            'data_used', kernel.without(body -> 'data_used', 'value'),
            'considerations', kernel.without(body -> 'considerations', 'text'),
            'counterfactuals', kernel.without(body -> 'counterfactuals', 'text')),
        entry.pending_id, permit.system_id, payload ->> 'key', payload #>> '{subject,type}',
        payload #>> '{subject,id}', permit.purpose, permit.id, s.card_id, s.codex_id, s.assignment_id,
        s.basis_id, s.release_id, certainty, moment);
    RETURN recommendation_id;
END $$;
