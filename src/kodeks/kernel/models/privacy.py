# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Keys and sealed bodies: what is deleted when a subject's data are erased."""

from __future__ import annotations

import uuid

from django.db import models

from kodeks.kernel.models.people import User


class SubjectKey(models.Model):
    """The key that seals what is personal in the records about a subject, wrapped."""

    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80)
    wrapped = models.BinaryField()
    kek = models.IntegerField()
    """Number of the key outside the database that wraps this one."""
    made_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"], name="kernel_one_subject_key"
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject_type}/{self.subject_id}"


class VaultKey(models.Model):
    """The key of one sealed CPR number, wrapped. Not readable by the application role."""

    place = models.CharField(max_length=80)
    row = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80)
    wrapped = models.BinaryField()
    kek = models.IntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["place", "row"], name="kernel_one_vault_key"),
        )
        indexes = (
            models.Index(fields=["subject_type", "subject_id"], name="kernel_vault_subject"),
        )

    def __str__(self) -> str:
        return f"{self.place}/{self.row}"


class Secret(models.Model):
    """Salt and sealed personal parts of one record; gone when its subject is erased."""

    record_id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80)
    salt = models.BinaryField(max_length=32)
    sealed = models.BinaryField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["subject_type", "subject_id"], name="kernel_secret_subject"),
        )

    def __str__(self) -> str:
        return str(self.record_id)


class Erasure(models.Model):
    """A subject whose personal data are gone, and why."""

    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80)
    reason = models.TextField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"], name="kernel_erased_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject_type}/{self.subject_id}"
