# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Cases handed to another system (SF2900 Fordelingskomponenten) or another body (Open311), and what
is heard of them.

Only ``distributing`` and ``standings`` write them.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kodeks.casework import ports
from kodeks.casework.models.cases import Case, Unit


class Way(models.TextChoices):
    """How a case was handed over."""

    SF2900 = "sf2900", "Fordelingskomponenten"
    OPEN311 = ports.OPEN311, "Open311"


class Distribution(models.Model):
    """A case that was handed to the system of a department. Never changed (0012_distributions)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="distributions")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    returns_to = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """Who looks at the case when the other system will not have it."""
    message_id = models.CharField(max_length=200, unique=True)
    way = models.CharField(max_length=7, choices=Way, default=Way.SF2900)
    kind = models.CharField(max_length=40, blank=True, default="")
    """What it is in an inbox, if it comes to lie in one here again."""
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ("sent_at", "id")
        indexes = (models.Index(fields=("case", "sent_at"), name="distribution_of_case"),)
        constraints = (
            models.CheckConstraint(condition=Q(way__in=Way.values), name="distribution_way_known"),
        )

    def __str__(self) -> str:
        return self.message_id


class ReceiptCode(models.TextChoices):
    """The five receipts of SF2900, with its words."""

    RECEIVED = "MODTAGET", "Modtaget hos Fordelingskomponenten"
    HANDED = "AFLEVERET", "Afleveret til afdelingens system"
    ACCEPTED = "ACCEPTERET", "Accepteret af afdelingens system"
    REJECTED = "AFVIST", "Afvist af afdelingens system"
    FAILED = "FEJLET", "Kunne ikke afleveres"


class DistributionReceipt(models.Model):
    """One receipt of a distribution. Only added to, each code once.

    The other system's own words may be about a person, so they are sealed with the case's key.
    """

    distribution = models.ForeignKey(
        Distribution, on_delete=models.PROTECT, related_name="receipts"
    )
    code = models.CharField(max_length=10, choices=ReceiptCode)
    sealed_reason = models.BinaryField(null=True)
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("distribution", "code"), name="receipt_once"),
            models.CheckConstraint(condition=Q(code__in=ReceiptCode.values), name="receipt_known"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.distribution_id}"


class StandingState(models.TextChoices):
    """How far the other body is: GeoReport v2's two states, and a number that it does not know."""

    OPEN = "open", "Åben"
    CLOSED = "closed", "Lukket"
    UNKNOWN = "unknown", "Ukendt hos modtageren"


class DistributionStanding(models.Model):
    """How far another body said that it was, when that was something new. Only added to.

    Its own words may be about a person, so they are sealed with the case's key.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    distribution = models.ForeignKey(
        Distribution, on_delete=models.PROTECT, related_name="standings"
    )
    state = models.CharField(max_length=7, choices=StandingState)
    sealed_notes = models.BinaryField(null=True)
    updated_at = models.DateTimeField(null=True)
    """When the other body last changed it; None when it does not say."""
    heard_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("heard_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=StandingState.values), name="standing_state_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.state} {self.distribution_id}"
