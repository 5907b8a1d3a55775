-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- The gate: what must be in place before a system may do anything (codex, principles 1 and 2). One
-- survey finds all that is in the way, in the order in which it matters; the gate refuses with the
-- first, the pages show them all.

CREATE TYPE kernel.standing AS (
    obstacles jsonb,
    today date,
    codex_id bigint,
    codex jsonb,
    card_id bigint,
    card jsonb,
    traits jsonb,
    first_days integer,
    system_name text,
    robot jsonb,
    autonomy text,
    assignment_id bigint,
    owner jsonb,
    basis_id bigint,
    bases jsonb,
    release_id bigint,
    release jsonb
);

CREATE FUNCTION kernel.obstacle(code text, sentence text) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_array(jsonb_build_object('code', code, 'sentence', sentence))
$$;

-- A stop holds until somebody has started the system again who had seen it. By transactions: no
-- lock, so that nobody can hold up a stop, and a start that was on its way does not undo one.
CREATE FUNCTION kernel.is_running(slug text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN NOT EXISTS (
        SELECT FROM public.kernel_switch AS stop WHERE stop.system_id = slug AND NOT stop.running
          AND NOT EXISTS (SELECT FROM public.kernel_switch AS start
            WHERE start.system_id = slug AND start.running AND start.id > stop.id
              AND (start.xid = stop.xid
                   OR pg_visible_in_snapshot(stop.xid::text::xid8, start.snapshot::pg_snapshot))));
END $$;

-- What the legal table says of a phase, a purpose and categories of data on a day. A barred row
-- beats every other, a pending one is none, and otherwise the newest allowed row counts, in
-- operation up to its level of autonomy. Of several refusals the gravest is told. As
-- kodeks.codex.bases.standing; one timeline is a test of both.
CREATE FUNCTION kernel.law(codex_id bigint, slug text, for_phase text, for_purpose text,
    categories text[], autonomy text, on_day date,
    OUT code text, OUT source text, OUT basis_id bigint, OUT bases jsonb)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    found record;
BEGIN
    code := 'ok';
    bases := '[]';
    FOR found IN
        SELECT b.*, CASE WHEN b.id IS NULL THEN 'no_basis' WHEN b.status = 'barred' THEN 'barred'
            WHEN law.autonomy = 'procedural' AND for_phase = 'operation'
                AND b.autonomy <> 'procedural' THEN 'autonomy'
            ELSE 'ok' END AS answer
        FROM unnest(categories) WITH ORDINALITY AS c(category, at)
        LEFT JOIN LATERAL (
            SELECT * FROM public.kernel_legalbasis AS x
            WHERE x.codex_id = law.codex_id AND x.system_slug = slug AND x.phase = for_phase
              AND x.purpose = for_purpose AND x.data_category = c.category
              AND x.valid_from <= on_day AND (x.valid_to IS NULL OR x.valid_to >= on_day)
              AND x.status IN ('allowed', 'barred')
            ORDER BY x.status = 'barred' DESC, x.valid_from DESC, x.id LIMIT 1) AS b ON true
        ORDER BY c.at LOOP
        IF array_position(ARRAY['barred', 'no_basis', 'autonomy', 'ok'], found.answer)
           < array_position(ARRAY['barred', 'no_basis', 'autonomy', 'ok'], code) THEN
            code := found.answer;
            source := found.source;
        END IF;
        basis_id := coalesce(basis_id, found.id);
        bases := bases || jsonb_build_array(jsonb_build_object('basis', found.basis,
            'source', found.source, 'phase', found.phase, 'data_category', found.data_category,
            'valid_from', found.valid_from, 'valid_to', found.valid_to));
    END LOOP;
    IF cardinality(categories) = 0 THEN
        code := 'no_basis';
    END IF;
END $$;

-- The purpose that a phase is judged by when none is named: the first that the law permits, or else
-- the first there is a row for.
CREATE FUNCTION kernel.purpose_of(s kernel.standing, slug text, for_phase text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    purpose text;
    first text;
BEGIN
    FOR purpose IN SELECT b.purpose FROM public.kernel_legalbasis AS b
        WHERE b.codex_id = s.codex_id AND b.system_slug = slug AND b.phase = for_phase
          AND EXISTS (SELECT FROM public.kernel_datafield AS f
                      WHERE f.card_id = s.card_id AND f.purpose = b.purpose)
        GROUP BY b.purpose ORDER BY min(b.id) LOOP
        first := coalesce(first, purpose);
        IF (SELECT l.code FROM kernel.law(s.codex_id, slug, for_phase, purpose,
                kernel.categories_of(s.card_id, purpose), s.autonomy, s.today) AS l) = 'ok' THEN
            RETURN purpose;
        END IF;
    END LOOP;
    RETURN first;
END $$;

CREATE FUNCTION kernel.categories_of(card_id bigint, for_purpose text) RETURNS text[]
LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(DISTINCT f.category), '{}') FROM public.kernel_datafield AS f
    WHERE f.card_id = categories_of.card_id AND f.purpose = for_purpose
$$;

CREATE FUNCTION kernel.survey_law(s kernel.standing, slug text, for_phase text, for_purpose text)
RETURNS kernel.standing
LANGUAGE plpgsql STABLE AS $$
DECLARE
    law record;
    barred text;
BEGIN
    SELECT * INTO law FROM kernel.law(s.codex_id, slug, for_phase, for_purpose,
        kernel.categories_of(s.card_id, for_purpose), s.autonomy, s.today);
    s.basis_id := law.basis_id;
    s.bases := law.bases;
    IF law.code <> 'ok' THEN
        s.obstacles := s.obstacles || kernel.obstacle(law.code, CASE law.code
            WHEN 'barred' THEN 'Det er i dag ikke tilladt at bruge systemet sådan: ' || law.source || '.'
            WHEN 'autonomy' THEN
                'Hjemlen giver ikke robotten lov til at handle, før et menneske har afgjort sagen.'
            ELSE 'Der er i dag ingen hjemmel til at bruge systemet i denne fase til dette formål.' END);
    END IF;
    SELECT b.field INTO barred FROM public.kernel_barredfield AS b
    JOIN public.kernel_datafield AS f USING (card_id, source, field)
    WHERE b.codex_id = s.codex_id AND b.card_id = s.card_id AND f.purpose = for_purpose
    ORDER BY b.id LIMIT 1;
    IF barred IS NOT NULL THEN
        s.obstacles := s.obstacles || kernel.obstacle('protected_field',
            'Systemkortet bruger en oplysning, som ikke må bruges til at dele borgere op: '
            || barred || '.');
    END IF;
    RETURN s;
END $$;

-- The newest evidence of each kind that a duty asks for must hold today and not be withdrawn.
CREATE FUNCTION kernel.survey_evidence(s kernel.standing, slug text, for_phase text, risk text,
    personal boolean) RETURNS kernel.standing
LANGUAGE plpgsql STABLE AS $$
DECLARE
    duty record;
BEGIN
    FOR duty IN
        SELECT d.kind, d.title, e.id, e.withdrawn, e.valid_to FROM public.kernel_duty AS d
        LEFT JOIN LATERAL (SELECT x.id, x.withdrawn, x.valid_from, x.valid_to
            FROM public.kernel_evidence AS x WHERE x.system_id = slug AND x.kind = d.kind
            ORDER BY x.id DESC LIMIT 1) AS e ON true
        WHERE d.codex_id = s.codex_id AND for_phase = ANY (d.phases) AND risk = ANY (d.risk_classes)
          AND (personal OR NOT d.personal_data)
          AND d.valid_from <= s.today AND (d.valid_to IS NULL OR d.valid_to >= s.today)
          AND (e.id IS NULL OR e.withdrawn OR e.valid_from > s.today OR e.valid_to < s.today)
        ORDER BY d.id LOOP
        s.obstacles := s.obstacles || kernel.obstacle('no_' || duty.kind, CASE
            WHEN duty.id IS NULL THEN 'Der mangler et bilag: ' || duty.title
            WHEN duty.withdrawn THEN 'Et bilag er trukket tilbage: ' || duty.title
            ELSE 'Et bilag gælder ikke i dag: ' || duty.title END || '.');
    END LOOP;
    RETURN s;
END $$;

-- Supervision is due so many months after it was last done, or after the system was registered.
CREATE FUNCTION kernel.supervision_due(slug text, plan jsonb, first_day date)
RETURNS TABLE (task text, title text, due date, passed boolean)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT t ->> 'task', t ->> 'title', (coalesce(kernel.day_of(c.at), first_day)
        + make_interval(months => (t ->> 'every_months')::integer))::date, coalesce(c.passed, true)
    FROM jsonb_array_elements(plan) AS t
    LEFT JOIN LATERAL (SELECT x.at, x.passed FROM public.kernel_supervisioncheck AS x
        WHERE x.system_id = slug AND x.task = t ->> 'task' ORDER BY x.id DESC LIMIT 1) AS c ON true;
END $$;

CREATE FUNCTION kernel.survey_people(s kernel.standing, slug text, limits jsonb, plan jsonb,
    first_day date) RETURNS kernel.standing
LANGUAGE plpgsql STABLE AS $$
DECLARE
    answering record;
    attested timestamptz;
    due record;
    alarm public.kernel_alarm;
BEGIN
    SELECT * INTO answering FROM kernel.answering(slug, s.today, limits);
    s.assignment_id := answering.assignment_id;
    s.owner := answering.owner;
    IF answering.sentence IS NOT NULL THEN
        s.obstacles := s.obstacles || kernel.obstacle('no_owner', answering.sentence);
    ELSE
        SELECT a.at INTO attested FROM public.kernel_attestation AS a
        WHERE a.system_id = slug AND a.assignment_id = answering.assignment_id
        ORDER BY a.id DESC LIMIT 1;
        IF attested IS NULL OR kernel.day_of(attested)
           + make_interval(months => (limits ->> 'attestation_months')::integer) < s.today THEN
            s.obstacles := s.obstacles || kernel.obstacle('not_attested',
                'Lederen har ikke bekræftet sit ansvar for systemet inden for den tid, kodekset sætter.');
        END IF;
    END IF;
    FOR due IN SELECT * FROM kernel.supervision_due(slug, plan, first_day) AS d
        WHERE NOT d.passed OR d.due + (limits ->> 'supervision_grace_days')::integer < s.today LOOP
        s.obstacles := s.obstacles || kernel.obstacle('supervision', CASE WHEN due.passed
            THEN 'Tilsynet er ikke ført til tiden: ' ELSE 'Tilsynet fandt fejl, der ikke er rettet: '
            END || rtrim(due.title, '.?!') || '.');
    END LOOP;
    IF EXISTS (SELECT FROM public.kernel_incident AS i WHERE i.system_id = slug
               AND i.due_at < clock_timestamp() AND NOT EXISTS (
                   SELECT FROM public.kernel_incidentstep AS t
                   WHERE t.incident_id = i.id AND t.step IN ('reported', 'dismissed'))) THEN
        s.obstacles := s.obstacles || kernel.obstacle('incident',
            'En alvorlig hændelse er ikke indberettet til tiden. Indberet den til myndigheden.');
    END IF;
    alarm := kernel.open_alarm(slug, 'stop');
    IF alarm.id IS NOT NULL THEN
        s.obstacles := s.obstacles || kernel.obstacle('alarm', alarm.sentence);
    END IF;
    IF s.autonomy = 'procedural' AND EXISTS (SELECT FROM public.kernel_act AS a
            WHERE a.system_id = slug AND a.review
              AND kernel.day_of(a.acted_at) + (limits ->> 'review_days')::integer < s.today
              AND NOT EXISTS (SELECT FROM public.kernel_actreview AS r WHERE r.act_id = a.id)) THEN
        s.obstacles := s.obstacles || kernel.obstacle('review',
            'Et menneske har ikke set de af robottens handlinger efter, som er trukket ud.');
    ELSIF s.autonomy = 'procedural' AND EXISTS (SELECT FROM public.kernel_actreview AS r
            JOIN public.kernel_act AS a ON a.id = r.act_id
            WHERE a.system_id = slug AND NOT r.passed AND NOT EXISTS (
                SELECT FROM public.kernel_supervisioncheck AS c
                WHERE c.system_id = slug AND c.passed AND c.at > r.at)) THEN
        s.obstacles := s.obstacles || kernel.obstacle('review',
            'Et menneske fandt fejl i det, robotten gjorde. Før tilsyn, før den handler igen.');
    END IF;
    RETURN s;
END $$;

-- The newest release that two persons have signed. A revoked one leaves none: going back to an
-- older model is a decision of its own, and not what happens by itself. One whose newest figures in
-- operation broke a limit of the card stands still until a better one is released.
CREATE FUNCTION kernel.survey_release(s kernel.standing, slug text) RETURNS kernel.standing
LANGUAGE plpgsql STABLE AS $$
DECLARE
    found record;
BEGIN
    SELECT r.id, r.version, r.artefact_sha256, v.release_id IS NOT NULL AS revoked INTO found
    FROM public.kernel_releaseapproval AS a
    JOIN public.kernel_release AS r ON r.id = a.release_id
    LEFT JOIN public.kernel_releaserevocation AS v ON v.release_id = r.id
    WHERE r.system_id = slug ORDER BY a.id DESC LIMIT 1;
    IF found.id IS NULL THEN
        s.obstacles := s.obstacles || kernel.obstacle('no_release',
            'Systemet har ingen model, som to personer har frigivet.');
    ELSIF found.revoked THEN
        s.obstacles := s.obstacles || kernel.obstacle('release_revoked',
            'Modellen er trukket tilbage. Frigiv en ny.');
    ELSE
        s.release_id := found.id;
        s.release := jsonb_build_object('version', found.version,
            'artefact_sha256', found.artefact_sha256);
        IF (SELECT m.broken FROM public.kernel_groupmeasurement AS m
            WHERE m.system_id = slug AND m.release_id = found.id ORDER BY m.id DESC LIMIT 1) THEN
            s.obstacles := s.obstacles || kernel.obstacle('unfair',
                'Systemet behandler grupper af borgere mere forskelligt, end kortet tillader. '
                'Frigiv en model, der holder grænserne.');
        END IF;
    END IF;
    RETURN s;
END $$;

-- Everything at once; `for_purpose` NULL means the purpose that suits the system best. Refuses only
-- what is no question of standing: a system, phase or purpose that does not exist.
CREATE FUNCTION kernel.survey(slug text, for_phase text, for_purpose text) RETURNS kernel.standing
LANGUAGE plpgsql STABLE AS $$
DECLARE
    s kernel.standing;
    card public.kernel_cardrevision;
    codex record;
    first_day date;
BEGIN
    PERFORM kernel.require_read_committed();
    SELECT kernel.day_of(y.registered_at) INTO first_day FROM public.kernel_system AS y
    WHERE y.slug = survey.slug;
    IF first_day IS NULL THEN
        PERFORM kernel.refuse('unknown_system', 'Systemet er ikke registreret.');
    END IF;
    IF for_phase NOT IN ('development', 'retraining', 'operation') OR for_phase IS NULL THEN
        PERFORM kernel.refuse('unknown_phase', 'Fasen skal være udvikling, gentræning eller drift.');
    END IF;
    SELECT * INTO card FROM public.kernel_cardrevision AS c
    WHERE c.system_id = slug ORDER BY c.revision DESC LIMIT 1;
    IF for_purpose IS NOT NULL AND NOT coalesce(card.card -> 'purposes' ? for_purpose, false) THEN
        PERFORM kernel.refuse('unknown_purpose', 'Systemkortet nævner ikke formålet.');
    END IF;
    s.obstacles := '[]';
    s.today := kernel.today();
    IF NOT kernel.is_running(slug) THEN
        s.obstacles := s.obstacles || kernel.obstacle('stopped',
            'Systemet er stoppet. Arbejd videre uden forslag, indtil systemejeren starter det igen.');
    END IF;
    SELECT * INTO codex FROM kernel.codex_in_force(s.today);
    IF codex.id IS NULL THEN
        s.obstacles := s.obstacles || kernel.obstacle('no_codex',
            'Der er intet kodeks i kraft. Registrér et underskrevet kodeks.');
        RETURN s;
    END IF;
    s.codex_id := codex.id;
    s.codex := jsonb_build_object('number', codex.number, 'sha256', codex.sha256);
    s.card_id := card.id;
    s.card := jsonb_build_object('revision', card.revision, 'sha256', card.sha256);
    -- Those whose kinds each suggestion tells, and how long all is blind-first: issue asks for no more.
    s.traits := jsonb_path_query_array(card.card, '$.monitoring.traits[*].name');
    s.first_days := codex.limits ->> 'blind_first_days';
    s.system_name := card.card ->> 'name';
    s.robot := card.card -> 'robot';
    s.autonomy := card.card ->> 'autonomy';
    s := kernel.survey_people(s, slug, codex.limits, card.card -> 'supervision', first_day);
    s := kernel.survey_law(s, slug, for_phase,
        coalesce(for_purpose, kernel.purpose_of(s, slug, for_phase)));
    s := kernel.survey_evidence(s, slug, for_phase, card.card ->> 'risk_class', EXISTS (
        SELECT FROM public.kernel_datafield AS f WHERE f.card_id = card.id AND f.category <> 'none'));
    IF for_phase = 'operation' THEN
        s := kernel.survey_release(s, slug);
    END IF;
    RETURN s;
END $$;

CREATE FUNCTION kernel.require_clear(slug text, for_phase text, for_purpose text)
RETURNS kernel.standing
LANGUAGE plpgsql STABLE AS $$
DECLARE
    s kernel.standing := kernel.survey(slug, for_phase, for_purpose);
BEGIN
    IF jsonb_array_length(s.obstacles) > 0 THEN
        PERFORM kernel.halt(s.obstacles #>> '{0,code}', s.obstacles #>> '{0,sentence}');
    END IF;
    RETURN s;
END $$;

-- For the pages: all that is in the way of a phase and purpose today, the first first.
CREATE FUNCTION kernel.obstacles(slug text, for_phase text, for_purpose text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER AS $$
    SELECT (kernel.survey(slug, for_phase, for_purpose)).obstacles
$$;
