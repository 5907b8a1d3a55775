# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The database shows a person the cases that one of their rights covers, and what lies in them.

For whom it is asked, the application tells in each transaction (kodeks.kernel.viewing); untold, it
shows nothing. The functions look rights up as their owner; each runs at most once in a statement,
as no row is given to it, and only when those before it have not answered already.
"""

from django.db import migrations

# A right covers a case as kernel.may has it: unit and prefix, where empty means all. The day is the
# clock's in Copenhagen, as kernel.today is.
RIGHTS = """
CREATE FUNCTION casework_rights() RETURNS TABLE (unit text, kle_prefix text)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 5 SET search_path = pg_catalog, pg_temp AS $$
    SELECT DISTINCT g.unit::text, g.kle_prefix::text
    FROM public.kernel_grant AS g JOIN public.kernel_user AS u ON u.id = g.user_id,
        LATERAL (SELECT (clock_timestamp() AT TIME ZONE 'Europe/Copenhagen')::date AS today) AS d
    WHERE g.user_id =
            substring(current_setting('kodeks.viewer', true) FROM '^person:([0-9]{1,18})$')::bigint
      AND u.is_active
      AND g.role IN ('caseworker', 'system_owner', 'data_protection_officer')
      AND g.valid_from <= d.today AND (g.valid_until IS NULL OR g.valid_until >= d.today)
$$;
CREATE FUNCTION casework_sees_all() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(current_setting('kodeks.viewer', true) ~ '^service:[a-z-]+$', false)
        OR EXISTS (SELECT FROM public.casework_rights() AS r WHERE r.unit = '' AND r.kle_prefix = '')
$$;
CREATE FUNCTION casework_sees_units() RETURNS SETOF bigint
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 5 SET search_path = pg_catalog, pg_temp AS $$
    SELECT u.id FROM public.casework_rights() AS r JOIN public.casework_unit AS u ON u.code = r.unit
    WHERE r.kle_prefix = ''
$$;
CREATE FUNCTION casework_sees_subjects() RETURNS SETOF bigint
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
    SELECT k.id FROM public.casework_rights() AS r
        JOIN public.casework_klesubject AS k ON starts_with(k.number, r.kle_prefix)
    WHERE r.unit = '' AND r.kle_prefix <> ''
$$;
CREATE FUNCTION casework_sees_places() RETURNS TABLE (unit_id bigint, kle_id bigint)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
    SELECT u.id, k.id FROM public.casework_rights() AS r
        JOIN public.casework_unit AS u ON u.code = r.unit
        JOIN public.casework_klesubject AS k ON starts_with(k.number, r.kle_prefix)
    WHERE r.kle_prefix <> ''
$$;
"""

FUNCTIONS = (
    "casework_rights",
    "casework_sees_all",
    "casework_sees_units",
    "casework_sees_subjects",
    "casework_sees_places",
)

CASES = """
ALTER TABLE casework_case ENABLE ROW LEVEL SECURITY;
CREATE POLICY casework_seen ON casework_case USING (
    (SELECT public.casework_sees_all())
    OR unit_id IN (SELECT public.casework_sees_units())
    OR kle_id IN (SELECT public.casework_sees_subjects())
    OR (unit_id, kle_id) IN (SELECT p.unit_id, p.kle_id FROM public.casework_sees_places() AS p)
);
"""

# Row-level security of the case's own table decides inside the policy too.
IN_CASE = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY casework_seen ON {table} USING (
    (SELECT public.casework_sees_all())
    OR EXISTS (SELECT FROM public.casework_case AS c WHERE c.id = case_id)
);
"""

TABLES = ("casework_party", "casework_document", "casework_journalentry", "casework_inboxitem")


def _rights_of(function: str) -> str:
    return (
        f"REVOKE ALL ON FUNCTION {function}() FROM PUBLIC;"
        f"GRANT EXECUTE ON FUNCTION {function}() TO kodeks_app;"
    )


class Migration(migrations.Migration):
    dependencies = [("casework", "0007_deadlines"), ("kernel", "0010_reversals")]

    operations = [
        migrations.RunSQL(RIGHTS),
        *(migrations.RunSQL(_rights_of(function)) for function in FUNCTIONS),
        migrations.RunSQL(CASES),
        *(migrations.RunSQL(IN_CASE.format(table=table)) for table in TABLES),
    ]
