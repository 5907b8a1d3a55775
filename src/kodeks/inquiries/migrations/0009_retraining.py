# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Retrainings: each end is an entry in the ledger, and only one that has passed gives a model that
can be proposed for release."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ENTERED = """
CREATE FUNCTION inquiries_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Gentræningens historik kan ikke ændres.' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER inquiries_retraining_append_only BEFORE UPDATE OR DELETE ON inquiries_retraining
    FOR EACH ROW EXECUTE FUNCTION inquiries_refuse_change();
CREATE TRIGGER inquiries_retrainingstep_append_only
    BEFORE UPDATE OR DELETE ON inquiries_retrainingstep
    FOR EACH ROW EXECUTE FUNCTION inquiries_refuse_change();
CREATE TRIGGER inquiries_retrainingend_append_only
    BEFORE UPDATE OR DELETE ON inquiries_retrainingend
    FOR EACH ROW EXECUTE FUNCTION inquiries_refuse_change();

-- The row and its entry are one. A model that passes was trained under a permit, on the data that
-- the ledger says, and was compared with what was in operation.
CREATE FUNCTION inquiries_retraining_entered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    run public.inquiries_retraining;
BEGIN
    SELECT * INTO run FROM public.inquiries_retraining AS r WHERE r.id = NEW.run_id;
    PERFORM kernel.refuse_cpr(NEW.reasons);
    IF NEW.outcome = 'passed' THEN
        IF NEW.reasons <> '[]'::jsonb OR jsonb_array_length(NEW.figures) = 0
           OR NEW.artefact_sha256 !~ '^[0-9a-f]{64}$' OR NEW.compared_with !~ '^[0-9a-f]{64}$' THEN
            PERFORM kernel.refuse('not_compared', 'Den nye model er ikke prøvet mod den i drift.');
        END IF;
        IF NOT EXISTS (SELECT FROM public.kernel_permit AS p
            JOIN public.kernel_datasetreading AS d ON d.permit_id = p.id
            WHERE p.id = NEW.permit_id AND p.system_id = 'inquiries' AND p.phase = 'retraining'
              AND p.user_id = run.technician_id AND d.rows = NEW.rows AND d.sha256 = NEW.sha256) THEN
            PERFORM kernel.refuse('no_permit', 'Den nye model er ikke trænet under en tilladelse.');
        END IF;
    END IF;
    NEW.event_id := kernel.record_event('retraining', 'inquiries', jsonb_build_object(
        'run', NEW.run_id, 'outcome', NEW.outcome, 'reasons', NEW.reasons, 'figures', NEW.figures,
        'permit', coalesce(NEW.permit_id::text, ''), 'rows', NEW.rows, 'sha256', NEW.sha256,
        'artefact_sha256', NEW.artefact_sha256, 'compared_with', NEW.compared_with,
        'terms', run.terms, 'technician', run.technician_id, 'user', NEW.user_id));
    RETURN NEW;
END $$;
CREATE TRIGGER inquiries_retraining_entered BEFORE INSERT ON inquiries_retrainingend
    FOR EACH ROW EXECUTE FUNCTION inquiries_retraining_entered();
"""
PROPOSED = """
-- The author's half of a release of a retrained model: only one that has passed, beside the model
-- that is still in operation. What two people have released before may be proposed again.
CREATE FUNCTION inquiries_retraining_passed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found public.inquiries_retrainingend;
    present text;
BEGIN
    IF NEW.system_id <> 'inquiries' OR NOT EXISTS (SELECT FROM public.kernel_permit AS p
            WHERE p.id = NEW.permit_id AND p.phase = 'retraining')
       OR EXISTS (SELECT FROM public.kernel_release AS r
            JOIN public.kernel_releaseapproval AS a ON a.release_id = r.id
            WHERE r.system_id = NEW.system_id AND r.artefact_sha256 = NEW.artefact_sha256
              AND NOT EXISTS (SELECT FROM public.kernel_releaserevocation AS x
                              WHERE x.release_id = r.id)) THEN
        RETURN NEW;
    END IF;
    SELECT * INTO found FROM public.inquiries_retrainingend AS e
    WHERE e.artefact_sha256 = NEW.artefact_sha256 AND e.permit_id = NEW.permit_id
      AND e.outcome = 'passed';
    IF found.id IS NULL THEN
        PERFORM kernel.refuse('not_compared',
            'Modellen er gentrænet, men har ikke bestået prøven mod den i drift. '
            'Start en gentræning med kodeks inquiries retrain.');
    END IF;
    SELECT r.artefact_sha256 INTO present FROM public.kernel_release AS r
    JOIN public.kernel_releaseapproval AS a ON a.release_id = r.id
    WHERE r.system_id = NEW.system_id ORDER BY a.id DESC LIMIT 1;
    IF present IS DISTINCT FROM found.compared_with THEN
        PERFORM kernel.refuse('not_compared',
            'Der er kommet en anden model i drift, siden den nye blev prøvet. Gentræn igen.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inquiries_retraining_passed BEFORE INSERT ON kernel_release
    FOR EACH ROW EXECUTE FUNCTION inquiries_retraining_passed();
"""
UNDO = """
DROP TRIGGER inquiries_retraining_passed ON kernel_release;
DROP FUNCTION inquiries_retraining_passed();
DROP TRIGGER inquiries_retraining_entered ON inquiries_retrainingend;
DROP FUNCTION inquiries_retraining_entered();
DROP TRIGGER inquiries_retrainingend_append_only ON inquiries_retrainingend;
DROP TRIGGER inquiries_retrainingstep_append_only ON inquiries_retrainingstep;
DROP TRIGGER inquiries_retraining_append_only ON inquiries_retraining;
DROP FUNCTION inquiries_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inquiries", "0008_kinship"),
        ("kernel", "0012_hands_and_texts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExampleSet",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("rows", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("sealed", models.BinaryField()),
                ("taken_in_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "taken_in_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("taken_in_at",),
            },
        ),
        migrations.CreateModel(
            name="Retraining",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("terms", models.JSONField()),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "technician",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-asked_at",),
            },
        ),
        migrations.CreateModel(
            name="RetrainingProgress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=20)),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("at", models.DateTimeField()),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="progress",
                        to="inquiries.retraining",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RetrainingEnd",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("passed", "Klar til underskrift"),
                            ("refused", "Afvist"),
                            ("abandoned", "Afbrudt"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reasons", models.JSONField()),
                ("figures", models.JSONField()),
                ("permit_id", models.UUIDField(null=True)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("artefact_sha256", models.CharField(blank=True, max_length=64)),
                ("compared_with", models.CharField(blank=True, max_length=64)),
                ("ended_at", models.DateTimeField()),
                ("event_id", models.UUIDField()),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="end",
                        to="inquiries.retraining",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["passed", "refused", "abandoned"])),
                        name="inquiries_retraining_outcome",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RetrainingStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=20)),
                ("result", models.JSONField()),
                ("done_at", models.DateTimeField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="inquiries.retraining",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "name"), name="inquiries_retraining_step_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(ENTERED + PROPOSED, UNDO),
    ]
