# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What people do with an inquiry beside deciding it: split it, settle what the law asks for."""

import uuid

from django.conf import settings
from django.db import models

from kodeks.casework.models import DeadlineKind, Unit
from kodeks.inquiries.models.inquiry import Inquiry
from kodeks.inquiries.models.visible import OfClock, OfInquiry


class Split(models.Model):
    """A person split an inquiry. `kept` and each child's `sentences` are numbers of the text's
    sentences; `parts` is a list of `inquiry` (the child's id) and `sentences`."""

    id = models.UUIDField(primary_key=True, editable=False)
    inquiry = models.OneToOneField(Inquiry, models.PROTECT, related_name="split")
    kept = models.JSONField()
    parts = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objects = OfInquiry.as_manager()

    def __str__(self) -> str:
        return str(self.id)


class Attended(models.Model):
    """A department has dealt with what is urgent about an inquiry, though it may not have answered
    it yet. Once for each department: another one that gets it later has to see for itself.

    `milestone_id` is that of its entry in the kernel, which the database compares each row with;
    None for what was written before there were any."""

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="attended")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    milestone_id = models.UUIDField(null=True, unique=True)
    objects = OfInquiry.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("inquiry", "unit"), name="attended_once_by_a_unit"),
        )

    def __str__(self) -> str:
        return f"{self.inquiry_id} {self.unit_id}"


class LegalClock(models.Model):
    """A clock of the law that a text may have set going the day it came (see `legal_clocks`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="legal_clocks")
    rule = models.CharField(max_length=60)
    """The name of the rule in `engine.legal` that fired, or that a person says should have."""
    by_hand = models.BooleanField(default=False)
    """Whether a person saw it in the text; at most one beside what a rule noticed."""
    kind = models.CharField(max_length=30, choices=DeadlineKind)
    source = models.CharField(max_length=200)
    counted_from = models.DateField()
    due_on = models.DateField()
    noticed_at = models.DateTimeField()
    objects = OfInquiry.as_manager()

    class Meta:
        ordering = ("due_on", "id")
        constraints = (
            models.UniqueConstraint(fields=("inquiry", "kind", "by_hand"), name="legal_clock_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=DeadlineKind.values)
                & models.Q(due_on__gte=models.F("counted_from")),
                name="legal_clock_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"


class Settled(models.TextChoices):
    """What a person said of a legal clock."""

    CONFIRMED = "confirmed", "Bekræftet"
    DISMISSED = "dismissed", "Afvist"
    MOVED = "moved", "Flyttet til en anden henvendelse"


class LegalClockStep(models.Model):
    """What a person said of a legal clock, once. Why is sealed with the inquiry's key."""

    id = models.UUIDField(primary_key=True, editable=False)
    clock = models.OneToOneField(LegalClock, models.PROTECT, related_name="step")
    said = models.CharField(max_length=10, choices=Settled)
    sealed_reason = models.BinaryField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objects = OfClock.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(said__in=Settled.values)
                & (~models.Q(said="dismissed") | models.Q(sealed_reason__isnull=False)),
                name="legal_clock_step_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.said} {self.at}"
