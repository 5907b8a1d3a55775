# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How a department is reached, for its letters."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0012_distributions")]

    operations = [
        migrations.AddField(
            model_name="unit",
            name="phone",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.AddField(
            model_name="unit",
            name="phone_hours",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
        migrations.AddField(
            model_name="unit",
            name="email",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
    ]
