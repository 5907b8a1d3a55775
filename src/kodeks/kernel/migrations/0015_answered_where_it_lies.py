# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An answer is of the department that the case lies with. The functions as they are."""

from django.db import migrations

from kodeks.kernel.sql import install_functions


class Migration(migrations.Migration):
    dependencies = [("kernel", "0014_attended")]

    operations = [migrations.RunPython(install_functions, migrations.RunPython.noop)]
