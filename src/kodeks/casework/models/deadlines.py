# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Deadlines of cases and what happened to them. Only ``clocks`` and ``deadline_rules`` write them.

The events are the history: rows are added, and the database (0007_deadlines) lets none be changed.
A deadline's days and state are what its events add up to.
"""

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from kodeks.casework.models.cases import Case, Document


class DeadlineKind(models.TextChoices):
    """What has to be done before the day."""

    REPLY = "reply", "Svar på henvendelse"
    ACCESS_REQUEST = "access_request", "Aktindsigt"
    PARTY_ACCESS = "party_access", "Partsaktindsigt"
    GDPR_ACCESS = "gdpr_access", "Indsigt i egne data"
    GDPR_RECTIFICATION = "gdpr_rectification", "Rettelse af egne data"
    GDPR_ERASURE = "gdpr_erasure", "Sletning af egne data"
    GDPR_RESTRICTION = "gdpr_restriction", "Begrænset brug af egne data"
    GDPR_OBJECTION = "gdpr_objection", "Indsigelse mod brug af egne data"
    CHILD_REPORT = "child_report", "Vurdering af underretning"
    CHILD_RECEIPT = "child_receipt", "Bekræftelse af underretning"
    COMPLAINT_REASSESSMENT = "complaint_reassessment", "Genvurdering efter klage"
    FORWARD_COMPLAINT = "forward_complaint", "Klage sendes videre"


class DeadlineUnit(models.TextChoices):
    """What a deadline is counted in."""

    WORKING_DAYS = "working_days", "arbejdsdage"
    WEEKDAYS = "weekdays", "hverdage"
    WHOLE_DAYS = "whole_days", "døgn"
    CALENDAR_DAYS = "calendar_days", "dage"
    WEEKS = "weeks", "uger"
    MONTHS = "months", "måneder"


class DeadlineState(models.TextChoices):
    """Whether the clock runs."""

    RUNNING = "running", "Løber"
    PAUSED = "paused", "Sat på pause"
    ANSWERED = "answered", "Besvaret"
    REPLACED = "replaced", "Afløst af en ny frist"


class DeadlineRule(models.Model):
    """What the municipality promises for a kind, by the beginning of a KLE number ("": all)."""

    kle_prefix = models.CharField(max_length=8, blank=True, default="")
    kind = models.CharField(max_length=30, choices=DeadlineKind)
    amount = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=15, choices=DeadlineUnit)
    source = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("kle_prefix", "kind", "valid_from")
        constraints = (
            models.UniqueConstraint(
                fields=("kle_prefix", "kind", "valid_from"), name="deadline_rule_once_per_date"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=DeadlineKind.values)
                & Q(unit__in=DeadlineUnit.values)
                & Q(amount__range=(1, 1000))
                & ~Q(source="")
                & (Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from"))),
                name="deadline_rule_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kle_prefix} {self.kind}"


class Deadline(models.Model):
    """A deadline of a case. `terms` is what law and rules said on the day that it began."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadlines")
    kind = models.CharField(max_length=30, choices=DeadlineKind)
    terms = models.JSONField()
    """A list of ``deadlines.Term`` as mappings; the one that comes first holds."""
    source = models.CharField(max_length=200)
    """The source of the one that holds."""
    started_on = models.DateField()
    due_on = models.DateField()
    expected_on = models.DateField(null=True)
    """The newest day that the citizen was told of, when it could not be `due_on`."""
    state = models.CharField(max_length=10, choices=DeadlineState, default=DeadlineState.RUNNING)

    class Meta:
        ordering = ("due_on", "id")
        indexes = (
            models.Index(
                fields=("due_on",),
                condition=Q(state__in=("running", "paused")),
                name="deadline_open",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=DeadlineKind.values)
                & Q(state__in=DeadlineState.values)
                & Q(due_on__gte=models.F("started_on")),
                name="deadline_whole",
            ),
            models.UniqueConstraint(
                fields=("case", "kind"),
                condition=Q(state__in=("running", "paused")),
                name="deadline_one_open_of_a_kind",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"

    @property
    def promised_on(self) -> datetime.date:
        """The day that the citizen waits for."""
        return self.expected_on or self.due_on


class DeadlineStep(models.TextChoices):
    """What happened to a deadline."""

    STARTED = "started", "Begyndt"
    PAUSED = "paused", "Sat på pause"
    RESUMED = "resumed", "Sat i gang igen"
    MOVED = "moved", "Ny dato"
    ANSWERED = "answered", "Besvaret"
    REPLACED = "replaced", "Afløst af en ny frist"


class DeadlineEvent(models.Model):
    """One step in a deadline's history. Why is sealed with the case's key."""

    key = models.UUIDField(unique=True, editable=False)
    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="events")
    step = models.CharField(max_length=10, choices=DeadlineStep)
    on = models.DateField()
    """The day that it counts from: the first or last day of a pause, the new day of a move."""
    due_on = models.DateField()
    """The last day as it was counted then."""
    sealed_reason = models.BinaryField(null=True)
    letter = models.OneToOneField(
        Document, null=True, on_delete=models.PROTECT, related_name="deadline_event"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    """The person; none when a robot did it."""
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(step__in=DeadlineStep.values), name="deadline_step_known"
            ),
            models.UniqueConstraint(
                fields=("deadline",),
                condition=Q(step__in=("answered", "replaced")),
                name="deadline_ends_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.step} {self.on}"
