-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- What only the owner role may register: cards, releases, owners and rights.

CREATE FUNCTION kernel.register_card(card jsonb) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    slug text := card ->> 'id';
    latest public.kernel_cardrevision;
    new_id bigint;
    number integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('card:' || slug, 0));
    INSERT INTO public.kernel_system (slug, registered_at) VALUES (slug, now())
    ON CONFLICT DO NOTHING;
    SELECT * INTO latest FROM public.kernel_cardrevision AS c
    WHERE c.system_id = slug ORDER BY c.revision DESC LIMIT 1;
    IF latest.sha256 = card ->> 'sha256' THEN
        RETURN latest.revision;
    END IF;
    number := coalesce(latest.revision, 0) + 1;
    INSERT INTO public.kernel_cardrevision (system_id, revision, card, sha256, registered_at)
    VALUES (slug, number, card, card ->> 'sha256', now()) RETURNING id INTO new_id;
    INSERT INTO public.kernel_legalbasis (card_id, phase, purpose, data_category, basis, source,
        valid_from, valid_to)
    SELECT new_id, b ->> 'phase', b ->> 'purpose', b ->> 'data_category', b ->> 'basis',
        b ->> 'source', (b ->> 'valid_from')::date, (b ->> 'valid_to')::date
    FROM jsonb_array_elements(card -> 'legal_bases') AS b;
    INSERT INTO public.kernel_datafield (card_id, source, supplier, field, title, purpose)
    SELECT new_id, f ->> 'source', f ->> 'supplier', f ->> 'field', f ->> 'title', p
    FROM jsonb_array_elements(card -> 'data_fields') AS f,
        jsonb_array_elements_text(f -> 'purposes') AS p;
    PERFORM kernel.record_event('card', slug,
        jsonb_build_object('revision', number, 'sha256', card -> 'sha256'));
    PERFORM kernel.assign(slug, card #>> '{owner,unit}', card #>> '{owner,manager}');
    RETURN number;
END $$;

CREATE FUNCTION kernel.assign(slug text, unit text, manager text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.kernel_assignment (system_id, unit, manager, assigned_at)
    VALUES (slug, unit, coalesce(manager, ''), now());
    PERFORM kernel.record_event('assignment', slug,
        jsonb_build_object('unit', unit, 'manager', coalesce(manager, '')));
END $$;

CREATE FUNCTION kernel.register_release(
    slug text, version text, artefact_sha256 text, metrics jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF artefact_sha256 !~ '^[0-9a-f]{64}$' THEN
        PERFORM kernel.refuse('form', 'Modellens aftryk skal være 64 hextegn.');
    END IF;
    IF EXISTS (SELECT FROM public.kernel_release AS r
               WHERE r.system_id = slug AND r.version = register_release.version) THEN
        PERFORM kernel.refuse('released', 'Versionen er allerede frigivet. Vælg et nyt nummer.');
    END IF;
    INSERT INTO public.kernel_release (system_id, version, artefact_sha256, metrics, released_at)
    VALUES (slug, version, artefact_sha256, metrics, now());
    PERFORM kernel.record_event('release', slug, jsonb_build_object(
        'version', version, 'artefact_sha256', artefact_sha256, 'metrics', metrics));
END $$;

CREATE FUNCTION kernel.register_grant(
    who bigint, role text, unit text, kle_prefix text, valid_until date) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.kernel_grant (user_id, role, unit, kle_prefix, valid_from, valid_until,
        granted_at)
    VALUES (who, role, unit, kle_prefix, kernel.today(), valid_until, now());
    PERFORM kernel.record_event('grant', '', jsonb_build_object('user', who, 'role', role,
        'unit', unit, 'kle_prefix', kle_prefix, 'valid_until', valid_until));
END $$;

CREATE FUNCTION kernel.revoke_grants(who bigint, role text) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
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
