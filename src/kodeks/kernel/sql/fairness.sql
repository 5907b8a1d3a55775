-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- Groups of citizens: the limits of the card, at release and in operation, and the audit vault that
-- says who belongs to which group (codex, principle 3). The vault is written by `keep_for_audit` and
-- read by `measure_groups`, which gives out figures of groups; nobody reads a row.

-- What is between two groups, the first the higher, and the lower end of its interval (MOVER). As
-- kodeks.codex.fairness.between, operation by operation; a test holds the two together.
CREATE FUNCTION kernel.between_groups(kind text, a jsonb, b jsonb, OUT value float8, OUT low float8)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    av float8 := (a ->> 'value')::float8;
    al float8 := (a ->> 'low')::float8;
    bv float8 := (b ->> 'value')::float8;
    bh float8 := (b ->> 'high')::float8;
    product float8 := av * bv;
    above float8 := al * (2 * av - al);
    below float8 := bh * (2 * bv - bh);
    divisor float8;
BEGIN
    IF kind = 'difference' THEN
        value := av - bv;
        low := value - sqrt((av - al) * (av - al) + (bh - bv) * (bh - bv));
    ELSE
        divisor := product + sqrt(greatest(0, product * product - above * below));
        value := CASE WHEN bv > 0 THEN av / bv END;
        low := CASE WHEN divisor > 0 THEN above / divisor ELSE 0 END;
    END IF;
END $$;

-- The verdict on each limit: held, broken when the interval of the two groups furthest apart lies
-- above it, or too few when fewer than two groups have enough cases.
CREATE FUNCTION kernel.judge_groups(limits jsonb, measured jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    verdicts jsonb := '[]';
    one jsonb;
    found record;
BEGIN
    FOR one IN SELECT jsonb_array_elements(limits) LOOP
        WITH figure AS (
            SELECT m AS f FROM jsonb_array_elements(measured) AS m
            WHERE m ->> 'attribute' = one ->> 'attribute' AND m ->> 'measure' = one ->> 'measure'
              AND (m ->> 'count')::numeric >= (one ->> 'least_count')::numeric)
        SELECT a.f ->> 'group' AS higher, b.f ->> 'group' AS lower, x.value, x.low INTO found
        FROM figure AS a JOIN figure AS b
          ON (a.f ->> 'value')::float8 > (b.f ->> 'value')::float8
          OR ((a.f ->> 'value')::float8 = (b.f ->> 'value')::float8
              AND a.f ->> 'group' COLLATE "C" < b.f ->> 'group')
        CROSS JOIN LATERAL kernel.between_groups(one ->> 'kind', a.f, b.f) AS x
        ORDER BY x.low DESC, a.f ->> 'group' COLLATE "C", b.f ->> 'group' COLLATE "C" LIMIT 1;
        verdicts := verdicts || jsonb_build_array(jsonb_build_object(
            'attribute', one -> 'attribute', 'measure', one -> 'measure', 'kind', one -> 'kind',
            'most', one -> 'most', 'state', CASE WHEN found.higher IS NULL THEN 'too_few'
                WHEN found.low > (one ->> 'most')::float8 THEN 'broken' ELSE 'held' END)
            || CASE WHEN found.higher IS NULL THEN '{}' ELSE jsonb_build_object(
                'higher', found.higher, 'lower', found.lower,
                'value', round(found.value::numeric, 4)::text,
                'low', round(found.low::numeric, 4)::text) END);
    END LOOP;
    RETURN verdicts;
END $$;

CREATE FUNCTION kernel.limits_of(slug text) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT c.card -> 'fairness' FROM public.kernel_cardrevision AS c
        WHERE c.system_id = slug ORDER BY c.revision DESC LIMIT 1), '[]')
$$;

-- A release's own figures against the limits of the card in force. Where nobody can tell, two people
-- sign the words that say why.
CREATE FUNCTION kernel.check_limits(slug text, groups jsonb) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
    limits jsonb := kernel.limits_of(slug);
    verdict jsonb;
    title text;
BEGIN
    FOR verdict IN SELECT jsonb_array_elements(kernel.judge_groups(limits, groups -> 'measured')) LOOP
        SELECT l ->> 'title' INTO title FROM jsonb_array_elements(limits) AS l
        WHERE l ->> 'attribute' = verdict ->> 'attribute' AND l ->> 'measure' = verdict ->> 'measure';
        IF verdict ->> 'state' = 'broken' THEN
            PERFORM kernel.refuse('unfair', 'Modellen behandler grupper for forskelligt. ' || title
                || ': der er længere mellem ' || (verdict ->> 'higher') || ' og '
                || (verdict ->> 'lower') || ', end systemkortet tillader. Ret modellen.');
        ELSIF verdict ->> 'state' = 'too_few' THEN
            PERFORM kernel.text_of(groups -> 'reason', 1000, 'too_few', 'Der er for få sager til at måle'
                || ' kortets grænse. ' || title || ': mål på flere, eller skriv hvorfor det ikke kan lade sig gøre.');
        END IF;
    END LOOP;
