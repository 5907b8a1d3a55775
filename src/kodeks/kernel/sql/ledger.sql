-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- The sequencer's two steps, in one transaction of the worker: give waiting leaves their place,
-- then store the tiles and the signed head that cover them. One writer, by advisory lock.

-- How the tables are kept. Hashes do not get smaller by being compressed, and trying costs time.
ALTER TABLE public.kernel_ledgertile ALTER COLUMN data SET STORAGE EXTERNAL;
-- Entries are written once, so the quicker way to compress; a server may be built without it.
DO $$
BEGIN
    ALTER TABLE public.kernel_ledgerbundle ALTER COLUMN data SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    NULL;
END $$;
-- Every entry passes through the queue. Left to the defaults, which wait for a fifth of the table,
-- it would grow to more than the log.
ALTER TABLE public.kernel_ledgerpending SET (autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE public.kernel_ledgerentry SET (autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
-- An entry's length takes two bytes (C2SP tlog-tiles).
ALTER TABLE public.kernel_ledgerpending
    DROP CONSTRAINT IF EXISTS kernel_leaf_fits,
    ADD CONSTRAINT kernel_leaf_fits CHECK (octet_length(leaf) < 65536);

CREATE FUNCTION kernel.leaf_hash(leaf bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256('\x00'::bytea || leaf)
$$;

-- Gives the next leaves their place and returns the hashes of every entry that no signed head
-- covers yet, from number `first`. That is more than the ones just placed when somebody placed
-- entries and did not publish.
CREATE FUNCTION kernel.ledger_integrate(most integer)
RETURNS TABLE (first bigint, hashes bytea)
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    size bigint;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM pg_advisory_xact_lock(hashtextextended('kernel.ledger', 0));
    size := kernel.ledger_place(kernel.ledger_size(), most);
    SELECT coalesce(max(c.size), 0) INTO first FROM public.kernel_ledgercheckpoint AS c;
    IF size > first THEN
        SELECT string_agg(kernel.ledger_hashes(n, least(256, size - n * 256)), ''::bytea ORDER BY n)
        INTO hashes FROM generate_series(first / 256, (size - 1) / 256) AS n;
        hashes := substr(hashes, (32 * (first % 256))::integer + 1);
        RETURN NEXT;
    END IF;
END $$;

-- Entries that have a place, in bundles and after them.
CREATE FUNCTION kernel.ledger_size() RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT max(e.index) + 1 FROM public.kernel_ledgerentry AS e),
        (SELECT (max(b.index) + 1) * 256 FROM public.kernel_ledgerbundle AS b), 0)
$$;

-- Moves up to `most` leaves from the queue to their places after the first `before`; returns how
-- many have one now. 256 at a time they go straight into a bundle, in the form in which the log is
-- published: the length of each in two bytes, then the entry. Only what is left is put in rows.
CREATE FUNCTION kernel.ledger_place(before bigint, most integer) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
    whole bigint;
    size bigint;
BEGIN
    -- By their numbers, whatever the statistics say: a queue has many dead rows or none.
    SELECT array_agg(t.id) INTO ids FROM (
        SELECT q.id FROM public.kernel_ledgerpending AS q ORDER BY q.id LIMIT most) AS t;
    WITH taken AS (
        DELETE FROM public.kernel_ledgerpending AS p WHERE p.id = ANY (ids)
        RETURNING p.id, p.leaf
    ), placed AS (
        SELECT before + row_number() OVER (ORDER BY t.id) - 1 AS index, t.leaf, t.id,
            clock_timestamp() AS at
        FROM taken AS t
        UNION ALL
        SELECT e.index, e.leaf, e.pending_id, e.integrated_at FROM public.kernel_ledgerentry AS e
        WHERE e.index >= before / 256 * 256
    ), grown AS (
        SELECT coalesce(max(p.index) + 1, before) AS size FROM placed AS p
    ), bundled AS (
        INSERT INTO public.kernel_ledgerbundle (index, data, pending_ids, low, high, integrated_at)
        SELECT p.index / 256,
            string_agg(substr(int4send(octet_length(p.leaf)), 3) || p.leaf, ''::bytea
                       ORDER BY p.index),
            array_agg(p.id ORDER BY p.index), min(p.id), max(p.id), max(p.at)
        FROM placed AS p, grown AS g WHERE p.index < g.size / 256 * 256
        GROUP BY p.index / 256
    ), kept AS (
        INSERT INTO public.kernel_ledgerentry (index, leaf, pending_id, integrated_at)
        SELECT p.index, p.leaf, p.id, p.at FROM placed AS p, grown AS g
        WHERE p.index >= greatest(before, g.size / 256 * 256)
    )
    SELECT g.size / 256 * 256, g.size INTO whole, size FROM grown AS g;
    IF whole > before / 256 * 256 THEN
        DELETE FROM public.kernel_ledgerentry AS e
        WHERE e.index >= before / 256 * 256 AND e.index < whole;
    END IF;
    RETURN size;
END $$;

-- The leaf hashes of the first `wide` entries of bundle `number`, from the entries as they lie.
CREATE FUNCTION kernel.ledger_hashes(number bigint, wide bigint) RETURNS bytea
LANGUAGE plpgsql AS $$
DECLARE
    bundle bytea;
    hashes bytea := '';
    start integer := 1;
    length integer;
BEGIN
    -- Joined to nothing, so that it is unpacked once and not at each look into it.
    SELECT b.data || ''::bytea INTO bundle FROM public.kernel_ledgerbundle AS b
    WHERE b.index = number;
    IF bundle IS NULL THEN
        SELECT string_agg(kernel.leaf_hash(e.leaf), ''::bytea ORDER BY e.index) INTO hashes
        FROM public.kernel_ledgerentry AS e
        WHERE e.index >= number * 256 AND e.index < number * 256 + wide;
        RETURN hashes;
    END IF;
    FOR n IN 1..wide LOOP
        length := get_byte(bundle, start - 1) * 256 + get_byte(bundle, start);
        hashes := hashes || sha256('\x00'::bytea || substr(bundle, start + 2, length));
        start := start + 2 + length;
    END LOOP;
    RETURN hashes;
END $$;

-- RFC 6962: the root over concatenated hashes. Pairing neighbours level by level, with a last one
-- without a neighbour carried up, gives the same tree as splitting at the largest power of two.
CREATE FUNCTION kernel.merkle_root(hashes bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    WHILE octet_length(hashes) > 32 LOOP
        SELECT string_agg(CASE WHEN octet_length(pair) = 64 THEN sha256('\x01'::bytea || pair)
                          ELSE pair END, ''::bytea ORDER BY at)
        INTO hashes
        FROM (SELECT at, substr(hashes, at * 64 + 1, 64) AS pair
              FROM generate_series(0, (octet_length(hashes) - 1) / 64) AS at) AS pairs;
    END LOOP;
    RETURN hashes;
END $$;

-- What tile `number` at `tile_level` must hold, `wide` hashes of it, when the head before covered
-- `before` entries: computed from the entries (level 0) or from the tiles below.
CREATE FUNCTION kernel.ledger_content(
    tile_level integer, number bigint, wide integer, before bigint) RETURNS bytea
LANGUAGE plpgsql AS $$
DECLARE
    known bytea;
    computed bytea;
    low bigint := number * 256;
BEGIN
    IF tile_level = 0 THEN
        RETURN kernel.ledger_hashes(number, wide);
    END IF;
    -- The hashes that the head before covered were checked then, and its tiles cannot be changed.
    SELECT t.data INTO known FROM public.kernel_ledgertile AS t
    WHERE t.level = tile_level AND t.index = number
      AND t.width = (before >> (8 * tile_level)) - low;
    SELECT string_agg(kernel.merkle_root(t.data), ''::bytea ORDER BY t.index) INTO computed
    FROM public.kernel_ledgertile AS t
    WHERE t.level = tile_level - 1 AND t.width = 256
      AND t.index >= greatest(low, before >> (8 * tile_level)) AND t.index < low + wide;
    RETURN coalesce(known, '') || coalesce(computed, '');
END $$;

-- How many tiles the tree got between two heads; refuses when one of them is not what it must be.
CREATE FUNCTION kernel.ledger_check_tiles(before bigint, size bigint) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    tile_level integer := 0;
    checked integer := 0;
    number bigint;
    had bigint;
    has bigint := size;
BEGIN
    WHILE has > 0 LOOP
        had := before >> (8 * tile_level);
        IF has > had THEN
            FOR number IN SELECT generate_series(had / 256, (has - 1) / 256) LOOP
                checked := checked + 1;
                IF NOT EXISTS (SELECT FROM public.kernel_ledgertile AS t
                    WHERE t.level = tile_level AND t.index = number
                      AND t.width = least(256, has - number * 256)
                      AND octet_length(t.data) = 32 * t.width
                      AND t.data = kernel.ledger_content(tile_level, number, t.width, before)) THEN
                    PERFORM kernel.refuse('ledger', 'Loggens fliser passer ikke til dens poster.');
                END IF;
            END LOOP;
        END IF;
        tile_level := tile_level + 1;
        has := size >> (8 * tile_level);
    END LOOP;
    RETURN checked;
END $$;

CREATE FUNCTION kernel.ledger_root(size bigint) RETURNS bytea
LANGUAGE plpgsql AS $$
DECLARE
    tile_level integer := 0;
    has bigint := size;
    edge bytea;
    root bytea := '';
BEGIN
    WHILE has > 0 LOOP
        SELECT t.data INTO edge FROM public.kernel_ledgertile AS t
        WHERE t.level = tile_level AND t.index = has / 256 AND t.width = has % 256;
        root := kernel.merkle_root(coalesce(edge, '') || root);
        tile_level := tile_level + 1;
        has := size >> (8 * tile_level);
    END LOOP;
    RETURN root;
END $$;

-- Stores tiles and head. All of it is computed again here from the entries, so a caller cannot
-- publish another tree, and two implementations must agree before anything is signed off. What
-- cannot be checked here is the signature: its key is held outside the database, on purpose, and
-- a head that it did not sign is refused by every receipt and by whoever follows the log.
CREATE FUNCTION kernel.ledger_publish(
    size bigint, root bytea, note text,
    levels smallint[], indexes bigint[], widths smallint[], contents bytea[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    before bigint;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM pg_advisory_xact_lock(hashtextextended('kernel.ledger', 0));
    SELECT coalesce(max(c.size), 0) INTO before FROM public.kernel_ledgercheckpoint AS c;
    IF size IS DISTINCT FROM kernel.ledger_size()
       OR size <= before
       OR split_part(note, E'\n', 2) IS DISTINCT FROM size::text
       OR split_part(note, E'\n', 3) IS DISTINCT FROM encode(root, 'base64')
       OR split_part(note, E'\n', 4) <> '' THEN
        PERFORM kernel.refuse('ledger', 'Loggens hoved passer ikke til dens poster.');
    END IF;
    INSERT INTO public.kernel_ledgertile (level, index, width, data)
    SELECT t.level, t.index, t.width, t.content
    FROM unnest(levels, indexes, widths, contents) AS t(level, index, width, content);
    IF kernel.ledger_check_tiles(before, size) <> cardinality(levels)
       OR kernel.ledger_root(size) IS DISTINCT FROM root THEN
        PERFORM kernel.refuse('ledger', 'Loggens fliser passer ikke til dens poster.');
    END IF;
    -- A partial tile is replaced by the wider one; keeping each would cost more than the tree.
    DELETE FROM public.kernel_ledgertile AS old
    USING unnest(levels, indexes, widths) AS t(level, index, width)
    WHERE old.level = t.level AND old.index = t.index AND old.width < t.width;
    INSERT INTO public.kernel_ledgercheckpoint (size, root, note, at)
    VALUES (size, root, note, clock_timestamp());
END $$;
