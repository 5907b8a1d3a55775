# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How good the forecasts were that people were shown."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("waste", "0004_round_problem"),
    ]

    operations = [
        migrations.CreateModel(
            name="ForecastScore",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("days", models.PositiveSmallIntegerField()),
                ("figures", models.JSONField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("at", "days"), name="waste_forecastscore_once"),
                ],
            },
        ),
    ]
