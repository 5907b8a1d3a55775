-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- What service and hours are counted from: time studies, and the moments of a matter that are
-- neither suggestion, decision nor a robot's step.

-- Minutes as text with two decimals: the ledger holds no fractions.
CREATE FUNCTION kernel.minutes_of(value jsonb, fewest numeric, sentence text) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF jsonb_typeof(value) IS DISTINCT FROM 'string' OR value #>> '{}' !~ '^(0|[1-9][0-9]{0,3})\.[0-9]{2}$'
       OR (value #>> '{}')::numeric < fewest OR (value #>> '{}')::numeric > 2400 THEN
        PERFORM kernel.refuse('form', sentence);
    END IF;
    RETURN (value #>> '{}')::numeric;
END $$;

-- What numbers can come of a watch: not under 20 pieces (kodeks.statistics.hours says why), some
-- spread, and no more of it than times that are never negative can have.
CREATE FUNCTION kernel.check_measured(measured jsonb, mean numeric, deviation numeric) RETURNS integer
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    number integer;
BEGIN
    IF jsonb_typeof(measured) IS DISTINCT FROM 'number' OR measured #>> '{}' !~ '^[0-9]{1,6}$' THEN
        PERFORM kernel.refuse('form', 'Skriv, hvor mange sager der er målt, som et helt tal.');
    END IF;
    number := (measured #>> '{}')::integer;
    IF number < 20 THEN
        PERFORM kernel.refuse('too_few', 'Mål mindst 20 sager. Færre siger for lidt om tiden.');
    END IF;
    IF deviation * deviation > mean * mean * number THEN
        PERFORM kernel.refuse('spread',
            'Spredningen er større, end den kan være for tider. Regn den ud igen.');
    END IF;
    RETURN number;
END $$;

-- A time study: what a person needed for one piece of a robot's step before the robot. It counts for
-- what is finished from this moment on, so no study changes a number that is already there; a
-- correction is a new study, measured no earlier than the one before.
CREATE FUNCTION kernel.time_study(payload jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    slug text := payload ->> 'system';
    before public.kernel_timestudy;
    study public.kernel_timestudy;
    who public.kernel_user;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['system', 'step', 'measured', 'mean', 'deviation',
        'review', 'rework', 'first_day', 'last_day', 'measured_by', 'sha256', 'user_id',
        'codex_sha256'], '{}');
    PERFORM kernel.require_system(slug);
    PERFORM kernel.require_codex(payload ->> 'codex_sha256');
    PERFORM kernel.require_post(kernel.user_of(payload -> 'user_id'), slug, '{}',
        'Kun den, der svarer for systemet, kan skrive en tidsmåling.');
    IF NOT coalesce((SELECT c.card -> 'robot' -> 'steps' ? (payload ->> 'step')
            FROM public.kernel_cardrevision AS c WHERE c.system_id = slug
            ORDER BY c.revision DESC LIMIT 1), false) THEN
        PERFORM kernel.refuse('unknown_step', 'Trinnet står ikke på systemkortet. Vælg et, der gør.');
    END IF;
    study.step := payload ->> 'step';
    study.mean := kernel.minutes_of(payload -> 'mean', 0.01,
        'Skriv minutterne for en sag med to decimaler, mellem 0,01 og 2.400.');
    study.deviation := kernel.minutes_of(payload -> 'deviation', 0.01,
        'Skriv spredningen med to decimaler, mellem 0,01 og 2.400. Den er 0, hvis der ikke er målt.');
    study.review := kernel.minutes_of(payload -> 'review', 0,
        'Skriv minutterne for efterkontrol med to decimaler, mellem 0 og 2.400.');
    study.rework := kernel.minutes_of(payload -> 'rework', 0,
        'Skriv minutterne for at rette en fejl med to decimaler, mellem 0 og 2.400.');
    study.measured := kernel.check_measured(payload -> 'measured', study.mean, study.deviation);
    study.first_day := kernel.date_of(payload -> 'first_day');
    study.last_day := kernel.date_of(payload -> 'last_day');
    IF study.last_day < study.first_day THEN
        PERFORM kernel.refuse('form', 'Målingen slutter, før den begynder. Ret datoerne.');
    END IF;
    IF study.last_day > kernel.today() THEN
        PERFORM kernel.refuse('form', 'Målingen slutter i fremtiden. Skriv den, når den er færdig.');
    END IF;
    study.measured_by := kernel.text_of(payload -> 'measured_by', 150, 'form',
        'Skriv, hvem der har målt (højst 150 tegn).');
    PERFORM kernel.refuse_cpr(payload -> 'measured_by');
    IF jsonb_typeof(payload -> 'sha256') <> 'string' OR payload ->> 'sha256' !~ '^[0-9a-f]{64}$' THEN
        PERFORM kernel.refuse('form', 'Målingens bilag skal have et aftryk på 64 hextegn.');
    END IF;
    study.sha256 := payload ->> 'sha256';
    PERFORM pg_advisory_xact_lock(hashtextextended('time_study:' || slug || ':' || study.step, 0));
    SELECT * INTO before FROM public.kernel_timestudy AS t
    WHERE t.system_id = slug AND t.step = study.step ORDER BY t.registered_at DESC, t.id DESC LIMIT 1;
    -- A form that is sent twice is one study.
    IF (before.mean, before.deviation, before.review, before.rework, before.measured, before.first_day,
        before.last_day, before.measured_by, before.sha256)
       = (study.mean, study.deviation, study.review, study.rework, study.measured, study.first_day,
        study.last_day, study.measured_by, study.sha256) THEN
        RETURN before.id;
    END IF;
    IF study.last_day < before.last_day THEN
        PERFORM kernel.refuse('older', 'Der er en nyere måling af trinnet. En ældre kan ikke afløse den.');
    END IF;
    SELECT * INTO who FROM public.kernel_user AS u WHERE u.id = kernel.user_of(payload -> 'user_id');
    study.unit := (SELECT a.unit FROM public.kernel_assignment AS a WHERE a.system_id = slug
        ORDER BY a.id DESC LIMIT 1);
    study.id := kernel.record_event('time_study', slug,
        payload - 'system' - 'user_id' - 'codex_sha256'
        || jsonb_build_object('unit', study.unit, 'owner', who.full_name, 'user', who.id));
    INSERT INTO public.kernel_timestudy (id, system_id, step, measured, mean, deviation, review, rework,
        first_day, last_day, measured_by, sha256, unit, owner_id, registered_at)
    SELECT study.id, slug, study.step, study.measured, study.mean, study.deviation, study.review,
        study.rework, study.first_day, study.last_day, study.measured_by, study.sha256, study.unit,
        who.id, e.at FROM public.kernel_registryevent AS e WHERE e.id = study.id;
    RETURN study.id;
END $$;

-- The unit that the robot forwarded the matter to, or a person in its place; or "".
CREATE FUNCTION kernel.unit_of(decision uuid) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN coalesce((SELECT f.unit FROM (
        SELECT a.body #>> '{result,unit}' AS unit, a.acted_at AS at FROM public.kernel_act AS a
        WHERE a.decision_id = decision AND a.body -> 'result' ? 'unit'
        UNION ALL
        SELECT e.body #>> '{hand,result,unit}', m.at FROM public.kernel_milestone AS m
        JOIN public.kernel_registryevent AS e ON e.id = m.event_id
        WHERE m.decision_id = decision AND e.body #> '{hand,result}' ? 'unit') AS f
        ORDER BY f.at DESC LIMIT 1), '');
END $$;

-- What a person did who did a robot's step: which step of which run, and what came of it. A step is
-- done once, by the robot or by a person.
CREATE FUNCTION kernel.check_hand(hand jsonb, decision uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    run uuid;
BEGIN
    PERFORM kernel.require_keys(hand, ARRAY['run_id', 'step', 'result'], '{}');
    run := kernel.uuid_of(hand -> 'run_id', 'Forløbets nummer har ikke den rette form.');
    PERFORM kernel.text_of(hand -> 'step', 60, 'form', 'Skridtets navn mangler eller er for langt.');
    IF jsonb_typeof(hand -> 'result') <> 'object' THEN
        PERFORM kernel.refuse('form', 'Skridtets resultat skal være et objekt.');
    END IF;
    PERFORM kernel.refuse_cpr(hand);
    PERFORM pg_advisory_xact_lock(hashtextextended('act:' || run || ':' || (hand ->> 'step'), 0));
    IF EXISTS (SELECT FROM public.kernel_act AS a WHERE a.run_id = run AND a.step = hand ->> 'step')
       OR EXISTS (SELECT FROM public.kernel_milestone AS m
           JOIN public.kernel_registryevent AS e ON e.id = m.event_id
           WHERE m.decision_id = decision AND e.body #>> '{hand,run_id}' = hand ->> 'run_id'
             AND e.body #>> '{hand,step}' = hand ->> 'step') THEN
        PERFORM kernel.refuse('acted', 'Skridtet er allerede gjort. Genindlæs siden.');
    END IF;
END $$;

-- Whether an active person handles matters of the unit, of whichever KLE number.
CREATE FUNCTION kernel.works_in(who bigint, unit text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
    today date := kernel.today();
BEGIN
    RETURN EXISTS (
        SELECT FROM public.kernel_grant AS g JOIN public.kernel_user AS u ON u.id = g.user_id
        WHERE u.id = who AND u.is_active AND g.role = 'caseworker'
          AND g.valid_from <= today AND (g.valid_until IS NULL OR g.valid_until >= today)
          AND g.unit IN ('', works_in.unit));
END $$;

-- What a person did after the decision: the department answered the citizen, once; a department dealt
-- with what is urgent about it, once for each; or somebody had to help the robot on, as often as it
-- happens. Who did a step by hand says which, and what came of it (`hand`): the entry is in the place
-- of the robot's act, and says that a person did it. The department is the one that the case lies with
-- (`unit`), which the kernel does not know when a person gave it there; of an answer without one, the one
-- that the robot forwarded to. Asks for no codex, like the stop: no citizen's answer and no help waits
-- for one.
CREATE FUNCTION kernel.milestone(payload jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    number uuid;
    who bigint;
    what text := payload ->> 'what';
    decision public.kernel_decision;
    first public.kernel_milestone;
    unit text;
    event uuid;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['id', 'decision_id', 'what', 'user_id']
        || CASE WHEN what = 'attended' THEN ARRAY['unit'] ELSE '{}' END,
        CASE what WHEN 'retried' THEN ARRAY['hand'] WHEN 'answered' THEN ARRAY['unit'] ELSE '{}' END);
    number := kernel.uuid_of(payload -> 'id', 'Hændelsens nummer har ikke den rette form.');
    who := kernel.user_of(payload -> 'user_id');
    SELECT * INTO decision FROM public.kernel_decision AS d WHERE d.id = kernel.uuid_of(
        payload -> 'decision_id', 'Afgørelsens nummer har ikke den rette form.');
    IF decision.id IS NULL THEN
        PERFORM kernel.refuse('unknown_decision', 'Afgørelsen findes ikke.');
    END IF;
    unit := kernel.unit_of(decision.id);
    IF payload ? 'unit' THEN
        unit := kernel.text_of(payload -> 'unit', 80, 'form', 'Skriv, hvilken afdeling det er.');
        PERFORM kernel.refuse_cpr(payload -> 'unit');
    END IF;
    IF what = 'answered' THEN
        IF NOT kernel.works_in(who, unit) THEN
            PERFORM kernel.refuse('no_right', 'Kun afdelingens medarbejdere kan skrive, at der er svaret.');
        END IF;
    ELSIF what = 'attended' THEN
        IF NOT kernel.works_in(who, unit) THEN
            PERFORM kernel.refuse('no_right',
                'Kun afdelingens medarbejdere kan skrive, at der er taget hånd om det.');
        END IF;
    ELSIF what = 'retried' THEN
        PERFORM kernel.require_role(who, ARRAY['caseworker', 'system_owner', 'administrator'],
            'Kun medarbejdere kan sætte robotten i gang igen.');
    ELSE
        PERFORM kernel.refuse('form', 'Skriv, om der er svaret, taget hånd om det, eller om robotten er hjulpet videre.');
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('milestone:' || decision.id, 0));
    SELECT * INTO first FROM public.kernel_milestone AS m WHERE m.id = number;
    IF first.id IS NULL AND what IN ('answered', 'attended') THEN
        SELECT * INTO first FROM public.kernel_milestone AS m
        WHERE m.decision_id = decision.id AND m.what = payload ->> 'what'
          AND (m.what = 'answered' OR m.unit = payload ->> 'unit');
    ELSIF first.decision_id <> decision.id OR first.what <> what OR first.user_id <> who
          OR (what = 'attended' AND first.unit <> unit) THEN
        PERFORM kernel.refuse('key_taken', 'Nummeret er brugt til noget andet. Vælg et nyt.');
    END IF;
    IF first.id IS NOT NULL THEN
        RETURN first.id;
    END IF;
    IF payload ? 'hand' THEN
        PERFORM kernel.check_hand(payload -> 'hand', decision.id);
        unit := coalesce(payload #>> '{hand,result,unit}', unit);
    END IF;
    event := kernel.record_event(what, decision.system_id,
        jsonb_build_object('decision', decision.id, 'unit', unit, 'user', who)
        || CASE WHEN payload ? 'hand' THEN jsonb_build_object('hand', payload -> 'hand')
                ELSE '{}'::jsonb END);
    INSERT INTO public.kernel_milestone (id, event_id, system_id, decision_id, what, unit, user_id, at)
    SELECT number, event, decision.system_id, decision.id, what, unit, who, e.at
    FROM public.kernel_registryevent AS e WHERE e.id = event;
    RETURN number;
END $$;
