-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- What only the owner role may register: cards, who answers, evidence, training, rights.

CREATE FUNCTION kernel.register_card(card jsonb) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    slug text := card ->> 'id';
    latest public.kernel_cardrevision;
    codex record;
    new_id bigint;
    number integer;
BEGIN
    -- The card is read and checked in Python; this is the least that holds past it.
    PERFORM kernel.text_of(card -> name, 10000, 'form',
        'Systemkortet mangler en oplysning: ' || name || '.')
    FROM unnest(ARRAY['id', 'name', 'purpose', 'guidance', 'complaint', 'affected', 'risk',
        'sha256']) AS name;
    IF coalesce(card ->> 'risk_class', '') NOT IN ('minimal', 'limited', 'high')
       OR coalesce(card ->> 'autonomy', '') NOT IN ('advise', 'procedural')
       OR coalesce(jsonb_array_length(card -> 'supervision'), 0) = 0
       OR coalesce(jsonb_array_length(card -> 'data_fields'), 0) = 0 THEN
        PERFORM kernel.refuse('form', 'Systemkortet har ikke den rette form.');
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('card:' || slug, 0));
    INSERT INTO public.kernel_system (slug, registered_at) VALUES (slug, clock_timestamp())
    ON CONFLICT DO NOTHING;
    SELECT * INTO latest FROM public.kernel_cardrevision AS c
    WHERE c.system_id = slug ORDER BY c.revision DESC LIMIT 1;
    IF latest.sha256 = card ->> 'sha256' THEN
        RETURN latest.revision;
    END IF;
    number := coalesce(latest.revision, 0) + 1;
    INSERT INTO public.kernel_cardrevision (system_id, revision, card, sha256, registered_at)
    VALUES (slug, number, card, card ->> 'sha256', clock_timestamp()) RETURNING id INTO new_id;
    INSERT INTO public.kernel_datafield (card_id, source, supplier, field, title, category, free_text,
        purpose)
    SELECT new_id, f ->> 'source', f ->> 'supplier', f ->> 'field', f ->> 'title', f ->> 'category',
        (f ->> 'free_text')::boolean, p
    FROM jsonb_array_elements(card -> 'data_fields') AS f,
        jsonb_array_elements_text(f -> 'purposes') AS p;
    FOR codex IN SELECT c.id, c.effective_from FROM public.kernel_codexrevision AS c LOOP
        PERFORM kernel.bar_fields(codex.id, new_id);
    END LOOP;
    IF EXISTS (SELECT FROM public.kernel_barredfield AS b WHERE b.card_id = new_id
               AND b.codex_id = (SELECT id FROM kernel.codex_in_force(kernel.today()))) THEN
        PERFORM kernel.refuse('protected_field',
            'Kortet bruger en oplysning, som ikke må bruges til at dele borgere op: ' || (
                SELECT b.field FROM public.kernel_barredfield AS b WHERE b.card_id = new_id LIMIT 1));
    END IF;
    PERFORM kernel.record_event('card', slug,
        jsonb_build_object('revision', number, 'sha256', card -> 'sha256'));
    RETURN number;
END $$;

