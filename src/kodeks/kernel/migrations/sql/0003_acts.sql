-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- issue / decide / act / stop / resume: the only ways in for the application role. A payload has
-- no time in it and unknown keys are refused, so nothing can be dated back.

-- When a value was fetched: a moment with its offset, and not one that has yet to come (five
-- minutes are allowed for another machine's clock).
CREATE FUNCTION kernel.check_fetched(moment jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF jsonb_typeof(moment) = 'string' AND moment #>> '{}' ~
        '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})$'
       AND (moment #>> '{}')::timestamptz <= clock_timestamp() + interval '5 minutes' THEN
        RETURN;
    END IF;
    PERFORM kernel.refuse('form', 'Forslaget siger ikke, hvornår oplysningen er hentet.');
EXCEPTION WHEN datetime_field_overflow OR invalid_datetime_format THEN
    PERFORM kernel.refuse('form', 'Forslaget siger ikke, hvornår oplysningen er hentet.');
END $$;

-- The data used: each field must be declared on the card for this purpose; the supplier is the
-- card's, not the caller's.
CREATE FUNCTION kernel.checked_data(card_id bigint, for_purpose text, data jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    datum jsonb;
    declared public.kernel_datafield;
    checked jsonb := '[]';
BEGIN
    IF jsonb_typeof(data) IS DISTINCT FROM 'array' OR jsonb_array_length(data) = 0 THEN
        PERFORM kernel.refuse('no_data', 'Forslaget siger ikke, hvilke data der er brugt.');
    END IF;
    FOR datum IN SELECT jsonb_array_elements(data) LOOP
        PERFORM kernel.require_keys(datum, ARRAY['source', 'field', 'value', 'fetched_at'], '{}');
        SELECT * INTO declared FROM public.kernel_datafield AS f
        WHERE f.card_id = checked_data.card_id AND f.purpose = for_purpose
          AND f.source = datum ->> 'source' AND f.field = datum ->> 'field';
        IF declared.id IS NULL THEN
            PERFORM kernel.refuse('undeclared_data',
                'Forslaget bruger data, som systemkortet ikke nævner til dette formål.');
        END IF;
        IF jsonb_typeof(datum -> 'value') <> 'string' THEN
            PERFORM kernel.refuse('form', 'En oplysning i forslaget skal være skrevet som tekst.');
        END IF;
        PERFORM kernel.check_fetched(datum -> 'fetched_at');
        checked := checked || jsonb_build_array(
            datum || jsonb_build_object('supplier', declared.supplier, 'title', declared.title));
    END LOOP;
    RETURN checked;
END $$;

CREATE FUNCTION kernel.check_considerations(considerations jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
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
        IF consideration ->> 'direction' NOT IN ('for', 'against')
           OR jsonb_typeof(consideration -> 'weight') <> 'string'
           OR consideration ->> 'weight' !~ '^-?[0-9]{1,9}(\.[0-9]{1,6})?$'
           OR jsonb_typeof(coalesce(consideration -> 'rule', '""')) <> 'string' THEN
            PERFORM kernel.refuse('no_considerations', 'Et hensyn skal have en vægt og en retning.');
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION kernel.check_alternatives(alternatives jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
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

-- What the matter is about; an empty id would be a recommendation about nobody.
CREATE FUNCTION kernel.check_subject(subject jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM kernel.require_keys(subject, ARRAY['type', 'id'], '{}');
    PERFORM kernel.text_of(subject -> 'type', 40, 'form', 'Sagens art mangler eller er for lang.');
    PERFORM kernel.text_of(subject -> 'id', 80, 'form', 'Sagens nummer mangler eller er for langt.');
END $$;

-- Whether an object says something: one without a single value that is filled in says nothing.
CREATE FUNCTION kernel.says_something(value jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN jsonb_typeof(value) = 'object' AND EXISTS (SELECT FROM jsonb_each(value) AS e
        WHERE e.value NOT IN ('null', '""', '{}', '[]'));
END $$;

CREATE FUNCTION kernel.issue(payload jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    slug text := payload ->> 'system';
    for_purpose text := payload ->> 'purpose';
    recommendation_id uuid;
    card public.kernel_cardrevision;
    owner public.kernel_assignment;
    basis public.kernel_legalbasis;
    release public.kernel_release;
    first public.kernel_recommendation;
    certainty numeric;
    moment timestamptz;
    body jsonb;
    entry record;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['system', 'key', 'subject', 'purpose', 'suggestion',
        'confidence', 'alternatives', 'data_used', 'considerations', 'artefact_sha256'], '{}');
    PERFORM kernel.check_subject(payload -> 'subject');
    PERFORM kernel.text_of(payload -> 'key', 200, 'form', 'Forslagets nøgle mangler eller er for lang.');
    -- One writer per key: a second caller waits, then finds the first one's row.
    PERFORM pg_advisory_xact_lock(hashtextextended('issue:' || slug || ':' || (payload ->> 'key'), 0));
    -- After the wait, so that a stop meanwhile is seen.
    PERFORM kernel.require_running(slug);
    SELECT * INTO first FROM public.kernel_recommendation AS r
    WHERE r.system_id = slug AND r.key = payload ->> 'key';
    IF first.id IS NOT NULL THEN
        IF first.body -> 'subject' IS DISTINCT FROM payload -> 'subject' THEN
            PERFORM kernel.refuse('key_taken', 'Nøglen er brugt til et forslag i en anden sag.');
        END IF;
        RETURN first.id;
    END IF;
    moment := clock_timestamp();
    card := kernel.current_card(slug);
    owner := kernel.current_owner(slug);
    basis := kernel.current_basis(card.id, 'operation', for_purpose);
    release := kernel.current_release(slug);
    IF release.artefact_sha256 IS DISTINCT FROM payload ->> 'artefact_sha256' THEN
        PERFORM kernel.refuse('wrong_release', 'Modellen, der regnede, er ikke den frigivne.');
    END IF;
    certainty := kernel.share(payload -> 'confidence', 'Forslagets sikkerhed');
    IF kernel.says_something(payload -> 'suggestion') IS NOT TRUE THEN
        PERFORM kernel.refuse('no_suggestion', 'Forslaget er tomt.');
    END IF;
    PERFORM kernel.check_considerations(payload -> 'considerations');
    PERFORM kernel.check_alternatives(payload -> 'alternatives');
    recommendation_id := gen_random_uuid();
    body := jsonb_build_object(
        'id', recommendation_id, 'system', slug, 'system_name', card.card ->> 'name',
        'subject', payload -> 'subject', 'purpose', for_purpose,
        'suggestion', payload -> 'suggestion', 'confidence', payload -> 'confidence',
        'alternatives', payload -> 'alternatives',
        'considerations', payload -> 'considerations',
        'data_used', kernel.checked_data(card.id, for_purpose, payload -> 'data_used'),
        'owner', jsonb_build_object('unit', owner.unit, 'manager', owner.manager),
        'basis', jsonb_build_object('basis', basis.basis, 'source', basis.source,
            'phase', basis.phase, 'valid_from', basis.valid_from, 'valid_to', basis.valid_to),
        'release', jsonb_build_object('version', release.version,
            'artefact_sha256', release.artefact_sha256),
        'card', jsonb_build_object('revision', card.revision, 'sha256', card.sha256),
        'issued_at', kernel.moment(moment));
    SELECT * INTO entry FROM kernel.enter('recommendation', recommendation_id, slug, body, moment);
    INSERT INTO public.kernel_recommendation (id, body, salt, pending_id, system_id, key,
        subject_type, subject_id, purpose, card_id, assignment_id, basis_id, release_id,
        confidence, issued_at)
    VALUES (recommendation_id, body, entry.salt, entry.pending_id, slug, payload ->> 'key',
        payload #>> '{subject,type}', payload #>> '{subject,id}', for_purpose, card.id, owner.id,
        basis.id, release.id, certainty, moment);
    RETURN recommendation_id;
END $$;

-- What the choice may be when there is a suggestion: accepting means exactly it, "other" differs.
CREATE FUNCTION kernel.check_choice(choice text, outcome jsonb, suggestion jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF choice NOT IN ('accept', 'other', 'reject', 'own') THEN
        PERFORM kernel.refuse('choice', 'Valget skal være: følg, andet, afvis eller eget.');
    END IF;
    IF kernel.says_something(outcome) IS NOT TRUE THEN
        PERFORM kernel.refuse('no_outcome', 'Afgørelsen siger ikke, hvad den går ud på.');
    END IF;
    IF choice = 'accept' AND outcome IS DISTINCT FROM suggestion THEN
        PERFORM kernel.refuse('choice', 'At følge forslaget betyder at vælge netop det.');
    END IF;
    IF choice = 'other' AND outcome = suggestion THEN
        PERFORM kernel.refuse('choice', 'Det valgte er det samme som forslaget. Vælg at følge det.');
    END IF;
END $$;

CREATE FUNCTION kernel.decide(payload jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    recommendation public.kernel_recommendation;
    decision_id uuid := gen_random_uuid();
    chosen text := payload ->> 'choice';
    slug text;
    about jsonb;
    who public.kernel_user;
    moment timestamptz;
    body jsonb;
    entry record;
BEGIN
    IF chosen = 'own' THEN
        PERFORM kernel.require_keys(payload, ARRAY['system', 'subject', 'user_id', 'choice',
            'outcome', 'own_consideration'], '{}');
        PERFORM kernel.check_subject(payload -> 'subject');
        slug := payload ->> 'system';
        about := payload -> 'subject';
        IF NOT EXISTS (SELECT FROM public.kernel_system AS s WHERE s.slug = payload ->> 'system') THEN
            PERFORM kernel.refuse('unknown_system', 'Systemet er ikke registreret.');
        END IF;
    ELSE
        PERFORM kernel.require_keys(payload, ARRAY['recommendation_id', 'user_id', 'choice',
            'outcome', 'own_consideration'], '{}');
        SELECT * INTO recommendation FROM public.kernel_recommendation AS r
        WHERE r.id = (payload ->> 'recommendation_id')::uuid;
        IF recommendation.id IS NULL THEN
            PERFORM kernel.refuse('unknown_recommendation', 'Forslaget findes ikke.');
        END IF;
        slug := recommendation.system_id;
        about := recommendation.body -> 'subject';
    END IF;
    PERFORM kernel.require_read_committed();
    -- What may change comes after the wait: a right withdrawn or a stop meanwhile is seen.
    PERFORM pg_advisory_xact_lock(hashtextextended('decide:' || slug || ':' || about::text, 0));
    PERFORM kernel.require_role((payload ->> 'user_id')::bigint, ARRAY['caseworker'], 'no_right',
        'Kun en aktiv medarbejder med ret til sagsbehandling kan afgøre sagen.');
    PERFORM kernel.check_choice(chosen, payload -> 'outcome', recommendation.body -> 'suggestion');
    IF kernel.text_of(payload -> 'own_consideration', 4000, 'no_own_consideration',
        'Skriv med egne ord, hvad du har lagt vægt på (højst 4.000 tegn).')
       !~ '([[:alpha:]].*){3}' THEN
        PERFORM kernel.refuse('no_own_consideration',
            'Skriv med egne ord, hvad du har lagt vægt på (mindst 3 bogstaver).');
    END IF;
    -- Whoever stopped the system did so because its suggestions are not to be followed.
    IF chosen = 'accept' THEN
        PERFORM kernel.require_running(slug);
    END IF;
    IF EXISTS (SELECT FROM public.kernel_decision AS d WHERE d.system_id = slug
               AND d.subject_type = about ->> 'type' AND d.subject_id = about ->> 'id') THEN
        PERFORM kernel.refuse('decided', 'Sagen er allerede afgjort.');
    END IF;
    moment := clock_timestamp();
    SELECT * INTO who FROM public.kernel_user AS u WHERE u.id = (payload ->> 'user_id')::bigint;
    body := jsonb_build_object(
        'id', decision_id, 'system', slug, 'subject', about,
        'recommendation', recommendation.id, 'choice', chosen, 'outcome', payload -> 'outcome',
        'own_consideration', payload -> 'own_consideration',
        'decided_by', jsonb_build_object('name', who.full_name, 'title', who.title),
        'decided_at', kernel.moment(moment));
    SELECT * INTO entry FROM kernel.enter('decision', decision_id, slug, body, moment);
    INSERT INTO public.kernel_decision (id, body, salt, pending_id, system_id, recommendation_id,
        subject_type, subject_id, user_id, choice, decided_at)
    VALUES (decision_id, body, entry.salt, entry.pending_id, slug, recommendation.id,
        about ->> 'type', about ->> 'id', who.id, chosen, moment);
    RETURN decision_id;
END $$;

CREATE FUNCTION kernel.act(payload jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    decision public.kernel_decision;
    card public.kernel_cardrevision;
    owner public.kernel_assignment;
    first public.kernel_act;
    act_id uuid := gen_random_uuid();
    moment timestamptz;
    body jsonb;
    entry record;
BEGIN
    PERFORM kernel.require_keys(payload,
        ARRAY['decision_id', 'robot', 'run_id', 'step', 'result'], '{}');
    SELECT * INTO decision FROM public.kernel_decision AS d
    WHERE d.id = (payload ->> 'decision_id')::uuid;
    IF decision.id IS NULL THEN
        PERFORM kernel.refuse('no_decision', 'Robotten må ikke handle uden en afgørelse.');
    END IF;
    PERFORM pg_advisory_xact_lock(
        hashtextextended('act:' || (payload ->> 'run_id')::uuid || ':' || (payload ->> 'step'), 0));
    PERFORM kernel.require_running(decision.system_id);
    SELECT * INTO first FROM public.kernel_act AS a
    WHERE a.run_id = (payload ->> 'run_id')::uuid AND a.step = payload ->> 'step';
    IF first.id IS NOT NULL THEN
        IF first.decision_id <> decision.id OR first.robot <> payload ->> 'robot' THEN
            PERFORM kernel.refuse('key_taken', 'Skridtet er allerede udført under en anden afgørelse.');
        END IF;
        RETURN first.id;
    END IF;
    moment := clock_timestamp();
    card := kernel.current_card(decision.system_id);
    owner := kernel.current_owner(decision.system_id);
    -- Where a person decided without a suggestion, any purpose in operation carries the act.
    PERFORM kernel.current_basis(card.id, 'operation', (SELECT r.purpose
        FROM public.kernel_recommendation AS r WHERE r.id = decision.recommendation_id));
    IF card.card #>> '{robot,name}' IS DISTINCT FROM payload ->> 'robot'
       OR NOT coalesce(card.card #> '{robot,steps}' ? (payload ->> 'step'), false) THEN
        PERFORM kernel.refuse('undeclared_act', 'Systemkortet giver ikke robotten lov til dette skridt.');
    END IF;
    IF jsonb_typeof(payload -> 'result') <> 'object' THEN
        PERFORM kernel.refuse('form', 'Skridtets resultat skal være et objekt.');
    END IF;
    body := jsonb_build_object(
        'id', act_id, 'system', decision.system_id, 'decision', decision.id,
        'robot', payload -> 'robot', 'run_id', payload -> 'run_id', 'step', payload -> 'step',
        'result', payload -> 'result',
        'owner', jsonb_build_object('unit', owner.unit, 'manager', owner.manager),
        'acted_at', kernel.moment(moment));
    SELECT * INTO entry FROM kernel.enter('act', act_id, decision.system_id, body, moment);
    INSERT INTO public.kernel_act (id, body, salt, pending_id, system_id, decision_id, run_id,
        step, robot, acted_at)
    VALUES (act_id, body, entry.salt, entry.pending_id, decision.system_id, decision.id,
        (payload ->> 'run_id')::uuid, payload ->> 'step', payload ->> 'robot', moment);
    RETURN act_id;
END $$;

CREATE FUNCTION kernel.switch(payload jsonb, running boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    reason text;
BEGIN
    PERFORM kernel.require_keys(payload, ARRAY['system', 'user_id', 'reason'], '{}');
    IF NOT EXISTS (SELECT FROM public.kernel_system AS s WHERE s.slug = payload ->> 'system') THEN
        PERFORM kernel.refuse('unknown_system', 'Systemet er ikke registreret.');
    END IF;
    reason := kernel.text_of(payload -> 'reason', 2000, 'no_reason',
        'Skriv, hvorfor du stopper eller starter systemet (højst 2.000 tegn).');
    -- One at a time, so that the newest row is also the one that was committed last: otherwise a
    -- stop could be overtaken by the number of a resume that came before it. A row lock, because
    -- the application role cannot take it, while anyone can hold an advisory lock.
    PERFORM FROM public.kernel_system AS s WHERE s.slug = payload ->> 'system' FOR NO KEY UPDATE;
    INSERT INTO public.kernel_switch (system_id, running, reason, user_id, at)
    VALUES (payload ->> 'system', running, reason, (payload ->> 'user_id')::bigint,
        clock_timestamp());
    PERFORM kernel.record_event(CASE WHEN running THEN 'resume' ELSE 'stop' END,
        payload ->> 'system', jsonb_build_object('reason', reason, 'user', payload -> 'user_id'));
END $$;

CREATE FUNCTION kernel.stop(payload jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM kernel.require_role((payload ->> 'user_id')::bigint,
        ARRAY['system_owner', 'data_protection_officer', 'administrator'], 'no_right',
        'Kun systemejeren, databeskyttelsesrådgiveren eller en administrator kan stoppe systemet.');
    PERFORM kernel.switch(payload, false);
END $$;

CREATE FUNCTION kernel.resume(payload jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM kernel.require_role((payload ->> 'user_id')::bigint, ARRAY['system_owner'], 'no_right',
        'Kun systemejeren kan starte systemet igen.');
    PERFORM kernel.switch(payload, true);
END $$;
