# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="InboxItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True)),
                ("kind", models.CharField(max_length=40)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("handled_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inbox_items",
                        to="casework.case",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inbox",
                        to="casework.unit",
                    ),
                ),
            ],
            options={
                "ordering": ("created_at", "id"),
            },
        ),
        migrations.AddField(
            model_name="case",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cases",
                to="casework.unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="document_sha256_form"
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(("direction__in", ["incoming", "outgoing", "internal"])),
                name="document_direction_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.UniqueConstraint(
                condition=models.Q(("role", "primary")), fields=("case",), name="party_one_primary"
            ),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ("primary", "secondary"))), name="party_role_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("blind_index__isnull", False),
                        ("cvr", ""),
                        ("kind", "cpr"),
                        ("sealed_cpr__isnull", False),
                    ),
                    models.Q(
                        ("blind_index", None),
                        ("cvr__regex", "^[0-9]{8}$"),
                        ("kind", "cvr"),
                        ("sealed_cpr", None),
                    ),
                    models.Q(
                        ("blind_index", None), ("cvr", ""), ("kind", "free"), ("sealed_cpr", None)
                    ),
                    _connector="OR",
                ),
                name="party_identifier_fits_kind",
            ),
        ),
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(
                condition=models.Q(("status", "receipted"), _negated=True),
                fields=["registered_at"],
                name="journal_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="journalentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("actor_kind__in", ["ItSystem", "Bruger"])),
                name="journal_actor_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="journalentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("theme", ""), _negated=True), models.Q(("actor", ""), _negated=True)
                ),
                name="journal_has_theme",
            ),
        ),
        migrations.AddConstraint(
            model_name="journalentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("esdh_case_id", ""),
                        ("esdh_document_id", ""),
                        ("journalised_at", None),
                        ("receipted_at", None),
                        ("status", "registered"),
                    ),
                    models.Q(
                        models.Q(
                            models.Q(("receipted_at", None), ("status", "journalised")),
                            models.Q(("receipted_at__isnull", False), ("status", "receipted")),
                            _connector="OR",
                        ),
                        ("journalised_at__isnull", False),
                        models.Q(("esdh_case_id", ""), _negated=True),
                        models.Q(("esdh_document_id", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="journal_not_without_esdh_id",
            ),
        ),
        migrations.AddIndex(
            model_name="inboxitem",
            index=models.Index(
                condition=models.Q(("handled_at", None)),
                fields=["unit", "created_at"],
                name="inbox_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("facet__regex", "^[A-ZÆØÅ][0-9]{2}$")), name="case_facet_form"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__regex", "^[0-9]{4}-[0-9]{7,}$")),
                name="case_number_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "sensitivity__in",
                        ["not_confidential", "confidential", "sensitive", "specially_sensitive"],
                    )
                ),
                name="case_sensitivity_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["opened", "decided", "closed"])),
                name="case_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "title__regex",
                        "(?<![0-9])(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])[0-9]{2}[ -]?[0-9]{4}(?![0-9])",
                    ),
                    _negated=True,
                ),
                name="case_title_without_cpr",
            ),
        ),
    ]