-- Who answers from now on: a unit, a manager with an account and the right to own systems, and
-- perhaps a deputy. No manager is a vacancy.
CREATE FUNCTION kernel.assign(slug text, unit text, manager bigint, deputy bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kernel.require_system(slug);
    IF manager IS NOT NULL THEN
        PERFORM kernel.require_role(manager, ARRAY['system_owner'],
            'Lederen skal være en aktiv bruger med rollen systemejer.');
    END IF;
    IF deputy IS NOT NULL THEN
        PERFORM kernel.require_role(deputy, ARRAY['system_owner'],
            'Stedfortræderen skal være en aktiv bruger med rollen systemejer.');
    END IF;
    IF manager = deputy THEN
        PERFORM kernel.refuse('form', 'Lederen kan ikke være sin egen stedfortræder.');
    END IF;
    INSERT INTO public.kernel_assignment (system_id, unit, manager_id, manager_name, deputy_id,
        deputy_name, assigned_at)
    VALUES (slug, unit, manager,
        coalesce((SELECT u.full_name FROM public.kernel_user AS u WHERE u.id = manager), (
            SELECT a.manager_name FROM public.kernel_assignment AS a
            WHERE a.system_id = slug ORDER BY a.id DESC LIMIT 1), ''),
        deputy, coalesce((SELECT u.full_name FROM public.kernel_user AS u WHERE u.id = deputy), ''),
        clock_timestamp());
    PERFORM kernel.record_event('assignment', slug, jsonb_build_object(
        'unit', unit, 'manager', manager, 'deputy', deputy));
END $$;

-- A document that a duty asks for: its hash, who signed it off and from when to when it holds. For
-- at most as long as the codex allows; the signer has the role that the duty names.
CREATE FUNCTION kernel.register_evidence(slug text, kind text, title text, sha256 text, signer bigint,
    valid_from date, valid_to date, withdrawn boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    duty public.kernel_duty;
BEGIN
    PERFORM kernel.require_system(slug);
    SELECT * INTO duty FROM public.kernel_duty AS d
    WHERE d.codex_id = (SELECT id FROM kernel.codex_in_force(kernel.today()))
      AND d.kind = register_evidence.kind ORDER BY d.id LIMIT 1;
    IF duty.id IS NULL THEN
        PERFORM kernel.refuse('form', 'Kodekset beder ikke om bilag af den art.');
    END IF;
    IF sha256 !~ '^[0-9a-f]{64}$' OR btrim(title) = '' THEN
        PERFORM kernel.refuse('form', 'Bilaget skal have en titel og et aftryk på 64 hextegn.');
    END IF;
    IF valid_to < valid_from OR valid_to > valid_from + make_interval(months => duty.most_months) THEN
        PERFORM kernel.refuse('form', 'Bilaget kan højst gælde i '
            || duty.most_months || ' måneder. Ret datoerne.');
    END IF;
    IF duty.signer = 'system_owner' THEN
        PERFORM kernel.require_post(signer, slug, '{}',
            'Bilaget skal godkendes af den, der svarer for systemet.');
    ELSE
        PERFORM kernel.require_role(signer, ARRAY[duty.signer],
            'Bilaget skal godkendes af en person med den rolle, kodekset nævner.');
    END IF;
    INSERT INTO public.kernel_evidence (system_id, kind, title, sha256, signer_id, valid_from, valid_to,
        withdrawn, registered_at)
    VALUES (slug, kind, title, sha256, signer, valid_from, valid_to, withdrawn, clock_timestamp());
    PERFORM kernel.record_event('evidence', slug, jsonb_build_object('evidence', kind, 'title', title,
        'sha256', sha256, 'signer', signer, 'valid_from', valid_from, 'valid_to', valid_to,
        'withdrawn', withdrawn));
END $$;

CREATE FUNCTION kernel.register_training(who bigint, slug text, valid_until date) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.kernel_training (user_id, system_slug, valid_until, registered_at)
    VALUES (who, slug, valid_until, clock_timestamp());
    PERFORM kernel.record_event('training', slug,
        jsonb_build_object('user', who, 'valid_until', valid_until));
END $$;

CREATE FUNCTION kernel.register_grant(
    who bigint, role text, unit text, kle_prefix text, valid_until date) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.kernel_grant (user_id, role, unit, kle_prefix, valid_from, valid_until,
        granted_at)
    VALUES (who, role, unit, kle_prefix, kernel.today(), valid_until, clock_timestamp());
    PERFORM kernel.record_event('grant', '', jsonb_build_object('user', who, 'role', role,
        'unit', unit, 'kle_prefix', kle_prefix, 'valid_until', valid_until));
END $$;

CREATE FUNCTION kernel.revoke_grants(who bigint, role text) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    changed integer;
BEGIN
    UPDATE public.kernel_grant AS g SET valid_until = kernel.today() - 1
    WHERE g.user_id = who AND g.role = revoke_grants.role
      AND (g.valid_until IS NULL OR g.valid_until >= kernel.today());
    GET DIAGNOSTICS changed = ROW_COUNT;
    PERFORM kernel.record_event('revocation', '', jsonb_build_object('user', who, 'role', role));
    RETURN changed;
END $$;

-- The public key a person signs with from now on; an empty one takes the right to sign away.
CREATE FUNCTION kernel.register_signing_key(who bigint, keyid text, public_key text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM public.kernel_signingkey AS k
               WHERE k.keyid = register_signing_key.keyid AND k.keyid <> '' AND k.user_id <> who) THEN
        PERFORM kernel.refuse('key_taken', 'Nøglen hører til en anden person. Lav en ny.');
    END IF;
    -- It came into wrong hands; registered again, what it signed there would count.
    IF EXISTS (SELECT FROM public.kernel_signingkey AS k
               WHERE k.keyid = register_signing_key.keyid AND k.keyid <> '' AND EXISTS (
                   SELECT FROM public.kernel_signingkey AS taken_back
                   WHERE taken_back.user_id = k.user_id AND taken_back.keyid = ''
                     AND taken_back.id > k.id)) THEN
        PERFORM kernel.refuse('key_withdrawn', 'Nøglen er trukket tilbage. Lav en ny.');
    END IF;
    INSERT INTO public.kernel_signingkey (user_id, keyid, public_key, registered_at)
    VALUES (who, keyid, public_key, clock_timestamp());
    PERFORM kernel.record_event('signing_key', '',
        jsonb_build_object('user', who, 'keyid', keyid, 'public_key', public_key));
END $$;
