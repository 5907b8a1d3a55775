# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What service and hours are counted from: time studies, and moments after the decision."""

from __future__ import annotations

import uuid

from django.db import models

from kodeks.kernel.models.people import User
from kodeks.kernel.models.records import Decision
from kodeks.kernel.models.systems import System


class TimeStudy(models.Model):
    """What a person needed, in minutes, for one piece of a robot's step; the newest counts.

    `id` is that of its event in the ledger. Mean and deviation are those of `measured` pieces.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    system = models.ForeignKey(System, models.PROTECT, related_name="time_studies")
    step = models.CharField(max_length=60)
    measured = models.IntegerField()
    mean = models.DecimalField(max_digits=6, decimal_places=2)
    deviation = models.DecimalField(max_digits=6, decimal_places=2)
    review = models.DecimalField(max_digits=6, decimal_places=2)
    """Minutes for a person to look at one act that was drawn."""
    rework = models.DecimalField(max_digits=6, decimal_places=2)
    """Minutes for a person to put one mistake of the robot right."""
    first_day = models.DateField()
    last_day = models.DateField()
    measured_by = models.CharField(max_length=150)
    sha256 = models.CharField(max_length=64)
    """Of the document with the single measurements."""
    unit = models.CharField(max_length=200)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.system_id} {self.step}: {self.mean}"


class Milestone(models.Model):
    """The department answered, once for each decision; a department dealt with what is urgent, once
    for each; or a person helped the robot on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    event_id = models.UUIDField()
    system = models.ForeignKey(System, models.PROTECT, related_name="milestones")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="milestones")
    what = models.CharField(max_length=10)
    unit = models.CharField(max_length=80, blank=True)
    """Code of the unit that the robot forwarded the matter to, or that dealt with it."""
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["decision"],
                condition=models.Q(what="answered"),
                name="kernel_answered_once",
            ),
            models.UniqueConstraint(
                fields=["decision", "unit"],
                condition=models.Q(what="attended"),
                name="kernel_attended_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.decision_id}: {self.what}"
