# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The same cases to the same people, asked so that pages and counts are quick (decision 0023).

- The functions are the same in PL/pgSQL, which keeps their plans for as long as the connection
  lives. As SQL functions they were planned anew at each call, some twenty times in a statement.
- What lies in a case looks its case up for each row. Without OFFSET 0 the planner may collect all
  cases that the viewer sees first, also for a page of 25 rows.
- IS NOT NULL tells the planner that a row is most likely seen: pages have asked for what the person
  sees already. Told nothing, it takes half and half, and joins whole tables row by row.
"""

from django.db import migrations, models

FUNCTIONS = """
CREATE OR REPLACE FUNCTION casework_rights() RETURNS TABLE (unit text, kle_prefix text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 1 ROWS 5
SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    person bigint :=
        substring(current_setting('kodeks.viewer', true) FROM '^person:([0-9]{1,18})$')::bigint;
    today date := (clock_timestamp() AT TIME ZONE 'Europe/Copenhagen')::date;
BEGIN
    RETURN QUERY
        SELECT DISTINCT g.unit::text, g.kle_prefix::text
        FROM public.kernel_grant AS g JOIN public.kernel_user AS u ON u.id = g.user_id
        WHERE g.user_id = person
          AND u.is_active
          AND g.role IN ('caseworker', 'system_owner', 'data_protection_officer')
          AND g.valid_from <= today AND (g.valid_until IS NULL OR g.valid_until >= today);
END $$;
CREATE OR REPLACE FUNCTION casework_sees_all() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 1
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN coalesce(current_setting('kodeks.viewer', true) ~ '^service:[a-z-]+$', false)
        OR EXISTS (
            SELECT FROM public.casework_rights() AS r WHERE r.unit = '' AND r.kle_prefix = ''
        );
END $$;
CREATE OR REPLACE FUNCTION casework_sees_units() RETURNS SETOF bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 1 ROWS 5
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT u.id FROM public.casework_rights() AS r
            JOIN public.casework_unit AS u ON u.code = r.unit
        WHERE r.kle_prefix = '';
END $$;
CREATE OR REPLACE FUNCTION casework_sees_subjects() RETURNS SETOF bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 1 ROWS 100
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT k.id FROM public.casework_rights() AS r
            JOIN public.casework_klesubject AS k ON starts_with(k.number, r.kle_prefix)
        WHERE r.unit = '' AND r.kle_prefix <> '';
END $$;
CREATE OR REPLACE FUNCTION casework_sees_places() RETURNS TABLE (unit_id bigint, kle_id bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 1 ROWS 100
SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT u.id, k.id FROM public.casework_rights() AS r
            JOIN public.casework_unit AS u ON u.code = r.unit
            JOIN public.casework_klesubject AS k ON starts_with(k.number, r.kle_prefix)
        WHERE r.kle_prefix <> '';
END $$;
"""

CASES = """
ALTER POLICY casework_seen ON casework_case USING (
    (SELECT nullif(public.casework_sees_all(), false)) IS NOT NULL
    OR unit_id IN (SELECT public.casework_sees_units())
    OR kle_id IN (SELECT public.casework_sees_subjects())
    OR (unit_id, kle_id) IN (SELECT p.unit_id, p.kle_id FROM public.casework_sees_places() AS p)
);
"""

# Row-level security of the table above decides inside the policy.
SEEN = """
ALTER POLICY casework_seen ON {table} USING (
    (SELECT nullif(public.casework_sees_all(), false)) IS NOT NULL
    OR EXISTS (SELECT FROM public.{above} AS a WHERE a.id = {table}.{column} OFFSET 0)
);
"""

ABOVE = (
    *(
        (f"casework_{name}", "casework_case", "case_id")
        for name in (
            "party",
            "document",
            "journalentry",
            "inboxitem",
            "note",
            "reminder",
            "deadline",
            "distribution",
        )
    ),
    ("casework_deadlineevent", "casework_deadline", "deadline_id"),
    ("casework_dispatch", "casework_document", "document_id"),
    ("casework_dispatchnews", "casework_dispatch", "dispatch_id"),
    ("casework_distributionreceipt", "casework_distribution", "distribution_id"),
)


class Migration(migrations.Migration):
    dependencies = [("casework", "0015_row_security_of_all")]

    operations = [
        migrations.RunSQL(FUNCTIONS),
        migrations.RunSQL(CASES),
        *(
            migrations.RunSQL(SEEN.format(table=table, above=above, column=column))
            for table, above, column in ABOVE
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["id"], include=["unit", "kle"], name="case_place"),
        ),
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(
                fields=["unit", "-registered_at", "-id"], name="journal_of_unit_newest_first"
            ),
        ),
    ]
