-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- CPR numbers and erasure. A sealed number has a key of its own. `unmask` writes down who asked and
-- why, and `unmasked` gives the key out once that is committed. Erasing deletes keys, salts and
-- sealed bodies; the leaves of the ledger stay, and tell nothing without the salt.

CREATE FUNCTION kernel.deposit(payload jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['subject', 'place', 'row', 'wrapped', 'kek'], '{}');
    PERFORM kernel.check_subject(payload -> 'subject');
    PERFORM kernel.text_of(payload -> 'place', 80, 'form', 'Den forseglede oplysning mangler sin plads.');
    PERFORM kernel.text_of(payload -> 'row', 80, 'form', 'Den forseglede oplysning mangler sin række.');
    PERFORM kernel.refuse_cpr(jsonb_build_array(payload -> 'place', payload -> 'row'));
    INSERT INTO public.kernel_vaultkey (place, "row", subject_type, subject_id, wrapped, kek, made_at)
    VALUES (payload ->> 'place', payload ->> 'row', payload #>> '{subject,type}',
        payload #>> '{subject,id}',
        kernel.bytes_of(payload -> 'wrapped', 200, 'Nøglen har ikke den rette form.'),
        kernel.kek_of(payload -> 'kek'), clock_timestamp())
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        PERFORM kernel.refuse('key_taken', 'Der er allerede forseglet noget på pladsen.');
    END IF;
END $$;

-- Who may open a sealed number: a person with the right to the matter, with a reason in words; or
-- the robot of a decided matter, for the step it is at.
CREATE FUNCTION kernel.require_opener(payload jsonb, subject_type text, subject_id text) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
    decision public.kernel_decision;
    who bigint;
