# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Cases handed to another system (SF2900 Fordelingskomponenten), and its receipts.

Only ``distributing`` writes them.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kodeks.casework.models.cases import Case, Unit


class Distribution(models.Model):
    """A case that was handed to the system of a department. Never changed (0012_distributions)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="distributions")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    returns_to = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """Who looks at the case when the other system will not have it."""
    message_id = models.CharField(max_length=200, unique=True)
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ("sent_at", "id")
        indexes = (models.Index(fields=("case", "sent_at"), name="distribution_of_case"),)

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
