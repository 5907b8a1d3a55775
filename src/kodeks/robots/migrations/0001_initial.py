# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Runs and their step records; what is done cannot be changed."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

# Append-only holds for the owner's role too; only dropping the trigger lifts it.
APPEND_ONLY = """
CREATE FUNCTION robots_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% in % is refused: the table is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER robots_steprecord_append_only BEFORE UPDATE OR DELETE ON robots_steprecord
    FOR EACH ROW EXECUTE FUNCTION robots_refuse_change();
CREATE TRIGGER robots_release_append_only BEFORE UPDATE OR DELETE ON robots_release
    FOR EACH ROW EXECUTE FUNCTION robots_refuse_change();
"""
UNDO_APPEND_ONLY = """
DROP TRIGGER robots_release_append_only ON robots_release;
DROP TRIGGER robots_steprecord_append_only ON robots_steprecord;
DROP FUNCTION robots_refuse_change();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("flow", models.CharField(max_length=60)),
                ("robot", models.CharField(max_length=60)),
                ("subject_type", models.CharField(max_length=40)),
                ("subject_id", models.CharField(max_length=80)),
                ("decision_id", models.UUIDField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "I kø"),
                            ("running", "I gang"),
                            ("waiting", "Venter, fordi systemet er stoppet"),
                            ("held", "Venter på en medarbejder"),
                            ("done", "Udført"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("held_reason_code", models.CharField(blank=True, max_length=60)),
                ("held_reason", models.CharField(blank=True, max_length=300)),
                ("attempts", models.PositiveIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["status", "updated_at"], name="robots_run_status_updated"),
                    models.Index(fields=["subject_type", "subject_id"], name="robots_run_subject"),
                    models.Index(fields=["decision_id"], name="robots_run_decision"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("flow", "decision_id"), name="robots_run_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["queued", "running", "waiting", "held", "done"])
                        ),
                        name="robots_run_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("held_reason__gt", ""),
                                ("held_reason_code__gt", ""),
                                ("status", "held"),
                            ),
                            models.Q(
                                models.Q(("status", "held"), _negated=True),
                                ("held_reason", ""),
                                ("held_reason_code", ""),
                            ),
                            _connector="OR",
                        ),
                        name="robots_run_held_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", False), ("status", "done")),
                            models.Q(
                                models.Q(("status", "done"), _negated=True),
                                ("finished_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="robots_run_done_is_finished",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Release",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("user_id", models.CharField(max_length=64)),
                ("reason_code", models.CharField(max_length=60)),
                ("released_at", models.DateTimeField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="robots.run",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StepRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=60)),
                ("result", models.JSONField()),
                ("act_id", models.UUIDField()),
                ("done_at", models.DateTimeField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="step_records",
                        to="robots.run",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("run", "step"), name="robots_step_once")
                ],
            },
        ),
        migrations.RunSQL(APPEND_ONLY, UNDO_APPEND_ONLY),
    ]
