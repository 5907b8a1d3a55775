# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Deadlines, what the municipality promises, and a history that stays.

A sealed text gets no statistics, as PostgreSQL would keep samples of it in a catalogue.
"""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE FUNCTION casework_deadline_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'En frist kan ikke slettes.' USING ERRCODE = '23001';
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM FROM public.casework_case AS c WHERE c.id = NEW.case_id FOR KEY SHARE;
        IF public.casework_is_erased(NEW.case_id) THEN
            RAISE EXCEPTION 'Sagens oplysninger er slettet. Der kan ikke komme nye til.'
                USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.key, NEW.case_id, NEW.kind, NEW.terms, NEW.started_on)
        IS DISTINCT FROM (OLD.id, OLD.key, OLD.case_id, OLD.kind, OLD.terms, OLD.started_on) THEN
        RAISE EXCEPTION 'Det, en frist begyndte med, kan ikke ændres.' USING ERRCODE = '23001';
    END IF;
    IF OLD.state IN ('answered', 'replaced') THEN
        RAISE EXCEPTION 'En frist, der er slut, kan ikke ændres.' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER casework_deadline_guard BEFORE INSERT OR UPDATE OR DELETE ON casework_deadline
    FOR EACH ROW EXECUTE FUNCTION casework_deadline_guard();
CREATE FUNCTION casework_deadlineevent_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    held uuid;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Det, der er sket med en frist, kan ikke slettes.' USING ERRCODE = '23001';
    END IF;
    SELECT d.case_id INTO held FROM public.casework_deadline AS d WHERE d.id = NEW.deadline_id;
    IF TG_OP = 'INSERT' THEN
        PERFORM FROM public.casework_case AS c WHERE c.id = held FOR KEY SHARE;
        IF public.casework_is_erased(held) THEN
            RAISE EXCEPTION 'Sagens oplysninger er slettet. Der kan ikke komme nye til.'
                USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END IF;
    -- What was written goes when the case is erased, and nothing else ever changes.
    IF public.casework_is_erased(held) AND NEW.sealed_reason IS NULL
        AND (NEW.id, NEW.key, NEW.deadline_id, NEW.step, NEW."on", NEW.due_on, NEW.letter_id,
             NEW.by_id, NEW.at)
        IS NOT DISTINCT FROM
            (OLD.id, OLD.key, OLD.deadline_id, OLD.step, OLD."on", OLD.due_on, OLD.letter_id,
             OLD.by_id, OLD.at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Det, der er sket med en frist, kan ikke ændres.' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER casework_deadlineevent_guard
    BEFORE INSERT OR UPDATE OR DELETE ON casework_deadlineevent
    FOR EACH ROW EXECUTE FUNCTION casework_deadlineevent_guard();
CREATE TRIGGER casework_kept_whole BEFORE TRUNCATE ON casework_deadline
    FOR EACH STATEMENT EXECUTE FUNCTION casework_kept_whole();
CREATE TRIGGER casework_kept_whole BEFORE TRUNCATE ON casework_deadlineevent
    FOR EACH STATEMENT EXECUTE FUNCTION casework_kept_whole();
ALTER TABLE casework_deadlineevent ALTER COLUMN sealed_reason SET STATISTICS 0;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0006_kle"),
        ("kernel", "0008_fairness"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Deadline",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reply", "Svar på henvendelse"),
                            ("access_request", "Aktindsigt"),
                            ("gdpr_access", "Indsigt i egne data"),
                            ("complaint_reassessment", "Genvurdering efter klage"),
                            ("forward_complaint", "Klage sendes videre"),
                        ],
                        max_length=30,
                    ),
                ),
                ("terms", models.JSONField()),
                ("source", models.CharField(max_length=200)),
                ("started_on", models.DateField()),
                ("due_on", models.DateField()),
                ("expected_on", models.DateField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Løber"),
                            ("paused", "Sat på pause"),
                            ("answered", "Besvaret"),
                            ("replaced", "Afløst af en ny frist"),
                        ],
                        default="running",
                        max_length=10,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deadlines",
                        to="casework.case",
                    ),
                ),
            ],
            options={
                "ordering": ("due_on", "id"),
            },
        ),
        migrations.CreateModel(
            name="DeadlineEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(editable=False, unique=True)),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("started", "Begyndt"),
                            ("paused", "Sat på pause"),
                            ("resumed", "Sat i gang igen"),
                            ("moved", "Ny dato"),
                            ("answered", "Besvaret"),
                            ("replaced", "Afløst af en ny frist"),
                        ],
                        max_length=10,
                    ),
                ),
                ("on", models.DateField()),
                ("due_on", models.DateField()),
                ("sealed_reason", models.BinaryField(null=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deadline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="casework.deadline",
                    ),
                ),
                (
                    "letter",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deadline_event",
                        to="casework.document",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="DeadlineRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kle_prefix", models.CharField(blank=True, default="", max_length=8)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reply", "Svar på henvendelse"),
                            ("access_request", "Aktindsigt"),
                            ("gdpr_access", "Indsigt i egne data"),
                            ("complaint_reassessment", "Genvurdering efter klage"),
                            ("forward_complaint", "Klage sendes videre"),
                        ],
                        max_length=30,
                    ),
                ),
                ("amount", models.PositiveSmallIntegerField()),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("working_days", "arbejdsdage"),
                            ("calendar_days", "dage"),
                            ("weeks", "uger"),
                            ("months", "måneder"),
                        ],
                        max_length=15,
                    ),
                ),
                ("source", models.CharField(max_length=200)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ("kle_prefix", "kind", "valid_from"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kle_prefix", "kind", "valid_from"),
                        name="deadline_rule_once_per_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "reply",
                                    "access_request",
                                    "gdpr_access",
                                    "complaint_reassessment",
                                    "forward_complaint",
                                ],
                            ),
                            ("unit__in", ["working_days", "calendar_days", "weeks", "months"]),
                            ("amount__range", (1, 1000)),
                            models.Q(("source", ""), _negated=True),
                            models.Q(
                                ("valid_to", None),
                                ("valid_to__gte", models.F("valid_from")),
                                _connector="OR",
                            ),
                        ),
                        name="deadline_rule_whole",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("state__in", ("running", "paused"))),
                fields=["due_on"],
                name="deadline_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "reply",
                            "access_request",
                            "gdpr_access",
                            "complaint_reassessment",
                            "forward_complaint",
                        ],
                    ),
                    ("state__in", ["running", "paused", "answered", "replaced"]),
                    ("due_on__gte", models.F("started_on")),
                ),
                name="deadline_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("running", "paused"))),
                fields=("case", "kind"),
                name="deadline_one_open_of_a_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="deadlineevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("step__in", ["started", "paused", "resumed", "moved", "answered", "replaced"])
                ),
                name="deadline_step_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="deadlineevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("step__in", ("answered", "replaced"))),
                fields=("deadline",),
                name="deadline_ends_once",
            ),
        ),
        migrations.RunSQL(GUARD),
    ]
