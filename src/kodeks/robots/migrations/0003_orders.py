# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What robots were told: to pause, to stop, to go on. Never changed afterwards."""

from django.db import migrations, models

APPEND_ONLY = """
CREATE TRIGGER robots_order_append_only BEFORE UPDATE OR DELETE ON robots_order
    FOR EACH ROW EXECUTE FUNCTION robots_refuse_change();
"""
UNDO_APPEND_ONLY = "DROP TRIGGER robots_order_append_only ON robots_order"


class Migration(migrations.Migration):
    dependencies = [("robots", "0002_credentials")]

    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("robot", models.CharField(max_length=60)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Kører"),
                            ("paused", "På pause"),
                            ("stopped", "Stoppet"),
                        ],
                        max_length=10,
                    ),
                ),
                ("user_id", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=500)),
                ("ordered_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["robot", "-id"], name="robots_order_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["running", "paused", "stopped"])),
                        name="robots_order_state",
                    )
                ],
            },
        ),
        migrations.AlterField(
            model_name="run",
            name="status",
            field=models.CharField(
                choices=[
                    ("queued", "I kø"),
                    ("running", "I gang"),
                    ("waiting", "Venter, fordi systemet eller robotten er stoppet"),
                    ("held", "Venter på en medarbejder"),
                    ("done", "Udført"),
                ],
                default="queued",
                max_length=10,
            ),
        ),
        migrations.RunSQL(APPEND_ONLY, UNDO_APPEND_ONLY),
    ]
