# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An inquiry is shown to those who see its case; before it has one, to those with a right for all.

It lies nowhere then, and as kernel.may has it, a right for one unit or prefix does not reach it.
"""

from django.db import migrations

SEEN = """
ALTER TABLE inquiries_inquiry ENABLE ROW LEVEL SECURITY;
CREATE POLICY inquiries_seen ON inquiries_inquiry USING (
    (SELECT public.casework_sees_all())
    OR (case_id IS NOT NULL
        AND EXISTS (SELECT FROM public.casework_case AS c WHERE c.id = case_id))
);
ALTER TABLE inquiries_attachment ENABLE ROW LEVEL SECURITY;
CREATE POLICY inquiries_seen ON inquiries_attachment USING (
    (SELECT public.casework_sees_all())
    OR EXISTS (SELECT FROM public.inquiries_inquiry AS i WHERE i.id = inquiry_id)
);
"""


class Migration(migrations.Migration):
    dependencies = [("inquiries", "0004_attachments"), ("casework", "0008_row_security")]

    operations = [migrations.RunSQL(SEEN)]
