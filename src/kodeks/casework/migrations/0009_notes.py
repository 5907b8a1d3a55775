# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Notes and reminders of a case, with guards: written once, done once, emptied only when erased.

Seen with the case, as all that lies in one. Sealed texts get no statistics, as PostgreSQL would keep
samples of them in a catalogue.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDS = """
CREATE FUNCTION casework_note_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'En note kan ikke slettes.' USING ERRCODE = '23001';
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM FROM public.casework_case AS c WHERE c.id = NEW.case_id FOR KEY SHARE;
        IF public.casework_is_erased(NEW.case_id) THEN
            RAISE EXCEPTION 'Sagens oplysninger er slettet. Der kan ikke komme nye til.'
                USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END IF;
    IF public.casework_is_erased(OLD.case_id) AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
        AND (NEW.id, NEW.case_id, NEW.author_id, NEW.written_at)
        IS NOT DISTINCT FROM (OLD.id, OLD.case_id, OLD.author_id, OLD.written_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'En note kan ikke ændres.' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER casework_note_guard BEFORE INSERT OR UPDATE OR DELETE ON casework_note
    FOR EACH ROW EXECUTE FUNCTION casework_note_guard();

CREATE FUNCTION casework_reminder_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'En erindring kan ikke slettes.' USING ERRCODE = '23001';
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM FROM public.casework_case AS c WHERE c.id = NEW.case_id FOR KEY SHARE;
        IF public.casework_is_erased(NEW.case_id) THEN
            RAISE EXCEPTION 'Sagens oplysninger er slettet. Der kan ikke komme nye til.'
                USING ERRCODE = '23001';
        END IF;
        IF NEW.done_at IS NOT NULL THEN
            RAISE EXCEPTION 'En erindring begynder åben.' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.case_id, NEW.due_on, NEW.person_id, NEW.unit_id, NEW.written_by_id,
        NEW.written_at)
        IS NOT DISTINCT FROM (OLD.id, OLD.case_id, OLD.due_on, OLD.person_id, OLD.unit_id,
        OLD.written_by_id, OLD.written_at) THEN
        IF public.casework_is_erased(OLD.case_id) THEN
            IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
                AND (NEW.done_at, NEW.done_by_id) IS NOT DISTINCT FROM (OLD.done_at, OLD.done_by_id)
            THEN
                RETURN NEW;
            END IF;
        ELSIF OLD.done_at IS NULL AND NEW.done_at IS NOT NULL AND NEW.erased_at IS NULL
            AND NEW.sealed_text = OLD.sealed_text THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'En erindring bliver gjort én gang, og ændres ellers ikke.'
        USING ERRCODE = '23001';
END $$;
CREATE TRIGGER casework_reminder_guard BEFORE INSERT OR UPDATE OR DELETE ON casework_reminder
    FOR EACH ROW EXECUTE FUNCTION casework_reminder_guard();
"""

OF_EACH = """
CREATE TRIGGER casework_kept_whole BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION casework_kept_whole();
ALTER TABLE {table} ALTER COLUMN sealed_text SET STATISTICS 0;
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY casework_seen ON {table} USING (
    (SELECT public.casework_sees_all())
    OR EXISTS (SELECT FROM public.casework_case AS c WHERE c.id = case_id)
);
"""

TABLES = ("casework_note", "casework_reminder")


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0008_row_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("written_at", models.DateTimeField()),
                ("sealed_text", models.BinaryField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="casework.case",
                    ),
                ),
            ],
            options={
                "ordering": ("written_at", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("erased_at", None), ("sealed_text__isnull", False)),
                            models.Q(("erased_at__isnull", False), ("sealed_text", None)),
                            _connector="OR",
                        ),
                        name="note_sealed_or_erased",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("due_on", models.DateField()),
                ("sealed_text", models.BinaryField(null=True)),
                ("written_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="casework.case",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="casework.unit",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("due_on", "written_at", "id"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None), ("erased_at", None)),
                        fields=["due_on"],
                        name="reminder_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("erased_at", None), ("sealed_text__isnull", False)),
                            models.Q(("erased_at__isnull", False), ("sealed_text", None)),
                            _connector="OR",
                        ),
                        name="reminder_sealed_or_erased",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("person", None), ("unit__isnull", False)),
                            models.Q(("person__isnull", False), ("unit", None)),
                            _connector="OR",
                        ),
                        name="reminder_for_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("done_by", None)),
                            models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="reminder_done_whole",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARDS),
        *(migrations.RunSQL(OF_EACH.format(table=table)) for table in TABLES),
    ]
