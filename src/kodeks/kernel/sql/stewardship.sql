-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- Those who answer for a system: stop and start, attest, supervise, be absent, report incidents.
-- The application role may call these in a person's name, and each is a ledger entry.

CREATE FUNCTION kernel.require_system(slug text) RETURNS void
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.kernel_system AS s WHERE s.slug = require_system.slug) THEN
        PERFORM kernel.refuse('unknown_system', 'Systemet er ikke registreret.');
    END IF;
END $$;

CREATE FUNCTION kernel.switch(payload jsonb, running boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    reason text;
BEGIN
    PERFORM kernel.require_system(payload ->> 'system');
    reason := kernel.text_of(payload -> 'reason', 2000, 'no_reason',
        'Skriv, hvorfor du stopper eller starter systemet (højst 2.000 tegn).');
    PERFORM kernel.refuse_cpr(payload -> 'reason');
    INSERT INTO public.kernel_switch (system_id, running, reason, user_id, at, xid, snapshot)
    VALUES (payload ->> 'system', running, reason, kernel.user_of(payload -> 'user_id'),
        clock_timestamp(), pg_current_xact_id()::text::bigint,
        CASE WHEN running THEN pg_current_snapshot()::text ELSE '' END);
    PERFORM kernel.record_event(CASE WHEN running THEN 'resume' ELSE 'stop' END,
        payload ->> 'system', jsonb_build_object('reason', reason, 'user', payload -> 'user_id'));
END $$;

-- Stopping asks for no codex: it must work when nothing else does.
CREATE FUNCTION kernel.stop(payload jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['system', 'user_id', 'reason'], '{}');
    PERFORM kernel.require_role(kernel.user_of(payload -> 'user_id'),
        ARRAY['system_owner', 'data_protection_officer', 'administrator'],
        'Kun systemejeren, databeskyttelsesrådgiveren eller en administrator kan stoppe systemet.');
    PERFORM kernel.switch(payload, false);
END $$;

CREATE FUNCTION kernel.resume(payload jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['system', 'user_id', 'reason', 'codex_sha256'], '{}');
    PERFORM kernel.require_codex(payload ->> 'codex_sha256');
    PERFORM kernel.require_post(kernel.user_of(payload -> 'user_id'), payload ->> 'system', '{}',
        'Kun lederen, der svarer for systemet, eller stedfortræderen kan starte det igen.');
    PERFORM kernel.switch(payload, true);
END $$;

-- The manager or the deputy of the present assignment confirms that they answer for the system.
CREATE FUNCTION kernel.attest(payload jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    who bigint := kernel.user_of(payload -> 'user_id');
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['system', 'user_id', 'codex_sha256'], '{}');
    PERFORM kernel.require_system(payload ->> 'system');
    PERFORM kernel.require_codex(payload ->> 'codex_sha256');
    PERFORM kernel.require_post(who, payload ->> 'system', '{}',
        'Kun lederen, der svarer for systemet, eller stedfortræderen kan bekræfte ansvaret.');
    INSERT INTO public.kernel_attestation (system_id, assignment_id, user_id, at)
    VALUES (payload ->> 'system', (SELECT max(a.id) FROM public.kernel_assignment AS a
        WHERE a.system_id = payload ->> 'system'), who, clock_timestamp());
    PERFORM kernel.record_event('attestation', payload ->> 'system', jsonb_build_object('user', who));
END $$;

-- From when to when a person is away; the newest entry counts, so it can be changed. Without a last
-- day it is not known when they are back.
CREATE FUNCTION kernel.absence(payload jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    first_day date := kernel.date_of(payload -> 'first_day');
    last_day date := CASE WHEN payload ? 'last_day' THEN kernel.date_of(payload -> 'last_day') END;
    who bigint := kernel.user_of(payload -> 'user_id');
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['user_id', 'first_day'], ARRAY['last_day']);
    PERFORM kernel.require_role(who, ARRAY['system_owner'],
        'Kun en systemejer skriver sit fravær her.');
    IF last_day < first_day THEN
        PERFORM kernel.refuse('form', 'Fraværet slutter, før det begynder. Ret datoerne.');
    END IF;
    INSERT INTO public.kernel_absence (user_id, first_day, last_day, registered_at)
    VALUES (who, first_day, last_day, clock_timestamp());
    PERFORM kernel.record_event('absence', '', jsonb_build_object('user', who,
        'first_day', first_day, 'last_day', last_day));
END $$;

-- A task of the card's supervision plan was done; one that did not pass stops the system until it
-- is done again and passes.
CREATE FUNCTION kernel.supervise(payload jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    plan jsonb;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['system', 'task', 'user_id', 'passed', 'finding',
        'codex_sha256'], '{}');
    PERFORM kernel.require_codex(payload ->> 'codex_sha256');
    PERFORM kernel.require_post(kernel.user_of(payload -> 'user_id'), payload ->> 'system',
        ARRAY['data_protection_officer'],
        'Kun den, der svarer for systemet, eller databeskyttelsesrådgiveren fører tilsyn.');
    SELECT c.card -> 'supervision' INTO plan FROM public.kernel_cardrevision AS c
    WHERE c.system_id = payload ->> 'system' ORDER BY c.revision DESC LIMIT 1;
    IF NOT EXISTS (SELECT FROM jsonb_array_elements(coalesce(plan, '[]')) AS t
                   WHERE t ->> 'task' = payload ->> 'task') THEN
        PERFORM kernel.refuse('unknown_task', 'Tilsynsopgaven står ikke på systemkortet.');
    END IF;
    IF jsonb_typeof(payload -> 'passed') <> 'boolean' THEN
        PERFORM kernel.refuse('form', 'Skriv, om systemet bestod tilsynet.');
    END IF;
    PERFORM kernel.text_of(payload -> 'finding', 2000, 'no_finding', 'Skriv, hvad tilsynet fandt.');
    PERFORM kernel.refuse_cpr(payload -> 'finding');
    INSERT INTO public.kernel_supervisioncheck (system_id, task, passed, finding, user_id, at)
    VALUES (payload ->> 'system', payload ->> 'task', (payload ->> 'passed')::boolean,
        payload ->> 'finding', kernel.user_of(payload -> 'user_id'), clock_timestamp());
    PERFORM kernel.record_event('supervision', payload ->> 'system', jsonb_build_object(
        'task', payload -> 'task', 'passed', payload -> 'passed', 'finding', payload -> 'finding',
        'user', payload -> 'user_id'));
END $$;

-- An incident, with the clock that the codex sets for its kind: so many hours after somebody became
-- aware of it (AI Act art. 73, GDPR art. 33). No last moment where the kind has no clock.
CREATE FUNCTION kernel.report_incident(payload jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    incident_id uuid;
    first public.kernel_incident;
    kinds jsonb;
    kind jsonb;
    aware timestamptz;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['system', 'kind', 'aware_at', 'description', 'user_id',
        'codex_sha256'], ARRAY['id']);
    incident_id := CASE WHEN payload ? 'id' THEN kernel.uuid_of(payload -> 'id',
        'Hændelsens nummer har ikke den rette form.') ELSE gen_random_uuid() END;
    PERFORM kernel.require_system(payload ->> 'system');
    PERFORM kernel.require_codex(payload ->> 'codex_sha256');
    PERFORM kernel.require_role(kernel.user_of(payload -> 'user_id'),
        ARRAY['caseworker', 'system_owner', 'data_protection_officer', 'administrator'],
        'Kun medarbejdere kan indberette en hændelse.');
    SELECT c.content -> 'incident_kinds' INTO kinds FROM public.kernel_codexrevision AS c
    WHERE c.sha256 = payload ->> 'codex_sha256';
    SELECT k INTO kind FROM jsonb_array_elements(kinds) AS k WHERE k ->> 'id' = payload ->> 'kind';
    IF kind IS NULL THEN
        PERFORM kernel.refuse('form', 'Hændelsens art findes ikke i kodekset.');
    END IF;
    PERFORM kernel.check_moment(payload -> 'aware_at', 'Skriv, hvornår hændelsen blev opdaget.');
    aware := (payload ->> 'aware_at')::timestamptz;
    PERFORM kernel.text_of(payload -> 'description', 4000, 'no_description', 'Skriv, hvad der skete.');
    PERFORM kernel.refuse_cpr(payload -> 'description');
    -- A form that is sent twice is one incident.
    PERFORM pg_advisory_xact_lock(hashtextextended('incident:' || incident_id, 0));
    SELECT * INTO first FROM public.kernel_incident AS i WHERE i.id = incident_id;
    IF first.id IS NOT NULL THEN
        IF first.system_id <> payload ->> 'system'
           OR first.user_id <> kernel.user_of(payload -> 'user_id') THEN
            PERFORM kernel.refuse('key_taken', 'Nummeret er brugt til en anden hændelse.');
        END IF;
        RETURN first.id;
    END IF;
    INSERT INTO public.kernel_incident (id, system_id, kind, aware_at, due_at, description, user_id,
        registered_at)
    VALUES (incident_id, payload ->> 'system', payload ->> 'kind', aware,
        aware + make_interval(hours => (kind ->> 'hours')::integer), payload ->> 'description',
        kernel.user_of(payload -> 'user_id'), clock_timestamp());
    PERFORM kernel.record_event('incident', payload ->> 'system', jsonb_build_object(
        'incident', incident_id, 'kind_of_incident', payload -> 'kind',
        'description', payload -> 'description', 'user', payload -> 'user_id'));
    RETURN incident_id;
END $$;

-- What was done about it: reported to the authority (with its reference), dismissed with a reason,
-- mended, or noted. Reporting or dismissing ends the clock, and takes the owner or the officer.
CREATE FUNCTION kernel.handle_incident(payload jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    incident public.kernel_incident;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['incident_id', 'step', 'text', 'user_id',
        'codex_sha256'], '{}');
    PERFORM kernel.require_codex(payload ->> 'codex_sha256');
    SELECT * INTO incident FROM public.kernel_incident AS i WHERE i.id = kernel.uuid_of(
        payload -> 'incident_id', 'Hændelsens nummer har ikke den rette form.');
    IF incident.id IS NULL THEN
        PERFORM kernel.refuse('unknown_incident', 'Hændelsen findes ikke.');
    END IF;
    PERFORM kernel.require_post(kernel.user_of(payload -> 'user_id'), incident.system_id,
        ARRAY['data_protection_officer'],
        'Kun den, der svarer for systemet, eller databeskyttelsesrådgiveren behandler hændelser.');
    IF coalesce(payload ->> 'step', '') NOT IN ('reported', 'dismissed', 'mended', 'note') THEN
        PERFORM kernel.refuse('form', 'Skriv, om hændelsen er indberettet, afvist, rettet eller noteret.');
    END IF;
    PERFORM kernel.text_of(payload -> 'text', 4000, 'no_description', 'Skriv, hvad der er gjort.');
    PERFORM kernel.refuse_cpr(payload -> 'text');
    INSERT INTO public.kernel_incidentstep (incident_id, step, text, user_id, at)
    VALUES (incident.id, payload ->> 'step', payload ->> 'text',
        kernel.user_of(payload -> 'user_id'), clock_timestamp());
    PERFORM kernel.record_event('incident_step', incident.system_id, jsonb_build_object(
        'incident', incident.id, 'step', payload -> 'step', 'text', payload -> 'text',
        'user', payload -> 'user_id'));
END $$;
