# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The index of the journal kept as files (see ``archive``), and what robots have begun in an
ESDH system (see ``esdh.attempts``). No personal data here."""

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


class EsdhAttempt(models.Model):
    """A call that makes something in the ESDH system, from it is made until its answer is here."""

    key = models.CharField(max_length=250, primary_key=True)
    began_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
