# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Put the functions in place once; the newest migration does that now (kodeks.kernel.sql)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_witnesses")]

    operations = []