END $$;

-- Who belongs to which group of the attributes that the card has limits for. What no limit asks for
-- is not kept. The first group of a matter stands.
CREATE FUNCTION kernel.keep_for_audit(payload jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['system', 'subject', 'groups'], '{}');
    PERFORM kernel.require_system(payload ->> 'system');
    PERFORM kernel.check_subject(payload -> 'subject');
    IF jsonb_typeof(payload -> 'groups') <> 'object' OR payload -> 'groups' = '{}' THEN
        PERFORM kernel.refuse('form', 'Grupperne skal være oplysninger med navne.');
    END IF;
    IF EXISTS (SELECT FROM jsonb_object_keys(payload -> 'groups') AS k
               WHERE k NOT IN (SELECT l ->> 'attribute' FROM jsonb_array_elements(
                   kernel.limits_of(payload ->> 'system')) AS l)) THEN
        PERFORM kernel.refuse('undeclared_data', 'Kortet har ingen grænse, der bruger oplysningen.');
    END IF;
    PERFORM kernel.text_of(g.value, 80, 'form', 'En gruppe skal have et navn på højst 80 tegn.')
    FROM jsonb_each(payload -> 'groups') AS g;
    PERFORM kernel.refuse_cpr(payload -> 'groups');
    INSERT INTO public.kernel_auditattribute (system_id, subject_type, subject_id, attribute, "group")
    SELECT payload ->> 'system', payload #>> '{subject,type}', payload #>> '{subject,id}', g.key,
        g.value #>> '{}'
    FROM jsonb_each(payload -> 'groups') AS g
    ON CONFLICT DO NOTHING;
END $$;

-- 95 % interval of a share (Wilson 1927), as kodeks.statistics.shares.share.
CREATE FUNCTION kernel.wilson(hits bigint, cases bigint, OUT low float8, OUT high float8)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    z float8 := 1.959963984540054;
    n float8 := cases;
    share float8 := hits / n;
    middle float8 := (share + z * z / (2 * n)) / (1 + z * z / n);
    reach float8 := z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n));
BEGIN
    low := greatest(0, least(share, middle - reach));
    high := least(1, greatest(share, middle + reach));
END $$;

