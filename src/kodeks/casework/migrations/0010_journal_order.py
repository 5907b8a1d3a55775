# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The journal by day, the newest first: a page of it is read without sorting all of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0009_notes")]

    operations = [
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(fields=["-registered_at", "-id"], name="journal_newest_first"),
        ),
    ]
