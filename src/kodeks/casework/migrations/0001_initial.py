# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True)),
                ("number", models.CharField(max_length=20, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("facet", models.CharField(max_length=3)),
                (
                    "sensitivity",
                    models.CharField(
                        choices=[
                            ("not_confidential", "Ikke fortrolig"),
                            ("confidential", "Fortrolig"),
                            ("sensitive", "Følsom"),
                            ("specially_sensitive", "Særligt følsom"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("opened", "Åben"), ("decided", "Afgjort"), ("closed", "Lukket")],
                        default="opened",
                        max_length=10,
                    ),
                ),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "caseworker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-number",),
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True)),
                ("title", models.CharField(max_length=200)),
                (
                    "direction",
                    models.CharField(
                        choices=[
                            ("incoming", "Indgående"),
                            ("outgoing", "Udgående"),
                            ("internal", "Internt"),
                        ],
                        max_length=10,
                    ),
                ),
                ("type", models.CharField(max_length=40)),
                ("letter_date", models.DateField()),
                ("final", models.BooleanField(default=False)),
                ("media_type", models.CharField(max_length=100)),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.BinaryField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="casework.case",
                    ),
                ),
            ],
            options={
                "ordering": ("created_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="KleSubject",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=8)),
                ("title", models.CharField(max_length=200)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ("number", "valid_from"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("number", "valid_from"), name="kle_once_per_date"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__regex", "^[0-9]{2}\\.[0-9]{2}\\.[0-9]{2}$")),
                        name="kle_number_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="kle_period_not_negative",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="case",
            name="kle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cases",
                to="casework.klesubject",
            ),
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("primary", "Primær"), ("secondary", "Sekundær")], max_length=10
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("cpr", "Person"), ("cvr", "Virksomhed"), ("free", "Anden")],
                        max_length=4,
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("cvr", models.CharField(blank=True, default="", max_length=8)),
                ("sealed_cpr", models.BinaryField(null=True)),
                ("blind_index", models.BinaryField(db_index=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parties",
                        to="casework.case",
                    ),
                ),
            ],
            options={
                "ordering": ("role", "name"),
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=80, unique=True)),
                ("name", models.CharField(max_length=200)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="casework.unit",
                    ),
                ),
            ],
            options={
                "ordering": ("code",),
            },
        ),
        migrations.CreateModel(
            name="JournalEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True)),
                ("received_or_sent_on", models.DateField()),
                ("theme", models.CharField(max_length=200)),
                (
                    "actor_kind",
                    models.CharField(
                        choices=[("ItSystem", "It-system"), ("Bruger", "Bruger")], max_length=10
                    ),
                ),
                ("actor", models.CharField(max_length=150)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("registered", "Registreret"),
                            ("journalised", "Journaliseret"),
                            ("receipted", "Kvitteret"),
                        ],
                        default="registered",
                        max_length=12,
                    ),
                ),
                ("esdh_case_id", models.CharField(blank=True, default="", max_length=200)),
                ("esdh_document_id", models.CharField(blank=True, default="", max_length=200)),
                ("registered_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("journalised_at", models.DateTimeField(null=True)),
                ("receipted_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="journal_entries",
                        to="casework.case",
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="journal_entry",
                        to="casework.document",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="journal_entries",
                        to="casework.unit",
                    ),
                ),
            ],
            options={
                "ordering": ("registered_at", "id"),
            },
        ),
    ]
