-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- act: a robot's step. Under a person's decision or its reversal; or, where card and legal basis allow the robot to
-- act by itself (procedural: reversible and bound by rules), under a recommendation, with a share
-- drawn for a person to look at afterwards. No step decides a case.

-- Whether an act is drawn for review. gen_random_uuid is PostgreSQL's strong random source, so
-- nobody can know or choose beforehand.
CREATE FUNCTION kernel.is_drawn(share text) RETURNS boolean
LANGUAGE sql VOLATILE AS $$
    SELECT ('x' || left(gen_random_uuid()::text, 8))::bit(32)::bigint < share::numeric * 4294967296
$$;

-- Which card's steps a robot may take: those it has under a decision, or by itself.
CREATE FUNCTION kernel.check_step(robot jsonb, payload jsonb, by_itself boolean) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF robot ->> 'name' IS DISTINCT FROM payload ->> 'robot'
       OR NOT coalesce(robot -> 'steps' ? (payload ->> 'step'), false) THEN
        PERFORM kernel.refuse('undeclared_act', 'Systemkortet giver ikke robotten lov til dette skridt.');
    END IF;
    IF by_itself AND NOT coalesce(robot -> 'procedural' ? (payload ->> 'step'), false) THEN
        PERFORM kernel.refuse('no_decision', 'Robotten må ikke tage dette skridt uden en afgørelse.');
    END IF;
    IF jsonb_typeof(payload -> 'result') <> 'object' THEN
        PERFORM kernel.refuse('form', 'Skridtets resultat skal være et objekt.');
    END IF;
    PERFORM kernel.refuse_cpr(payload -> 'result');
END $$;

-- A robot acts by itself only on what a person has not decided, and on what a model suggested that
-- is still trusted.
CREATE FUNCTION kernel.check_by_itself(autonomy text, recommendation public.kernel_recommendation)
RETURNS void
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF autonomy <> 'procedural' THEN
        PERFORM kernel.refuse('no_decision', 'Systemet må ikke handle uden en afgørelse.');
    END IF;
    IF EXISTS (SELECT FROM public.kernel_releaserevocation AS v
               WHERE v.release_id = recommendation.release_id) THEN
        PERFORM kernel.refuse('release_revoked',
            'Modellen bag forslaget er trukket tilbage. En medarbejder må afgøre sagen.');
    END IF;
    IF EXISTS (SELECT FROM public.kernel_decision AS d WHERE d.system_id = recommendation.system_id
               AND d.subject_type = recommendation.subject_type
               AND d.subject_id = recommendation.subject_id) THEN
        PERFORM kernel.refuse('decided', 'Sagen er afgjort. Robotten følger afgørelsen.');
    END IF;
END $$;

