# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The ledger's leaves about one system, and whether the tables' rows agree with them."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kodeks.kernel import storage
from kodeks.kernel.models import LedgerPending
from kodeks.ledger import receipt
from kodeks.ledger.errors import VerificationError


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """What the ledger says of a record: when it came and what commits to its body."""

    at: dt.datetime
    commitment: str


@dataclass(frozen=True)
class TheirBody:
    """A row of the tables: `body` and `salt` where its commitment can be computed."""

    number: uuid.UUID
    pending_id: int
    body: Mapping[str, Any] | None = None
    salt: bytes | memoryview | None = None


@dataclass
class Leaves:
    """The leaves of a system under a head of `size` entries, by kind and record.

    Counts what differs: `missing` leaves have no row, `foreign` rows have no leaf, of `differs` the
    content is another; of `erased` rows nothing can be computed, and `waiting` ones come next.
    """

    size: int
    by_kind: dict[str, dict[str, Leaf]] = field(default_factory=dict)
    missing: int = 0
    foreign: int = 0
    differs: int = 0
    erased: int = 0
    waiting: int = 0
    _seen: dict[str, set[str]] = field(default_factory=dict)

    def known(self, kind: str) -> Mapping[str, Leaf]:
        """The leaves of that kind by their record's id."""
        return self.by_kind.get(kind, {})

    def matched(self, kind: str, row: TheirBody, *, same: bool = True) -> Leaf | None:
        """The row's leaf; None when there is none or the row says something else than it.

        `same` False: the row contradicts itself.
        """
        leaf = self.known(kind).get(str(row.number))
        if leaf is None:
            self._without_leaf(row)
            return None
        self._seen.setdefault(kind, set()).add(str(row.number))
        if not same:
            self.differs += 1
            return None
        return leaf if row.body is None or self.compare(kind, row) else None

    def compare(self, kind: str, row: TheirBody) -> bool:
        """Whether the body is what the leaf commits to, as far as that can be known."""
        if row.salt is None or row.body is None:
            self.erased += 1
            return True
        try:
            found = receipt.commitment(salt=bytes(row.salt), body=dict(row.body))
        except VerificationError:
            found = ""
        leaf = self.known(kind).get(str(row.number))
        if leaf is not None and found != leaf.commitment:
            self.differs += 1
            return False
        return True

    def require_all(self, kind: str) -> None:
        """Count the leaves of the kind that no row was found for."""
        self.missing += len(self.known(kind).keys() - self._seen.get(kind, set()))

    def _without_leaf(self, row: TheirBody) -> None:
        place = storage.place_of(row.pending_id)
        newer = place is not None and place >= self.size
        if newer or (place is None and LedgerPending.objects.filter(pk=row.pending_id).exists()):
            self.waiting += 1
        else:
            self.foreign += 1


def leaves_of(system: str, *, size: int) -> Leaves:
    """The leaves about the system among the first `size`.

    Raises VerificationError when the ledger lacks entries.
    """
    found = Leaves(size=size)
    # Leaves are canonical JSON: looking for the words first saves reading most of them.
    about = f'"system":"{system}"'.encode()
    for data in storage.entries(size=size):
        if about not in data:
            continue
        leaf = json.loads(data)
        if leaf["system"] == system:
            found.by_kind.setdefault(leaf["kind"], {})[leaf["id"]] = Leaf(
                at=dt.datetime.fromisoformat(leaf["at"]), commitment=leaf["commitment"]
            )
    return found
