-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- The sequencer's two steps, in one transaction of the worker: give waiting leaves their place,
-- then store the tiles and the signed head that cover them. One writer, by advisory lock.

CREATE FUNCTION kernel.ledger_integrate(most integer)
RETURNS TABLE (index bigint, leaf_hash bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    first bigint;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM pg_advisory_xact_lock(hashtextextended('kernel.ledger', 0));
    SELECT coalesce(max(e.index) + 1, 0) INTO first FROM public.kernel_ledgerentry AS e;
    RETURN QUERY
    WITH taken AS (
        DELETE FROM public.kernel_ledgerpending AS p WHERE p.id IN (
            SELECT q.id FROM public.kernel_ledgerpending AS q ORDER BY q.id LIMIT most)
        RETURNING p.id, p.leaf
    ), placed AS (
        INSERT INTO public.kernel_ledgerentry (index, leaf, leaf_hash, pending_id, integrated_at)
        SELECT first + row_number() OVER (ORDER BY t.id) - 1, t.leaf,
            sha256('\x00'::bytea || t.leaf), t.id, now()
        FROM taken AS t
        RETURNING kernel_ledgerentry.index, kernel_ledgerentry.leaf_hash
    )
    SELECT p.index, p.leaf_hash FROM placed AS p ORDER BY p.index;
END $$;

CREATE FUNCTION kernel.ledger_publish(
    size bigint, root bytea, note text,
    levels smallint[], indexes bigint[], widths smallint[], contents bytea[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF size IS DISTINCT FROM (SELECT max(e.index) + 1 FROM public.kernel_ledgerentry AS e)
       OR size <= (SELECT coalesce(max(c.size), 0) FROM public.kernel_ledgercheckpoint AS c)
       OR octet_length(root) <> 32 THEN
        PERFORM kernel.refuse('ledger', 'Loggens hoved passer ikke til dens poster.');
    END IF;
    INSERT INTO public.kernel_ledgertile (level, index, width, data)
    SELECT t.level, t.index, t.width, t.content
    FROM unnest(levels, indexes, widths, contents) AS t(level, index, width, content);
    -- A partial tile is replaced by the wider one; keeping each would cost more than the tree.
    DELETE FROM public.kernel_ledgertile AS old
    USING unnest(levels, indexes, widths) AS t(level, index, width)
    WHERE old.level = t.level AND old.index = t.index AND old.width < t.width;
    INSERT INTO public.kernel_ledgercheckpoint (size, root, note, at)
    VALUES (size, root, note, now());
END $$;

CREATE FUNCTION kernel.no_second_tile() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.width < 256 THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'KDREF', DETAIL = 'history',
        MESSAGE = 'Loggen kan ikke ændres eller slettes.';
END $$;
CREATE TRIGGER history BEFORE UPDATE OR DELETE ON public.kernel_ledgertile
    FOR EACH ROW EXECUTE FUNCTION kernel.no_second_tile();
CREATE TRIGGER history BEFORE UPDATE ON public.kernel_ledgerpending
    FOR EACH ROW EXECUTE FUNCTION kernel.history_is_appended();
