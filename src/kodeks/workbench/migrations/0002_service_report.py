# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workbench", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ServiceReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("system", models.CharField(max_length=40, unique=True)),
                ("content", models.JSONField()),
                ("closed", models.JSONField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "opgørelse af tider og timer",
                "verbose_name_plural": "opgørelser af tider og timer",
            },
        ),
    ]
