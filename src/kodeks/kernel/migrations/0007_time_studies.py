# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0006_oversight"),
    ]

    operations = [
        migrations.CreateModel(
            name="TimeStudy",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("step", models.CharField(max_length=60)),
                ("measured", models.IntegerField()),
                ("mean", models.DecimalField(decimal_places=2, max_digits=6)),
                ("deviation", models.DecimalField(decimal_places=2, max_digits=6)),
                ("review", models.DecimalField(decimal_places=2, max_digits=6)),
                ("rework", models.DecimalField(decimal_places=2, max_digits=6)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("measured_by", models.CharField(max_length=150)),
                ("sha256", models.CharField(max_length=64)),
                ("unit", models.CharField(max_length=200)),
                ("registered_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="time_studies",
                        to="kernel.system",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("event_id", models.UUIDField()),
                ("what", models.CharField(max_length=10)),
                ("unit", models.CharField(blank=True, max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="milestones",
                        to="kernel.decision",
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="milestones",
                        to="kernel.system",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("what", "answered")),
                        fields=("decision",),
                        name="kernel_answered_once",
                    )
                ],
            },
        ),
    ]
