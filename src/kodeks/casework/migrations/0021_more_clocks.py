# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a person may ask about their own data (GDPR art. 16-18 and 21) is no access to them, and a
report about a child (barnets lov §§ 136 and 137) has clocks of hours and of weekdays."""

from django.db import migrations, models

KINDS = [
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
]
NAMES = [name for name, _ in KINDS]
UNITS = [
    ("working_days", "arbejdsdage"),
    ("weekdays", "hverdage"),
    ("whole_days", "døgn"),
    ("calendar_days", "dage"),
    ("weeks", "uger"),
    ("months", "måneder"),
]


class Migration(migrations.Migration):
    dependencies = [("casework", "0020_reply_blocks")]

    operations = [
        migrations.RemoveConstraint(model_name="deadline", name="deadline_whole"),
        migrations.RemoveConstraint(model_name="deadlinerule", name="deadline_rule_whole"),
        migrations.AlterField(
            model_name="deadline",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=30),
        ),
        migrations.AlterField(
            model_name="deadlinerule",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=30),
        ),
        migrations.AlterField(
            model_name="deadlinerule",
            name="unit",
            field=models.CharField(choices=UNITS, max_length=15),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", NAMES),
                    ("state__in", ["running", "paused", "answered", "replaced"]),
                    ("due_on__gte", models.F("started_on")),
                ),
                name="deadline_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="deadlinerule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", NAMES),
                    ("unit__in", [name for name, _ in UNITS]),
                    ("amount__range", (1, 1000)),
                    models.Q(("source", ""), _negated=True),
                    models.Q(
                        ("valid_to", None),
                        ("valid_to__gte", models.F("valid_from")),
                        _connector="OR",
                    ),
                ),
                name="deadline_rule_whole",
            ),
        ),
    ]
