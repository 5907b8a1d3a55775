# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What people do for robots, why tries failed, and which version of a flow did a step."""

import django.db.models.deletion
from django.db import migrations, models

APPEND_ONLY = """
CREATE TRIGGER robots_failure_append_only BEFORE UPDATE OR DELETE ON robots_failure
    FOR EACH ROW EXECUTE FUNCTION robots_refuse_change();
CREATE TRIGGER robots_taking_append_only BEFORE UPDATE OR DELETE ON robots_taking
    FOR EACH ROW EXECUTE FUNCTION robots_refuse_change();
CREATE TRIGGER robots_closing_append_only BEFORE UPDATE OR DELETE ON robots_closing
    FOR EACH ROW EXECUTE FUNCTION robots_refuse_change();
"""
UNDO_APPEND_ONLY = """
DROP TRIGGER robots_failure_append_only ON robots_failure;
DROP TRIGGER robots_taking_append_only ON robots_taking;
DROP TRIGGER robots_closing_append_only ON robots_closing;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("robots", "0003_orders"),
    ]

    operations = [
        migrations.CreateModel(
            name="Closing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("job_id", models.BigIntegerField(unique=True)),
                ("task", models.CharField(max_length=60)),
                ("arguments", models.JSONField()),
                ("user_id", models.CharField(max_length=64)),
                ("closed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Failure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("job_id", models.BigIntegerField(null=True)),
                ("step", models.CharField(blank=True, max_length=60)),
                ("error", models.CharField(max_length=100)),
                ("technical", models.BooleanField()),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("attempt", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Taking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("job_id", models.BigIntegerField(null=True)),
                ("user_id", models.CharField(max_length=64)),
                ("taken_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="run",
            name="flow_version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="run",
            name="stranded_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="run",
            name="unit",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="steprecord",
            name="done_by",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="steprecord",
            name="flow_version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="steprecord",
            name="note",
            field=models.BinaryField(null=True),
        ),
        migrations.AlterField(
            model_name="steprecord",
            name="act_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddConstraint(
            model_name="steprecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("act_id__isnull", False), ("done_by", ""), ("note__isnull", True)),
                    models.Q(
                        ("act_id__isnull", True), ("done_by__gt", ""), ("note__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="robots_step_by_robot_or_person",
            ),
        ),
        migrations.AddField(
            model_name="failure",
            name="run",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="failures",
                to="robots.run",
            ),
        ),
        migrations.AddField(
            model_name="taking",
            name="run",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="takings",
                to="robots.run",
            ),
        ),
        migrations.AddIndex(
            model_name="failure",
            index=models.Index(fields=["at"], name="robots_failure_at"),
        ),
        migrations.AddIndex(
            model_name="failure",
            index=models.Index(fields=["job_id"], name="robots_failure_job"),
        ),
        migrations.AddConstraint(
            model_name="failure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("job_id__isnull", True), ("run__isnull", False)),
                    models.Q(("job_id__isnull", False), ("run__isnull", True)),
                    _connector="OR",
                ),
                name="robots_failure_of_one",
            ),
        ),
        migrations.AddIndex(
            model_name="taking",
            index=models.Index(fields=["job_id"], name="robots_taking_job"),
        ),
        migrations.AddConstraint(
            model_name="taking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("job_id__isnull", True), ("run__isnull", False)),
                    models.Q(("job_id__isnull", False), ("run__isnull", True)),
                    _connector="OR",
                ),
                name="robots_taking_of_one",
            ),
        ),
        migrations.RunSQL(APPEND_ONLY, UNDO_APPEND_ONLY),
    ]
