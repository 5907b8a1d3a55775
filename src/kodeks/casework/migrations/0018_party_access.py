# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A party's access to their own case is a kind of deadline of its own: another law sets it."""

from django.db import migrations, models

KINDS = [
    ("reply", "Svar på henvendelse"),
    ("access_request", "Aktindsigt"),
    ("party_access", "Partsaktindsigt"),
    ("gdpr_access", "Indsigt i egne data"),
    ("complaint_reassessment", "Genvurdering efter klage"),
    ("forward_complaint", "Klage sendes videre"),
]
NAMES = [name for name, _ in KINDS]


class Migration(migrations.Migration):
    dependencies = [("casework", "0017_handed_on")]

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
                    ("unit__in", ["working_days", "calendar_days", "weeks", "months"]),
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
