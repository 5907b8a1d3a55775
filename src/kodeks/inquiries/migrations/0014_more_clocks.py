# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The kinds of deadline of casework 0021 for what a text may have set going."""

from django.db import migrations, models

KINDS = (
    ("reply", "Svar på henvendelse"),
    ("access_request", "Aktindsigt"),
    ("party_access", "Partsaktindsigt"),
    ("gdpr_access", "Indsigt i egne data"),
    ("gdpr_rectification", "Rettelse af egne data"),
    ("gdpr_erasure", "Sletning af egne data"),
    ("gdpr_restriction", "Begrænset brug af egne data"),
    ("gdpr_objection", "Indsigelse mod brug af egne data"),
    ("child_report", "Vurdering af underretning"),
    ("child_receipt", "Bekræftelse af underretning"),
    ("complaint_reassessment", "Genvurdering efter klage"),
    ("forward_complaint", "Klage sendes videre"),
)


class Migration(migrations.Migration):
    dependencies = [("inquiries", "0013_attended"), ("casework", "0021_more_clocks")]

    operations = [
        migrations.RemoveConstraint(model_name="legalclock", name="legal_clock_whole"),
        migrations.AlterField(
            model_name="legalclock",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=30),
        ),
        migrations.AddConstraint(
            model_name="legalclock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", [kind for kind, _ in KINDS]),
                    ("due_on__gte", models.F("counted_from")),
                ),
                name="legal_clock_whole",
            ),
        ),
    ]
