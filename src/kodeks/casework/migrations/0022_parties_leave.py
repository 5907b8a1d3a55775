# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A party that came into a case by mistake is none of it any more: when is written once, and the row
stays, so that the case still tells who was a party of it."""

from django.db import migrations, models

GUARD = """
CREATE OR REPLACE FUNCTION casework_party_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'En part kan ikke slettes.' USING ERRCODE = '23001';
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM FROM public.casework_case AS c WHERE c.id = NEW.case_id FOR KEY SHARE;
        IF NEW.name = '' OR NEW.left_at IS NOT NULL THEN
            RAISE EXCEPTION 'En part skal have et navn og være i sagen.' USING ERRCODE = '23001';
        END IF;
        IF public.casework_is_erased(NEW.case_id) THEN
            RAISE EXCEPTION 'Sagens oplysninger er slettet. Der kan ikke komme nye til.'
                USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END IF;
    IF public.casework_is_erased(OLD.case_id)
        AND NEW.name = '' AND NEW.cvr = '' AND NEW.sealed_cpr IS NULL AND NEW.blind_index IS NULL
        AND (NEW.id, NEW.case_id, NEW.role, NEW.kind, NEW.left_at)
        IS NOT DISTINCT FROM (OLD.id, OLD.case_id, OLD.role, OLD.kind, OLD.left_at) THEN
        RETURN NEW;
    END IF;
    IF OLD.left_at IS NULL AND NEW.left_at IS NOT NULL AND OLD.role = 'secondary'
        AND (NEW.id, NEW.case_id, NEW.role, NEW.kind, NEW.name, NEW.cvr, NEW.sealed_cpr,
             NEW.blind_index)
        IS NOT DISTINCT FROM
            (OLD.id, OLD.case_id, OLD.role, OLD.kind, OLD.name, OLD.cvr, OLD.sealed_cpr,
             OLD.blind_index) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'En part kan ikke ændres.' USING ERRCODE = '23001';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0021_more_clocks")]

    operations = [
        migrations.AddField(
            model_name="party", name="left_at", field=models.DateTimeField(null=True)
        ),
        migrations.RunSQL(GUARD),
    ]
