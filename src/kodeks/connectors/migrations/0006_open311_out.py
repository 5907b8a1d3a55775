# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Open311 out: how departments are reached at other bodies' servers, and what was handed over."""

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
CREATE FUNCTION connectors_way_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'En vej til en anden bliver ikke ændret. Skriv en ny.' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER connectors_way_guard BEFORE UPDATE OR DELETE ON connectors_open311way
    FOR EACH ROW EXECUTE FUNCTION connectors_way_guard();
"""


class Migration(migrations.Migration):
    dependencies = (
        ("connectors", "0005_open311_and_mail"),
        ("casework", "0017_handed_on"),
    )

    operations = (
        migrations.CreateModel(
            name="Open311Way",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.CharField(blank=True, max_length=300)),
                ("jurisdiction", models.CharField(blank=True, max_length=100)),
                ("service_code", models.CharField(blank=True, max_length=60)),
                ("service_codes", models.JSONField(default=dict)),
                ("shows_descriptions", models.BooleanField(default=False)),
                ("answer_days", models.PositiveSmallIntegerField(default=14)),
                ("set_by", models.CharField(max_length=150)),
                ("set_at", models.DateTimeField()),
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
                "indexes": [models.Index(fields=["unit", "-id"], name="connectors_open311_way")],
            },
        ),
        migrations.CreateModel(
            name="Open311Sent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True)),
                ("message_id", models.CharField(max_length=200, unique=True)),
                ("number", models.CharField(blank=True, max_length=200)),
                ("token", models.CharField(blank=True, max_length=200)),
                ("sent_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(null=True)),
                ("over_at", models.DateTimeField(null=True)),
                (
                    "way",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="connectors.open311way",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("over_at", None)),
                        fields=["sent_at"],
                        name="connectors_open311_open",
                    )
                ],
            },
        ),
        migrations.RunSQL(
            GUARD,
            "DROP TRIGGER connectors_way_guard ON connectors_open311way;"
            "DROP FUNCTION connectors_way_guard();",
        ),
    )
