# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the inbox sorts and searches by, and the places that an inquiry names (decision 0042).

- The index of words is GiST, not GIN: its leaves hold hashes of words. A GIN index keeps a word that
  once stood in a text for as long as the index lives, also after the text is erased.
- Row-level security lets no operator that could tell of a row work before the policy has spoken, so
  the application role can use no index of words. The function asks as the owner, for who sees all
  inquiries that wait, and for others among those that lie in their departments (0007).
- No statistics of what a sender wrote (see casework 0004_retention).
"""

import django.db.models.deletion
from django.db import migrations, models

WORDS = """
ALTER TABLE inquiries_inquiry
    ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('pg_catalog.danish', text)) STORED;
ALTER TABLE inquiries_inquiry ALTER COLUMN words SET STATISTICS 0;
CREATE INDEX inquiries_words ON inquiries_inquiry USING gist (words) WHERE decision_id IS NULL;
CREATE FUNCTION inquiries_waiting_with(wanted text) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 500
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF public.casework_sees_all() THEN
        RETURN QUERY
            SELECT i.id FROM public.inquiries_inquiry AS i
            WHERE i.decision_id IS NULL
              AND i.words @@ websearch_to_tsquery('pg_catalog.danish', wanted);
    ELSE
        RETURN QUERY
            SELECT i.id FROM public.inquiries_inquiry AS i
            WHERE i.decision_id IS NULL
              AND i.suggested_unit_id IN (SELECT public.casework_sees_units())
              AND i.words @@ websearch_to_tsquery('pg_catalog.danish', wanted);
    END IF;
END $$;
REVOKE ALL ON FUNCTION inquiries_waiting_with(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION inquiries_waiting_with(text) TO kodeks_app;
"""

NO_WORDS = """
DROP FUNCTION inquiries_waiting_with(text);
ALTER TABLE inquiries_inquiry DROP COLUMN words;
"""

SEEN = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY inquiries_seen ON {table} USING (
    (SELECT nullif(public.casework_sees_all(), false)) IS NOT NULL
    OR EXISTS (
        SELECT FROM public.inquiries_inquiry AS i WHERE i.id = {table}.inquiry_id OFFSET 0)
);
"""
TABLES = ("inquiries_sorting", "inquiries_place")

STATISTICS = """
ALTER TABLE inquiries_place
    ALTER COLUMN title SET STATISTICS 0,
    ALTER COLUMN latitude SET STATISTICS 0,
    ALTER COLUMN longitude SET STATISTICS 0;
"""

# Of those that wait already.
FILL = """
INSERT INTO inquiries_sorting (inquiry_id, label, way, how)
SELECT i.id, coalesce(r.body #>> '{suggestion,label}', ''), '',
    coalesce(r.body #>> '{presentation,how}', '')
FROM inquiries_inquiry AS i JOIN kernel_recommendation AS r ON r.id = i.recommendation_id
WHERE i.decision_id IS NULL AND i.erased_at IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inquiries", "0011_answer_support"),
        ("kernel", "0012_hands_and_texts"),
        ("casework", "0019_letter_approvals"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sorting",
            fields=[
                (
                    "inquiry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="sorting",
                        serialize=False,
                        to="inquiries.inquiry",
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=60)),
                ("way", models.CharField(blank=True, max_length=20)),
                ("how", models.CharField(blank=True, max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=200)),
                ("kind", models.CharField(max_length=20)),
                ("district", models.CharField(blank=True, max_length=80)),
                ("latitude", models.FloatField()),
                ("longitude", models.FloatField()),
                (
                    "inquiry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="inquiries.inquiry",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("inquiry", "number"), name="inquiries_place_number"
                    )
                ]
            },
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                models.Case(models.When(urgency="", then=1), default=0),
                "received_at",
                "id",
                condition=models.Q(("decision_id__isnull", True)),
                name="inquiries_inbox",
            ),
        ),
        migrations.RunSQL(WORDS, NO_WORDS),
        *(migrations.RunSQL(SEEN.format(table=table), migrations.RunSQL.noop) for table in TABLES),
        migrations.RunSQL(STATISTICS, migrations.RunSQL.noop),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
