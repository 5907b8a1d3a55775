# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The functions, triggers and rights that make the kernel the only way in."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_witnesses")]

    # The newest migration puts them in place.
    operations = []
