-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- decide: a person decides, on a recommendation or without one. Once per subject.

-- What the choice may be: accepting means exactly what was suggested, "other" differs from it.
CREATE FUNCTION kernel.check_choice(choice text, outcome jsonb, suggestion jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF choice IS NULL OR choice NOT IN ('accept', 'other', 'reject', 'own') THEN
        PERFORM kernel.refuse('choice', 'Valget skal være: følg, andet, afvis eller eget.');
    END IF;
    IF NOT kernel.says_something(outcome) THEN
        PERFORM kernel.refuse('no_outcome', 'Afgørelsen siger ikke, hvad den går ud på.');
    END IF;
    PERFORM kernel.refuse_cpr(outcome);
    IF choice = 'accept' AND outcome IS DISTINCT FROM suggestion THEN
        PERFORM kernel.refuse('choice', 'At følge forslaget betyder at vælge netop det.');
    END IF;
    IF choice = 'other' AND outcome = suggestion THEN
        PERFORM kernel.refuse('choice', 'Det valgte er det samme som forslaget. Vælg at følge det.');
    END IF;
END $$;

CREATE FUNCTION kernel.check_own_consideration(words jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF kernel.text_of(words, 4000, 'no_own_consideration',
        'Skriv med egne ord, hvad du har lagt vægt på (højst 4.000 tegn).') !~ '([[:alpha:]].*){3}' THEN
        PERFORM kernel.refuse('no_own_consideration',
            'Skriv med egne ord, hvad du har lagt vægt på (mindst 3 bogstaver).');
    END IF;
END $$;

-- The right to handle matters of this unit and KLE number; and, where a machine's suggestion was in
-- front of the person, the training to use it.
CREATE FUNCTION kernel.require_caseworker(who bigint, slug text, scope jsonb, with_ai boolean)
RETURNS void
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT kernel.may(who, ARRAY['caseworker'], scope ->> 'unit', scope ->> 'kle') THEN
        PERFORM kernel.refuse('no_right',
            'Kun en aktiv medarbejder med ret til sagsbehandling kan afgøre sagen.');
    END IF;
    IF with_ai AND NOT kernel.trained(who, slug) THEN
        PERFORM kernel.refuse('not_trained',
            'Du skal have gyldig oplæring i systemet for at bruge dets forslag. Afgør sagen uden.');
    END IF;
END $$;

CREATE FUNCTION kernel.decide(payload jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    recommendation public.kernel_recommendation;
    decision_id uuid;
    chosen text := payload ->> 'choice';
    for_purpose text;
    slug text;
    about jsonb;
    scope jsonb;
    who public.kernel_user;
    codex record;
    seen jsonb := '{}';
    moment timestamptz;
    body jsonb;
    entry record;
BEGIN
    PERFORM kernel.require_read_committed();
    IF chosen = 'own' THEN
        PERFORM kernel.require_keys(payload, ARRAY['id', 'system', 'purpose', 'subject', 'scope',
            'user_id', 'choice', 'outcome', 'own_consideration', 'codex_sha256', 'sealed'], '{}');
        slug := payload ->> 'system';
        for_purpose := payload ->> 'purpose';
        about := payload -> 'subject';
        scope := payload -> 'scope';
        -- Refuses a system or purpose that does not exist; what else is in the way of the machine is
        -- not in the way of a person.
        PERFORM kernel.survey(slug, 'operation', for_purpose);
    ELSE
        PERFORM kernel.require_keys(payload, ARRAY['id', 'recommendation_id', 'user_id', 'choice',
            'outcome', 'own_consideration', 'codex_sha256', 'sealed'], '{}');
        SELECT * INTO recommendation FROM public.kernel_recommendation AS r WHERE r.id = kernel.uuid_of(
            payload -> 'recommendation_id', 'Forslagets nummer har ikke den rette form.');
        IF recommendation.id IS NULL THEN
            PERFORM kernel.refuse('unknown_recommendation', 'Forslaget findes ikke.');
        END IF;
        slug := recommendation.system_id;
        for_purpose := recommendation.purpose;
        about := recommendation.body -> 'subject';
        scope := recommendation.body -> 'scope';
    END IF;
    PERFORM kernel.check_subject(about);
    PERFORM kernel.check_scope(scope);
    decision_id := kernel.uuid_of(payload -> 'id', 'Afgørelsens nummer har ikke den rette form.');
    -- What may change comes after the wait: a right withdrawn or a stop meanwhile is seen.
    PERFORM pg_advisory_xact_lock(hashtextextended('decide:' || slug || ':' || about::text, 0));
    PERFORM kernel.require_codex(payload ->> 'codex_sha256');
    PERFORM kernel.require_caseworker(kernel.user_of(payload -> 'user_id'), slug, scope, chosen <> 'own');
    PERFORM kernel.check_choice(chosen, payload -> 'outcome', recommendation.body -> 'suggestion');
    PERFORM kernel.check_own_consideration(payload -> 'own_consideration');
    -- What may not run may not be followed either; one's own choice is always open.
    IF chosen = 'accept' THEN
        PERFORM kernel.require_clear(slug, 'operation', for_purpose);
        IF EXISTS (SELECT FROM public.kernel_releaserevocation AS v
                   WHERE v.release_id = recommendation.release_id) THEN
            PERFORM kernel.refuse('release_revoked',
                'Modellen bag forslaget er trukket tilbage. Afgør sagen uden at følge det.');
        END IF;
    END IF;
    IF EXISTS (SELECT FROM public.kernel_decision AS d WHERE d.system_id = slug
               AND d.subject_type = about ->> 'type' AND d.subject_id = about ->> 'id') THEN
        PERFORM kernel.refuse('decided', 'Sagen er allerede afgjort.');
    END IF;
    IF chosen <> 'own' THEN
        seen := kernel.seen_by(recommendation, kernel.user_of(payload -> 'user_id'));
    END IF;
    moment := clock_timestamp();
    SELECT * INTO codex FROM kernel.codex_in_force(kernel.today());
    SELECT * INTO who FROM public.kernel_user AS u WHERE u.id = kernel.user_of(payload -> 'user_id');
    body := jsonb_build_object(
        'id', decision_id, 'system', slug, 'purpose', for_purpose, 'subject', about, 'scope', scope,
        'recommendation', recommendation.id, 'choice', chosen, 'outcome', payload -> 'outcome',
        'own_consideration', payload -> 'own_consideration',
        'decided_by', jsonb_build_object('name', who.full_name, 'title', who.title),
        'codex', jsonb_build_object('number', codex.number, 'sha256', codex.sha256),
        'decided_at', kernel.moment(moment)) || seen;
    SELECT * INTO entry FROM kernel.enter('decision', decision_id, slug, body, moment);
    PERFORM kernel.keep_secret(decision_id, about, entry.salt, payload -> 'sealed');
    INSERT INTO public.kernel_decision (id, body, pending_id, system_id, purpose, recommendation_id,
        codex_id, subject_type, subject_id, user_id, choice, own_letters, decided_at)
    VALUES (decision_id, body - 'own_consideration', entry.pending_id, slug, for_purpose,
        recommendation.id, codex.id, about ->> 'type', about ->> 'id', who.id, chosen,
        length(regexp_replace(payload ->> 'own_consideration', '[^[:alpha:]]', '', 'g')), moment);
    RETURN decision_id;
END $$;
