# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a sender wrote stays as it is until the kernel has written the inquiry down as erased.

Then it goes, all at once and to nothing, whoever writes. No statistics of columns with personal
data: PostgreSQL would keep samples of their values (see casework 0004_retention).
"""

from django.db import migrations, models

GUARD = """
CREATE FUNCTION inquiries_inquiry_guard() RETURNS trigger
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
        NEW.sealed_cpr, NEW.sender_index, NEW.urgency, NEW.erased_at)
        IS NOT DISTINCT FROM
       (OLD.external_id, OLD.district, OLD.text, OLD.sealed_original, OLD.sender_name,
        OLD.sealed_cpr, OLD.sender_index, OLD.urgency, OLD.erased_at) THEN
        RETURN NEW;
    END IF;
    IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
        AND EXISTS (SELECT FROM public.kernel_erasure AS e
                    WHERE e.subject_type = 'inquiry' AND e.subject_id = OLD.id::text)
        AND NEW.external_id = 'slettet:' || OLD.id::text
        AND NEW.district = '' AND NEW.text = '' AND NEW.sender_name = '' AND NEW.urgency = ''
        AND NEW.sealed_original IS NULL AND NEW.sealed_cpr IS NULL AND NEW.sender_index IS NULL
        AND (NEW.recommendation_id, NEW.decision_id, NEW.case_id)
        IS NOT DISTINCT FROM (OLD.recommendation_id, OLD.decision_id, OLD.case_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'En henvendelses indhold kan ikke ændres.' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER inquiries_inquiry_guard BEFORE UPDATE OR DELETE ON inquiries_inquiry
    FOR EACH ROW EXECUTE FUNCTION inquiries_inquiry_guard();
CREATE TRIGGER inquiries_inquiry_kept_whole BEFORE TRUNCATE ON inquiries_inquiry
    FOR EACH STATEMENT EXECUTE FUNCTION inquiries_inquiry_guard();
ALTER TABLE inquiries_inquiry
    ALTER COLUMN external_id SET STATISTICS 0,
    ALTER COLUMN district SET STATISTICS 0,
    ALTER COLUMN text SET STATISTICS 0,
    ALTER COLUMN sealed_original SET STATISTICS 0,
    ALTER COLUMN sender_name SET STATISTICS 0,
    ALTER COLUMN sealed_cpr SET STATISTICS 0,
    ALTER COLUMN sender_index SET STATISTICS 0;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inquiries", "0001_initial"),
        ("casework", "0004_retention"),
        ("kernel", "0008_fairness"),
    ]

    operations = [
        migrations.AddField(
            model_name="inquiry", name="erased_at", field=models.DateTimeField(null=True)
        ),
        migrations.RunSQL(GUARD),
    ]
