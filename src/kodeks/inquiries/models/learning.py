# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the model learns from, and runs that train it anew (see `learning`)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class ExampleSet(models.Model):
    """Old texts with their topics, taken in by a technician to learn from beside what is decided
    here. Content is sealed under a key of its own; it is empty once the set has been removed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    rows = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    """Of the content as it is used, with CPR numbers masked."""
    sealed = models.BinaryField()
    taken_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_in_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("taken_in_at",)

    def __str__(self) -> str:
        return self.name


class Retraining(models.Model):
    """A run that trains the model anew (see `learning`). Its steps, and how it ended, are rows that
    are only added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    technician = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    """Whose permits it runs under."""
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    """None when it came by the schedule."""
    asked_at = models.DateTimeField()
    """What was decided later is not in it."""
    terms = models.JSONField()
    """Under which terms the candidate is judged (`learning.terms.Terms`)."""

    class Meta:
        ordering = ("-asked_at",)

    def __str__(self) -> str:
        return str(self.id)


class RetrainingStep(models.Model):
    """A step that is done: a run that goes on after a crash begins with the next. Ids, counts and
    figures only."""

    run = models.ForeignKey(Retraining, models.PROTECT, related_name="steps")
    name = models.CharField(max_length=20)
    result = models.JSONField()
    done_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("run", "name"), name="inquiries_retraining_step_once"),
        )

    def __str__(self) -> str:
        return f"{self.run_id}: {self.name}"


class RetrainingProgress(models.Model):
    """How far a step has come that is being done; no record of anything."""

    run = models.OneToOneField(Retraining, models.PROTECT, related_name="progress")
    step = models.CharField(max_length=20)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    """0 where nobody knows how much there is."""
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.run_id}: {self.step}"


class RetrainingOutcome(models.TextChoices):
    PASSED = "passed", "Klar til underskrift"
    REFUSED = "refused", "Afvist"
    ABANDONED = "abandoned", "Afbrudt"


class RetrainingEnd(models.Model):
    """How a run ended. The database enters each in the ledger, and lets nobody propose a retrained
    model for release that has not passed."""

    run = models.OneToOneField(Retraining, models.PROTECT, related_name="end")
    outcome = models.CharField(max_length=10, choices=RetrainingOutcome)
    reasons = models.JSONField()
    """Danish sentences."""
    figures = models.JSONField()
    """Each as `engine.canary.Figure`, numbers as text."""
    permit_id = models.UUIDField(null=True)
    rows = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    artefact_sha256 = models.CharField(max_length=64, blank=True)
    compared_with = models.CharField(max_length=64, blank=True)
    """The hash of the model that was in operation."""
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    """Who abandoned it."""
    ended_at = models.DateTimeField()
    event_id = models.UUIDField()
    """Its entry in the ledger."""

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=RetrainingOutcome.values),
                name="inquiries_retraining_outcome",
            ),
        )

    def __str__(self) -> str:
        return f"{self.run_id}: {self.outcome}"
