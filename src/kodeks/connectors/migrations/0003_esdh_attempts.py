# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("connectors", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="EsdhAttempt",
            fields=[
                (
                    "key",
                    models.CharField(max_length=250, primary_key=True, serialize=False),
                ),
                ("began_at", models.DateTimeField()),
            ],
        ),
    ]
