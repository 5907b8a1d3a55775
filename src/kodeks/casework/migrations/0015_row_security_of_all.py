# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What hangs on a case is shown to those who see the case, whenever its table was made."""

from django.db import migrations

SEEN = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY casework_seen ON {table} USING (
    (SELECT public.casework_sees_all())
    OR EXISTS (SELECT FROM {above} AS a WHERE a.id = {table}.{column})
);
"""
UNDO = """
DROP POLICY casework_seen ON {table};
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""

# Row-level security of the table above decides inside the policy.
ABOVE = (
    ("casework_deadline", "casework_case", "case_id"),
    ("casework_deadlineevent", "casework_deadline", "deadline_id"),
    ("casework_dispatch", "casework_document", "document_id"),
    ("casework_dispatchnews", "casework_dispatch", "dispatch_id"),
    ("casework_distribution", "casework_case", "case_id"),
    ("casework_distributionreceipt", "casework_distribution", "distribution_id"),
)


class Migration(migrations.Migration):
    dependencies = [("casework", "0014_letter_templates")]

    operations = [
        migrations.RunSQL(
            SEEN.format(table=table, above=f"public.{above}", column=column),
            UNDO.format(table=table),
        )
        for table, above, column in ABOVE
    ]
