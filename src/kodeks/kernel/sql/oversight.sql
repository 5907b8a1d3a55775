-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- Oversight: how a suggestion is put before a person (codex, goal 4). Of each system a share is drawn
-- for blind-first: the person writes down their own view, and sees the suggestion after that. What
-- people agree to with and without having seen it is the measure of its influence. A suggestion
-- that is too uncertain, or about something the model does not know, is withheld, or put before people
-- as possibilities to choose between.

-- How many of the sure suggestions may be wrong in each part of what a system is for.
CREATE FUNCTION kernel.check_allowed_errors(errors jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    one jsonb;
    share numeric;
BEGIN
    IF jsonb_typeof(errors) IS DISTINCT FROM 'array' THEN
        PERFORM kernel.refuse('form', 'De tilladte fejl har ikke den rette form.');
    END IF;
    PERFORM kernel.refuse_cpr(errors);
    FOR one IN SELECT jsonb_array_elements(errors) LOOP
        PERFORM kernel.require_keys(one, ARRAY['part', 'share'], '{}');
        PERFORM kernel.text_of(one -> 'part', 120, 'form', 'En del af opgaven mangler sit navn.');
        share := kernel.share(one -> 'share', 'De tilladte fejl');
        IF share < 0.01 OR share > 0.5 THEN
            PERFORM kernel.refuse('allowed_error',
                'Mellem 1 og 50 procent af de sikre forslag må være forkerte.');
        END IF;
    END LOOP;
    IF (SELECT count(*) <> count(DISTINCT e ->> 'part') FROM jsonb_array_elements(errors) AS e) THEN
        PERFORM kernel.refuse('form', 'En del af opgaven er nævnt to gange.');
    END IF;
END $$;

-- The owner's plan for a system. Until there is one, all of it is blind-first.
CREATE FUNCTION kernel.oversee(payload jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    slug text := payload ->> 'system';
    limits jsonb;
    share numeric;
    most numeric;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['system', 'blind_share', 'least_confidence',
        'influence_limit', 'fast_limit', 'user_id', 'codex_sha256'], ARRAY['allowed_errors']);
    PERFORM kernel.require_system(slug);
    PERFORM kernel.require_codex(payload ->> 'codex_sha256');
    PERFORM kernel.require_post(kernel.user_of(payload -> 'user_id'), slug, '{}',
        'Kun lederen, der svarer for systemet, eller stedfortræderen kan lægge planen.');
    SELECT c.limits INTO limits FROM public.kernel_codexrevision AS c
    WHERE c.sha256 = payload ->> 'codex_sha256';
    share := kernel.share(payload -> 'blind_share', 'Andelen, der afgøres blindt først,');
    IF share * 100 < (limits ->> 'blind_least_percent')::integer THEN
        PERFORM kernel.refuse('too_little', 'Kodekset kræver, at mindst '
            || (limits ->> 'blind_least_percent') || ' procent bliver afgjort blindt først.');
    END IF;
    most := kernel.share(payload -> 'influence_limit', 'Grænsen for påvirkning');
    IF most * 100 > (limits ->> 'influence_most_percent')::integer THEN
        PERFORM kernel.refuse('too_much', 'Kodekset tillader højst en grænse for påvirkning på '
            || (limits ->> 'influence_most_percent') || ' procentpoint.');
    END IF;
    PERFORM kernel.check_allowed_errors(payload -> 'allowed_errors') WHERE payload ? 'allowed_errors';
    INSERT INTO public.kernel_oversightplan (system_id, blind_share, least_confidence,
        influence_limit, fast_limit, allowed_errors, user_id, at)
    VALUES (slug, share, kernel.share(payload -> 'least_confidence', 'Den mindste sikkerhed'), most,
        kernel.share(payload -> 'fast_limit', 'Grænsen for hurtige ja'),
        coalesce(payload -> 'allowed_errors', '[]'),
        kernel.user_of(payload -> 'user_id'), clock_timestamp());
    PERFORM kernel.record_event('oversight_plan', slug,
        payload - 'system' - 'codex_sha256' - 'user_id' || jsonb_build_object('user', payload -> 'user_id'));
END $$;

-- The month's seed of a system's draws. Its hash is in the ledger before it is used and the seed
-- itself when the next one is made, so that nobody can know or choose beforehand and anybody can
-- draw again afterwards. One that this very transaction has made or opened is not used: whoever
-- made it could try again.
CREATE FUNCTION kernel.seed_of(slug text, moment timestamptz) RETURNS public.kernel_drawseed
LANGUAGE plpgsql AS $$
DECLARE
    newest public.kernel_drawseed;
    this_month date := date_trunc('month', kernel.day_of(moment))::date;
    made bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
BEGIN
    SELECT * INTO newest FROM public.kernel_drawseed AS s WHERE s.system_id = slug
    ORDER BY s.month DESC LIMIT 1;
    IF newest.month IS NULL OR newest.month < this_month THEN
        INSERT INTO public.kernel_drawseed (system_id, month, seed, commitment, xid, at)
        VALUES (slug, this_month, made, encode(sha256(made), 'hex'),
            pg_current_xact_id()::text::bigint, clock_timestamp())
        ON CONFLICT DO NOTHING;
        IF FOUND THEN
            PERFORM kernel.record_event('draw_seed', slug, jsonb_build_object(
                'month', to_char(this_month, 'YYYY-MM'), 'commitment', encode(sha256(made), 'hex'))
                || CASE WHEN newest.month IS NULL THEN '{}' ELSE jsonb_build_object('opened',
                    jsonb_build_object('month', to_char(newest.month, 'YYYY-MM'),
                        'seed', encode(newest.seed, 'hex'))) END);
            RETURN NULL;
        END IF;
        SELECT * INTO newest FROM public.kernel_drawseed AS s WHERE s.system_id = slug
        ORDER BY s.month DESC LIMIT 1;
    END IF;
    IF newest.xid = pg_current_xact_id()::text::bigint THEN
        RETURN NULL;
    END IF;
    RETURN newest;
END $$;

-- A number in 0 .. 2^32 - 1 that nobody could know before the seed was opened.
CREATE FUNCTION kernel.drawn_number(seed bytea, slug text, subject jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
    SELECT ('x' || left(encode(sha256(seed || convert_to(slug || '/' || (subject ->> 'type') || '/'
        || (subject ->> 'id'), 'UTF8')), 'hex'), 8))::bit(32)::bigint
$$;

-- How a new suggestion is put before people, and why: shown, blind (own view first) or withheld.
-- A solution that says whether its model is `sure` has several possibilities to put before people
-- where it is not: then nothing is withheld, and `offer` tells why it is no single suggestion.
CREATE FUNCTION kernel.presentation(slug text, subject jsonb, certainty numeric, outside boolean,
    sure boolean, alternatives jsonb, first_days integer, moment timestamptz) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    plan public.kernel_oversightplan;
    seed public.kernel_drawseed;
    first_day date;
    how text := 'blind';
    why text;
    offer text;
BEGIN
    seed := kernel.seed_of(slug, moment);
    SELECT * INTO plan FROM public.kernel_oversightplan AS p WHERE p.system_id = slug
    ORDER BY p.id DESC LIMIT 1;
    SELECT kernel.day_of(min(s.at)) INTO first_day FROM public.kernel_drawseed AS s WHERE s.system_id = slug;
    offer := CASE WHEN outside THEN 'outside' WHEN certainty < plan.least_confidence THEN 'uncertain'
        WHEN NOT sure THEN 'unsure' END;
    IF offer IS NOT NULL AND (sure IS NULL OR jsonb_array_length(alternatives) = 0) THEN
        RETURN jsonb_build_object('how', 'withheld', 'why',
            CASE offer WHEN 'outside' THEN offer ELSE 'uncertain' END);
    END IF;
    IF plan.id IS NULL THEN
        why := 'no_plan';
    ELSIF (kernel.open_alarm(slug, 'blind_first')).id IS NOT NULL THEN
        why := 'alarm';
    ELSIF first_day + first_days > kernel.today() THEN
        why := 'first_weeks';
    ELSIF plan.blind_share = 0 THEN
        how := 'shown';
        why := 'drawn';
    ELSIF seed.month IS NULL THEN
        why := 'no_seed';
    ELSE
        why := 'drawn';
        IF kernel.drawn_number(seed.seed, slug, subject) >= plan.blind_share * 4294967296 THEN
            how := 'shown';
        END IF;
    END IF;
    RETURN jsonb_build_object('how', how, 'why', why) || CASE WHEN why = 'drawn' AND seed.month IS NOT NULL
        THEN jsonb_build_object('commitment', seed.commitment,
            'share', trim_scale(plan.blind_share)::text)
        ELSE '{}' END || CASE WHEN offer IS NULL THEN '{}' ELSE jsonb_build_object('offer', offer) END;
END $$;

-- As it is to be put before people now: an alarm puts also what was issued before it on blind-first.
CREATE FUNCTION kernel.presented_now(recommendation public.kernel_recommendation) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    how text := recommendation.body #>> '{presentation,how}';
BEGIN
    IF how = 'shown' AND (kernel.open_alarm(recommendation.system_id, 'blind_first')).id IS NOT NULL THEN
        RETURN 'blind';
    END IF;
    RETURN how;
END $$;

-- What both ways to a suggestion ask for: that it is there and open, and a person who may use it.
CREATE FUNCTION kernel.suggestion_for(payload jsonb) RETURNS public.kernel_recommendation
LANGUAGE plpgsql STABLE AS $$
DECLARE
    found public.kernel_recommendation;
BEGIN
    SELECT * INTO found FROM public.kernel_recommendation AS r WHERE r.id = kernel.uuid_of(
        payload -> 'recommendation_id', 'Forslagets nummer har ikke den rette form.');
    IF found.id IS NULL THEN
        PERFORM kernel.refuse('unknown_recommendation', 'Forslaget findes ikke.');
    END IF;
    PERFORM kernel.check_subject(found.body -> 'subject');
    PERFORM kernel.require_codex(payload ->> 'codex_sha256');
    PERFORM kernel.require_caseworker(kernel.user_of(payload -> 'user_id'), found.system_id,
        found.body -> 'scope', true);
    IF kernel.presented_now(found) = 'withheld' THEN
        PERFORM kernel.refuse('withheld',
            'Systemet er for usikkert i denne sag, så forslaget vises ikke. Afgør sagen uden.');
    END IF;
    RETURN found;
END $$;

-- A person's own view, before they see the suggestion.
CREATE FUNCTION kernel.first_view(payload jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    recommendation public.kernel_recommendation;
    view_id uuid;
    who bigint;
    moment timestamptz;
    body jsonb;
    entry record;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['id', 'recommendation_id', 'user_id', 'outcome',
        'own_consideration', 'codex_sha256', 'sealed'], '{}');
    view_id := kernel.uuid_of(payload -> 'id', 'Vurderingens nummer har ikke den rette form.');
    who := kernel.user_of(payload -> 'user_id');
    -- A view and a look at the suggestion by one person come one after the other.
    PERFORM pg_advisory_xact_lock(hashtextextended('view:' || coalesce(payload ->> 'recommendation_id', '')
        || ':' || who, 0));
    recommendation := kernel.suggestion_for(payload);
    IF NOT kernel.says_something(payload -> 'outcome') THEN
        PERFORM kernel.refuse('no_outcome', 'Din vurdering siger ikke, hvad den går ud på.');
    END IF;
    PERFORM kernel.refuse_cpr(payload -> 'outcome');
    PERFORM kernel.check_own_consideration(payload -> 'own_consideration');
    IF EXISTS (SELECT FROM public.kernel_decision AS d WHERE d.system_id = recommendation.system_id
               AND d.subject_type = recommendation.subject_type
               AND d.subject_id = recommendation.subject_id) THEN
        PERFORM kernel.refuse('decided', 'Sagen er allerede afgjort.');
    END IF;
    IF EXISTS (SELECT FROM public.kernel_viewing AS v
               WHERE v.recommendation_id = recommendation.id AND v.user_id = who) THEN
        PERFORM kernel.refuse('seen', 'Du har allerede set forslaget.');
    END IF;
    IF EXISTS (SELECT FROM public.kernel_firstview AS f
               WHERE f.recommendation_id = recommendation.id AND f.user_id = who) THEN
        PERFORM kernel.refuse('viewed', 'Du har allerede skrevet din vurdering.');
    END IF;
    moment := clock_timestamp();
    body := jsonb_build_object('id', view_id, 'system', recommendation.system_id,
        'subject', recommendation.body -> 'subject', 'recommendation', recommendation.id,
        'outcome', payload -> 'outcome', 'own_consideration', payload -> 'own_consideration',
        'at', kernel.moment(moment));
    SELECT * INTO entry FROM kernel.enter('first_view', view_id, recommendation.system_id, body, moment);
    PERFORM kernel.keep_secret(view_id, recommendation.body -> 'subject', entry.salt, payload -> 'sealed');
    INSERT INTO public.kernel_firstview (id, body, pending_id, recommendation_id, user_id, agreed, at)
    VALUES (view_id, body - 'own_consideration', entry.pending_id, recommendation.id, who,
        payload -> 'outcome' = recommendation.body -> 'suggestion', moment);
    RETURN view_id;
END $$;

-- The suggestion is put before a person: from now on they have seen it. Returns when that was first.
CREATE FUNCTION kernel.show(payload jsonb) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    recommendation public.kernel_recommendation;
    who bigint;
    seen timestamptz;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['recommendation_id', 'user_id', 'codex_sha256'], '{}');
    who := kernel.user_of(payload -> 'user_id');
    PERFORM pg_advisory_xact_lock(hashtextextended('view:' || coalesce(payload ->> 'recommendation_id', '')
        || ':' || who, 0));
    recommendation := kernel.suggestion_for(payload);
    SELECT v.at INTO seen FROM public.kernel_viewing AS v
    WHERE v.recommendation_id = recommendation.id AND v.user_id = who;
    IF seen IS NOT NULL THEN
        RETURN kernel.moment(seen);
    END IF;
    IF kernel.presented_now(recommendation) = 'blind' AND NOT EXISTS (
            SELECT FROM public.kernel_firstview AS f
            WHERE f.recommendation_id = recommendation.id AND f.user_id = who) THEN
        PERFORM kernel.refuse('blind_first', 'Skriv først din egen vurdering. Så vises forslaget.');
    END IF;
    INSERT INTO public.kernel_viewing (recommendation_id, user_id, at)
    VALUES (recommendation.id, who, clock_timestamp()) RETURNING at INTO seen;
    RETURN kernel.moment(seen);
END $$;

-- For decide: when the person saw the suggestion, and their first view, or NULL where there is none.
CREATE FUNCTION kernel.seen_by(recommendation public.kernel_recommendation, who bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
    seen timestamptz;
    first_view public.kernel_firstview;
BEGIN
    IF recommendation.body #>> '{presentation,how}' = 'withheld' THEN
        PERFORM kernel.refuse('withheld',
            'Systemet er for usikkert i denne sag, så forslaget vises ikke. Afgør sagen uden.');
    END IF;
    SELECT v.at INTO seen FROM public.kernel_viewing AS v
    WHERE v.recommendation_id = recommendation.id AND v.user_id = who;
    IF seen IS NULL THEN
        PERFORM kernel.refuse('not_seen', 'Se forslaget, før du tager stilling til det.');
    END IF;
    SELECT * INTO first_view FROM public.kernel_firstview AS f
    WHERE f.recommendation_id = recommendation.id AND f.user_id = who;
    RETURN jsonb_build_object('shown_at', kernel.moment(seen)) || CASE WHEN first_view.id IS NULL
        THEN '{}' ELSE jsonb_build_object('first_view', first_view.id, 'agreed_before', first_view.agreed)
        END;
END $$;
