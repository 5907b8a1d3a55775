# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The log's storage: leaves waiting, leaves placed, tiles and signed heads."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Func, Value


class LedgerPending(models.Model):
    """A leaf waiting for its place in the tree; written in the transaction of its cause."""

    leaf = models.BinaryField()

    def __str__(self) -> str:
        return str(self.pk)


class LedgerEntry(models.Model):
    """A leaf in its place in the tree (RFC 6962), until 256 of them are put into a bundle."""

    index = models.BigIntegerField(primary_key=True)
    leaf = models.BinaryField()
    pending_id = models.BigIntegerField(unique=True)
    integrated_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.index)


class LedgerBundle(models.Model):
    """256 leaves in their places: C2SP tlog-tiles' entry bundle number `index`.

    A row for each leaf would cost more than the leaf. `pending_ids` are the leaves' numbers in the
    queue, in their order here; low and high are the least and the greatest of them.
    """

    index = models.BigIntegerField(primary_key=True)
    data = models.BinaryField()
    pending_ids = ArrayField(models.BigIntegerField())
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    integrated_at = models.DateTimeField()

    class Meta:
        indexes = (
            # A straggler makes one bundle's range wide; a GiST index of ranges still finds the few.
            GistIndex(
                Func("low", "high", Value("[]"), function="int8range"),
                name="kernel_ledger_bundle_ids",
            ),
        )

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


class LedgerCosignature(models.Model):
    """A witness's signature line on a head (C2SP tlog-cosignature). `signed_at` by its clock."""

    size = models.BigIntegerField()
    witness = models.CharField(max_length=500)
    line = models.CharField(max_length=1000)
    signed_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["size", "witness"], name="kernel_ledger_cosignature"),
        )
        indexes = (models.Index(fields=["witness", "-size"], name="kernel_ledger_cosigned"),)

    def __str__(self) -> str:
        return f"{self.size}: {self.witness}"


class WitnessPolicy(models.Model):
    """Who follows the log, and how many of them must have signed a head; the newest counts.

    `witnesses` is a list of `{"key": verifier key, "url": submission prefix}`.
    """

    event_id = models.UUIDField()
    witnesses = models.JSONField()
    quorum = models.IntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.quorum} af {len(self.witnesses)}"


class WitnessConflict(models.Model):
    """A witness had seen `seen` entries when the log had `size`: it is not the log it was."""

    event_id = models.UUIDField()
    witness = models.CharField(max_length=500)
    seen = models.BigIntegerField()
    size = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["witness", "seen"], name="kernel_witness_conflict"),
        )

    def __str__(self) -> str:
        return f"{self.witness}: {self.seen}"
