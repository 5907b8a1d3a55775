# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""That a department has dealt with what is urgent is a milestone. The functions as they are."""

from django.db import migrations, models

from kodeks.kernel.sql import install_functions


class Migration(migrations.Migration):
    dependencies = [("kernel", "0013_several")]

    operations = [
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.UniqueConstraint(
                condition=models.Q(("what", "attended")),
                fields=("decision", "unit"),
                name="kernel_attended_once",
            ),
        ),
        migrations.RunPython(install_functions, migrations.RunPython.noop),
    ]
