-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- The codex in force, and what a signed revision of it brings: legal bases, permissions to link
-- and duties become rows, dated and kept. Python has verified the two signatures before; here it is
-- made sure that two different people with the right to sign are named, and that no revision
-- goes back in number or in time (codex, goal 5).

CREATE FUNCTION kernel.codex_in_force(today date,
    OUT id bigint, OUT number integer, OUT sha256 text, OUT limits jsonb)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    SELECT c.id, c.number, c.sha256, c.limits INTO id, number, sha256, limits
    FROM public.kernel_codexrevision AS c
    WHERE c.effective_from <= today ORDER BY c.number DESC LIMIT 1;
END $$;

-- What a person was told to be in force when their request was judged must still be so.
CREATE FUNCTION kernel.require_codex(sha256 text) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
    codex record;
BEGIN
    SELECT * INTO codex FROM kernel.codex_in_force(kernel.today());
    IF codex.id IS NULL THEN
        PERFORM kernel.refuse('no_codex', 'Der er intet kodeks i kraft. Registrér et underskrevet kodeks.');
    END IF;
    IF codex.sha256 IS DISTINCT FROM require_codex.sha256 THEN
        PERFORM kernel.refuse('codex_changed', 'Kodekset er ændret. Prøv igen.');
    END IF;
END $$;

