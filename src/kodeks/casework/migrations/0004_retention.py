# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Rules of retention, when a case was closed and erased, and guards that let just that through.

A document's or party's contents go when the kernel has written the case down as erased
(kernel_erasure, subject type "case"), all at once and to nothing; whoever writes. Nothing new comes
to an erased case. Columns with personal data get no statistics, as PostgreSQL would keep samples of
their values in a catalogue of its own (pg_statistic).
"""

from django.db import migrations, models

# Closed before anybody wrote down when: from the day the department had answered, or from now.
CLOSED_AT = """
UPDATE casework_case AS c SET closed_at = coalesce(
    (SELECT max(i.handled_at) FROM casework_inboxitem AS i WHERE i.case_id = c.id), now())
WHERE c.state = 'closed';
"""

ERASED = """
CREATE FUNCTION casework_is_erased(case_id uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.kernel_erasure AS e
                   WHERE e.subject_type = 'case' AND e.subject_id = case_id::text)
$$;
CREATE FUNCTION casework_kept_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Sager og journal kan ikke tømmes.' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER casework_kept_whole BEFORE TRUNCATE ON casework_case
    FOR EACH STATEMENT EXECUTE FUNCTION casework_kept_whole();
CREATE TRIGGER casework_kept_whole BEFORE TRUNCATE ON casework_party
    FOR EACH STATEMENT EXECUTE FUNCTION casework_kept_whole();
CREATE TRIGGER casework_kept_whole BEFORE TRUNCATE ON casework_document
    FOR EACH STATEMENT EXECUTE FUNCTION casework_kept_whole();
CREATE TRIGGER casework_kept_whole BEFORE TRUNCATE ON casework_journalentry
    FOR EACH STATEMENT EXECUTE FUNCTION casework_kept_whole();
