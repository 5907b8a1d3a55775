# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whether groups of citizens are treated alike: who belongs to which, and what was measured."""

from __future__ import annotations

from django.db import models

from kodeks.kernel.models.releases import Release
from kodeks.kernel.models.systems import CardRevision, System


class AuditAttribute(models.Model):
    """Which group of an attribute a matter's citizen belongs to, for measuring alone.

    Not readable by the application role: what an engine or a page cannot read it cannot use. The
    database counts (kernel.measure_groups) and gives out figures of groups, never of one matter.
    """

    system = models.ForeignKey(System, models.PROTECT, related_name="+", db_index=False)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80)
    attribute = models.CharField(max_length=80)
    group = models.CharField(max_length=80)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "system", "attribute"],
                name="kernel_one_group",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject_type}/{self.subject_id} {self.attribute}"


class GroupMeasurement(models.Model):
    """The groups' figures in operation under one release and one card, and the verdicts on them."""

    system = models.ForeignKey(System, models.PROTECT, related_name="+", db_index=False)
    release = models.ForeignKey(Release, models.PROTECT, related_name="+", db_index=False)
    card = models.ForeignKey(CardRevision, models.PROTECT, related_name="+", db_index=False)
    months = models.IntegerField()
    """How many months of decisions were counted."""
    cases = models.IntegerField()
    """Decided matters in them with a group of any attribute."""
    measured = models.JSONField()
    verdicts = models.JSONField()
    broken = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["system", "release", "-id"], name="kernel_group_newest"),)

    def __str__(self) -> str:
        return f"{self.system_id} {self.at}"
