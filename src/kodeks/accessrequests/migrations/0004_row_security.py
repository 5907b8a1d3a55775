# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A request, its rounds and what was found for it are shown to those who see the request's case.

Before it has one, to those with a right for all, as an inquiry is. The shape of the policies is
that of casework's migration 0016, which says why.
"""

from django.db import migrations

SEEN = """
ALTER TABLE accessrequests_accessrequest ENABLE ROW LEVEL SECURITY;
CREATE POLICY accessrequests_seen ON accessrequests_accessrequest USING (
    (SELECT nullif(public.casework_sees_all(), false)) IS NOT NULL
    OR (case_id IS NOT NULL AND EXISTS (
        SELECT FROM public.casework_case AS c
        WHERE c.id = accessrequests_accessrequest.case_id OFFSET 0))
);
"""
OF_REQUEST = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY accessrequests_seen ON {table} USING (
    (SELECT nullif(public.casework_sees_all(), false)) IS NOT NULL
    OR EXISTS (
        SELECT FROM public.accessrequests_accessrequest AS r
        WHERE r.id = {table}.request_id OFFSET 0)
);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accessrequests", "0003_whole"),
        ("casework", "0016_row_security_priced"),
    ]

    operations = [
        migrations.RunSQL(SEEN),
        *(
            migrations.RunSQL(OF_REQUEST.format(table=f"accessrequests_{name}"))
            for name in ("round", "requestdocument")
        ),
    ]
