# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The functions as they were; the newest migration installs them (`kernel.sql`)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kernel", "0010_reversals")]

    operations = []
