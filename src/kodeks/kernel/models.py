# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The kernel's tables.

The application role may read them; only the functions in schema `kernel` write them (see
migrations/sql), so there are no `save` calls here and no `objects.create` anywhere.
"""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person who signs in. Accounts are made by `kodeks user add`, not by the web process."""

    full_name = models.CharField("navn", max_length=150)
    title = models.CharField("stilling", max_length=150, blank=True)
    person_index = models.BinaryField(null=True, blank=True, editable=False)
    """Keyed blind index of a citizen's CPR number, so that "my cases" can be found."""

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name


class Role(models.TextChoices):
    CASEWORKER = "caseworker", "Sagsbehandler"
    SYSTEM_OWNER = "system_owner", "Systemejer"
    DATA_PROTECTION_OFFICER = "data_protection_officer", "Databeskyttelsesrådgiver"
    ADMINISTRATOR = "administrator", "Administrator"
    CITIZEN = "citizen", "Borger"


class Grant(models.Model):
    """Role x unit x KLE prefix for one person; empty unit or prefix means all."""

    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=40, choices=Role)
    unit = models.CharField(max_length=80, blank=True)
    kle_prefix = models.CharField(max_length=8, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    granted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role}"


class System(models.Model):
    """A registered AI system; its slug is the id on its card."""

    slug = models.SlugField(primary_key=True, max_length=40)
    registered_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.slug


class CardRevision(models.Model):
    """The system card as signed off; a change is a new revision."""

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


class Assignment(models.Model):
    """Who answers from a day on. An empty manager is a vacancy: the system cannot run."""

    system = models.ForeignKey(System, models.PROTECT, related_name="assignments")
    unit = models.CharField(max_length=200)
    manager = models.CharField(max_length=200, blank=True)
    assigned_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.system_id}: {self.manager}"


class LegalBasis(models.Model):
    """A card's legal basis for one phase and purpose; `valid_to` is its last day."""

    card = models.ForeignKey(CardRevision, models.PROTECT, related_name="legal_bases")
    phase = models.CharField(max_length=20)
    purpose = models.CharField(max_length=80)
    data_category = models.CharField(max_length=200)
    basis = models.TextField()
    source = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.phase}: {self.basis}"


class DataField(models.Model):
    """A field that a card declares for one purpose; nothing else may be used."""

    card = models.ForeignKey(CardRevision, models.PROTECT, related_name="data_fields")
    source = models.CharField(max_length=120)
    supplier = models.CharField(max_length=200)
    field = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    purpose = models.CharField(max_length=80)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["card", "source", "field", "purpose"], name="kernel_data_field"
            ),
        )

    def __str__(self) -> str:
        return f"{self.source}.{self.field}"


class Release(models.Model):
    """A model in operation: the artefact's hash and what it was measured to do."""

    system = models.ForeignKey(System, models.PROTECT, related_name="releases")
    version = models.CharField(max_length=60)
    artefact_sha256 = models.CharField(max_length=64)
    metrics = models.JSONField()
    released_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["system", "version"], name="kernel_release_version"),
        )

    def __str__(self) -> str:
        return f"{self.system_id} {self.version}"


class Switch(models.Model):
    """The stop button's history; the newest row says whether the system runs."""

    system = models.ForeignKey(System, models.PROTECT, related_name="switches")
    running = models.BooleanField()
    reason = models.TextField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.system_id}: {'i drift' if self.running else 'stoppet'}"


class Sealed(models.Model):
    """What is told to the ledger: a body, and the salt of its commitment."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    body = models.JSONField()
    salt = models.BinaryField(max_length=32)
    pending_id = models.BigIntegerField(unique=True)
    """Number in the queue to the ledger; `LedgerEntry.pending_id` is the same."""

    class Meta:
        abstract = True


class RegistryEvent(Sealed):
    """What was registered: cards, releases, owners, stops and rights, one row each."""

    kind = models.CharField(max_length=40)
    system_slug = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.system_slug}"


class Recommendation(Sealed):
    """What a system suggested, and everything that it stood on at that moment."""

    system = models.ForeignKey(System, models.PROTECT, related_name="recommendations")
    key = models.CharField(max_length=200)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80)
    purpose = models.CharField(max_length=80)
    card = models.ForeignKey(CardRevision, models.PROTECT, related_name="+")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    basis = models.ForeignKey(LegalBasis, models.PROTECT, related_name="+")
    release = models.ForeignKey(Release, models.PROTECT, related_name="+")
    confidence = models.DecimalField(max_digits=7, decimal_places=6)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["system", "key"], name="kernel_recommendation_key"),
        )
        indexes = (models.Index(fields=["subject_type", "subject_id"]),)

    def __str__(self) -> str:
        return str(self.id)


class Decision(Sealed):
    """A person's decision: on a recommendation, or without one (`choice` is "own")."""

    system = models.ForeignKey(System, models.PROTECT, related_name="decisions")
    recommendation = models.OneToOneField(Recommendation, models.PROTECT, null=True)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    choice = models.CharField(max_length=10)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["system", "subject_type", "subject_id"], name="kernel_one_decision"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class Act(Sealed):
    """One step of a robot's run under a decision."""

    system = models.ForeignKey(System, models.PROTECT, related_name="acts")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="acts")
    run_id = models.UUIDField()
    step = models.CharField(max_length=60)
    robot = models.CharField(max_length=60)
    acted_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run_id", "step"], name="kernel_act_step"),)

    def __str__(self) -> str:
        return f"{self.run_id}:{self.step}"


class LedgerPending(models.Model):
    """A leaf waiting for its place in the tree; written in the transaction of its cause."""

    leaf = models.BinaryField()

    def __str__(self) -> str:
        return str(self.pk)


class LedgerEntry(models.Model):
    """A leaf in its place in the tree (RFC 6962)."""

    index = models.BigIntegerField(primary_key=True)
    leaf = models.BinaryField()
    leaf_hash = models.BinaryField(max_length=32)
    pending_id = models.BigIntegerField(unique=True)
    integrated_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.index)


class LedgerTile(models.Model):
    """C2SP tlog-tiles: `width` hashes of level `level`, tile number `index`."""

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    width = models.SmallIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["level", "index", "width"], name="kernel_ledger_tile"),
        )

    def __str__(self) -> str:
        return f"{self.level}/{self.index}.{self.width}"


class LedgerCheckpoint(models.Model):
    """A signed tree head (C2SP tlog-checkpoint)."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.size)
