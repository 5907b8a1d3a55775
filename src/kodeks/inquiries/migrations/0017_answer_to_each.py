# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An answer is to the sender of one inquiry: what was written before is to the case's own."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

PROTECT = django.db.models.deletion.PROTECT
# What stands may not be changed, so the guard is away while each draft gets its inquiry. Keys that
# are checked at the end would keep the table from being altered.
FILL = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE inquiries_replydraft DISABLE TRIGGER inquiries_replydraft_guard;
UPDATE inquiries_replydraft AS d SET inquiry_id = i.id
FROM inquiries_inquiry AS i WHERE i.case_id = d.case_id;
ALTER TABLE inquiries_replydraft ENABLE TRIGGER inquiries_replydraft_guard;
"""
# The words go when the case is erased, or the inquiry, which may lie in a case of its own by then.
GUARD = """
CREATE OR REPLACE FUNCTION inquiries_replydraft_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (NEW.id, NEW.item_id, NEW.inquiry_id, NEW.case_id, NEW.number, NEW.blocks,
             NEW.written_by_id, NEW.written_at, NEW.document_id)
            IS NOT DISTINCT FROM (OLD.id, OLD.item_id, OLD.inquiry_id, OLD.case_id, OLD.number,
             OLD.blocks, OLD.written_by_id, OLD.written_at, OLD.document_id)
        AND NEW.sealed = ''
        AND (public.inquiries_erased(OLD.case_id)
             OR EXISTS (SELECT FROM public.kernel_erasure AS e WHERE e.subject_type = 'inquiry'
                        AND e.subject_id = OLD.inquiry_id::text)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'En kladde, der er gemt, kan ikke ændres.' USING ERRCODE = '23001';
END $$;
"""
_WHOLE = import_module("kodeks.inquiries.migrations.0011_answer_support").GUARD
_START = _WHOLE.index("CREATE FUNCTION inquiries_replydraft_guard()")
BEFORE = _WHOLE[_START : _WHOLE.index("END $$;", _START)].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1
)


class Migration(migrations.Migration):
    dependencies = [("inquiries", "0016_attended_entered")]

    operations = [
        migrations.AddField(
            "replydraft",
            "inquiry",
            models.ForeignKey("inquiries.inquiry", PROTECT, null=True, related_name="+"),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            "replydraft",
            "inquiry",
            models.ForeignKey("inquiries.inquiry", PROTECT, related_name="+"),
        ),
        migrations.RemoveConstraint("replydraft", "inquiries_draft_number"),
        migrations.AddConstraint(
            "replydraft",
            models.UniqueConstraint(
                fields=("item", "inquiry", "number"), name="inquiries_draft_number_to"
            ),
        ),
        migrations.RunSQL(GUARD, f"{BEFORE}END $$;"),
    ]
