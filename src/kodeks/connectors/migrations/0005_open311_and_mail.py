# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Open311 in: whose keys are good, and the requests that came. Mail out."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

STATISTICS = """
ALTER TABLE connectors_open311request
    ALTER COLUMN latitude SET STATISTICS 0, ALTER COLUMN longitude SET STATISTICS 0;
"""


class Migration(migrations.Migration):
    dependencies = (("connectors", "0004_arrivals"),)

    operations = (
        migrations.CreateModel(
            name="Open311Key",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("made_by", models.CharField(max_length=150)),
                ("made_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)),
                        fields=("name",),
                        name="connectors_open311_key_name",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Open311Request",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("inquiry_id", models.UUIDField(unique=True)),
                ("service_code", models.CharField(max_length=60)),
                ("digest", models.CharField(blank=True, db_index=True, max_length=64)),
                ("latitude", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("longitude", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("requested_at", models.DateTimeField(db_index=True)),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="connectors.open311key",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["key", "requested_at"], name="connectors_open311_rate")
                ],
            },
        ),
        migrations.CreateModel(
            name="OutgoingMail",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("notice", "Besked til en medarbejder"),
                            ("acknowledgement", "Kvittering for en mail"),
                        ],
                        max_length=20,
                    ),
                ),
                ("user_id", models.BigIntegerField(null=True)),
                ("inquiry_id", models.UUIDField(null=True)),
                ("subject", models.CharField(blank=True, max_length=150)),
                ("path", models.CharField(blank=True, max_length=200)),
                ("recipient", models.CharField(blank=True, max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Venter"),
                            ("sending", "Bliver sendt"),
                            ("sent", "Sendt"),
                            ("maybe", "Måske sendt"),
                            ("refused", "Afvist af mailserveren"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("queued_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("inquiry_id", None), ("kind", "notice"), ("user_id__isnull", False)
                            ),
                            models.Q(
                                ("inquiry_id__isnull", False),
                                ("kind", "acknowledgement"),
                                ("user_id", None),
                            ),
                            _connector="OR",
                        ),
                        name="connectors_mail_has_recipient",
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("queued", "sending", "maybe"))),
                        fields=["queued_at"],
                        name="connectors_mail_waiting",
                    ),
                    models.Index(
                        fields=["recipient", "queued_at"], name="connectors_mail_recipient"
                    ),
                ],
            },
        ),
        migrations.RunSQL(STATISTICS, migrations.RunSQL.noop),
    )
