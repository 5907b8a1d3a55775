# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The audit vault and the measurements of groups."""

import django.db.models.deletion
from django.db import migrations, models

# PostgreSQL would keep samples of who belongs to which group in a catalogue, past their erasure.
_NO_SAMPLES = """
ALTER TABLE public.kernel_auditattribute
    ALTER COLUMN subject_id SET STATISTICS 0,
    ALTER COLUMN "group" SET STATISTICS 0;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0007_time_studies")]

    operations = [
        migrations.CreateModel(
            name="AuditAttribute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.system",
                    ),
                ),
                ("subject_type", models.CharField(max_length=40)),
                ("subject_id", models.CharField(max_length=80)),
                ("attribute", models.CharField(max_length=80)),
                ("group", models.CharField(max_length=80)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject_type", "subject_id", "system", "attribute"),
                        name="kernel_one_group",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupMeasurement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.system",
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.release",
                    ),
                ),
                (
                    "card",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.cardrevision",
                    ),
                ),
                ("months", models.IntegerField()),
                ("cases", models.IntegerField()),
                ("measured", models.JSONField()),
                ("verdicts", models.JSONField()),
                ("broken", models.BooleanField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["system", "release", "-id"], name="kernel_group_newest")
                ],
            },
        ),
        migrations.RunSQL(_NO_SAMPLES, migrations.RunSQL.noop),
    ]
