# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Access requests, their later rounds, and the documents that were found for them.

Only `services`, `deciding`, `collecting` and the robot's steps write them. When the answer is due
is a deadline of the request's own case (see `clock`).
"""

import uuid

from django.db import models
from django.db.models import Q

from kodeks.casework.models import Case, InCase, Unit


class Law(models.TextChoices):
    """What a request stands on; it says what may be exempted and when the answer is due."""

    OFFL = "offl", "Offentlighedsloven § 7 (enhver)"
    FVL = "fvl", "Forvaltningsloven § 9 (part i sagen)"
    GDPR = "gdpr", "Databeskyttelsesforordningen, artikel 15 (egne oplysninger)"


class AccessRequest(models.Model):
    """Somebody asks to see documents: those of a case, or those of all cases of a person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    law = models.CharField(max_length=4, choices=Law)
    requester_name = models.CharField(max_length=200)
    requester_address = models.CharField(max_length=300, blank=True)
    sealed_cpr = models.BinaryField(null=True)
    requester_index = models.BinaryField(null=True, db_index=True)
    wording = models.TextField(blank=True)
    """What was asked for, in the asker's words. CPR numbers are masked."""
    case_number = models.CharField(max_length=20, blank=True)
    """The case that is asked for; empty when it is all cases of the one who asks."""
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    """Who answers."""
    origin = models.CharField(max_length=40, blank=True, default="")
    """The code of where it came from, when it was not typed in (see `ports.RequestOrigin`)."""
    origin_id = models.CharField(max_length=200, blank=True, default="")
    received_on = models.DateField()
    registered_at = models.DateTimeField()
    collected_at = models.DateTimeField(null=True)
    decision_id = models.UUIDField(null=True)
    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="access_request")
    """The request's own case, which the robot opens."""
    delivered_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    objects = InCase.as_manager()

    class Meta:
        ordering = ("received_on", "registered_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("origin", "origin_id"),
                condition=~Q(origin=""),
                name="accessrequest_once_of_an_origin",
            ),
        )
        indexes = (
            models.Index(
                fields=("received_on",),
                condition=Q(delivered_at__isnull=True, erased_at__isnull=True),
                name="accessrequests_waiting",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class Round(models.Model):
    """The request is treated once more (genbehandling) after its answer was sent."""

    request = models.ForeignKey(AccessRequest, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    """From 1; the request as it first came is none."""
    cause = models.CharField(max_length=10)
    """As of a reversal in the kernel."""
    received_on = models.DateField()
    """The day that the complaint came, or that it was taken up."""
    opened_at = models.DateTimeField()
    user_id = models.BigIntegerField()
    reversal_id = models.UUIDField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(
                fields=("request", "number"), name="accessrequests_round_number"
            ),
            models.UniqueConstraint(
                fields=("request",),
                condition=Q(delivered_at__isnull=True),
                name="accessrequests_one_open_round",
            ),
        )

    def __str__(self) -> str:
        return f"{self.request_id}: {self.number}"


class RequestDocument(models.Model):
    """One document that was found, once, wherever it lies; its content stays at its source."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(AccessRequest, models.PROTECT, related_name="documents")
    number = models.PositiveIntegerField(null=True)
    """Its place on the list, from 1, by case and date."""
    source = models.CharField(max_length=40)
    source_id = models.CharField(max_length=200)
    also_in = models.JSONField(default=list)
    """Titles of the other sources that have the same document."""
    case_number = models.CharField(max_length=40)
    scope_unit = models.CharField(max_length=80, blank=True)
    scope_kle = models.CharField(max_length=8, blank=True)
    title = models.CharField(max_length=200)
    date = models.DateField()
    direction = models.CharField(max_length=10)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    problem = models.CharField(max_length=300, blank=True)
    """In Danish why the program cannot read it; then a person decides without a proposal."""
    recommendation_id = models.UUIDField(null=True)
    decision_id = models.UUIDField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("number", "case_number", "date", "id")
        constraints = (
            models.UniqueConstraint(fields=("request", "sha256"), name="accessdocument_once"),
            models.UniqueConstraint(
                fields=("request", "number"),
                condition=Q(number__isnull=False),
                name="accessdocument_number_once",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)
