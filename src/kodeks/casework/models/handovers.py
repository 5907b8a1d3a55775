# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Cases that a person gave to another department. Only ``handovers`` writes them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kodeks.casework.models.cases import Case, Document, Unit
from kodeks.casework.models.visible import InCase


class Handover(models.Model):
    """A person gave the case to another department. Only added to (0017_handed_on).

    The reason is sealed with the case's key; the note that is journalised holds it too.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="handovers")
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    note = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="handover")
    sealed_reason = models.BinaryField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objects = InCase.as_manager()

    class Meta:
        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(
                condition=~Q(from_unit=F("to_unit")), name="handover_to_another"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)
