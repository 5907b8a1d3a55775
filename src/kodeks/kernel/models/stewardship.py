# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who answers for a system, and what they did: attested, supervised, stopped, reported."""

from __future__ import annotations

import uuid

from django.db import models

from kodeks.kernel.models.people import User
from kodeks.kernel.models.systems import System


class Assignment(models.Model):
    """Who answers from a moment on. No manager is a vacancy; the names are those of the day."""

    system = models.ForeignKey(System, models.PROTECT, related_name="assignments")
    unit = models.CharField(max_length=200)
    manager = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    manager_name = models.CharField(max_length=150, blank=True)
    """Of the manager; in a vacancy of the one before, who is still named for the set days."""
    deputy = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    deputy_name = models.CharField(max_length=150, blank=True)
    assigned_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.system_id}: {self.manager_name}"


class Attestation(models.Model):
    """The manager or deputy of an assignment confirmed that they answer for the system."""

    system = models.ForeignKey(System, models.PROTECT, related_name="attestations")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="attestations")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.system_id}: {self.at}"


class SupervisionCheck(models.Model):
    """A task of the card's supervision plan was done, and what was found."""

    system = models.ForeignKey(System, models.PROTECT, related_name="supervision_checks")
    task = models.CharField(max_length=40)
    passed = models.BooleanField()
    finding = models.TextField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.system_id} {self.task}"


class Evidence(models.Model):
    """A document that a duty asks for; the newest of a kind counts."""

    system = models.ForeignKey(System, models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    signer = models.ForeignKey(User, models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField()
    withdrawn = models.BooleanField()
    registered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.system_id} {self.kind}"


class Incident(models.Model):
    """Something that went wrong; `due_at` is when it must be reported (AI Act art. 73)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    system = models.ForeignKey(System, models.PROTECT, related_name="incidents")
    kind = models.CharField(max_length=40)
    aware_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    description = models.TextField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.system_id} {self.kind}"


class IncidentStep(models.Model):
    """What was done about an incident: reported, dismissed, mended or a note."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="steps")
    step = models.CharField(max_length=12)
    text = models.TextField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.incident_id} {self.step}"


class Switch(models.Model):
    """The stop button's history. A stop holds until a start has seen it, so the order of numbers or
    clocks does not matter, and nobody waits for anybody: `xid` is the row's own transaction, and
    `snapshot` what a start saw."""

    system = models.ForeignKey(System, models.PROTECT, related_name="switches")
    running = models.BooleanField()
    xid = models.BigIntegerField()
    snapshot = models.TextField(blank=True)
    reason = models.TextField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.system_id}: {'i drift' if self.running else 'stoppet'}"