BEGIN
    IF payload ? 'decision_id' THEN
        SELECT * INTO decision FROM public.kernel_decision AS d WHERE d.id = kernel.uuid_of(
            payload -> 'decision_id', 'Afgørelsens nummer har ikke den rette form.');
        IF decision.subject_type IS DISTINCT FROM subject_type
           OR decision.subject_id IS DISTINCT FROM subject_id THEN
            PERFORM kernel.refuse('no_decision', 'Robotten må ikke åbne et nummer uden en afgørelse.');
        END IF;
        IF (kernel.require_clear(decision.system_id, 'operation', decision.purpose)).robot ->> 'name'
           IS DISTINCT FROM payload ->> 'robot' THEN
            PERFORM kernel.refuse('undeclared_act', 'Systemkortet giver ikke robotten lov til det.');
        END IF;
        RETURN jsonb_build_object('robot', payload -> 'robot', 'decision_id', decision.id);
    END IF;
    who := kernel.user_of(payload -> 'user_id');
    PERFORM kernel.check_scope(payload -> 'scope');
    IF NOT kernel.may(who, ARRAY['caseworker', 'data_protection_officer'],
                      payload #>> '{scope,unit}', payload #>> '{scope,kle}') THEN
        PERFORM kernel.refuse('no_right', 'Du har ikke ret til at se nummeret.');
    END IF;
    RETURN jsonb_build_object('user_id', who, 'scope', payload -> 'scope');
END $$;

CREATE FUNCTION kernel.unmask(payload jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    key public.kernel_vaultkey;
    opener jsonb;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['place', 'row', 'reason', 'codex_sha256'] || CASE
        WHEN payload ? 'decision_id' THEN ARRAY['decision_id', 'robot']
        ELSE ARRAY['user_id', 'scope'] END, '{}');
    PERFORM kernel.require_codex(payload ->> 'codex_sha256');
    SELECT * INTO key FROM public.kernel_vaultkey AS k
    WHERE k.place = payload ->> 'place' AND k."row" = payload ->> 'row';
    IF key.place IS NULL THEN
        PERFORM kernel.refuse('no_key', 'Oplysningen er slettet eller har aldrig været her.');
    END IF;
    opener := kernel.require_opener(payload, key.subject_type, key.subject_id);
    PERFORM kernel.text_of(payload -> 'reason', 500, 'no_reason',
        'Skriv, hvorfor du har brug for at se nummeret (højst 500 tegn).');
    IF payload ->> 'reason' !~ '([[:alpha:]].*){5}' THEN
        PERFORM kernel.refuse('no_reason', 'Skriv med ord, hvorfor du har brug for at se nummeret.');
    END IF;
    PERFORM kernel.refuse_cpr(payload -> 'reason');
    RETURN kernel.record_event('unmasking', '', opener || jsonb_build_object(
        'place', key.place, 'row', key."row", 'reason', payload -> 'reason',
        'subject', jsonb_build_object('type', key.subject_type, 'id', key.subject_id)));
END $$;

-- The key itself, wrapped: only in a later transaction than the one that wrote down why. Else
-- whoever has seen the key could roll back, and nothing would tell.
CREATE FUNCTION kernel.unmasked(payload jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    event public.kernel_registryevent;
    key public.kernel_vaultkey;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['unmasking'], '{}');
    SELECT * INTO event FROM public.kernel_registryevent AS e WHERE e.kind = 'unmasking'
      AND e.id = kernel.uuid_of(payload -> 'unmasking', 'Nummeret har ikke den rette form.');
    IF event.id IS NULL OR event.at < clock_timestamp() - interval '1 minute'
       OR event.xid = pg_current_xact_id_if_assigned()::text::bigint THEN
        PERFORM kernel.refuse('not_logged', 'Det er ikke skrevet i loggen, hvem der vil se nummeret.');
    END IF;
    SELECT * INTO key FROM public.kernel_vaultkey AS k
    WHERE k.place = event.body ->> 'place' AND k."row" = event.body ->> 'row';
    IF key.place IS NULL THEN
        PERFORM kernel.refuse('no_key', 'Oplysningen er slettet eller har aldrig været her.');
    END IF;
    -- A right that was withdrawn since, or a stop, is seen.
    PERFORM kernel.require_opener(event.body, key.subject_type, key.subject_id);
    RETURN jsonb_build_object('wrapped', translate(encode(key.wrapped, 'base64'), E'\n', ''),
        'kek', key.kek);
END $$;

-- Erases what is personal about a subject in the kernel. Final: nothing new can come about it.
CREATE FUNCTION kernel.erase(payload jsonb) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    erased integer;
    kind text := payload #>> '{subject,type}';
    number text := payload #>> '{subject,id}';
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['subject', 'user_id', 'reason', 'codex_sha256'], '{}');
    PERFORM kernel.require_codex(payload ->> 'codex_sha256');
    PERFORM kernel.require_role(kernel.user_of(payload -> 'user_id'),
        ARRAY['data_protection_officer', 'administrator'],
        'Kun databeskyttelsesrådgiveren eller en administrator kan slette en sags oplysninger.');
    PERFORM kernel.text_of(payload -> 'reason', 500, 'no_reason', 'Skriv, hvorfor oplysningerne slettes.');
    PERFORM kernel.refuse_cpr(payload -> 'reason');
    PERFORM pg_advisory_xact_lock(kernel.erasure_lock(payload -> 'subject'));
    PERFORM kernel.check_subject(payload -> 'subject');
    INSERT INTO public.kernel_erasure (subject_type, subject_id, reason, user_id, at)
    VALUES (kind, number, payload ->> 'reason', kernel.user_of(payload -> 'user_id'),
        clock_timestamp());
    DELETE FROM public.kernel_subjectkey AS k WHERE k.subject_type = kind AND k.subject_id = number;
    DELETE FROM public.kernel_vaultkey AS k WHERE k.subject_type = kind AND k.subject_id = number;
    DELETE FROM public.kernel_auditattribute AS a WHERE a.subject_type = kind AND a.subject_id = number;
    DELETE FROM public.kernel_secret AS x WHERE x.subject_type = kind AND x.subject_id = number;
    GET DIAGNOSTICS erased = ROW_COUNT;
    PERFORM kernel.record_event('erasure', '', jsonb_build_object('subject', payload -> 'subject',
        'reason', payload -> 'reason', 'user', payload -> 'user_id', 'records', erased));
    RETURN erased;
END $$;
