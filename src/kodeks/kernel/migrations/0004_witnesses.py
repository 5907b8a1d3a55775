# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_records")]

    operations = [
        migrations.CreateModel(
            name="WitnessPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event_id", models.UUIDField()),
                ("witnesses", models.JSONField()),
                ("quorum", models.IntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="LedgerCosignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("size", models.BigIntegerField()),
                ("witness", models.CharField(max_length=500)),
                ("line", models.CharField(max_length=1000)),
                ("signed_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["witness", "-size"], name="kernel_ledger_cosigned")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("size", "witness"), name="kernel_ledger_cosignature"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WitnessConflict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event_id", models.UUIDField()),
                ("witness", models.CharField(max_length=500)),
                ("seen", models.BigIntegerField()),
                ("size", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("witness", "seen"), name="kernel_witness_conflict"
                    )
                ],
            },
        ),
    ]
