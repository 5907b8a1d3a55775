-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- Exercises: made-up cases whose suggestion is known to be wrong or right, to see whether a team
-- catches what is wrong. They live in tables of their own, so that none can become a recommendation,
-- a decision or an act, or be counted among them. Chance draws which exercises a round has and who
-- answers which. Who that was no program of the site can read, and the ledger does not say it.

-- The owner's: a file of exercises. Equal content gives the set that stands; returns its number.
CREATE FUNCTION kernel.register_exercises(content jsonb) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    slug text := content ->> 'system';
    latest public.kernel_exerciseset;
    hash text;
    one jsonb;
BEGIN
    -- The file is read and checked in Python; this is the least that holds past it.
    PERFORM kernel.require_keys(content, ARRAY['system', 'answers', 'exercises'], '{}');
    PERFORM kernel.require_system(slug);
    PERFORM kernel.refuse_cpr(content);
    IF jsonb_typeof(content -> 'answers') <> 'object' OR jsonb_typeof(content -> 'exercises') <> 'array' THEN
        PERFORM kernel.refuse('form', 'Øvelserne har ikke den rette form.');
    END IF;
    FOR one IN SELECT e FROM jsonb_array_elements(content -> 'exercises') AS e LOOP
        PERFORM kernel.require_keys(one, ARRAY['id', 'title', 'text', 'suggestion', 'reasons_for',
            'reasons_against', 'right', 'why'], '{}');
        PERFORM kernel.text_of(one -> name, 4000, 'form', 'En øvelse mangler en tekst: ' || name || '.')
        FROM unnest(ARRAY['id', 'title', 'text', 'why']) AS name;
        IF NOT (content -> 'answers' ? (one ->> 'suggestion') AND content -> 'answers' ? (one ->> 'right')) THEN
            PERFORM kernel.refuse('form', 'En øvelse nævner et svar, som ikke findes.');
        END IF;
    END LOOP;
    IF (SELECT count(DISTINCT e ->> 'id') < count(*) FROM jsonb_array_elements(content -> 'exercises') AS e) THEN
        PERFORM kernel.refuse('form', 'To øvelser har samme id.');
    END IF;
    hash := encode(sha256(convert_to(kernel.canonical(content), 'UTF8')), 'hex');
    PERFORM pg_advisory_xact_lock(hashtextextended('exercises:' || slug, 0));
    SELECT * INTO latest FROM public.kernel_exerciseset AS s WHERE s.system_id = slug
    ORDER BY s.number DESC LIMIT 1;
    IF latest.sha256 = hash THEN
        RETURN latest.number;
    END IF;
    INSERT INTO public.kernel_exerciseset (system_id, number, content, sha256, registered_at)
    VALUES (slug, coalesce(latest.number, 0) + 1, content, hash, clock_timestamp());
    PERFORM kernel.record_event('exercises', slug,
        jsonb_build_object('number', coalesce(latest.number, 0) + 1, 'sha256', hash));
    RETURN coalesce(latest.number, 0) + 1;
END $$;

-- The team of an active caseworker: the unit of their newest right that is to one, or "" when all of
-- their rights are to all units. NULL for anybody else.
CREATE FUNCTION kernel.team_of(who bigint) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT g.unit FROM public.kernel_grant AS g JOIN public.kernel_user AS u ON u.id = g.user_id
    WHERE u.id = who AND u.is_active AND g.role = 'caseworker'
      AND g.valid_from <= kernel.today() AND (g.valid_until IS NULL OR g.valid_until >= kernel.today())
    ORDER BY (g.unit <> '') DESC, g.id DESC LIMIT 1
$$;

-- The newest round of a team.
CREATE FUNCTION kernel.drill_round(slug text, of_team text) RETURNS public.kernel_drillround
LANGUAGE sql STABLE AS $$
    SELECT r.* FROM public.kernel_drillround AS r WHERE r.system_id = slug AND r.team = of_team
    ORDER BY r.number DESC LIMIT 1
