# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What departments' figures need of this room besides the ledger: the engine's ways, and words."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kodeks.inquiries import selectors, sorting
from kodeks.inquiries.suggesting import SYSTEM

__all__ = ["SYSTEM", "WAYS", "title", "ways"]

WAYS: Mapping[str, str] = {
    "label": "Sikker på emnet",
    "department": "Sikker på afdelingen",
    "choose": "Vælg mellem flere",
    "outside": "Kender ikke emnet",
}
"""How far the engine goes (engine.results.Way), in Danish."""


def ways(ids: Collection[str]) -> dict[str, str]:
    """How far it went for each of the subjects, where that is known."""
    return sorting.ways(ids)


def title(label: str) -> str:
    """A topic's Danish name."""
    return selectors.topic_titles().get(label, label)
