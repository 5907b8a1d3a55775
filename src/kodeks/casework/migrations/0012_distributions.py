# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Cases handed to other systems, their receipts, and guards: both are only added to.

Sealed texts get no statistics, as PostgreSQL would keep samples of them in a catalogue.
"""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

GUARD = """
CREATE TRIGGER casework_only_added_to BEFORE UPDATE OR DELETE ON casework_distribution
    FOR EACH ROW EXECUTE FUNCTION casework_only_added_to();
CREATE TRIGGER casework_only_added_to BEFORE UPDATE OR DELETE ON casework_distributionreceipt
    FOR EACH ROW EXECUTE FUNCTION casework_only_added_to();
CREATE TRIGGER casework_kept_whole BEFORE TRUNCATE ON casework_distribution
    FOR EACH STATEMENT EXECUTE FUNCTION casework_kept_whole();
CREATE TRIGGER casework_kept_whole BEFORE TRUNCATE ON casework_distributionreceipt
    FOR EACH STATEMENT EXECUTE FUNCTION casework_kept_whole();
ALTER TABLE casework_distributionreceipt ALTER COLUMN sealed_reason SET STATISTICS 0;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0011_dispatches")]

    operations = [
        migrations.AddField(
            model_name="unit",
            name="distribution",
            field=models.CharField(blank=True, default="", max_length=36),
        ),
        migrations.CreateModel(
            name="Distribution",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True)),
                ("message_id", models.CharField(max_length=200, unique=True)),
                ("sent_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="distributions",
                        to="casework.case",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="casework.unit",
                    ),
                ),
                (
                    "returns_to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="casework.unit",
                    ),
                ),
            ],
            options={
                "ordering": ("sent_at", "id"),
                "indexes": [models.Index(fields=["case", "sent_at"], name="distribution_of_case")],
            },
        ),
        migrations.CreateModel(
            name="DistributionReceipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("MODTAGET", "Modtaget hos Fordelingskomponenten"),
                            ("AFLEVERET", "Afleveret til afdelingens system"),
                            ("ACCEPTERET", "Accepteret af afdelingens system"),
                            ("AFVIST", "Afvist af afdelingens system"),
                            ("FEJLET", "Kunne ikke afleveres"),
                        ],
                        max_length=10,
                    ),
                ),
                ("sealed_reason", models.BinaryField(null=True)),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "distribution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="casework.distribution",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(fields=("distribution", "code"), name="receipt_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "code__in",
                                ["MODTAGET", "AFLEVERET", "ACCEPTERET", "AFVIST", "FEJLET"],
                            )
                        ),
                        name="receipt_known",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD),
    ]
