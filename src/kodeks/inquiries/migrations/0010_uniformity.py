# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Reports of whether like inquiries are handled alike: figures and ids, appended and never edited."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE FUNCTION inquiries_uniformity_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'En rapport kan ikke ændres. Lav en ny.' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER inquiries_uniformity_guard BEFORE UPDATE OR DELETE ON inquiries_uniformityreport
    FOR EACH ROW EXECUTE FUNCTION inquiries_uniformity_guard();
CREATE TRIGGER inquiries_uniformity_kept_whole BEFORE TRUNCATE ON inquiries_uniformityreport
    FOR EACH STATEMENT EXECUTE FUNCTION inquiries_uniformity_guard();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inquiries", "0009_retraining"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="UniformityReport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("since", models.DateTimeField()),
                ("figures", models.JSONField()),
                ("apart", models.JSONField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["made_at"], name="inquiries_uniformity_newest")]
            },
        ),
        migrations.RunSQL(GUARD, "DROP FUNCTION inquiries_uniformity_guard() CASCADE"),
    ]
