# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An inquiry may be laid on a case that was there, and is found again by a signature of its text.

It is shown to those who see that case, as with one of its own (migration 0006). The signature is
made of what the sender wrote: it goes when the inquiry is erased, and the database keeps no samples
of it (migration 0002).
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

GUARD = """
CREATE FUNCTION inquiries_likeness_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.inquiry_id = OLD.inquiry_id
        AND (NEW.bands = OLD.bands OR NEW.bands = '{}'
            AND EXISTS (SELECT FROM public.kernel_erasure AS e
                    WHERE e.subject_type = 'inquiry' AND e.subject_id = OLD.inquiry_id::text)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'En henvendelses kendetegn kan ikke ændres. De slettes, når fristen er nået.'
        USING ERRCODE = '23001';
END $$;
CREATE TRIGGER inquiries_likeness_guard BEFORE UPDATE OR DELETE ON inquiries_likeness
    FOR EACH ROW EXECUTE FUNCTION inquiries_likeness_guard();
CREATE TRIGGER inquiries_likeness_kept_whole BEFORE TRUNCATE ON inquiries_likeness
    FOR EACH STATEMENT EXECUTE FUNCTION inquiries_likeness_guard();
ALTER TABLE inquiries_likeness ALTER COLUMN bands SET STATISTICS 0;
"""

SEEN = """
ALTER POLICY inquiries_seen ON inquiries_inquiry USING (
    (SELECT nullif(public.casework_sees_all(), false)) IS NOT NULL
    OR (case_id IS NOT NULL AND EXISTS (
        SELECT FROM public.casework_case AS c WHERE c.id = inquiries_inquiry.case_id OFFSET 0))
    OR (joined_id IS NOT NULL AND EXISTS (
        SELECT FROM public.casework_case AS c WHERE c.id = inquiries_inquiry.joined_id OFFSET 0))
    OR (case_id IS NULL AND joined_id IS NULL
        AND suggested_unit_id = ANY (ARRAY(SELECT public.casework_sees_units())))
);
ALTER TABLE inquiries_likeness ENABLE ROW LEVEL SECURITY;
CREATE POLICY inquiries_seen ON inquiries_likeness USING (
    (SELECT nullif(public.casework_sees_all(), false)) IS NOT NULL
    OR EXISTS (
        SELECT FROM public.inquiries_inquiry AS i
        WHERE i.id = inquiries_likeness.inquiry_id OFFSET 0)
);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inquiries", "0007_matters"),
        ("casework", "0016_row_security_priced"),
    ]

    operations = [
        migrations.AddField(
            model_name="inquiry",
            name="joined",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="joined_inquiries",
                to="casework.case",
            ),
        ),
        migrations.CreateModel(
            name="Likeness",
            fields=[
                (
                    "inquiry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="likeness",
                        serialize=False,
                        to="inquiries.inquiry",
                    ),
                ),
                (
                    "bands",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["bands"], name="inquiries_alike"
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARD),
        migrations.RunSQL(SEEN),
    ]
