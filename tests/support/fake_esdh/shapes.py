# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The three shapes by name, and how each is counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fake_esdh import getorganized, nova, sbsys
from fake_esdh.store import Store, Thing


@dataclass(frozen=True)
class Kind:
    """`connector` is the class that speaks with it; `documents` what it holds as journalised."""

    name: str
    make: Callable[[Store], Any]
    documents: Callable[[Store], list[Thing]]
    connector: str


SHAPES = {
    kind.name: kind
    for kind in (
        Kind("nova", nova.Nova, nova.documents, "kodeks.connectors.esdh.nova.NovaJournal"),
        Kind(
            "getorganized",
            getorganized.GetOrganized,
            getorganized.documents,
            "kodeks.connectors.esdh.getorganized.GetOrganizedJournal",
        ),
        Kind("sbsys", sbsys.Sbsys, sbsys.documents, "kodeks.connectors.esdh.sbsys.SbsysJournal"),
    )
}
