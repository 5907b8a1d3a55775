# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The same inquiries to the same people, asked as casework's migration 0016 says why."""

from django.db import migrations

SEEN = """
ALTER POLICY inquiries_seen ON inquiries_inquiry USING (
    (SELECT nullif(public.casework_sees_all(), false)) IS NOT NULL
    OR (case_id IS NOT NULL AND EXISTS (
        SELECT FROM public.casework_case AS c WHERE c.id = inquiries_inquiry.case_id OFFSET 0))
);
ALTER POLICY inquiries_seen ON inquiries_attachment USING (
    (SELECT nullif(public.casework_sees_all(), false)) IS NOT NULL
    OR EXISTS (
        SELECT FROM public.inquiries_inquiry AS i
        WHERE i.id = inquiries_attachment.inquiry_id OFFSET 0)
);
"""


class Migration(migrations.Migration):
    dependencies = [("inquiries", "0005_row_security"), ("casework", "0016_row_security_priced")]

    operations = [migrations.RunSQL(SEEN)]
