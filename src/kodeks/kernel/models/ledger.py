# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The log's storage: leaves waiting, leaves placed, tiles and signed heads."""

from __future__ import annotations

from django.db import models


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
