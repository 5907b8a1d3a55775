# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Permits, and what was read under them."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kodeks.kernel.models.codex import CodexRevision
from kodeks.kernel.models.people import User
from kodeks.kernel.models.systems import CardRevision, System


class Permit(models.Model):
    """Leave to work in one phase for one purpose, for minutes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    system = models.ForeignKey(System, models.PROTECT, related_name="permits")
    phase = models.CharField(max_length=20)
    purpose = models.CharField(max_length=80)
    card = models.ForeignKey(CardRevision, models.PROTECT, related_name="+")
    codex = models.ForeignKey(CodexRevision, models.PROTECT, related_name="+")
    release = models.ForeignKey("kernel.Release", models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    standing = models.JSONField()
    """What the gate found when it was given (kernel.standing in sql/survey.sql)."""
    snapshot = models.TextField()
    """Which transactions the gate had seen then (pg_current_snapshot)."""
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.system_id} {self.phase} {self.purpose}"


class Reading(models.Model):
    """Fields of one source about one subject were handed to an engine; never the values."""

    permit = models.ForeignKey(Permit, models.PROTECT, related_name="readings", db_index=False)
    system = models.ForeignKey(System, models.PROTECT, related_name="+", db_index=False)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80)
    source = models.CharField(max_length=120)
    fields = ArrayField(models.CharField(max_length=80))
    read_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["subject_type", "subject_id"], name="kernel_reading_subject"),
        )

    def __str__(self) -> str:
        return f"{self.source}: {', '.join(self.fields)}"


class DatasetReading(models.Model):
    """A set of data about many subjects was handed to training."""

    permit = models.ForeignKey(Permit, models.PROTECT, related_name="dataset_readings")
    system = models.ForeignKey(System, models.PROTECT, related_name="+")
    source = models.CharField(max_length=120)
    fields = ArrayField(models.CharField(max_length=80))
    rows = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.source}: {self.rows}"