"""

CASE_GUARD = """
CREATE OR REPLACE FUNCTION casework_case_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    phases constant text[] := ARRAY['opened', 'decided', 'closed'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'En sag kan ikke slettes.' USING ERRCODE = '23001';
    END IF;
    IF OLD.erased_at IS NOT NULL THEN
        RAISE EXCEPTION 'Sagens oplysninger er slettet. Den kan ikke ændres.' USING ERRCODE = '23001';
    END IF;
    IF (NEW.id, NEW.key, NEW.number, NEW.opened_at)
        IS DISTINCT FROM (OLD.id, OLD.key, OLD.number, OLD.opened_at) THEN
        RAISE EXCEPTION 'Sagens nummer og oprettelse kan ikke ændres.' USING ERRCODE = '23001';
    END IF;
    IF array_position(phases, NEW.state::text) < array_position(phases, OLD.state::text) THEN
        RAISE EXCEPTION 'Sagens tilstand kan ikke gå tilbage.' USING ERRCODE = '23001';
    END IF;
    -- The time of retention runs from here: not from before the case, nor from a day to come.
    IF NEW.closed_at IS DISTINCT FROM OLD.closed_at AND (OLD.closed_at IS NOT NULL
        OR NEW.closed_at NOT BETWEEN OLD.opened_at AND clock_timestamp() + interval '1 minute') THEN
        RAISE EXCEPTION 'Sagen lukkes én gang, og tidspunktet kan ikke ændres.' USING ERRCODE = '23001';
    END IF;
    IF NEW.erased_at IS NOT NULL AND NOT public.casework_is_erased(OLD.id) THEN
        RAISE EXCEPTION 'Sagens oplysninger er ikke slettet.' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
"""

# The case's row is locked first: an erasure that is under way is waited for, and then seen.
DOCUMENT_GUARD = """
CREATE OR REPLACE FUNCTION casework_document_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM FROM public.casework_case AS c WHERE c.id = NEW.case_id FOR KEY SHARE;
        IF public.casework_is_erased(NEW.case_id) THEN
            RAISE EXCEPTION 'Sagens oplysninger er slettet. Der kan ikke komme nye til.'
                USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END IF;
    IF public.casework_is_erased(OLD.case_id) THEN
        IF TG_OP = 'UPDATE' AND NEW.title = '' AND NEW.content = '' AND
            (NEW.id, NEW.key, NEW.case_id, NEW.direction, NEW.type, NEW.letter_date, NEW.final,
             NEW.media_type, NEW.created_at)
            IS NOT DISTINCT FROM
            (OLD.id, OLD.key, OLD.case_id, OLD.direction, OLD.type, OLD.letter_date, OLD.final,
             OLD.media_type, OLD.created_at) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'Et slettet dokument kan ikke ændres.' USING ERRCODE = '23001';
    END IF;
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
CREATE OR REPLACE TRIGGER casework_document_guard
    BEFORE INSERT OR UPDATE OR DELETE ON casework_document
    FOR EACH ROW EXECUTE FUNCTION casework_document_guard();
"""

PARTY_GUARD = """
CREATE FUNCTION casework_party_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'En part kan ikke slettes.' USING ERRCODE = '23001';
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM FROM public.casework_case AS c WHERE c.id = NEW.case_id FOR KEY SHARE;
        IF NEW.name = '' THEN
            RAISE EXCEPTION 'En part skal have et navn.' USING ERRCODE = '23001';
        END IF;
        IF public.casework_is_erased(NEW.case_id) THEN
            RAISE EXCEPTION 'Sagens oplysninger er slettet. Der kan ikke komme nye til.'
                USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END IF;
    IF public.casework_is_erased(OLD.case_id)
        AND NEW.name = '' AND NEW.cvr = '' AND NEW.sealed_cpr IS NULL AND NEW.blind_index IS NULL
        AND (NEW.id, NEW.case_id, NEW.role, NEW.kind)
        IS NOT DISTINCT FROM (OLD.id, OLD.case_id, OLD.role, OLD.kind) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'En part kan ikke ændres.' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER casework_party_guard BEFORE INSERT OR UPDATE OR DELETE ON casework_party
    FOR EACH ROW EXECUTE FUNCTION casework_party_guard();
"""

NO_SAMPLES = """
ALTER TABLE casework_party
    ALTER COLUMN name SET STATISTICS 0,
    ALTER COLUMN cvr SET STATISTICS 0,
    ALTER COLUMN sealed_cpr SET STATISTICS 0,
    ALTER COLUMN blind_index SET STATISTICS 0;
ALTER TABLE casework_document
    ALTER COLUMN title SET STATISTICS 0,
    ALTER COLUMN sha256 SET STATISTICS 0,
    ALTER COLUMN content SET STATISTICS 0;
"""

PARTY_FITS = models.Q(
    models.Q(
        ("blind_index__isnull", False),
        ("cvr", ""),
        ("kind", "cpr"),
        ("sealed_cpr__isnull", False),
    ),
    models.Q(
        ("blind_index", None),
        ("cvr__regex", "^[0-9]{8}$"),
        ("kind", "cvr"),
        ("sealed_cpr", None),
    ),
    models.Q(("blind_index", None), ("cvr", ""), ("kind", "free"), ("sealed_cpr", None)),
    models.Q(("blind_index", None), ("cvr", ""), ("name", ""), ("sealed_cpr", None)),
    _connector="OR",
)


class Migration(migrations.Migration):
    dependencies = [("casework", "0003_guards"), ("kernel", "0008_fairness")]

    operations = [
        migrations.AddField(
            model_name="klesubject",
            name="retention",
            field=models.CharField(
                choices=[
                    ("unknown", "Ingen regel endnu"),
                    ("erase", "Slettes"),
                    ("keep", "Bevares"),
                ],
                default="unknown",
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="klesubject",
            name="retention_years",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="klesubject",
            name="retention_source",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="klesubject",
            name="retention_confirmed_by",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AddConstraint(
            model_name="klesubject",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("retention", "unknown"),
                        ("retention_confirmed_by", ""),
                        ("retention_years", None),
                    ),
                    models.Q(
                        models.Q(("retention_source", ""), _negated=True),
                        ("retention", "keep"),
                        ("retention_years", None),
                    ),
                    models.Q(
                        models.Q(("retention_source", ""), _negated=True),
                        ("retention", "erase"),
                        ("retention_years__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="kle_retention_whole",
            ),
        ),
        migrations.AddField(
            model_name="case", name="closed_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="case", name="erased_at", field=models.DateTimeField(null=True)
        ),
        migrations.RunSQL(CLOSED_AT, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("state", "closed")),
                    models.Q(
                        models.Q(("state", "closed"), _negated=True),
                        ("closed_at", None),
                        ("erased_at", None),
                    ),
                    _connector="OR",
                ),
                name="case_closed_has_moment",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False), ("erased_at", None)),
                fields=["closed_at"],
                name="case_closed_not_erased",
            ),
        ),
        migrations.RemoveConstraint(model_name="party", name="party_identifier_fits_kind"),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=PARTY_FITS, name="party_identifier_fits_kind"
            ),
        ),
        *(
            migrations.RunSQL(statements)
            for statements in (ERASED, CASE_GUARD, DOCUMENT_GUARD, PARTY_GUARD, NO_SAMPLES)
        ),
    ]
