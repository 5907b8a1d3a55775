# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Readings in partitions by month, and what the application may do with them.

Decision 0047 says why the owner makes the partitions and the application only empties them. What is
in no month's partition goes into the default one, so that nothing is lost when nobody has run
`kodeks migrate` for years.
"""

from django.db import migrations

TABLE = """
CREATE TABLE waste_reading (
    number bigint NOT NULL,
    at timestamptz NOT NULL,
    session_id integer NOT NULL,
    device_id integer NOT NULL,
    flags integer NOT NULL,
    level_pct real,
    distance_mm real,
    temperature_c real,
    battery_pct real,
    battery_v real,
    unread_at smallint,
    unread bytea,
    PRIMARY KEY (session_id, number, at)
) PARTITION BY RANGE (at);
-- It has at most 1 KB, so no table beside is made for what is long.
ALTER TABLE waste_reading ALTER COLUMN unread SET STORAGE PLAIN;
CREATE TABLE waste_reading_rest PARTITION OF waste_reading DEFAULT;
CREATE INDEX waste_reading_at ON waste_reading USING brin (at);

-- Where a batch lies between COPY and INSERT. Unlogged: it is empty whenever nothing is under way.
CREATE UNLOGGED TABLE waste_staged (LIKE waste_reading INCLUDING DEFAULTS INCLUDING STORAGE);

REVOKE ALL ON waste_reading, waste_reading_rest, waste_staged FROM kodeks_app;
GRANT SELECT, INSERT ON waste_reading TO kodeks_app;
GRANT SELECT, TRUNCATE ON waste_reading_rest TO kodeks_app;
GRANT SELECT, INSERT, TRUNCATE ON waste_staged TO kodeks_app;
"""
MONTHS = """
-- With the rights of whoever calls, so only the owner can make anything by it.
CREATE FUNCTION waste_make_months(first date, last date) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    begins timestamp := date_trunc('month', first::timestamp);
    ends timestamp;
    name text;
    made integer := 0;
BEGIN
    WHILE begins <= last LOOP
        ends := begins + interval '1 month';
        name := 'waste_reading_' || to_char(begins, 'YYYY_MM');
        IF to_regclass('public.' || name) IS NULL THEN
            EXECUTE format('CREATE TABLE public.%I (LIKE public.waste_reading INCLUDING ALL'
                || ' EXCLUDING INDEXES)', name);
            -- A partition cannot be made where the default one has rows of its time.
            EXECUTE format('WITH moved AS (DELETE FROM public.waste_reading_rest'
                || ' WHERE at >= %1$L AND at < %2$L RETURNING *)'
                || ' INSERT INTO public.%3$I SELECT * FROM moved',
                begins AT TIME ZONE 'UTC', ends AT TIME ZONE 'UTC', name);
            EXECUTE format('ALTER TABLE public.waste_reading ATTACH PARTITION public.%I'
                || ' FOR VALUES FROM (%L) TO (%L)',
                name, begins AT TIME ZONE 'UTC', ends AT TIME ZONE 'UTC');
            EXECUTE format('REVOKE ALL ON public.%I FROM kodeks_app', name);
            EXECUTE format('GRANT SELECT, TRUNCATE ON public.%I TO kodeks_app', name);
            made := made + 1;
        END IF;
        begins := ends;
    END LOOP;
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION waste_make_months(date, date) FROM PUBLIC;
"""
GUARD = """
CREATE FUNCTION waste_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Det kan hverken ændres eller slettes. Skriv det nye ved siden af.'
        USING ERRCODE = '23001';
END $$;
CREATE TRIGGER waste_placement_append_only BEFORE UPDATE OR DELETE ON waste_placement
    FOR EACH ROW EXECUTE FUNCTION waste_refuse_change();
CREATE TRIGGER waste_archivedmonth_kept BEFORE DELETE ON waste_archivedmonth
    FOR EACH ROW EXECUTE FUNCTION waste_refuse_change();
CREATE TRIGGER waste_session_kept BEFORE DELETE ON waste_session
    FOR EACH ROW EXECUTE FUNCTION waste_refuse_change();
-- Updated with each reading; room in the page lets that leave the indexes alone.
ALTER TABLE waste_session SET (fillfactor = 50);
"""
UNDO = """
DROP TRIGGER waste_session_kept ON waste_session;
DROP TRIGGER waste_archivedmonth_kept ON waste_archivedmonth;
DROP TRIGGER waste_placement_append_only ON waste_placement;
DROP FUNCTION waste_refuse_change();
DROP FUNCTION waste_make_months(date, date);
DROP TABLE waste_staged, waste_reading;
"""


class Migration(migrations.Migration):
    dependencies = (("waste", "0001_initial"),)

    operations = (migrations.RunSQL(TABLE + MONTHS + GUARD, UNDO),)
