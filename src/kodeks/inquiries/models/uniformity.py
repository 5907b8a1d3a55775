# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Reports of whether like inquiries were handled alike. Only `uniformity` writes them."""

import uuid

from django.conf import settings
from django.db import models


class UniformityReport(models.Model):
    """Whether like inquiries were handled alike, as it was counted at one time (see `uniformity`).

    `figures` are those of `engine.handling`; `apart` lists pairs that were decided differently:
    the two inquiries' ids and their likeness. No text, no person.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    figures = models.JSONField()
    apart = models.JSONField()

    class Meta:
        indexes = (models.Index(fields=("made_at",), name="inquiries_uniformity_newest"),)

    def __str__(self) -> str:
        return str(self.id)
