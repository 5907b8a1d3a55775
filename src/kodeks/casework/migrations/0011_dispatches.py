# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How letters went out and what was heard of them, and guards: both are only added to.

Sealed texts get no statistics, as PostgreSQL would keep samples of them in a catalogue.
"""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

GUARD = """
CREATE FUNCTION casework_only_added_to() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Det, der er sendt og kvitteret, kan hverken ændres eller slettes.'
        USING ERRCODE = '23001';
END $$;
CREATE TRIGGER casework_only_added_to BEFORE UPDATE OR DELETE ON casework_dispatch
    FOR EACH ROW EXECUTE FUNCTION casework_only_added_to();
CREATE TRIGGER casework_only_added_to BEFORE UPDATE OR DELETE ON casework_dispatchnews
    FOR EACH ROW EXECUTE FUNCTION casework_only_added_to();
CREATE TRIGGER casework_kept_whole BEFORE TRUNCATE ON casework_dispatch
    FOR EACH STATEMENT EXECUTE FUNCTION casework_kept_whole();
CREATE TRIGGER casework_kept_whole BEFORE TRUNCATE ON casework_dispatchnews
    FOR EACH STATEMENT EXECUTE FUNCTION casework_kept_whole();
ALTER TABLE casework_dispatchnews ALTER COLUMN sealed_reason SET STATISTICS 0;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0010_journal_order")]

    operations = [
        migrations.CreateModel(
            name="Dispatch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True)),
                ("channel", models.CharField(max_length=40)),
                ("message_id", models.CharField(blank=True, default="", max_length=200)),
                ("because", models.CharField(blank=True, default="", max_length=60)),
                ("sent_at", models.DateTimeField()),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispatch",
                        to="casework.document",
                    ),
                ),
            ],
            options={
                "ordering": ("sent_at", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("message_id", ""), _negated=True),
                        fields=("channel", "message_id"),
                        name="dispatch_message_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("channel", "none"), ("message_id", "")),
                            models.Q(
                                ("channel", "none"),
                                ("message_id", ""),
                                _connector="OR",
                                _negated=True,
                            ),
                            _connector="OR",
                        ),
                        name="dispatch_has_message",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DispatchNews",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "heard",
                    models.CharField(
                        choices=[
                            ("received", "Modtaget"),
                            ("delivered", "Afleveret"),
                            ("failed", "Kunne ikke afleveres"),
                            ("handed", "Givet videre på anden måde"),
                        ],
                        max_length=9,
                    ),
                ),
                ("reference", models.CharField(max_length=200)),
                ("code", models.CharField(blank=True, default="", max_length=60)),
                ("sealed_reason", models.BinaryField(null=True)),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "dispatch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="news",
                        to="casework.dispatch",
                    ),
                ),
            ],
            options={
                "ordering": ("at", "id"),
                "constraints": [
                    models.UniqueConstraint(fields=("dispatch", "reference"), name="news_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("heard__in", ["received", "delivered", "failed", "handed"])
                        ),
                        name="news_known",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD),
    ]
