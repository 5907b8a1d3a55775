# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""That a department has dealt with what is urgent: only added to, and seen with its inquiry. And an
index for the newest first, after what is urgent."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SEEN = """
CREATE TRIGGER casework_only_added_to BEFORE UPDATE OR DELETE ON inquiries_attended
    FOR EACH ROW EXECUTE FUNCTION casework_only_added_to();
CREATE TRIGGER casework_kept_whole BEFORE TRUNCATE ON inquiries_attended
    FOR EACH STATEMENT EXECUTE FUNCTION casework_kept_whole();
ALTER TABLE inquiries_attended ENABLE ROW LEVEL SECURITY;
CREATE POLICY inquiries_seen ON inquiries_attended USING (
    (SELECT nullif(public.casework_sees_all(), false)) IS NOT NULL
    OR EXISTS (
        SELECT FROM public.inquiries_inquiry AS i
        WHERE i.id = inquiries_attended.inquiry_id OFFSET 0)
);
"""


def _to(model, **options):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, to=model, **{"related_name": "+"} | options
    )


class Migration(migrations.Migration):
    dependencies = [
        ("inquiries", "0012_sorting_and_places"),
        ("casework", "0020_reply_blocks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Attended",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", _to(settings.AUTH_USER_MODEL)),
                ("inquiry", _to("inquiries.inquiry", related_name="attended")),
                ("unit", _to("casework.unit")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("inquiry", "unit"), name="attended_once_by_a_unit"
                    )
                ]
            },
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                models.Case(models.When(urgency="", then=1), default=0),
                models.OrderBy(models.F("received_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("decision_id__isnull", True)),
                name="inquiries_newest",
            ),
        ),
        migrations.RunSQL(SEEN, migrations.RunSQL.noop),
    ]
