# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is said to be wrong in a matter, and a guard: answered once, emptied only when erased.

Sealed texts get no statistics, as PostgreSQL would keep samples of them in a catalogue.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE FUNCTION casework_correction_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    erased boolean;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'En rettelse kan ikke slettes.' USING ERRCODE = '23001';
    END IF;
    erased := EXISTS (SELECT FROM public.kernel_erasure AS e
        WHERE e.subject_type = NEW.subject_type AND e.subject_id = NEW.subject_id);
    IF TG_OP = 'INSERT' THEN
        IF erased OR NEW.state <> 'open' OR NEW.erased_at IS NOT NULL THEN
            RAISE EXCEPTION 'En rettelse begynder åben, og ikke i en slettet sag.'
                USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.subject_type, NEW.subject_id, NEW.record_id, NEW.source, NEW.field,
        NEW.unit_id, NEW.opened_at, NEW.due_on)
        IS DISTINCT FROM (OLD.id, OLD.subject_type, OLD.subject_id, OLD.record_id, OLD.source,
        OLD.field, OLD.unit_id, OLD.opened_at, OLD.due_on) THEN
        RAISE EXCEPTION 'En rettelse kan kun besvares.' USING ERRCODE = '23001';
    END IF;
    IF erased THEN
        IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
            AND (NEW.state, NEW.answered_at, NEW.answered_by_id)
            IS NOT DISTINCT FROM (OLD.state, OLD.answered_at, OLD.answered_by_id) THEN
            RETURN NEW;
        END IF;
    ELSIF OLD.state = 'open' AND NEW.state <> 'open' AND NEW.erased_at IS NULL
        AND NEW.sealed_said = OLD.sealed_said THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'En rettelse besvares én gang.' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER casework_correction_guard BEFORE INSERT OR UPDATE OR DELETE ON casework_correction
    FOR EACH ROW EXECUTE FUNCTION casework_correction_guard();
CREATE TRIGGER casework_kept_whole BEFORE TRUNCATE ON casework_correction
    FOR EACH STATEMENT EXECUTE FUNCTION casework_kept_whole();
ALTER TABLE casework_correction
    ALTER COLUMN sealed_said SET STATISTICS 0,
    ALTER COLUMN sealed_answer SET STATISTICS 0;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0004_retention"),
        ("kernel", "0008_fairness"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("subject_type", models.CharField(max_length=40)),
                ("subject_id", models.CharField(max_length=80)),
                ("record_id", models.UUIDField()),
                ("source", models.CharField(max_length=120)),
                ("field", models.CharField(max_length=80)),
                ("sealed_said", models.BinaryField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Vi ser på det"),
                            ("corrected", "Rettet"),
                            ("kept", "Ikke rettet"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_on", models.DateField()),
                ("sealed_answer", models.BinaryField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="casework.unit",
                    ),
                ),
            ],
            options={
                "ordering": ("due_on", "opened_at", "id"),
                "indexes": [
                    models.Index(fields=["subject_type", "subject_id"], name="correction_subject"),
                    models.Index(
                        condition=models.Q(("erased_at", None), ("state", "open")),
                        fields=["due_on"],
                        name="correction_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at", None),
                                ("answered_by", None),
                                ("sealed_answer", None),
                                ("state", "open"),
                            ),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                ("state__in", ("corrected", "kept")),
                            ),
                            _connector="OR",
                        ),
                        name="correction_answer_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("erased_at__isnull", False),
                                ("sealed_answer", None),
                                ("sealed_said", None),
                            ),
                            models.Q(
                                ("erased_at", None),
                                ("sealed_said__isnull", False),
                                models.Q(
                                    ("state", "open"),
                                    ("sealed_answer__isnull", False),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="correction_sealed_or_erased",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD),
    ]
