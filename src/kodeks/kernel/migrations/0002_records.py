# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0

import uuid

import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Switch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("running", models.BooleanField()),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "user",
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
                        related_name="switches",
                        to="kernel.system",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="release",
            name="system",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="releases",
                to="kernel.system",
            ),
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("body", models.JSONField()),
                ("salt", models.BinaryField(max_length=32)),
                ("pending_id", models.BigIntegerField(unique=True)),
                ("subject_type", models.CharField(max_length=40)),
                ("subject_id", models.CharField(max_length=80)),
                ("choice", models.CharField(max_length=10)),
                ("decided_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recommendation",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="kernel.recommendation",
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="kernel.system",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="cardrevision",
            name="system",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cards",
                to="kernel.system",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="system",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to="kernel.system",
            ),
        ),
        migrations.CreateModel(
            name="Act",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("body", models.JSONField()),
                ("salt", models.BinaryField(max_length=32)),
                ("pending_id", models.BigIntegerField(unique=True)),
                ("run_id", models.UUIDField()),
                ("step", models.CharField(max_length=60)),
                ("robot", models.CharField(max_length=60)),
                ("acted_at", models.DateTimeField()),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acts",
                        to="kernel.decision",
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acts",
                        to="kernel.system",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DataField",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=120)),
                ("supplier", models.CharField(max_length=200)),
                ("field", models.CharField(max_length=80)),
                ("title", models.CharField(max_length=200)),
                ("purpose", models.CharField(max_length=80)),
                (
                    "card",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="data_fields",
                        to="kernel.cardrevision",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("card", "source", "field", "purpose"), name="kernel_data_field"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(
                fields=("system", "version"), name="kernel_release_version"
            ),
        ),
        migrations.AddIndex(
            model_name="recommendation",
            index=models.Index(
                fields=["subject_type", "subject_id"], name="kernel_reco_subject_b70b5f_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.UniqueConstraint(
                fields=("system", "key"), name="kernel_recommendation_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                fields=("system", "subject_type", "subject_id"), name="kernel_one_decision"
            ),
        ),
        migrations.AddConstraint(
            model_name="cardrevision",
            constraint=models.UniqueConstraint(
                fields=("system", "revision"), name="kernel_card_revision"
            ),
        ),
        migrations.AddConstraint(
            model_name="act",
            constraint=models.UniqueConstraint(fields=("run_id", "step"), name="kernel_act_step"),
        ),
    ]
