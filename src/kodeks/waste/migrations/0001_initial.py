# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Bins, devices, sessions, quarantine and figures. The readings' own table is made in 0002."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "session_id",
                        "number",
                        "at",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("number", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("flags", models.IntegerField()),
                ("level_pct", models.FloatField(null=True)),
                ("distance_mm", models.FloatField(null=True)),
                ("temperature_c", models.FloatField(null=True)),
                ("battery_pct", models.FloatField(null=True)),
                ("battery_v", models.FloatField(null=True)),
                ("unread_at", models.SmallIntegerField(null=True)),
                ("unread", models.BinaryField(null=True)),
            ],
            options={
                "db_table": "waste_reading",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ArchivedMonth",
            fields=[
                ("month", models.DateField(primary_key=True, serialize=False)),
                ("file", models.CharField(max_length=120)),
                ("sha256", models.CharField(max_length=64)),
                ("rows", models.BigIntegerField()),
                ("archived_at", models.DateTimeField()),
                ("emptied_at", models.DateTimeField(null=True)),
                ("removed_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("month",),
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120, unique=True)),
                ("sensor", models.CharField(blank=True, max_length=80)),
                ("added_by", models.CharField(max_length=150)),
                ("added_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="DueDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="Bin",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=120, unique=True)),
                ("place", models.CharField(blank=True, max_length=200)),
                ("district", models.CharField(blank=True, max_length=80)),
                ("latitude", models.FloatField(null=True)),
                ("longitude", models.FloatField(null=True)),
                ("litres", models.PositiveIntegerField(null=True)),
                ("set_by", models.CharField(max_length=150)),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude", None), ("longitude", None)),
                            models.Q(
                                ("latitude__range", (-90, 90)), ("longitude__range", (-180, 180))
                            ),
                            _connector="OR",
                        ),
                        name="waste_bin_position",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Quarantined",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("part", models.PositiveIntegerField()),
                ("code", models.CharField(max_length=40)),
                ("reason", models.CharField(max_length=400)),
                ("source", models.CharField(blank=True, max_length=60)),
                ("topic", models.CharField(blank=True, max_length=300)),
                ("device", models.CharField(blank=True, max_length=120)),
                ("at", models.DateTimeField(null=True)),
                ("session", models.CharField(blank=True, max_length=64)),
                ("counter", models.BigIntegerField(null=True)),
                ("what", models.CharField(blank=True, max_length=40)),
                ("value", models.CharField(blank=True, max_length=200)),
                ("raw", models.BinaryField()),
                ("raw_bytes", models.BigIntegerField()),
                ("received_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("digest", "part"), name="waste_quarantined_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("signs", models.BooleanField(default=False)),
                ("made_by", models.CharField(max_length=150)),
                ("made_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)),
                        fields=("name",),
                        name="waste_source_name",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BinDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("readings", models.PositiveIntegerField()),
                ("unknown", models.PositiveIntegerField()),
                ("came", models.PositiveIntegerField()),
                ("lost", models.PositiveIntegerField()),
                ("level_min", models.FloatField(null=True)),
                ("level_max", models.FloatField(null=True)),
                ("level_mean", models.FloatField(null=True)),
                ("level_last", models.FloatField(null=True)),
                ("temperature_max", models.FloatField(null=True)),
                ("battery_pct", models.FloatField(null=True)),
                (
                    "bin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="days",
                        to="waste.bin",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["day"], name="waste_binday_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("bin", "day"), name="waste_binday_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Placement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                ("empty_mm", models.FloatField(null=True)),
                ("full_mm", models.FloatField(null=True)),
                ("source", models.CharField(blank=True, max_length=60)),
                ("set_by", models.CharField(max_length=150)),
                ("set_at", models.DateTimeField()),
                (
                    "bin",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placements",
                        to="waste.bin",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placements",
                        to="waste.device",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["device", "-since", "-id"], name="waste_placement_now")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("empty_mm", None), ("full_mm", None)),
                            models.Q(("empty_mm__gt", models.F("full_mm")), ("full_mm__gte", 0)),
                            _connector="OR",
                        ),
                        name="waste_placement_distances",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(blank=True, max_length=64)),
                ("highest", models.BigIntegerField(null=True)),
                ("came", models.BigIntegerField(default=0)),
                ("lost", models.BigIntegerField(default=0)),
                ("began_at", models.DateTimeField()),
                ("last_at", models.DateTimeField(null=True)),
                ("level_pct", models.FloatField(null=True)),
                ("distance_mm", models.FloatField(null=True)),
                ("temperature_c", models.FloatField(null=True)),
                ("flags", models.IntegerField(default=0)),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="waste.device",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("device", "name"), name="waste_session_name")
                ],
            },
        ),
    ]