CREATE FUNCTION kernel.act(payload jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    decision public.kernel_decision;
    reversal public.kernel_reversal;
    recommendation public.kernel_recommendation;
    by_itself boolean := payload ? 'recommendation_id';
    used record;
    s kernel.standing;
    permit public.kernel_permit;
    first public.kernel_act;
    act_id uuid := gen_random_uuid();
    run uuid;
    slug text;
    about jsonb;
    for_purpose text;
    moment timestamptz;
    drawn boolean;
    body jsonb;
    entry record;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['permit_id', 'robot', 'run_id', 'step', 'result']
        || CASE WHEN by_itself THEN 'recommendation_id' WHEN payload ? 'reversal_id' THEN 'reversal_id'
           ELSE 'decision_id' END, '{}');
    run := kernel.uuid_of(payload -> 'run_id', 'Forløbets nummer har ikke den rette form.');
    IF by_itself THEN
        SELECT * INTO recommendation FROM public.kernel_recommendation AS r WHERE r.id = kernel.uuid_of(
            payload -> 'recommendation_id', 'Forslagets nummer har ikke den rette form.');
        slug := recommendation.system_id;
        about := recommendation.body -> 'subject';
        for_purpose := recommendation.purpose;
    ELSE
        IF payload ? 'reversal_id' THEN
            SELECT * INTO reversal FROM public.kernel_reversal AS v WHERE v.id = kernel.uuid_of(
                payload -> 'reversal_id', 'Omgørelsens nummer har ikke den rette form.');
            SELECT * INTO decision FROM public.kernel_decision AS d WHERE d.id = reversal.decision_id;
        ELSE
            SELECT * INTO decision FROM public.kernel_decision AS d WHERE d.id = kernel.uuid_of(
                payload -> 'decision_id', 'Afgørelsens nummer har ikke den rette form.');
        END IF;
        slug := decision.system_id;
        about := decision.body -> 'subject';
        for_purpose := decision.purpose;
    END IF;
    IF slug IS NULL THEN
        PERFORM kernel.refuse('no_decision', 'Robotten må ikke handle uden en afgørelse.');
    END IF;
    PERFORM kernel.text_of(payload -> 'step', 60, 'form', 'Skridtets navn mangler eller er for langt.');
    -- A step is taken once under its cause, and a run takes it once.
    PERFORM pg_advisory_xact_lock(hashtextextended('act:'
        || coalesce(reversal.id, decision.id, recommendation.id) || ':' || (payload ->> 'step'), 0));
    PERFORM pg_advisory_xact_lock(hashtextextended('act:' || run || ':' || (payload ->> 'step'), 0));
    SELECT * INTO used FROM kernel.use_permit(
        kernel.uuid_of(payload -> 'permit_id', 'Tilladelsens nummer har ikke den rette form.'));
    permit := used.permit;
    s := used.s;
    IF permit.system_id <> slug OR permit.purpose <> for_purpose OR permit.phase <> 'operation' THEN
        PERFORM kernel.refuse('no_permit', 'Tilladelsen gælder ikke denne sag. Bed om en, der gør.');
    END IF;
    PERFORM kernel.check_subject(about);
    SELECT * INTO first FROM public.kernel_act AS a WHERE a.run_id = run AND a.step = payload ->> 'step';
    IF first.id IS NOT NULL THEN
        IF first.decision_id IS DISTINCT FROM decision.id
           OR first.reversal_id IS DISTINCT FROM reversal.id
           OR first.recommendation_id IS DISTINCT FROM recommendation.id
           OR first.robot <> payload ->> 'robot' THEN
            PERFORM kernel.refuse('key_taken', 'Skridtet er allerede udført under en anden afgørelse.');
        END IF;
        RETURN first.id;
    END IF;
    IF EXISTS (SELECT FROM public.kernel_act AS a WHERE a.step = payload ->> 'step'
               AND (a.decision_id = decision.id OR a.recommendation_id = recommendation.id)
               AND a.reversal_id IS NOT DISTINCT FROM reversal.id) THEN
        PERFORM kernel.refuse('acted', 'Robotten har allerede taget dette skridt i sagen.');
    END IF;
    PERFORM kernel.check_step(s.robot, payload, by_itself);
    IF by_itself THEN
        PERFORM kernel.check_by_itself(s.autonomy, recommendation);
    END IF;
    moment := clock_timestamp();
    drawn := by_itself AND kernel.is_drawn(s.robot ->> 'review_share');
    body := jsonb_build_object(
        'id', act_id, 'system', slug, 'subject', about, 'decision', decision.id,
        'recommendation', recommendation.id, 'permit', permit.id,
        'robot', payload -> 'robot', 'run_id', payload -> 'run_id', 'step', payload -> 'step',
        'result', payload -> 'result', 'review', drawn, 'owner', s.owner, 'codex', s.codex,
        'acted_at', kernel.moment(moment))
        || CASE WHEN reversal.id IS NULL THEN '{}'::jsonb
                ELSE jsonb_build_object('reversal', reversal.id) END;
    SELECT * INTO entry FROM kernel.enter('act', act_id, slug, body, moment);
    INSERT INTO public.kernel_secret (record_id, subject_type, subject_id, salt)
    VALUES (act_id, about ->> 'type', about ->> 'id', entry.salt);
    INSERT INTO public.kernel_act (id, body, pending_id, system_id, decision_id, reversal_id,
        recommendation_id, run_id, step, robot, review, acted_at)
    VALUES (act_id, body, entry.pending_id, slug, decision.id, reversal.id, recommendation.id, run,
        payload ->> 'step', payload ->> 'robot', drawn, moment);
    RETURN act_id;
END $$;

-- A person has looked at an act that was drawn.
CREATE FUNCTION kernel.review(payload jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    reviewed public.kernel_act;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['act_id', 'user_id', 'passed', 'finding',
        'codex_sha256'], '{}');
    PERFORM kernel.require_codex(payload ->> 'codex_sha256');
    SELECT * INTO reviewed FROM public.kernel_act AS a WHERE a.id = kernel.uuid_of(
        payload -> 'act_id', 'Handlingens nummer har ikke den rette form.');
    IF reviewed.id IS NULL OR NOT reviewed.review THEN
        PERFORM kernel.refuse('not_drawn', 'Handlingen er ikke trukket ud til at blive set efter.');
    END IF;
    PERFORM kernel.require_caseworker(kernel.user_of(payload -> 'user_id'), reviewed.system_id,
        (SELECT r.body -> 'scope' FROM public.kernel_recommendation AS r
         WHERE r.id = reviewed.recommendation_id), true);
    IF jsonb_typeof(payload -> 'passed') <> 'boolean' THEN
        PERFORM kernel.refuse('form', 'Skriv, om handlingen var rigtig.');
    END IF;
    PERFORM kernel.text_of(payload -> 'finding', 2000, 'no_finding', 'Skriv, hvad du fandt.');
    PERFORM kernel.refuse_cpr(payload -> 'finding');
    IF EXISTS (SELECT FROM public.kernel_actreview AS r WHERE r.act_id = reviewed.id) THEN
        PERFORM kernel.refuse('reviewed', 'Handlingen er allerede set efter.');
    END IF;
    INSERT INTO public.kernel_actreview (act_id, user_id, passed, finding, at)
    VALUES (reviewed.id, kernel.user_of(payload -> 'user_id'), (payload ->> 'passed')::boolean,
        payload ->> 'finding', clock_timestamp());
    PERFORM kernel.record_event('review', reviewed.system_id,
        payload - 'codex_sha256' - 'user_id' || jsonb_build_object('user', payload -> 'user_id'));
END $$;
