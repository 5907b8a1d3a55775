# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How far another body is with a case (Open311), and cases that people gave to another department.

Both are only added to, and seen with the case. Sealed texts get no statistics, as PostgreSQL would
keep samples of them in a catalogue.
"""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE TRIGGER casework_only_added_to BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION casework_only_added_to();
CREATE TRIGGER casework_kept_whole BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION casework_kept_whole();
ALTER TABLE {table} ALTER COLUMN {sealed} SET STATISTICS 0;
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY casework_seen ON {table} USING (
    (SELECT nullif(public.casework_sees_all(), false)) IS NOT NULL
    OR EXISTS (SELECT FROM {above} AS a WHERE a.id = {table}.{column} OFFSET 0)
);
"""

# Row-level security of the table above decides inside the policy.
TABLES = (
    {
        "table": "casework_distributionstanding",
        "sealed": "sealed_notes",
        "above": "public.casework_distribution",
        "column": "distribution_id",
    },
    {
        "table": "casework_handover",
        "sealed": "sealed_reason",
        "above": "public.casework_case",
        "column": "case_id",
    },
)


def _to(model: str, **options: str) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=model, **options)


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0016_row_security_priced"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="distribution",
            name="way",
            field=models.CharField(
                choices=[("sf2900", "Fordelingskomponenten"), ("open311", "Open311")],
                default="sf2900",
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="distribution",
            name="kind",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.AddConstraint(
            model_name="distribution",
            constraint=models.CheckConstraint(
                condition=models.Q(("way__in", ["sf2900", "open311"])),
                name="distribution_way_known",
            ),
        ),
        migrations.CreateModel(
            name="DistributionStanding",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Åben"),
                            ("closed", "Lukket"),
                            ("unknown", "Ukendt hos modtageren"),
                        ],
                        max_length=7,
                    ),
                ),
                ("sealed_notes", models.BinaryField(null=True)),
                ("updated_at", models.DateTimeField(null=True)),
                ("heard_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("distribution", _to("casework.distribution", related_name="standings")),
            ],
            options={
                "ordering": ("heard_at", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "closed", "unknown"])),
                        name="standing_state_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("sealed_reason", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("by", _to(settings.AUTH_USER_MODEL, related_name="+")),
                ("case", _to("casework.case", related_name="handovers")),
                ("from_unit", _to("casework.unit", related_name="+")),
                ("to_unit", _to("casework.unit", related_name="+")),
                (
                    "note",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handover",
                        to="casework.document",
                    ),
                ),
            ],
            options={
                "ordering": ("at", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("from_unit", models.F("to_unit")), _negated=True),
                        name="handover_to_another",
                    )
                ],
            },
        ),
        *(migrations.RunSQL(GUARD.format(**table)) for table in TABLES),
    ]
