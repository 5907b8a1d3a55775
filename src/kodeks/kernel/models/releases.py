# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Models in operation: proposed by their author, approved by the manager, perhaps revoked."""

from __future__ import annotations

from django.db import models

from kodeks.kernel.models.people import User
from kodeks.kernel.models.permits import Permit
from kodeks.kernel.models.systems import System


class Release(models.Model):
    """A sealed model with its author's signature; in operation once it is approved."""

    system = models.ForeignKey(System, models.PROTECT, related_name="releases")
    version = models.CharField(max_length=60)
    artefact_sha256 = models.CharField(max_length=64)
    sealed_sha256 = models.CharField(max_length=64)
    permit = models.ForeignKey(Permit, models.PROTECT, related_name="+")
    metrics = models.JSONField()
    groups = models.JSONField()
    """How it treats groups of citizens, each measure with its interval."""
    inputs = models.JSONField()
    envelope = models.JSONField()
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["system", "version"], name="kernel_release_version"),
        )

    def __str__(self) -> str:
        return f"{self.system_id} {self.version}"


class ReleaseApproval(models.Model):
    """The manager's signature on the same statement."""

    release = models.OneToOneField(Release, models.PROTECT, related_name="approval")
    approver = models.ForeignKey(User, models.PROTECT, related_name="+")
    envelope = models.JSONField()
    approved_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.release_id)


class ReleaseRevocation(models.Model):
    """A model that may no longer be used."""

    release = models.OneToOneField(Release, models.PROTECT, related_name="revocation")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.TextField()
    revoked_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.release_id)


class ReleaseKey(models.Model):
    """The key that the model is sealed with, wrapped. Not readable by the application role."""

    release = models.OneToOneField(Release, models.PROTECT, primary_key=True, related_name="+")
    wrapped = models.BinaryField()
    kek = models.IntegerField()

    def __str__(self) -> str:
        return str(self.release_id)
