# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Steps done by hand say what came of them, and approvals of letter texts are entries."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0011_functions")]

    operations = [
        migrations.AddIndex(
            model_name="registryevent",
            index=models.Index(
                condition=models.Q(("kind", "letter_approved")),
                fields=["kind"],
                name="kernel_letter_approved",
            ),
        ),
    ]
