-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- Releases: a model comes into operation when its author, a technician, and the manager who answers
-- have both signed the same statement. Python verifies the signatures, here and at every use; the
-- database holds that two different people stand behind it, that it was made under a permit, and
-- that it was measured for groups of citizens (codex, principles 1, 3 and 5).

-- The statement's predicate: what the model is, learned from, may read and was measured to do.
CREATE FUNCTION kernel.check_statement(slug text, predicate jsonb) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
    permit public.kernel_permit;
    input jsonb;
BEGIN
    PERFORM kernel.require_keys(predicate, ARRAY['system', 'version', 'artefact_sha256', 'sealed_sha256',
        'permit', 'inputs', 'metrics', 'groups', 'made_at'], '{}');
    IF predicate ->> 'system' <> slug OR predicate ->> 'artefact_sha256' !~ '^[0-9a-f]{64}$'
       OR predicate ->> 'sealed_sha256' !~ '^[0-9a-f]{64}$' THEN
        PERFORM kernel.refuse('form', 'Frigivelsen skal nævne systemet og modellens to aftryk.');
    END IF;
    PERFORM kernel.text_of(predicate -> 'version', 60, 'form', 'Versionen skal være på 1 til 60 tegn.');
    SELECT * INTO permit FROM public.kernel_permit AS p WHERE p.id = kernel.uuid_of(
        predicate -> 'permit', 'Tilladelsens nummer har ikke den rette form.');
    IF permit.system_id IS DISTINCT FROM slug OR permit.phase NOT IN ('development', 'retraining') THEN
        PERFORM kernel.refuse('no_permit',
            'Modellen er ikke trænet under en tilladelse. Træn den igen med --by.');
    END IF;
    IF NOT EXISTS (SELECT FROM public.kernel_datasetreading AS d WHERE d.permit_id = permit.id) THEN
        PERFORM kernel.refuse('no_data', 'Frigivelsen siger ikke, hvilke data modellen er trænet på.');
    END IF;
    IF jsonb_typeof(predicate -> 'inputs') <> 'array' OR jsonb_array_length(predicate -> 'inputs') = 0 THEN
        PERFORM kernel.refuse('no_data', 'Frigivelsen siger ikke, hvilke felter modellen læser.');
    END IF;
    FOR input IN SELECT jsonb_array_elements(predicate -> 'inputs') LOOP
        IF NOT EXISTS (SELECT FROM public.kernel_datafield AS f
            WHERE f.card_id = (SELECT c.id FROM public.kernel_cardrevision AS c
                               WHERE c.system_id = slug ORDER BY c.revision DESC LIMIT 1)
              AND f.source = input ->> 'source' AND f.field = input ->> 'field') THEN
            PERFORM kernel.refuse('undeclared_data', 'Modellen læser et felt, som kortet ikke nævner.');
        END IF;
    END LOOP;
    IF jsonb_typeof(predicate -> 'metrics') <> 'object' THEN
        PERFORM kernel.refuse('form', 'Frigivelsen skal have sine målinger.');
    END IF;
    PERFORM kernel.check_groups(predicate -> 'groups');
    PERFORM kernel.check_limits(slug, predicate -> 'groups');
END $$;

-- How the model treats groups of citizens: each with what it was divided by, its number, its share
-- and an interval. A model about nothing personal says so in words instead.
CREATE FUNCTION kernel.check_groups(groups jsonb) RETURNS void
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    one jsonb;
BEGIN
    PERFORM kernel.require_keys(groups, ARRAY['measured', 'reason'], '{}');
    IF jsonb_typeof(groups -> 'measured') <> 'array'
       OR jsonb_typeof(groups -> 'reason') <> 'string' THEN
        PERFORM kernel.refuse('no_groups', 'Frigivelsen skal have målinger for grupper af borgere.');
    END IF;
    IF jsonb_array_length(groups -> 'measured') = 0 THEN
        PERFORM kernel.text_of(groups -> 'reason', 1000, 'no_groups',
            'Modellen er ikke målt for grupper af borgere. Skriv hvorfor, eller mål den.');
    END IF;
    FOR one IN SELECT jsonb_array_elements(groups -> 'measured') LOOP
        PERFORM kernel.require_keys(one, ARRAY['attribute', 'group', 'measure', 'count', 'value',
            'low', 'high'], '{}');
        PERFORM kernel.text_of(one -> name, 200, 'no_groups', 'En måling siger ikke, hvad den er af.')
        FROM unnest(ARRAY['attribute', 'group', 'measure']) AS name;
        IF one ->> 'count' !~ '^[1-9][0-9]{0,9}$' THEN
            PERFORM kernel.refuse('no_groups', 'En gruppes antal skal være et helt tal over nul.');
        END IF;
        IF NOT kernel.share(one -> 'value', 'Gruppens mål') BETWEEN
               kernel.share(one -> 'low', 'Intervallets nedre grænse')
               AND kernel.share(one -> 'high', 'Intervallets øvre grænse') THEN
            PERFORM kernel.refuse('no_groups', 'Gruppens mål ligger uden for sit interval.');
        END IF;
    END LOOP;
