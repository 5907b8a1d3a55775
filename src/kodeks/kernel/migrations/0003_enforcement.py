# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The functions, triggers and rights that make the kernel the only way in."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parent / "sql"
_PARTS = ("foundation", "gate", "acts", "registry", "ledger", "rights")


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_records")]

    operations = [
        migrations.RunSQL((_SQL / f"0003_{part}.sql").read_text(encoding="utf-8"))
        for part in _PARTS
    ]