-- Figures of the groups from what people decided on a release's suggestions since a moment: what the
-- system said against what the person chose. Groups with too few cases are not told.
CREATE FUNCTION kernel.measured_groups(slug text, for_release bigint, card jsonb, since timestamptz)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
    WITH matter AS (
        SELECT a.attribute, a."group" AS name, d.choice = 'accept' AS followed,
            coalesce(r.body -> 'suggestion' ->> (card #>> '{selection,field}')
                = card #>> '{selection,value}', false) AS selected,
            coalesce(d.body -> 'outcome' ->> (card #>> '{selection,field}')
                = card #>> '{selection,value}', false) AS positive
        FROM public.kernel_recommendation AS r
        JOIN public.kernel_decision AS d ON d.recommendation_id = r.id
        JOIN public.kernel_auditattribute AS a ON a.system_id = slug
            AND a.subject_type = d.subject_type AND a.subject_id = d.subject_id
        WHERE r.system_id = slug AND r.release_id = for_release AND d.decided_at >= since),
    counted AS (
        SELECT l, m.name, count(*) FILTER (WHERE c.below) AS cases,
            count(*) FILTER (WHERE c.below AND c.above) AS hits
        FROM jsonb_array_elements(card -> 'fairness') AS l
        JOIN matter AS m ON m.attribute = l ->> 'attribute'
        CROSS JOIN LATERAL (SELECT
            CASE l ->> 'measure' WHEN 'tpr' THEN m.positive WHEN 'fpr' THEN NOT m.positive
                WHEN 'precision' THEN m.selected ELSE true END AS below,
            CASE l ->> 'measure' WHEN 'accuracy' THEN m.followed WHEN 'error' THEN NOT m.followed
                WHEN 'precision' THEN m.positive ELSE m.selected END AS above) AS c
        GROUP BY l, m.name)
    SELECT coalesce(jsonb_agg(jsonb_build_object('attribute', g.l -> 'attribute', 'group', g.name,
            'measure', g.l -> 'measure', 'count', g.cases::text,
            'value', round(g.hits / g.cases::numeric, 4)::text,
            'low', round(w.low::numeric, 4)::text, 'high', round(w.high::numeric, 4)::text)
        ORDER BY g.l ->> 'attribute', g.l ->> 'measure', g.name COLLATE "C"), '[]')
    FROM counted AS g CROSS JOIN LATERAL kernel.wilson(g.hits, g.cases) AS w
    WHERE g.cases >= greatest(10, (g.l ->> 'least_count')::integer)
$$;

-- How many matters the figures rest on, small groups and all.
CREATE FUNCTION kernel.audited_cases(slug text, for_release bigint, since timestamptz) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT count(*) FROM public.kernel_recommendation AS r
    JOIN public.kernel_decision AS d ON d.recommendation_id = r.id
    WHERE r.system_id = slug AND r.release_id = for_release AND d.decided_at >= since
      AND EXISTS (SELECT FROM public.kernel_auditattribute AS a WHERE a.system_id = slug
          AND a.subject_type = d.subject_type AND a.subject_id = d.subject_id)
$$;

-- Measures the release in operation: the last month, or three or twelve where one is too few to
-- tell. Once a month, and only after ten new matters: two sets of figures with one matter between
-- them would tell which group that one belongs to.
CREATE FUNCTION kernel.measure_groups(payload jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    slug text := payload ->> 'system';
    revision public.kernel_cardrevision;
    running bigint;
    last public.kernel_groupmeasurement;
    span integer;
    since timestamptz;
    figures jsonb;
    verdicts jsonb;
    found jsonb;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['system'], '{}');
    PERFORM kernel.require_system(slug);
    PERFORM pg_advisory_xact_lock(hashtextextended('measure:' || slug, 0));
    SELECT * INTO revision FROM public.kernel_cardrevision AS c
    WHERE c.system_id = slug ORDER BY c.revision DESC LIMIT 1;
    IF kernel.limits_of(slug) = '[]' THEN
        PERFORM kernel.refuse('no_limits', 'Systemkortet har ingen grænser for lige behandling.');
    END IF;
    SELECT r.id INTO running FROM public.kernel_releaseapproval AS a
    JOIN public.kernel_release AS r ON r.id = a.release_id
    WHERE r.system_id = slug ORDER BY a.id DESC LIMIT 1;
    IF running IS NULL THEN
        PERFORM kernel.refuse('no_release', 'Systemet har ingen model, som to personer har frigivet.');
    END IF;
    SELECT * INTO last FROM public.kernel_groupmeasurement AS m
    WHERE m.system_id = slug AND m.release_id = running AND m.measured <> '[]'
    ORDER BY m.id DESC LIMIT 1;
    IF last.card_id = revision.id THEN
        IF date_trunc('month', kernel.day_of(last.at)) = date_trunc('month', kernel.today()) THEN
            PERFORM kernel.refuse('measured', 'Systemet er målt i denne måned. Vent til næste måned.');
        ELSIF kernel.audited_cases(slug, running, last.at) < 10 THEN
            PERFORM kernel.refuse('too_few_new',
                'Der er afgjort for få sager siden den sidste måling. Vent, til der er mindst 10.');
        END IF;
    END IF;
    FOREACH span IN ARRAY ARRAY[1, 3, 12] LOOP
        since := clock_timestamp() - make_interval(months => span);
        figures := kernel.measured_groups(slug, running, revision.card, since);
        verdicts := kernel.judge_groups(revision.card -> 'fairness', figures);
        EXIT WHEN NOT verdicts @> '[{"state": "too_few"}]';
    END LOOP;
    found := jsonb_build_object('months', least(span, 12), 'cases',
        kernel.audited_cases(slug, running, since), 'measured', figures, 'verdicts', verdicts,
        'broken', verdicts @> '[{"state": "broken"}]');
    INSERT INTO public.kernel_groupmeasurement (system_id, release_id, card_id, months, cases,
        measured, verdicts, broken, at)
    VALUES (slug, running, revision.id, (found ->> 'months')::integer, (found ->> 'cases')::integer,
        figures, verdicts, (found ->> 'broken')::boolean, clock_timestamp());
    PERFORM kernel.record_event('group_measurement', slug, found || jsonb_build_object(
        'release', running, 'card', revision.sha256));
    -- The model stands still until a better one is released; somebody must see to that by a day.
    IF (found ->> 'broken')::boolean THEN
        PERFORM kernel.raise_alarm(jsonb_build_object('system', slug, 'kind', 'unfair', 'effect', 'none',
            'sentence', 'Systemet behandler grupper af borgere mere forskelligt, end kortet tillader.',
            'measured', jsonb_build_object('months', found ->> 'months', 'cases', found ->> 'cases')));
    END IF;
    RETURN found;
END $$;
