# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who asked for what, and what was found, stays until the kernel has written it down as erased.

Then it goes, all at once and to nothing, whoever writes. What was decided is never taken back. No
statistics of columns with personal data (see casework 0004_retention).
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION accessrequests_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
        RAISE EXCEPTION 'En anmodning om aktindsigt kan ikke slettes. Dens indhold slettes, når fristen er nået.'
            USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION accessrequests_request_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.law, NEW.unit_id, NEW.received_on, NEW.due_on, NEW.registered_at, NEW.case_number)
        IS DISTINCT FROM
       (OLD.id, OLD.law, OLD.unit_id, OLD.received_on, OLD.due_on, OLD.registered_at, OLD.case_number)
        OR (OLD.decision_id IS NOT NULL AND NEW.decision_id IS DISTINCT FROM OLD.decision_id)
        OR (OLD.case_id IS NOT NULL AND NEW.case_id IS DISTINCT FROM OLD.case_id)
        OR (OLD.delivered_at IS NOT NULL AND NEW.delivered_at IS DISTINCT FROM OLD.delivered_at) THEN
        RAISE EXCEPTION 'Hvad der er søgt om og afgjort, kan ikke ændres.' USING ERRCODE = '23001';
    END IF;
    IF (NEW.key, NEW.requester_name, NEW.requester_address, NEW.sealed_cpr, NEW.requester_index,
        NEW.wording, NEW.erased_at)
        IS NOT DISTINCT FROM
       (OLD.key, OLD.requester_name, OLD.requester_address, OLD.sealed_cpr, OLD.requester_index,
        OLD.wording, OLD.erased_at) THEN
        RETURN NEW;
    END IF;
    IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
        AND EXISTS (SELECT FROM public.kernel_erasure AS e
                    WHERE e.subject_type = 'accessrequest' AND e.subject_id = OLD.id::text)
        AND NEW.key = 'slettet:' || OLD.id::text
        AND NEW.requester_name = '' AND NEW.requester_address = '' AND NEW.wording = ''
        AND NEW.sealed_cpr IS NULL AND NEW.requester_index IS NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'En anmodnings indhold kan ikke ændres.' USING ERRCODE = '23001';
END $$;

CREATE FUNCTION accessrequests_document_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.request_id, NEW.source, NEW.scope_unit, NEW.scope_kle, NEW.date, NEW.direction,
        NEW.media_type)
        IS DISTINCT FROM
       (OLD.id, OLD.request_id, OLD.source, OLD.scope_unit, OLD.scope_kle, OLD.date, OLD.direction,
        OLD.media_type)
        OR (OLD.decision_id IS NOT NULL AND (NEW.decision_id, NEW.number)
            IS DISTINCT FROM (OLD.decision_id, OLD.number))
        OR (OLD.recommendation_id IS NOT NULL
            AND NEW.recommendation_id IS DISTINCT FROM OLD.recommendation_id) THEN
        RAISE EXCEPTION 'Hvad der er fundet og afgjort, kan ikke ændres.' USING ERRCODE = '23001';
    END IF;
    IF (NEW.source_id, NEW.case_number, NEW.title, NEW.sha256, NEW.erased_at)
        IS NOT DISTINCT FROM
       (OLD.source_id, OLD.case_number, OLD.title, OLD.sha256, OLD.erased_at) THEN
        RETURN NEW;
    END IF;
    IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
        AND EXISTS (SELECT FROM public.kernel_erasure AS e
                    WHERE e.subject_type = 'accessdocument' AND e.subject_id = OLD.id::text)
        AND NEW.source_id = '' AND NEW.case_number = '' AND NEW.title = ''
        AND NEW.sha256 = encode(sha256(convert_to(OLD.id::text, 'UTF8')), 'hex') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Et fundet dokuments oplysninger kan ikke ændres.' USING ERRCODE = '23001';
END $$;

CREATE FUNCTION accessrequests_delay_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.request_id, NEW.new_day, NEW.told_at, NEW.user_id)
        IS NOT DISTINCT FROM (OLD.id, OLD.request_id, OLD.new_day, OLD.told_at, OLD.user_id)
        AND NEW.sealed_reason IS NULL AND EXISTS (
            SELECT FROM public.kernel_erasure AS e
            WHERE e.subject_type = 'accessrequest' AND e.subject_id = OLD.request_id::text) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Hvad der er skrevet om en udskudt frist, kan ikke ændres.'
        USING ERRCODE = '23001';
END $$;

CREATE TRIGGER accessrequests_request_guard BEFORE UPDATE ON accessrequests_accessrequest
    FOR EACH ROW EXECUTE FUNCTION accessrequests_request_guard();
CREATE TRIGGER accessrequests_document_guard BEFORE UPDATE ON accessrequests_requestdocument
    FOR EACH ROW EXECUTE FUNCTION accessrequests_document_guard();
CREATE TRIGGER accessrequests_delay_guard BEFORE UPDATE ON accessrequests_delay
    FOR EACH ROW EXECUTE FUNCTION accessrequests_delay_guard();
"""
KEPT = """
CREATE TRIGGER {table}_kept BEFORE DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION accessrequests_guard();
CREATE TRIGGER {table}_kept_whole BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION accessrequests_guard();
"""
PERSONAL = {
    "accessrequests_accessrequest": (
        "key requester_name requester_address sealed_cpr requester_index wording"
    ),
    "accessrequests_requestdocument": "source_id title sha256",
    "accessrequests_delay": "sealed_reason",
}
STATISTICS = "".join(
    f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0;"
    for table, columns in PERSONAL.items()
    for column in columns.split()
)


class Migration(migrations.Migration):
    dependencies = [
        ("accessrequests", "0001_initial"),
        ("kernel", "0010_reversals"),
    ]

    operations = [
        migrations.RunSQL(GUARD + "".join(KEPT.format(table=table) for table in PERSONAL)),
        migrations.RunSQL(STATISTICS),
    ]
