# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is said to be wrong in a matter. Only ``corrections`` writes it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from kodeks.casework.models.cases import Unit


class CorrectionState(models.TextChoices):
    """What became of somebody's word that a datum is wrong."""

    OPEN = "open", "Vi ser på det"
    CORRECTED = "corrected", "Rettet"
    KEPT = "kept", "Ikke rettet"


class Correction(models.Model):
    """Somebody who may see a matter says that a datum used in it is wrong (GDPR article 16).

    Without source and field it is an objection to the use of AI in the matter (GDPR article 21).
    The record that used the datum is history and stays; what is corrected is the source. What was
    said and answered is sealed with the subject's key.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80)
    record_id = models.UUIDField()
    source = models.CharField(max_length=120)
    field = models.CharField(max_length=80)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    """Whose task it is; none when the matter had not been placed, and then every caseworker's."""
    sealed_said = models.BinaryField(null=True)
    state = models.CharField(max_length=9, choices=CorrectionState, default=CorrectionState.OPEN)
    opened_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    sealed_answer = models.BinaryField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("due_on", "opened_at", "id")
        indexes = (
            models.Index(fields=("subject_type", "subject_id"), name="correction_subject"),
            models.Index(
                fields=("due_on",),
                condition=Q(state="open", erased_at=None),
                name="correction_open",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=(
                    Q(state="open", answered_at=None, answered_by=None, sealed_answer=None)
                    | Q(
                        state__in=("corrected", "kept"),
                        answered_at__isnull=False,
                        answered_by__isnull=False,
                    )
                ),
                name="correction_answer_whole",
            ),
            models.CheckConstraint(
                condition=(
                    Q(erased_at__isnull=False, sealed_said=None, sealed_answer=None)
                    | Q(erased_at=None, sealed_said__isnull=False)
                    & (Q(state="open") | Q(sealed_answer__isnull=False))
                ),
                name="correction_sealed_or_erased",
            ),
        )

    def __str__(self) -> str:
        return f"{self.source}.{self.field}"
