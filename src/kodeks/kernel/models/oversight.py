# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How suggestions are put before people, what people thought before, and alarms about a system."""

from __future__ import annotations

import uuid

from django.db import models

from kodeks.kernel.models.people import User
from kodeks.kernel.models.records import Recommendation, Record
from kodeks.kernel.models.systems import System


class OversightPlan(models.Model):
    """The owner's plan for a system; the newest counts. What is measured are shares from 0 to 1."""

    system = models.ForeignKey(System, models.PROTECT, related_name="oversight_plans")
    blind_share = models.DecimalField(max_digits=7, decimal_places=6)
    """Of the suggestions, drawn: the person writes down their own view first."""
    least_confidence = models.DecimalField(max_digits=7, decimal_places=6)
    """A suggestion that is less certain is withheld."""
    influence_limit = models.DecimalField(max_digits=7, decimal_places=6)
    """Agreement with the suggestion seen minus agreement without."""
    fast_limit = models.DecimalField(max_digits=7, decimal_places=6)
    """Of the suggestions followed: faster than they can be read."""
    allowed_errors = models.JSONField(default=list, db_default=[])
    """How many of the suggestions that the system calls sure may be wrong in each `part` of its
    field (see `promises`): a `share`, as text."""
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.system_id} {self.blind_share}"


class DrawSeed(models.Model):
    """What a month's draws are made of. The application role cannot read the seed."""

    system = models.ForeignKey(System, models.PROTECT, related_name="+")
    month = models.DateField()
    seed = models.BinaryField()
    commitment = models.CharField(max_length=64)
    """SHA-256 of the seed, in the ledger before the first draw."""
    xid = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["system", "month"], name="kernel_draw_seed_month"),
        )

    def __str__(self) -> str:
        return f"{self.system_id} {self.month}"


class FirstView(Record):
    """A person's own view of a matter before they saw the suggestion."""

    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="first_views")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    agreed = models.BooleanField()
    """Whether it is what the system suggested."""
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["recommendation", "user"], name="kernel_one_first_view"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class Viewing(models.Model):
    """A suggestion was put before a person, the first time."""

    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="viewings")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["recommendation", "user"], name="kernel_one_viewing"),
        )

    def __str__(self) -> str:
        return str(self.recommendation_id)


class Alarm(models.Model):
    """Something measured of a system passed its limit; open until there is a closing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    system = models.ForeignKey(System, models.PROTECT, related_name="alarms")
    kind = models.CharField(max_length=40)
    effect = models.CharField(max_length=20)
    """For as long as it is open: none, blind_first or stop."""
    sentence = models.TextField()
    measured = models.JSONField()
    raised_at = models.DateTimeField()
    due_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.system_id} {self.kind}"

    @property
    def is_open(self) -> bool:
        return not hasattr(self, "closing")


class AlarmClosing(models.Model):
    """What the one who answers for the system found and did."""

    alarm = models.OneToOneField(Alarm, models.PROTECT, related_name="closing")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.alarm_id)
