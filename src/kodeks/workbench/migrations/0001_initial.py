# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SignInFailure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fingerprint", models.CharField(max_length=64)),
                ("failed_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "fejlet log ind",
                "verbose_name_plural": "fejlede log ind",
                "indexes": [
                    models.Index(fields=["fingerprint", "failed_at"], name="signin_throttle")
                ],
            },
        ),
    ]
