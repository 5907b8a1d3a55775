# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The index of the journal kept as files (see ``archive``), and what came in (see ``arriving``).

No personal data here.
"""

import uuid

from django.db import models
from django.db.models import Q


class ArchiveEntry(models.Model):
    """One document in the journal folder. Never changed or deleted (trigger in 0002_guards)."""

    key = models.CharField(max_length=200, unique=True)
    case_number = models.CharField(max_length=20, db_index=True)
    esdh_case_id = models.CharField(max_length=200)
    esdh_document_id = models.CharField(max_length=200, unique=True)
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200, unique=True)
    journalised_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="archive_sha256_form"
            ),
        )

    def __str__(self) -> str:
        return self.esdh_document_id


class Source(models.TextChoices):
    """The way by which something came in."""

    MAIL = "mail", "Postkassen"
    DROP = "drop", "Mappen"
    OPEN311 = "open311", "Open311"


class Kind(models.TextChoices):
    """What became of it."""

    INQUIRY = "inquiry", "Taget ind"
    AUTOMATIC = "automatic", "Lagt til side, fordi ingen har skrevet det"
    REFUSED = "refused", "Kunne ikke tages ind"


class Arrival(models.Model):
    """One thing that came in from another system: a mail, a file, a request.

    `key` is a digest by which it is known again, also when its inquiry has been erased.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.CharField(max_length=10, choices=Source)
    key = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.CharField(max_length=300, blank=True)
    """Why it is no inquiry: a Danish sentence without what is in it."""
    inquiry_id = models.UUIDField(null=True)
    """The inquiry that it became, the first of them when there are more."""
    inquiries = models.PositiveIntegerField(default=0)
    arrived_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    """When a person saw to what could not be taken in."""
    seen_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("source", "key"), name="connectors_arrival_once"),
            models.CheckConstraint(
                condition=Q(key__regex=r"^[0-9a-f]{64}$"), name="connectors_arrival_key_form"
            ),
            models.CheckConstraint(
                condition=Q(kind="inquiry", reason="") | (~Q(kind="inquiry") & ~Q(reason="")),
                name="connectors_arrival_has_reason",
            ),
        )
        indexes = (
            models.Index(
                fields=("arrived_at",),
                condition=Q(kind="refused", seen_at=None),
                name="connectors_arrival_refused",
            ),
        )

    def __str__(self) -> str:
        return f"{self.source}: {self.id}"
