# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("casework", "0005_corrections"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True)),
                (
                    "law",
                    models.CharField(
                        choices=[
                            ("offl", "Offentlighedsloven § 7 (enhver)"),
                            ("fvl", "Forvaltningsloven § 9 (part i sagen)"),
                            ("gdpr", "Databeskyttelsesforordningen, artikel 15 (egne oplysninger)"),
                        ],
                        max_length=4,
                    ),
                ),
                ("requester_name", models.CharField(max_length=200)),
                ("requester_address", models.CharField(blank=True, max_length=300)),
                ("sealed_cpr", models.BinaryField(null=True)),
                ("requester_index", models.BinaryField(db_index=True, null=True)),
                ("wording", models.TextField(blank=True)),
                ("case_number", models.CharField(blank=True, max_length=20)),
                ("received_on", models.DateField()),
                ("due_on", models.DateField()),
                ("registered_at", models.DateTimeField()),
                ("collected_at", models.DateTimeField(null=True)),
                ("decision_id", models.UUIDField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="access_request",
                        to="casework.case",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="casework.unit",
                    ),
                ),
            ],
            options={
                "ordering": ("due_on", "registered_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="Delay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("new_day", models.DateField()),
                ("sealed_reason", models.BinaryField(null=True)),
                ("told_at", models.DateTimeField()),
                ("user_id", models.BigIntegerField()),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delays",
                        to="accessrequests.accessrequest",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="RequestDocument",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField(null=True)),
                ("source", models.CharField(max_length=40)),
                ("source_id", models.CharField(max_length=200)),
                ("also_in", models.JSONField(default=list)),
                ("case_number", models.CharField(max_length=40)),
                ("scope_unit", models.CharField(blank=True, max_length=80)),
                ("scope_kle", models.CharField(blank=True, max_length=8)),
                ("title", models.CharField(max_length=200)),
                ("date", models.DateField()),
                ("direction", models.CharField(max_length=10)),
                ("media_type", models.CharField(max_length=100)),
                ("sha256", models.CharField(max_length=64)),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("recommendation_id", models.UUIDField(null=True)),
                ("decision_id", models.UUIDField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="accessrequests.accessrequest",
                    ),
                ),
            ],
            options={
                "ordering": ("number", "case_number", "date", "id"),
            },
        ),
        migrations.AddIndex(
            model_name="accessrequest",
            index=models.Index(
                condition=models.Q(("decision_id__isnull", True), ("erased_at__isnull", True)),
                fields=["due_on"],
                name="accessrequests_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="requestdocument",
            constraint=models.UniqueConstraint(
                fields=("request", "sha256"), name="accessdocument_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="requestdocument",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number__isnull", False)),
                fields=("request", "number"),
                name="accessdocument_number_once",
            ),
        ),
    ]