-- A text as words for comparing: form NFC, small letters, split at everything that is no letter of
-- the list, a blank at both ends. As kodeks.codex.protected; a test holds the two together.
CREATE FUNCTION kernel.words_of(value text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT ' ' || btrim(regexp_replace(translate(normalize(value, NFC),
        'ABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅÄÖÜÉ', 'abcdefghijklmnopqrstuvwxyzæøåäöüé'),
        '[^abcdefghijklmnopqrstuvwxyzæøåäöüé]+', ' ', 'g')) || ' '
$$;

-- The first attribute that a field's name or title names, by the codex's words; NULL for none. The
-- words of an entry stand next to each other; a * at the end of one stands for any ending. One
-- pattern for each attribute and not for each word: PostgreSQL remembers only the last 32 patterns.
CREATE FUNCTION kernel.protected_attribute(attributes jsonb, field text, title text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT a ->> 'id'
    FROM jsonb_array_elements(attributes) WITH ORDINALITY AS x(a, at),
        (VALUES (kernel.words_of(field)), (kernel.words_of(title))) AS t(words)
    WHERE t.words ~ (
        SELECT ' (?:' || replace(string_agg(entry, '|'), '*', '[abcdefghijklmnopqrstuvwxyzæøåäöüé]*')
            || ') ' FROM jsonb_array_elements_text(a -> 'words') AS entry)
    ORDER BY at LIMIT 1
$$;

-- The attribute that a field is declared to stand for in this system, or in all.
CREATE FUNCTION kernel.proxied_attribute(proxies jsonb, slug text, field text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT p ->> 'attribute' FROM jsonb_array_elements(proxies) WITH ORDINALITY AS x(p, at)
    WHERE p ->> 'field' = translate(field, 'ABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅÄÖÜÉ',
            'abcdefghijklmnopqrstuvwxyzæøåäöüé') AND p ->> 'system' IN ('*', slug)
    ORDER BY at LIMIT 1
$$;

-- Fields of a card that a codex bars, because they name a protected attribute or are declared to
-- stand for one. Kept as rows, so that the gate need not read words at every call.
CREATE FUNCTION kernel.bar_fields(codex_id bigint, card_id bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    attributes jsonb;
    proxies jsonb;
BEGIN
    -- Once, as a codex is large and is unpacked whole each time that a part of it is read.
    SELECT c.content -> 'protected', c.content -> 'proxies' INTO attributes, proxies
    FROM public.kernel_codexrevision AS c WHERE c.id = bar_fields.codex_id;
    INSERT INTO public.kernel_barredfield (codex_id, card_id, source, field, attribute)
    SELECT DISTINCT bar_fields.codex_id, x.card_id, x.source, x.field, x.attribute
    FROM (SELECT f.card_id, f.source, f.field, coalesce(
              kernel.protected_attribute(attributes, f.field, f.title),
              kernel.proxied_attribute(proxies, r.system_id, f.field)) AS attribute
          FROM public.kernel_datafield AS f
          JOIN public.kernel_cardrevision AS r ON r.id = f.card_id
          WHERE f.card_id = bar_fields.card_id) AS x
    WHERE x.attribute IS NOT NULL;
END $$;

-- Two of the signatures are of different active people who may sign, and one of them is the data
-- protection officer (codex, principle 2).
CREATE FUNCTION kernel.require_codex_signers(signers bigint[]) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
    who bigint;
    officers integer := 0;
BEGIN
    IF cardinality(signers) < 2
       OR cardinality(signers) <> (SELECT count(DISTINCT s) FROM unnest(signers) AS s) THEN
        PERFORM kernel.refuse('two_persons', 'To forskellige personer skal underskrive kodekset.');
    END IF;
    FOREACH who IN ARRAY signers LOOP
        PERFORM kernel.require_role(who,
            ARRAY['system_owner', 'data_protection_officer', 'administrator'],
            'En af underskriverne har ikke ret til at underskrive kodekset.');
        IF kernel.may(who, ARRAY['data_protection_officer'], '', '') THEN
            officers := officers + 1;
        END IF;
    END LOOP;
    IF officers = 0 THEN
        PERFORM kernel.refuse('no_officer', 'Databeskyttelsesrådgiveren skal underskrive kodekset.');
    END IF;
END $$;

CREATE FUNCTION kernel.register_codex(
    content jsonb, sha256 text, envelope jsonb, signers bigint[]) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    latest public.kernel_codexrevision;
    new_id bigint;
    card record;
    first_day date := (content ->> 'effective_from')::date;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('codex', 0));
    SELECT * INTO latest FROM public.kernel_codexrevision AS c ORDER BY c.number DESC LIMIT 1;
    PERFORM kernel.require_codex_signers(signers);
    IF (content ->> 'number')::integer <= coalesce(latest.number, 0) THEN
        PERFORM kernel.refuse('codex_number', 'Udgavens nummer er brugt. Giv den et højere nummer.');
    END IF;
    -- One that is to take effect later may be overtaken by a higher number: the law can change first.
    IF latest.id IS NOT NULL AND first_day < kernel.today() THEN
        PERFORM kernel.refuse('codex_date', 'En ny udgave kan ikke gælde bagud. Vælg en senere dag.');
    END IF;
    INSERT INTO public.kernel_codexrevision (number, effective_from, sha256, limits, content,
        envelope, registered_at)
    VALUES ((content ->> 'number')::integer, first_day, sha256, content -> 'limits', content,
        envelope, clock_timestamp())
    RETURNING id INTO new_id;
    INSERT INTO public.kernel_legalbasis (codex_id, system_slug, phase, purpose, data_category,
        status, autonomy, basis, source, note, valid_from, valid_to)
    SELECT new_id, b ->> 'system', b ->> 'phase', b ->> 'purpose', b ->> 'data_category',
        b ->> 'status', b ->> 'autonomy', b ->> 'basis', b ->> 'source', b ->> 'note',
        (b ->> 'valid_from')::date, (b ->> 'valid_to')::date
    FROM jsonb_array_elements(content -> 'legal_bases') WITH ORDINALITY AS x(b, at) ORDER BY at;
    INSERT INTO public.kernel_linking (codex_id, system_slug, phase, purpose, sources, basis, source,
        valid_from, valid_to)
    SELECT new_id, l ->> 'system', l ->> 'phase', l ->> 'purpose',
        ARRAY(SELECT jsonb_array_elements_text(l -> 'sources')), l ->> 'basis', l ->> 'source',
        (l ->> 'valid_from')::date, (l ->> 'valid_to')::date
    FROM jsonb_array_elements(content -> 'linkings') AS l;
    INSERT INTO public.kernel_duty (codex_id, kind, title, phases, risk_classes, personal_data, signer,
        most_months, valid_from, valid_to)
    SELECT new_id, d ->> 'kind', d ->> 'title',
        ARRAY(SELECT jsonb_array_elements_text(d -> 'phases')),
        ARRAY(SELECT jsonb_array_elements_text(d -> 'risk_classes')),
        (d ->> 'personal_data')::boolean, d ->> 'signer', (d ->> 'most_months')::integer,
        (d ->> 'valid_from')::date, (d ->> 'valid_to')::date
    FROM jsonb_array_elements(content -> 'duties') WITH ORDINALITY AS x(d, at) ORDER BY at;
    FOR card IN SELECT DISTINCT ON (c.system_id) c.id FROM public.kernel_cardrevision AS c
        ORDER BY c.system_id, c.revision DESC LOOP
        PERFORM kernel.bar_fields(new_id, card.id);
    END LOOP;
    PERFORM kernel.record_event('codex', '', jsonb_build_object('number', content -> 'number',
        'sha256', sha256, 'effective_from', content -> 'effective_from', 'signers', to_jsonb(signers)));
    RETURN (content ->> 'number')::integer;
END $$;
