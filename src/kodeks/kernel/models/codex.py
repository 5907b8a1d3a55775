# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The codex as signed revisions, and the rows that each brings."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class CodexRevision(models.Model):
    """A revision signed by two persons; in force from its day until a higher number is."""

    number = models.IntegerField(unique=True)
    effective_from = models.DateField()
    sha256 = models.CharField(max_length=64, unique=True)
    limits = models.JSONField()
    content = models.JSONField()
    envelope = models.JSONField()
    """The DSSE envelope with the signatures, as it was handed in."""
    registered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.number} ({self.effective_from})"


class LegalBasis(models.Model):
    """System x phase x purpose x category of data -> basis; `valid_to` is its last day."""

    codex = models.ForeignKey(CodexRevision, models.PROTECT, related_name="legal_bases")
    system_slug = models.CharField(max_length=40)
    phase = models.CharField(max_length=20)
    purpose = models.CharField(max_length=80)
    data_category = models.CharField(max_length=20)
    status = models.CharField(max_length=10)
    autonomy = models.CharField(max_length=12)
    basis = models.TextField()
    source = models.TextField()
    note = models.TextField(blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["codex", "system_slug", "phase"], name="kernel_legalbasis_place"),
        )

    def __str__(self) -> str:
        return f"{self.system_slug} {self.phase}: {self.basis}"


class Linking(models.Model):
    """A permission to link sources of data about one subject (samkøring)."""

    codex = models.ForeignKey(CodexRevision, models.PROTECT, related_name="linkings")
    system_slug = models.CharField(max_length=40)
    phase = models.CharField(max_length=20)
    purpose = models.CharField(max_length=80)
    sources = ArrayField(models.CharField(max_length=120))
    basis = models.TextField()
    source = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.system_slug}: {' + '.join(self.sources)}"


class Duty(models.Model):
    """Evidence that systems of some classes need in some phases, from a day on."""

    codex = models.ForeignKey(CodexRevision, models.PROTECT, related_name="duties")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    phases = ArrayField(models.CharField(max_length=20))
    risk_classes = ArrayField(models.CharField(max_length=20))
    personal_data = models.BooleanField()
    signer = models.CharField(max_length=40)
    most_months = models.IntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    def __str__(self) -> str:
        return self.kind


class BarredField(models.Model):
    """A card's field that a codex bars: it names a protected attribute or stands for one."""

    codex = models.ForeignKey(CodexRevision, models.PROTECT, related_name="+")
    card = models.ForeignKey("kernel.CardRevision", models.PROTECT, related_name="+")
    source = models.CharField(max_length=120)
    field = models.CharField(max_length=80)
    attribute = models.CharField(max_length=60)

    def __str__(self) -> str:
        return f"{self.source}.{self.field}: {self.attribute}"
