-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- The gate: what must be in place before a system may do anything (codex, principles 1 and 2).

CREATE FUNCTION kernel.require_running(slug text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    running boolean;
BEGIN
    PERFORM kernel.require_read_committed();
    IF NOT EXISTS (SELECT FROM public.kernel_system AS s WHERE s.slug = require_running.slug) THEN
        PERFORM kernel.refuse('unknown_system', 'Systemet er ikke registreret.');
    END IF;
    SELECT s.running INTO running FROM public.kernel_switch AS s
    WHERE s.system_id = slug ORDER BY s.id DESC LIMIT 1;
    IF running IS FALSE THEN
        PERFORM kernel.refuse('stopped',
            'Systemet er stoppet. Arbejd videre uden forslag, indtil systemejeren starter det igen.');
    END IF;
END $$;

CREATE FUNCTION kernel.current_card(slug text) RETURNS public.kernel_cardrevision
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    card public.kernel_cardrevision;
BEGIN
    SELECT * INTO card FROM public.kernel_cardrevision AS c
    WHERE c.system_id = slug ORDER BY c.revision DESC LIMIT 1;
    IF card.id IS NULL THEN
        PERFORM kernel.refuse('no_card', 'Systemet har intet systemkort.');
    END IF;
    RETURN card;
END $$;

CREATE FUNCTION kernel.current_owner(slug text) RETURNS public.kernel_assignment
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    owner public.kernel_assignment;
BEGIN
    SELECT * INTO owner FROM public.kernel_assignment AS a
    WHERE a.system_id = slug ORDER BY a.id DESC LIMIT 1;
    IF owner.id IS NULL OR btrim(owner.manager) = '' OR btrim(owner.unit) = '' THEN
        PERFORM kernel.refuse('no_owner',
            'Systemet har ingen ansvarlig leder. Det kan først køre, når en leder er udpeget.');
    END IF;
    RETURN owner;
END $$;

CREATE FUNCTION kernel.current_basis(card_id bigint, for_phase text, for_purpose text)
RETURNS public.kernel_legalbasis
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    basis public.kernel_legalbasis;
    today date := kernel.today();
BEGIN
    SELECT * INTO basis FROM public.kernel_legalbasis AS b
    WHERE b.card_id = current_basis.card_id AND b.phase = for_phase
      AND (for_purpose IS NULL OR b.purpose = for_purpose)
      AND b.valid_from <= today AND (b.valid_to IS NULL OR b.valid_to >= today)
    ORDER BY b.valid_from DESC, b.id LIMIT 1;
    IF basis.id IS NULL THEN
        PERFORM kernel.refuse('no_basis',
            'Der er i dag ingen hjemmel til at bruge systemet i drift til dette formål.');
    END IF;
    RETURN basis;
END $$;

CREATE FUNCTION kernel.current_release(slug text) RETURNS public.kernel_release
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    release public.kernel_release;
BEGIN
    SELECT * INTO release FROM public.kernel_release AS r
    WHERE r.system_id = slug ORDER BY r.id DESC LIMIT 1;
    IF release.id IS NULL THEN
        PERFORM kernel.refuse('no_release', 'Systemet har ingen frigivet model.');
    END IF;
    RETURN release;
END $$;

CREATE FUNCTION kernel.require_role(who bigint, roles text[], code text, sentence text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    today date := kernel.today();
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.kernel_grant AS g JOIN public.kernel_user AS u ON u.id = g.user_id
        WHERE u.id = who AND u.is_active AND g.role = ANY (roles)
          AND g.valid_from <= today AND (g.valid_until IS NULL OR g.valid_until >= today)
    ) THEN
        PERFORM kernel.refuse(code, sentence);
    END IF;
END $$;

-- Decimal numbers travel as text (the ledger's form has no floats); this reads one in 0..1.
CREATE FUNCTION kernel.share(value jsonb, what text) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF jsonb_typeof(value) IS DISTINCT FROM 'string'
       OR value #>> '{}' !~ '^(0(\.[0-9]{1,6})?|1(\.0{1,6})?)$' THEN
        PERFORM kernel.refuse('no_uncertainty', what || ' skal være et tal mellem 0 og 1.');
    END IF;
    RETURN (value #>> '{}')::numeric;
END $$;

-- A text of at most `most` characters with a letter or digit in it: blanks of any kind say nothing.
CREATE FUNCTION kernel.text_of(value jsonb, most integer, code text, sentence text) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF jsonb_typeof(value) IS DISTINCT FROM 'string' OR value #>> '{}' !~ '[[:alnum:]]'
       OR length(value #>> '{}') > most THEN
        PERFORM kernel.refuse(code, sentence);
    END IF;
    RETURN value #>> '{}';
END $$;
