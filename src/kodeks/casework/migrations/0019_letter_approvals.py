# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A text of a letter is approved only with an entry in the ledger that says who stands behind it.

Texts that were approved before have none, and stay in use.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION casework_letter_entered() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.kernel_registryevent AS e
        WHERE e.kind = 'letter_approved' AND e.body ->> 'letter' = NEW.name
          AND e.body -> 'version' = to_jsonb(NEW.version)
          AND e.body -> 'user' = to_jsonb(NEW.approved_by_id)
          AND e.body -> 'written_by' = to_jsonb(NEW.written_by_id)
          AND e.body ->> 'sha256' = encode(
              sha256(convert_to(NEW.subject || E'\\n\\n' || NEW.body, 'UTF8')), 'hex')) THEN
        RAISE EXCEPTION 'Godkendelsen af brevteksten står ikke i loggen.' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER casework_letter_entered BEFORE UPDATE ON casework_lettertemplate
    FOR EACH ROW EXECUTE FUNCTION casework_letter_entered();
"""
UNDO = """
DROP TRIGGER casework_letter_entered ON casework_lettertemplate;
DROP FUNCTION casework_letter_entered();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0018_party_access"),
        ("kernel", "0012_hands_and_texts"),
    ]

    operations = [migrations.RunSQL(GUARD, UNDO)]
