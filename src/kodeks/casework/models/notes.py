# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What people of a case write to each other: notes, and reminders of a day to come.

The texts are sealed with the case's key and go with it. Only `notes` and `reminders` write here;
guards in the database (0009_notes) keep what is written as it was.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from kodeks.casework.models.cases import Case, Unit
from kodeks.casework.models.visible import InCase


class Note(models.Model):
    """A note in a case. History: it is neither changed nor removed, only emptied with the case."""

    id = models.UUIDField(primary_key=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    sealed_text = models.BinaryField(null=True)
    erased_at = models.DateTimeField(null=True)
    objects = InCase.as_manager()

    class Meta:
        ordering = ("written_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=(
                    Q(erased_at=None, sealed_text__isnull=False)
                    | Q(erased_at__isnull=False, sealed_text=None)
                ),
                name="note_sealed_or_erased",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class Reminder(models.Model):
    """Somebody, or a whole unit, is to be reminded of a case on a day. It is done once."""

    id = models.UUIDField(primary_key=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reminders")
    due_on = models.DateField()
    sealed_text = models.BinaryField(null=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="reminders")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField()
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    objects = InCase.as_manager()

    class Meta:
        ordering = ("due_on", "written_at", "id")
        indexes = (
            models.Index(
                fields=("due_on",), condition=Q(done_at=None, erased_at=None), name="reminder_open"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=(
                    Q(erased_at=None, sealed_text__isnull=False)
                    | Q(erased_at__isnull=False, sealed_text=None)
                ),
                name="reminder_sealed_or_erased",
            ),
            models.CheckConstraint(
                condition=Q(person=None, unit__isnull=False) | Q(person__isnull=False, unit=None),
                name="reminder_for_one",
            ),
            models.CheckConstraint(
                condition=(
                    Q(done_by=None, done_at=None) | Q(done_by__isnull=False, done_at__isnull=False)
                ),
                name="reminder_done_whole",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)
