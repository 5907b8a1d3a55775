# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ArchiveEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True)),
                ("case_number", models.CharField(db_index=True, max_length=20)),
                ("esdh_case_id", models.CharField(max_length=200)),
                ("esdh_document_id", models.CharField(max_length=200, unique=True)),
                ("sha256", models.CharField(max_length=64)),
                ("path", models.CharField(max_length=200, unique=True)),
                ("journalised_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                        name="archive_sha256_form",
                    )
                ],
            },
        ),
    ]
