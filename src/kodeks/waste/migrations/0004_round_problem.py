# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a round called full, and what could not be used in it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("waste", "0003_outlooks"),
    ]

    operations = [
        migrations.AddField(
            model_name="round",
            name="full_pct",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="round",
            name="problem",
            field=models.CharField(blank=True, max_length=500),
        ),
    ]
