# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What came in from other systems. A row is never removed: a thing is taken in once."""

import uuid

from django.db import migrations, models

GUARD = """
CREATE FUNCTION connectors_arrival_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.source, NEW.key, NEW.kind, NEW.arrived_at)
        IS NOT DISTINCT FROM (OLD.id, OLD.source, OLD.key, OLD.kind, OLD.arrived_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Det, der er kommet ind, kan hverken ændres eller slettes i registret.'
        USING ERRCODE = '23001';
END $$;
CREATE TRIGGER connectors_arrival_guard BEFORE UPDATE OR DELETE ON connectors_arrival
    FOR EACH ROW EXECUTE FUNCTION connectors_arrival_guard();
"""
DROP = """
DROP TRIGGER connectors_arrival_guard ON connectors_arrival;
DROP FUNCTION connectors_arrival_guard();
"""


class Migration(migrations.Migration):
    dependencies = (("connectors", "0003_esdh_attempts"),)

    operations = (
        migrations.CreateModel(
            name="Arrival",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("mail", "Postkassen"),
                            ("drop", "Mappen"),
                            ("open311", "Open311"),
                        ],
                        max_length=10,
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("inquiry", "Taget ind"),
                            ("automatic", "Lagt til side, fordi ingen har skrevet det"),
                            ("refused", "Kunne ikke tages ind"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("inquiry_id", models.UUIDField(null=True)),
                ("inquiries", models.PositiveIntegerField(default=0)),
                ("arrived_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(null=True)),
                ("seen_by", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "key"), name="connectors_arrival_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[0-9a-f]{64}$")),
                        name="connectors_arrival_key_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "inquiry"), ("reason", "")),
                            models.Q(
                                models.Q(("kind", "inquiry"), _negated=True),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="connectors_arrival_has_reason",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("kind", "refused"), ("seen_at", None)),
                        fields=["arrived_at"],
                        name="connectors_arrival_refused",
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARD, DROP),
    )
