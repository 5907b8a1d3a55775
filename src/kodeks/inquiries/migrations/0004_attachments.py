# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Files that come with an inquiry, the sender's address, and the channel Open311.

What was sent stays as it is until the kernel has written the inquiry down as erased, as 0002 has it.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
CREATE OR REPLACE FUNCTION inquiries_inquiry_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
        RAISE EXCEPTION 'En henvendelse kan ikke slettes. Dens indhold slettes, når fristen er nået.'
            USING ERRCODE = '23001';
    END IF;
    IF (NEW.id, NEW.channel, NEW.received_at, NEW.registered_at)
        IS DISTINCT FROM (OLD.id, OLD.channel, OLD.received_at, OLD.registered_at) THEN
        RAISE EXCEPTION 'Hvornår en henvendelse kom, kan ikke ændres.' USING ERRCODE = '23001';
    END IF;
    IF (NEW.external_id, NEW.district, NEW.text, NEW.sealed_original, NEW.sender_name,
        NEW.sealed_cpr, NEW.sender_index, NEW.sealed_address, NEW.urgency, NEW.erased_at)
        IS NOT DISTINCT FROM
       (OLD.external_id, OLD.district, OLD.text, OLD.sealed_original, OLD.sender_name,
        OLD.sealed_cpr, OLD.sender_index, OLD.sealed_address, OLD.urgency, OLD.erased_at) THEN
        RETURN NEW;
    END IF;
    IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
        AND EXISTS (SELECT FROM public.kernel_erasure AS e
                    WHERE e.subject_type = 'inquiry' AND e.subject_id = OLD.id::text)
        AND NEW.external_id = 'slettet:' || OLD.id::text
        AND NEW.district = '' AND NEW.text = '' AND NEW.sender_name = '' AND NEW.urgency = ''
        AND NEW.sealed_original IS NULL AND NEW.sealed_cpr IS NULL AND NEW.sender_index IS NULL
        AND NEW.sealed_address IS NULL
        AND (NEW.recommendation_id, NEW.decision_id, NEW.case_id)
        IS NOT DISTINCT FROM (OLD.recommendation_id, OLD.decision_id, OLD.case_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'En henvendelses indhold kan ikke ændres.' USING ERRCODE = '23001';
END $$;
ALTER TABLE inquiries_inquiry ALTER COLUMN sealed_address SET STATISTICS 0;

CREATE FUNCTION inquiries_attachment_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (NEW.id, NEW.inquiry_id, NEW.number, NEW.media_type, NEW.size)
            IS NOT DISTINCT FROM (OLD.id, OLD.inquiry_id, OLD.number, OLD.media_type, OLD.size)
        AND NEW.sha256 = '' AND NEW.sealed_name = '' AND NEW.sealed = ''
        AND EXISTS (SELECT FROM public.kernel_erasure AS e
                    WHERE e.subject_type = 'inquiry' AND e.subject_id = OLD.inquiry_id::text) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Et bilag kan ikke ændres. Det slettes, når henvendelsens frist er nået.'
        USING ERRCODE = '23001';
END $$;
CREATE TRIGGER inquiries_attachment_guard BEFORE UPDATE OR DELETE ON inquiries_attachment
    FOR EACH ROW EXECUTE FUNCTION inquiries_attachment_guard();
CREATE TRIGGER inquiries_attachment_kept_whole BEFORE TRUNCATE ON inquiries_attachment
    FOR EACH STATEMENT EXECUTE FUNCTION inquiries_attachment_guard();
ALTER TABLE inquiries_attachment
    ALTER COLUMN sealed_name SET STATISTICS 0, ALTER COLUMN sealed SET STATISTICS 0;
"""


class Migration(migrations.Migration):
    dependencies = [("inquiries", "0003_deadline_rules")]

    operations = [
        migrations.AlterField(
            model_name="inquiry",
            name="channel",
            field=models.CharField(
                choices=[
                    ("mail", "E-mail"),
                    ("web", "Kontaktformular"),
                    ("telefonnotat", "Telefonnotat"),
                    ("brev", "Brev"),
                    ("app", "App"),
                    ("open311", "Open311"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="inquiry", name="sealed_address", field=models.BinaryField(null=True)
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("media_type", models.CharField(max_length=100)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("sealed_name", models.BinaryField()),
                ("sealed", models.BinaryField()),
                (
                    "inquiry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="inquiries.inquiry",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("inquiry", "number"), name="inquiries_attachment_number"
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARD),
    ]
