# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Rounds of bins: what is expected, who was asked, and what operation has taught."""

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
CREATE TRIGGER waste_schedule_append_only BEFORE UPDATE OR DELETE ON waste_schedule
    FOR EACH ROW EXECUTE FUNCTION waste_refuse_change();
CREATE TRIGGER waste_notice_kept BEFORE DELETE ON waste_notice
    FOR EACH ROW EXECUTE FUNCTION waste_refuse_change();
"""
UNDO = """
DROP TRIGGER waste_notice_kept ON waste_notice;
DROP TRIGGER waste_schedule_append_only ON waste_schedule;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("waste", "0002_readings"),
    ]

    operations = [
        migrations.CreateModel(
            name="Round",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_index=True)),
                ("artefact_sha256", models.CharField(blank=True, max_length=64)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SensorLesson",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("sensor", models.CharField(max_length=80)),
                ("figures", models.JSONField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("at", "sensor"), name="waste_sensorlesson_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=20)),
                ("recommendation_id", models.UUIDField(null=True, unique=True)),
                ("decision_id", models.UUIDField(null=True, unique=True)),
                ("opened_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "bin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="waste.bin",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-opened_at", "id"], name="waste_notice_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("bin", "label"),
                        name="waste_notice_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Outlook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level_pct", models.FloatField(null=True)),
                ("level_at", models.DateTimeField(null=True)),
                ("temperature_c", models.FloatField(null=True)),
                ("heard_at", models.DateTimeField(null=True)),
                ("emptied_at", models.DateTimeField(null=True)),
                ("trust", models.FloatField()),
                ("reason", models.CharField(max_length=300)),
                ("faults", models.JSONField(default=list)),
                ("within_1", models.FloatField(null=True)),
                ("within_2", models.FloatField(null=True)),
                ("within_3", models.FloatField(null=True)),
                ("within_7", models.FloatField(null=True)),
                ("hours_low", models.FloatField(null=True)),
                ("hours_middle", models.FloatField(null=True)),
                ("hours_high", models.FloatField(null=True)),
                ("visit_at", models.DateTimeField(null=True)),
                ("visit_low", models.FloatField(null=True)),
                ("visit_middle", models.FloatField(null=True)),
                ("visit_high", models.FloatField(null=True)),
                (
                    "bin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outlooks",
                        to="waste.bin",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outlooks",
                        to="waste.round",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("round", "bin"), name="waste_outlook_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Schedule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("weekdays", models.PositiveSmallIntegerField()),
                ("at", models.TimeField()),
                ("since", models.DateTimeField()),
                ("set_by", models.CharField(max_length=150)),
                (
                    "bin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="schedules",
                        to="waste.bin",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["bin", "-since", "-id"], name="waste_schedule_now")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("weekdays__range", (0, 127))),
                        name="waste_schedule_weekdays",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SensorWorth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("days", models.PositiveIntegerField()),
                ("gain", models.FloatField(null=True)),
                ("needed", models.BooleanField()),
                ("reason", models.CharField(max_length=300)),
                (
                    "bin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="worths",
                        to="waste.bin",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("at", "bin"), name="waste_sensorworth_once")
                ],
            },
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
