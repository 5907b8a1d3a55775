# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("casework", "0003_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Topic",
            fields=[
                ("label", models.SlugField(max_length=60, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=120)),
                ("kle_number", models.CharField(max_length=8)),
                ("facet", models.CharField(max_length=3)),
                ("working_days", models.PositiveSmallIntegerField()),
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
                "ordering": ("title",),
            },
        ),
        migrations.CreateModel(
            name="Inquiry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("external_id", models.CharField(max_length=200, unique=True)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("mail", "E-mail"),
                            ("web", "Kontaktformular"),
                            ("telefonnotat", "Telefonnotat"),
                            ("brev", "Brev"),
                            ("app", "App"),
                        ],
                        max_length=20,
                    ),
                ),
                ("district", models.CharField(blank=True, max_length=80)),
                ("text", models.TextField()),
                ("sealed_original", models.BinaryField(null=True)),
                ("sender_name", models.CharField(blank=True, max_length=200)),
                ("sealed_cpr", models.BinaryField(null=True)),
                ("sender_index", models.BinaryField(db_index=True, null=True)),
                ("urgency", models.CharField(blank=True, max_length=200)),
                ("received_at", models.DateTimeField()),
                ("registered_at", models.DateTimeField()),
                ("recommendation_id", models.UUIDField(null=True)),
                ("decision_id", models.UUIDField(null=True)),
                (
                    "case",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inquiry",
                        to="casework.case",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("decision_id__isnull", True)),
                        fields=["received_at"],
                        name="inquiries_waiting",
                    )
                ],
            },
        ),
    ]
