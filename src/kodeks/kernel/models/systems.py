# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Systems and their cards."""

from __future__ import annotations

from django.db import models


class System(models.Model):
    """A registered AI system; its slug is the id on its card."""

    slug = models.SlugField(primary_key=True, max_length=40)
    registered_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.slug


class CardRevision(models.Model):
    """The system card as registered; a change is a new revision."""

    system = models.ForeignKey(System, models.PROTECT, related_name="cards")
    revision = models.IntegerField()
    card = models.JSONField()
    sha256 = models.CharField(max_length=64)
    registered_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["system", "revision"], name="kernel_card_revision"),
        )

    def __str__(self) -> str:
        return f"{self.system_id} {self.revision}"


class DataField(models.Model):
    """A field that a card declares for one purpose; nothing else may be used."""

    card = models.ForeignKey(CardRevision, models.PROTECT, related_name="data_fields")
    source = models.CharField(max_length=120)
    supplier = models.CharField(max_length=200)
    field = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    category = models.CharField(max_length=20)
    free_text = models.BooleanField()
    """Written by people outside: looked through for hidden text before it is used."""
    purpose = models.CharField(max_length=80)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["card", "source", "field", "purpose"], name="kernel_data_field"
            ),
        )

    def __str__(self) -> str:
        return f"{self.source}.{self.field}"
