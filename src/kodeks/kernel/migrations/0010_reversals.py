# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Reversals of decisions, and the robot's steps that follow from them."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0009_drills")]

    operations = [
        migrations.CreateModel(
            name="Reversal",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                ),
                ("body", models.JSONField()),
                ("pending_id", models.BigIntegerField(unique=True)),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversals",
                        to="kernel.system",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversals",
                        to="kernel.decision",
                    ),
                ),
                (
                    "former",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="later",
                        to="kernel.reversal",
                    ),
                ),
                (
                    "codex",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.codexrevision",
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
                ("cause", models.CharField(max_length=10)),
                ("own_letters", models.IntegerField()),
                ("reversed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("former__isnull", True)),
                        fields=("decision",),
                        name="kernel_one_first_reversal",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="act",
            name="reversal",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="acts",
                to="kernel.reversal",
            ),
        ),
        migrations.RemoveConstraint(model_name="act", name="kernel_act_decided_once"),
        migrations.AddConstraint(
            model_name="act",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reversal__isnull", True)),
                fields=("decision", "step"),
                name="kernel_act_decided_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="act",
            constraint=models.UniqueConstraint(
                fields=("reversal", "step"), name="kernel_act_reversed_once"
            ),
        ),
    ]
