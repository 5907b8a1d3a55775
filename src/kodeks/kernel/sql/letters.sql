-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- Who stands behind the words of a letter: the approval of a text is an entry in the ledger.

-- The entry that says that this very text was approved, by somebody else than its writer; null when
-- there is none. casework's guard lets no text be approved without one.
CREATE FUNCTION kernel.approval_of(letter text, version integer) RETURNS public.kernel_registryevent
LANGUAGE sql STABLE AS $$
    SELECT e FROM public.kernel_registryevent AS e
    WHERE e.kind = 'letter_approved' AND e.body ->> 'letter' = approval_of.letter
      AND (e.body ->> 'version')::integer = approval_of.version
$$;

-- A person takes a version of a letter's text into use. Asks for no codex, like the stop: a letter
-- that says something wrong can be put right on any day.
CREATE FUNCTION kernel.approve_text(payload jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    letter text;
    number integer;
    who bigint;
    writer bigint;
    before public.kernel_registryevent;
    content jsonb;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['letter', 'version', 'sha256', 'written_by',
        'user_id'], ARRAY['reason']);
    who := kernel.user_of(payload -> 'user_id');
    writer := kernel.user_of(payload -> 'written_by');
    PERFORM kernel.require_role(who, ARRAY['system_owner', 'administrator'],
        'Kun systemejere og administratorer kan godkende breve.');
    IF NOT EXISTS (SELECT FROM public.kernel_user AS u WHERE u.id = writer) THEN
        PERFORM kernel.refuse('unknown_user', 'Den, der har skrevet teksten, findes ikke.');
    END IF;
    IF who = writer THEN
        PERFORM kernel.refuse('no_right', 'Du har selv skrevet teksten. Bed en anden om at godkende den.');
    END IF;
    IF jsonb_typeof(payload -> 'letter') <> 'string'
       OR payload ->> 'letter' !~ '^[a-z][a-z0-9_-]{0,59}$' THEN
        PERFORM kernel.refuse('form', 'Brevets navn har ikke den rette form.');
    END IF;
    letter := payload ->> 'letter';
    IF jsonb_typeof(payload -> 'version') <> 'number'
       OR payload ->> 'version' !~ '^[1-9][0-9]{0,8}$' THEN
        PERFORM kernel.refuse('form', 'Udgavens nummer skal være et helt tal fra 1.');
    END IF;
    number := (payload ->> 'version')::integer;
    IF jsonb_typeof(payload -> 'sha256') <> 'string' OR payload ->> 'sha256' !~ '^[0-9a-f]{64}$' THEN
        PERFORM kernel.refuse('form', 'Tekstens aftryk skal være 64 hextegn.');
    END IF;
    IF payload ? 'reason' THEN
        PERFORM kernel.text_of(payload -> 'reason', 500, 'no_reason',
            'Skriv grunden med ord. Den må højst fylde 500 tegn.');
        PERFORM kernel.refuse_cpr(payload -> 'reason');
    END IF;
    content := payload - 'user_id' - 'written_by'
        || jsonb_build_object('written_by', writer, 'user', who);
    PERFORM pg_advisory_xact_lock(hashtextextended('letter_approved:' || letter, 0));
    before := kernel.approval_of(letter, number);
    IF before.id IS NOT NULL THEN
        IF NOT before.body @> content THEN
            PERFORM kernel.refuse('approved', 'Udgaven er allerede godkendt.');
        END IF;
        RETURN before.id;
    END IF;
    RETURN kernel.record_event('letter_approved', '', content);
END $$;
