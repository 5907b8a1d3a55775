# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the inbox sorts and searches by, and the places that an inquiry names (decision 0042).

- Words are kept as a column and not in an index. Row-level security lets no operator that could tell
  of a row work before the policy has spoken, so the application role could not use one; and a GIN
  index keeps a word for as long as it lives, also after the text is erased.
- No statistics of what a sender wrote (see casework 0004_retention).
"""

import django.db.models.deletion
from django.db import migrations, models

WORDS = """
ALTER TABLE inquiries_inquiry
    ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('pg_catalog.danish', text)) STORED;
ALTER TABLE inquiries_inquiry ALTER COLUMN words SET STATISTICS 0;
"""

NO_WORDS = """
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
