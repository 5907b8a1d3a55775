# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""That a department has dealt with what is urgent is written down only with an entry in the ledger
that says the same: of which decision, which department, who, and when.

Rows from before have none, and stay as they are.
"""

from django.db import migrations, models

GUARD = """
CREATE FUNCTION inquiries_attended_entered() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.kernel_milestone AS m
        JOIN public.inquiries_inquiry AS i ON i.decision_id = m.decision_id
        JOIN public.casework_unit AS u ON u.code = m.unit
        WHERE m.id = NEW.milestone_id AND m.what = 'attended' AND i.id = NEW.inquiry_id
          AND u.id = NEW.unit_id AND m.user_id = NEW.by_id AND m.at = NEW.at) THEN
        RAISE EXCEPTION 'At der er taget hånd om det, står ikke i loggen.' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inquiries_attended_entered BEFORE INSERT ON inquiries_attended
    FOR EACH ROW EXECUTE FUNCTION inquiries_attended_entered();
"""
UNDO = """
DROP TRIGGER inquiries_attended_entered ON inquiries_attended;
DROP FUNCTION inquiries_attended_entered();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inquiries", "0015_compared"),
        ("kernel", "0014_attended"),
    ]

    operations = [
        migrations.AddField(
            model_name="attended",
            name="milestone_id",
            field=models.UUIDField(null=True, unique=True),
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