END $$;

-- The author's half: known, sealed and signed once, but not in operation.
CREATE FUNCTION kernel.propose_release(slug text, predicate jsonb, envelope jsonb, author bigint,
    wrapped bytea, kek integer) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    new_id bigint;
BEGIN
    PERFORM kernel.require_system(slug);
    PERFORM kernel.require_role(author, ARRAY['administrator'],
        'Kun en tekniker med rollen administrator kan foreslå en model frigivet.');
    PERFORM kernel.check_statement(slug, predicate);
    IF EXISTS (SELECT FROM public.kernel_release AS r
               WHERE r.system_id = slug AND r.version = predicate ->> 'version') THEN
        PERFORM kernel.refuse('released', 'Versionen er brugt. Vælg et nyt nummer.');
    END IF;
    INSERT INTO public.kernel_release (system_id, version, artefact_sha256, sealed_sha256, permit_id,
        metrics, groups, inputs, envelope, author_id, proposed_at)
    VALUES (slug, predicate ->> 'version', predicate ->> 'artefact_sha256',
        predicate ->> 'sealed_sha256', (predicate ->> 'permit')::uuid, predicate -> 'metrics',
        predicate -> 'groups', predicate -> 'inputs', envelope, author, clock_timestamp())
    RETURNING id INTO new_id;
    INSERT INTO public.kernel_releasekey (release_id, wrapped, kek) VALUES (new_id, wrapped, kek);
    PERFORM kernel.record_event('release_proposed', slug,
        jsonb_build_object('predicate', predicate, 'author', author));
    RETURN new_id;
END $$;

-- The manager's half. Whoever made the model cannot approve it (four eyes), and only the one who
-- answers for the system, or the deputy, can.
CREATE FUNCTION kernel.approve_release(slug text, version text, envelope jsonb, approver bigint)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    found public.kernel_release;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('release:' || slug, 0));
    SELECT * INTO found FROM public.kernel_release AS r
    WHERE r.system_id = slug AND r.version = approve_release.version;
    IF found.id IS NULL THEN
        PERFORM kernel.refuse('unknown_release', 'Versionen findes ikke. Se listen med kodeks release list.');
    END IF;
    IF approver = found.author_id THEN
        PERFORM kernel.refuse('four_eyes', 'Den, der har lavet modellen, kan ikke selv godkende den.');
    END IF;
    PERFORM kernel.require_post(approver, slug, '{}',
        'Kun lederen, der svarer for systemet, eller stedfortræderen kan godkende en model.');
    IF EXISTS (SELECT FROM public.kernel_releaseapproval AS x WHERE x.release_id = found.id) THEN
        PERFORM kernel.refuse('released', 'Versionen er allerede godkendt.');
    END IF;
    IF envelope -> 'payload' IS DISTINCT FROM found.envelope -> 'payload'
       OR coalesce(jsonb_array_length(envelope -> 'signatures'), 0) < 2 THEN
        PERFORM kernel.refuse('two_persons', 'Frigivelsen skal bære to underskrifter på det samme.');
    END IF;
    -- The card may have become stricter since the model was proposed.
    PERFORM kernel.check_limits(slug, found.groups);
    INSERT INTO public.kernel_releaseapproval (release_id, approver_id, envelope, approved_at)
    VALUES (found.id, approver, envelope, clock_timestamp());
    PERFORM kernel.record_event('release', slug, jsonb_build_object('version', version,
        'artefact_sha256', found.artefact_sha256, 'author', found.author_id, 'approver', approver,
        'metrics', found.metrics));
END $$;

CREATE FUNCTION kernel.revoke_release(slug text, version text, who bigint, reason text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    found public.kernel_release;
BEGIN
    SELECT * INTO found FROM public.kernel_release AS r
    WHERE r.system_id = slug AND r.version = revoke_release.version;
    IF found.id IS NULL THEN
        PERFORM kernel.refuse('unknown_release', 'Versionen findes ikke. Se listen med kodeks release list.');
    END IF;
    PERFORM kernel.require_post(who, slug, ARRAY['data_protection_officer', 'administrator'],
        'Kun den, der svarer for systemet, databeskyttelsesrådgiveren eller en administrator kan '
        'trække en model tilbage.');
    PERFORM kernel.text_of(to_jsonb(reason), 2000, 'no_reason', 'Skriv, hvorfor modellen trækkes tilbage.');
    PERFORM kernel.refuse_cpr(to_jsonb(reason));
    INSERT INTO public.kernel_releaserevocation (release_id, user_id, reason, revoked_at)
    VALUES (found.id, who, reason, clock_timestamp());
    PERFORM kernel.record_event('release_revoked', slug,
        jsonb_build_object('version', version, 'user', who, 'reason', reason));
END $$;
