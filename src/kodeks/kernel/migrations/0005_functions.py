# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Empty: the functions are put in place by the newest migration (kodeks.kernel.sql)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_witnesses")]

    operations = []
