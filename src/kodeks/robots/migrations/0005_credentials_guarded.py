# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Credentials are emptied when they are not in use any more, and change in no other way."""

from django.db import migrations, models

GUARD = """
CREATE FUNCTION robots_credential_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := to_jsonb(OLD) - ARRAY['sealed', 'wrapped', 'kek', 'emptied_by', 'emptied_at'];
    after jsonb := to_jsonb(NEW) - ARRAY['sealed', 'wrapped', 'kek', 'emptied_by', 'emptied_at'];
BEGIN
    IF before = after AND OLD.emptied_at IS NULL THEN
        IF NEW.emptied_at IS NOT NULL AND NEW.emptied_by <> '' AND NEW.sealed = '' AND NEW.wrapped = ''
           AND NEW.kek = 0 THEN
            RETURN NEW;
        END IF;
        IF NEW.emptied_at IS NULL AND NEW.emptied_by = '' AND NEW.sealed = OLD.sealed
           AND NEW.kek > OLD.kek THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a credential may only be emptied, or its key wrapped anew'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER robots_credential_guard BEFORE UPDATE ON robots_credential
    FOR EACH ROW EXECUTE FUNCTION robots_credential_guard();
CREATE TRIGGER robots_credential_kept BEFORE DELETE ON robots_credential
    FOR EACH ROW EXECUTE FUNCTION robots_refuse_change();
REVOKE ALL ON robots_credential FROM kodeks_app;
GRANT SELECT, INSERT, UPDATE (sealed, wrapped, kek, emptied_by, emptied_at)
    ON robots_credential TO kodeks_app;
"""
UNDO_GUARD = """
GRANT SELECT, INSERT, UPDATE, DELETE ON robots_credential TO kodeks_app;
DROP TRIGGER robots_credential_kept ON robots_credential;
DROP TRIGGER robots_credential_guard ON robots_credential;
DROP FUNCTION robots_credential_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("robots", "0004_people_help")]

    operations = [
        migrations.AddField(
            model_name="credential",
            name="emptied_by",
            field=models.CharField(blank=True, max_length=150),
        ),
        migrations.AddField(
            model_name="credential",
            name="emptied_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(GUARD, UNDO_GUARD),
    ]
