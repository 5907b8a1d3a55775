# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Where a model is not sure of one suggestion, several possibilities may be put before people, and
the plan says how many of its sure suggestions may be wrong."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0012_hands_and_texts")]

    operations = [
        migrations.AddField(
            model_name="oversightplan",
            name="allowed_errors",
            # The database's own default: the functions of an earlier version say nothing of it.
            field=models.JSONField(default=list, db_default=[]),
        ),
    ]
