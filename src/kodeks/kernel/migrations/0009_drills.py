# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Exercises, rounds of them and what teams answered; the functions as they are now."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0008_fairness"),
    ]

    operations = [
        migrations.CreateModel(
            name="DrillRound",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("team", models.CharField(blank=True, max_length=80)),
                ("number", models.IntegerField()),
                ("wrong_cases", models.IntegerField()),
                ("caught_cases", models.IntegerField()),
                ("right_cases", models.IntegerField()),
                ("followed_cases", models.IntegerField()),
                ("persons", models.IntegerField()),
                ("repeated", models.IntegerField()),
                ("commitment", models.CharField(max_length=64)),
                ("opened_at", models.DateTimeField()),
                (
                    "system",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
        ),
        migrations.CreateModel(
            name="DrillDeal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("exercise", models.CharField(max_length=80)),
                ("wrong", models.BooleanField()),
                ("place", models.IntegerField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.drillround",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DrillAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("exercise", models.CharField(max_length=80)),
                ("wrong", models.BooleanField()),
                ("choice", models.CharField(max_length=10)),
                ("answer", models.CharField(blank=True, max_length=80)),
                ("own_letters", models.IntegerField()),
                ("seconds", models.IntegerField()),
                ("at", models.DateTimeField()),
                (
                    "deal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.drilldeal",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="kernel.drillround",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DrillShowing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "deal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.drilldeal",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ExerciseSet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.IntegerField()),
                ("content", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("registered_at", models.DateTimeField()),
                (
                    "system",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.system",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="drillround",
            name="exercises",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="kernel.exerciseset",
            ),
        ),
        migrations.AddConstraint(
            model_name="drilldeal",
            constraint=models.UniqueConstraint(
                fields=("round", "exercise"), name="kernel_one_deal"
            ),
        ),
        migrations.AddConstraint(
            model_name="exerciseset",
            constraint=models.UniqueConstraint(
                fields=("system", "number"), name="kernel_exercise_set_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="drillround",
            constraint=models.UniqueConstraint(
                fields=("system", "team", "number"), name="kernel_drill_round_number"
            ),
        ),
    ]