$$;

-- A round that nobody is at any more: all is answered, or its time is over.
CREATE FUNCTION kernel.drill_is_over(drill public.kernel_drillround, days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT (SELECT count(*) FROM public.kernel_drillanswer AS a WHERE a.round_id = drill.id)
            = drill.wrong_cases + drill.right_cases
        OR kernel.day_of(drill.opened_at) + days <= kernel.today()
$$;

-- The one who answers for the system opens a round for a team. NULL when this transaction made the
-- seed of the month: whoever made it could try again, so the same call must come once more.
CREATE FUNCTION kernel.open_drills(payload jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    slug text := payload ->> 'system';
    for_team text := payload ->> 'team';
    who bigint;
    latest public.kernel_drillround;
    pool public.kernel_exerciseset;
    seed public.kernel_drawseed;
    drill public.kernel_drillround;
    limits jsonb;
    people bigint[];
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['system', 'team', 'user_id', 'codex_sha256'], '{}');
    who := kernel.user_of(payload -> 'user_id');
    PERFORM kernel.require_system(slug);
    PERFORM kernel.require_codex(payload ->> 'codex_sha256');
    PERFORM kernel.require_post(who, slug, '{}',
        'Kun lederen, der svarer for systemet, eller stedfortræderen kan begynde en øvelsesrunde.');
    IF jsonb_typeof(payload -> 'team') <> 'string' THEN
        PERFORM kernel.refuse('form', 'Vælg en afdeling.');
    END IF;
    SELECT c.limits INTO limits FROM public.kernel_codexrevision AS c
    WHERE c.sha256 = payload ->> 'codex_sha256';
    PERFORM pg_advisory_xact_lock(hashtextextended('drills:' || slug || ':' || for_team, 0));
    SELECT array_agg(DISTINCT g.user_id ORDER BY g.user_id) INTO people FROM public.kernel_grant AS g
    WHERE g.role = 'caseworker' AND g.unit = for_team AND kernel.team_of(g.user_id) = for_team
      AND kernel.trained(g.user_id, slug);
    IF coalesce(cardinality(people), 0) < (limits ->> 'drill_persons')::integer THEN
        PERFORM kernel.refuse('too_few_persons', 'En øvelsesrunde kræver mindst '
            || (limits ->> 'drill_persons') || ' sagsbehandlere i afdelingen med gyldig oplæring. '
            || 'Ellers siger tallene noget om den enkelte.');
    END IF;
    latest := kernel.drill_round(slug, for_team);
    IF latest.id IS NOT NULL AND NOT kernel.drill_is_over(latest, (limits ->> 'drill_round_days')::integer) THEN
        PERFORM kernel.refuse('open', 'Afdelingen har en runde i gang. Vent, til den er færdig, eller til '
            || 'der er gået ' || (limits ->> 'drill_round_days') || ' dage.');
    END IF;
    SELECT * INTO pool FROM public.kernel_exerciseset AS s WHERE s.system_id = slug
    ORDER BY s.number DESC LIMIT 1;
    IF pool.id IS NULL OR (
            SELECT count(*) FILTER (WHERE e ->> 'suggestion' <> e ->> 'right')
                    < (limits ->> 'drill_wrong_cases')::integer
                OR count(*) FILTER (WHERE e ->> 'suggestion' = e ->> 'right')
                    < (limits ->> 'drill_right_cases')::integer
            FROM jsonb_array_elements(pool.content -> 'exercises') AS e) THEN
        PERFORM kernel.refuse('too_few_exercises', 'Der mangler øvelser. Registrér en fil med mindst '
            || (limits ->> 'drill_wrong_cases') || ' forkerte og ' || (limits ->> 'drill_right_cases')
            || ' rigtige forslag.');
    END IF;
    seed := kernel.seed_of(slug, clock_timestamp());
    IF seed.month IS NULL THEN
        RETURN NULL;
    END IF;
    drill.id := gen_random_uuid();
    drill.number := coalesce(latest.number, 0) + 1;
    INSERT INTO public.kernel_drillround (id, system_id, exercises_id, team, number, wrong_cases,
        caught_cases, right_cases, followed_cases, persons, repeated, commitment, user_id, opened_at)
    VALUES (drill.id, slug, pool.id, for_team, drill.number,
        (limits ->> 'drill_wrong_cases')::integer, (limits ->> 'drill_caught_cases')::integer,
        (limits ->> 'drill_right_cases')::integer, (limits ->> 'drill_followed_cases')::integer,
        cardinality(people), (SELECT count(*) FROM kernel.drawn_exercises(seed, slug, for_team, drill.number,
            pool, limits) AS d WHERE d.before > 0), seed.commitment, who, clock_timestamp());
    INSERT INTO public.kernel_drilldeal (round_id, exercise, wrong, place, user_id)
    SELECT drill.id, d.exercise, d.wrong, d.place, p.id
    FROM kernel.drawn_exercises(seed, slug, for_team, drill.number, pool, limits) AS d
    JOIN (SELECT one AS id, row_number() OVER (ORDER BY kernel.drawn_number(seed.seed, slug,
              kernel.drill_draw(for_team, drill.number, 'person/' || one)), one) AS turn
          FROM unnest(people) AS one) AS p
      ON p.turn = 1 + (d.turn - 1) % cardinality(people);
    PERFORM kernel.record_event('drill_round', slug, jsonb_build_object('round', drill.id,
        'team', for_team, 'number', drill.number, 'exercises', pool.sha256, 'persons', cardinality(people),
        'commitment', seed.commitment, 'user', who, 'drawn', (
            SELECT jsonb_agg(d.exercise ORDER BY d.place) FROM public.kernel_drilldeal AS d
            WHERE d.round_id = drill.id)));
    RETURN drill.id;
END $$;

-- What a number is drawn for: the team and the round's number, so that the same round gives the same
-- draw, however often it is tried.
CREATE FUNCTION kernel.drill_draw(team text, number integer, what text) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_object('type', 'drill', 'id', team || '/' || number || '/' || what)
$$;

-- The exercises of a round. First those that the team has had the fewest times `before`; `turn` deals
-- them, so that each person gets about as many wrong ones, and `place` is the order to answer them in.
CREATE FUNCTION kernel.drawn_exercises(seed public.kernel_drawseed, slug text, for_team text, number integer,
    pool public.kernel_exerciseset, limits jsonb)
RETURNS TABLE (exercise text, wrong boolean, before bigint, turn bigint, place bigint)
LANGUAGE sql STABLE AS $$
    WITH found AS (
        SELECT e ->> 'id' AS id, e ->> 'suggestion' <> e ->> 'right' AS wrong,
            kernel.drawn_number(seed.seed, slug, kernel.drill_draw(for_team, number, e ->> 'id')) AS drawn,
            (SELECT count(*) FROM public.kernel_drilldeal AS d
             JOIN public.kernel_drillround AS r ON r.id = d.round_id
             WHERE r.system_id = slug AND r.team = for_team AND r.number < drawn_exercises.number
               AND d.exercise = e ->> 'id') AS before
        FROM jsonb_array_elements(pool.content -> 'exercises') AS e
    ), ranked AS (
        SELECT f.*, row_number() OVER (PARTITION BY f.wrong ORDER BY f.before, f.drawn, f.id) AS rank
        FROM found AS f
    ), chosen AS (
        SELECT r.* FROM ranked AS r WHERE r.rank <= CASE WHEN r.wrong
            THEN (limits ->> 'drill_wrong_cases')::integer
            ELSE (limits ->> 'drill_right_cases')::integer END
    )
    SELECT c.id, c.wrong, c.before, row_number() OVER (ORDER BY c.wrong DESC, c.rank),
        row_number() OVER (ORDER BY c.drawn, c.id)
    FROM chosen AS c
$$;

-- What showing and answering ask for: the team's newest round, and a trained person of that team.
CREATE FUNCTION kernel.drill_for(payload jsonb) RETURNS public.kernel_drillround
LANGUAGE plpgsql STABLE AS $$
DECLARE
    drill public.kernel_drillround;
    who bigint := kernel.user_of(payload -> 'user_id');
BEGIN
    SELECT * INTO drill FROM public.kernel_drillround AS r WHERE r.id = kernel.uuid_of(
        payload -> 'round_id', 'Rundens nummer har ikke den rette form.');
    IF drill.id IS NULL THEN
        PERFORM kernel.refuse('unknown_round', 'Øvelsesrunden findes ikke.');
    END IF;
    PERFORM kernel.require_codex(payload ->> 'codex_sha256');
    IF kernel.team_of(who) IS DISTINCT FROM drill.team THEN
        PERFORM kernel.refuse('no_right',
            'Kun en sagsbehandler i den afdeling, som øvelserne er til, kan svare på dem.');
    END IF;
    IF NOT kernel.trained(who, drill.system_id) THEN
        PERFORM kernel.refuse('not_trained', 'Du skal have gyldig oplæring i systemet for at svare på øvelser.');
    END IF;
    IF drill.id <> (kernel.drill_round(drill.system_id, drill.team)).id THEN
        PERFORM kernel.refuse('replaced', 'Runden er slut. Afdelingen har fået en ny.');
    END IF;
    RETURN drill;
END $$;

-- The person's next exercise is put before them, or NULL when none is left. With `exercise`: what they
-- answered to that one.
CREATE FUNCTION kernel.show_exercise(payload jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    drill public.kernel_drillround;
    deal public.kernel_drilldeal;
    answer public.kernel_drillanswer;
    who bigint;
    done bigint;
    dealt bigint;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['round_id', 'user_id', 'codex_sha256'], ARRAY['exercise']);
    who := kernel.user_of(payload -> 'user_id');
    drill := kernel.drill_for(payload);
    SELECT count(*), count(a.id) INTO dealt, done FROM public.kernel_drilldeal AS d
    LEFT JOIN public.kernel_drillanswer AS a ON a.deal_id = d.id
    WHERE d.round_id = drill.id AND d.user_id = who;
    IF payload ? 'exercise' THEN
        SELECT a.* INTO answer FROM public.kernel_drillanswer AS a
        JOIN public.kernel_drilldeal AS d ON d.id = a.deal_id
        WHERE d.round_id = drill.id AND d.user_id = who AND d.exercise = payload ->> 'exercise';
        IF answer.id IS NULL THEN
            PERFORM kernel.refuse('not_answered', 'Du har ikke svaret på den øvelse.');
        END IF;
        RETURN jsonb_build_object('exercise', answer.exercise, 'done', done, 'dealt', dealt,
            'choice', answer.choice, 'answer', answer.answer);
    END IF;
    SELECT d.* INTO deal FROM public.kernel_drilldeal AS d
    WHERE d.round_id = drill.id AND d.user_id = who
      AND NOT EXISTS (SELECT FROM public.kernel_drillanswer AS a WHERE a.deal_id = d.id)
    ORDER BY d.place LIMIT 1;
    IF deal.id IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO public.kernel_drillshowing (deal_id, at) VALUES (deal.id, clock_timestamp())
    ON CONFLICT DO NOTHING;
    RETURN jsonb_build_object('exercise', deal.exercise, 'done', done, 'dealt', dealt);
END $$;

-- The person answers an exercise that was put before them, once. Their words must be there, as in a
-- decision, but are not kept: nobody needs them afterwards, and they would tell who it was.
CREATE FUNCTION kernel.answer_exercise(payload jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    drill public.kernel_drillround;
    deal public.kernel_drilldeal;
    content jsonb;
    suggested text;
    shown_at timestamptz;
    moment timestamptz;
    who bigint;
    letters integer;
    took integer;
    chosen text := payload ->> 'choice';
    said text := payload ->> 'answer';
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['round_id', 'exercise', 'user_id', 'choice', 'answer',
        'own_words', 'codex_sha256'], '{}');
    who := kernel.user_of(payload -> 'user_id');
    PERFORM pg_advisory_xact_lock(hashtextextended('drill:' || (payload ->> 'round_id') || ':'
        || (payload ->> 'exercise'), 0));
    drill := kernel.drill_for(payload);
    SELECT d.* INTO deal FROM public.kernel_drilldeal AS d WHERE d.round_id = drill.id
      AND d.user_id = who AND d.exercise = payload ->> 'exercise';
    IF deal.id IS NULL THEN
        PERFORM kernel.refuse('no_right', 'Øvelsen er ikke givet til dig.');
    END IF;
    SELECT s.at INTO shown_at FROM public.kernel_drillshowing AS s WHERE s.deal_id = deal.id;
    IF shown_at IS NULL THEN
        PERFORM kernel.refuse('not_seen', 'Se øvelsen, før du svarer på den.');
    END IF;
    IF EXISTS (SELECT FROM public.kernel_drillanswer AS a WHERE a.deal_id = deal.id) THEN
        PERFORM kernel.refuse('answered', 'Du har allerede svaret på øvelsen.');
    END IF;
    SELECT s.content INTO content FROM public.kernel_exerciseset AS s WHERE s.id = drill.exercises_id;
    SELECT e ->> 'suggestion' INTO suggested FROM jsonb_array_elements(content -> 'exercises') AS e
    WHERE e ->> 'id' = deal.exercise;
    IF jsonb_typeof(payload -> 'answer') <> 'string' OR NOT (chosen = 'follow' AND said = suggested
            OR chosen = 'other' AND content -> 'answers' ? said AND said <> suggested
            OR chosen = 'reject' AND said = '') THEN
        PERFORM kernel.refuse('choice', 'Følg forslaget, vælg et andet svar, eller afvis forslaget.');
    END IF;
    PERFORM kernel.check_own_consideration(payload -> 'own_words');
    letters := length(regexp_replace(payload ->> 'own_words', '[^[:alpha:]]', '', 'g'));
    moment := clock_timestamp();
    took := least(extract(epoch FROM moment - shown_at), 2000000000)::integer;
    INSERT INTO public.kernel_drillanswer (round_id, deal_id, exercise, wrong, choice, answer,
        own_letters, seconds, at)
    VALUES (drill.id, deal.id, deal.exercise, deal.wrong, chosen, said, letters, took, moment);
    PERFORM kernel.record_event('drill_answer', drill.system_id, jsonb_build_object('round', drill.id,
        'exercise', deal.exercise, 'wrong', deal.wrong, 'choice', chosen, 'answer', said,
        'own_letters', letters, 'seconds', took));
END $$;

-- For the menu: the rounds in which exercises wait for the person.
CREATE FUNCTION kernel.exercises_left(who bigint) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('round', w.round_id, 'system', w.system_id,
        'left', w.waiting) ORDER BY w.system_id), '[]')
    FROM (
        SELECT r.id AS round_id, r.system_id, count(*) AS waiting
        FROM public.kernel_drillround AS r
        JOIN public.kernel_drilldeal AS d ON d.round_id = r.id AND d.user_id = who
        WHERE r.team = kernel.team_of(who) AND r.id = (kernel.drill_round(r.system_id, r.team)).id
          AND NOT EXISTS (SELECT FROM public.kernel_drillanswer AS a WHERE a.deal_id = d.id)
        GROUP BY r.id, r.system_id) AS w
$$;
