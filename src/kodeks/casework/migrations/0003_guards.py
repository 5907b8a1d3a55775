# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Rules that PostgreSQL keeps whoever writes: numbers, checksums, and a journal without erasers.

A violation has SQLSTATE 23001, which Django raises as IntegrityError.
"""

from django.db import migrations

CASE_NUMBERS = "CREATE SEQUENCE casework_case_number AS bigint MINVALUE 1"

CASE_GUARD = """
CREATE FUNCTION casework_case_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    phases constant text[] := ARRAY['opened', 'decided', 'closed'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'En sag kan ikke slettes.' USING ERRCODE = '23001';
    END IF;
    IF (NEW.id, NEW.key, NEW.number, NEW.opened_at)
        IS DISTINCT FROM (OLD.id, OLD.key, OLD.number, OLD.opened_at) THEN
        RAISE EXCEPTION 'Sagens nummer og oprettelse kan ikke ændres.' USING ERRCODE = '23001';
    END IF;
    IF array_position(phases, NEW.state::text) < array_position(phases, OLD.state::text) THEN
        RAISE EXCEPTION 'Sagens tilstand kan ikke gå tilbage.' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER casework_case_guard BEFORE UPDATE OR DELETE ON casework_case
    FOR EACH ROW EXECUTE FUNCTION casework_case_guard();
"""

DOCUMENT_GUARD = """
ALTER TABLE casework_document ADD CONSTRAINT document_sha256_is_content
    CHECK (sha256 = encode(sha256(content), 'hex'));
CREATE FUNCTION casework_document_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.final THEN
        RAISE EXCEPTION 'Et endeligt dokument kan ikke ændres eller slettes.'
            USING ERRCODE = '23001';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF (NEW.id, NEW.key, NEW.case_id, NEW.sha256, NEW.created_at)
        IS DISTINCT FROM (OLD.id, OLD.key, OLD.case_id, OLD.sha256, OLD.created_at) THEN
        RAISE EXCEPTION 'Et dokuments indhold og sag kan ikke ændres.' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER casework_document_guard BEFORE UPDATE OR DELETE ON casework_document
    FOR EACH ROW EXECUTE FUNCTION casework_document_guard();
"""

JOURNAL_GUARD = """
CREATE FUNCTION casework_journal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    phases constant text[] := ARRAY['registered', 'journalised', 'receipted'];
    step integer;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'En journalpost kan ikke slettes.' USING ERRCODE = '23001';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'registered' THEN
            RAISE EXCEPTION 'En journalpost begynder som registreret.' USING ERRCODE = '23001';
        END IF;
        IF NEW.case_id IS DISTINCT FROM
            (SELECT case_id FROM casework_document WHERE id = NEW.document_id) THEN
            RAISE EXCEPTION 'Journalposten og dokumentet hører til hver sin sag.'
                USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.key, NEW.document_id, NEW.case_id, NEW.received_or_sent_on, NEW.theme,
        NEW.unit_id, NEW.actor_kind, NEW.actor, NEW.registered_at)
        IS DISTINCT FROM
       (OLD.id, OLD.key, OLD.document_id, OLD.case_id, OLD.received_or_sent_on, OLD.theme,
        OLD.unit_id, OLD.actor_kind, OLD.actor, OLD.registered_at) THEN
        RAISE EXCEPTION 'En journalposts indhold kan ikke ændres.' USING ERRCODE = '23001';
    END IF;
    step := array_position(phases, NEW.status::text) - array_position(phases, OLD.status::text);
    IF step IS NULL OR step NOT IN (0, 1) THEN
        RAISE EXCEPTION 'En journalpost går ét skridt frem ad gangen.' USING ERRCODE = '23001';
    END IF;
    IF OLD.status <> 'registered'
        AND (NEW.esdh_case_id, NEW.esdh_document_id, NEW.journalised_at)
        IS DISTINCT FROM (OLD.esdh_case_id, OLD.esdh_document_id, OLD.journalised_at) THEN
        RAISE EXCEPTION 'Journalsystemets numre kan ikke ændres.' USING ERRCODE = '23001';
    END IF;
    IF OLD.status = 'receipted' AND NEW.receipted_at IS DISTINCT FROM OLD.receipted_at THEN
        RAISE EXCEPTION 'Kvitteringens tidspunkt kan ikke ændres.' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER casework_journal_guard BEFORE INSERT OR UPDATE OR DELETE ON casework_journalentry
    FOR EACH ROW EXECUTE FUNCTION casework_journal_guard();
"""


def _drop(*, table: str, function: str) -> str:
    return f"DROP TRIGGER {function} ON {table}; DROP FUNCTION {function}();"


class Migration(migrations.Migration):
    dependencies = (("casework", "0002_journal"),)

    operations = (
        migrations.RunSQL(CASE_NUMBERS, "DROP SEQUENCE casework_case_number"),
        migrations.RunSQL(CASE_GUARD, _drop(table="casework_case", function="casework_case_guard")),
        migrations.RunSQL(
            DOCUMENT_GUARD,
            _drop(table="casework_document", function="casework_document_guard")
            + "ALTER TABLE casework_document DROP CONSTRAINT document_sha256_is_content;",
        ),
        migrations.RunSQL(
            JOURNAL_GUARD,
            _drop(table="casework_journalentry", function="casework_journal_guard"),
        ),
    )
