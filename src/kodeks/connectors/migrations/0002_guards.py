# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The archive's index is only added to (SQLSTATE 23001, in Django an IntegrityError)."""

from django.db import migrations

GUARD = """
CREATE FUNCTION connectors_archive_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Arkivets register kan hverken ændres eller slettes.' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER connectors_archive_guard BEFORE UPDATE OR DELETE ON connectors_archiveentry
    FOR EACH ROW EXECUTE FUNCTION connectors_archive_guard();
"""
DROP = """
DROP TRIGGER connectors_archive_guard ON connectors_archiveentry;
DROP FUNCTION connectors_archive_guard();
"""


class Migration(migrations.Migration):
    dependencies = (("connectors", "0001_initial"),)

    operations = (migrations.RunSQL(GUARD, DROP),)
