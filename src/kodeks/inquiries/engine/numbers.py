# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The KLE numbers that a text points to, and what is done in its case, by the list that lies in the
model. A released model keeps the list of the day it was trained on, so what it said can be computed
again when the list is another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from kodeks.casework.engine import facets, packing
from kodeks.casework.engine.facets import FacetSuggestion
from kodeks.casework.engine.index import KleIndex, Suggestion
from kodeks.language import embeddings

MOST = 5
"""Numbers that are suggested for a text."""
PREFIX = "kle."
"""What the index's arrays are called in the model's file begins so."""


@dataclass(frozen=True)
class Numbered:
    """At most five numbers, best first, and the facet by the rules; None where no rule fits."""

    numbers: tuple[Suggestion, ...]
    facet: FacetSuggestion | None
    listed_on: dt.date


@dataclass(frozen=True, eq=False)
class Numbers:
    """The list that counted on the day `listed_on` as an index; facets by the rules of that day."""

    index: KleIndex
    listed_on: dt.date

    def suggest(self, text: str) -> Numbered:
        """For a text as a reader sees it."""
        (found,) = self.index.suggest([text], top=MOST)
        facet = facets.suggest(text, on=self.listed_on)
        return Numbered(
            numbers=tuple(found),
            facet=None if facet is facets.GENERAL else facet,
            listed_on=self.listed_on,
        )

    def packed(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """As JSON and as arrays whose names begin with `PREFIX`."""
        settings, arrays = packing.packed(self.index)
        named = {f"{PREFIX}{name}": array for name, array in arrays.items()}
        return {"on": self.listed_on.isoformat(), "settings": settings}, named

    @classmethod
    def unpacked(cls, manifest: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Numbers:
        """The inverse. Raises AttributeError, KeyError, TypeError or ValueError when it does not
        fit, and EmbeddingError when the points of words that it names are not installed."""
        own = {
            name.removeprefix(PREFIX): array
            for name, array in arrays.items()
            if name.startswith(PREFIX)
        }
        return cls(
            index=packing.unpacked(manifest["settings"], own, named=embeddings.word_points),
            listed_on=dt.date.fromisoformat(manifest["on"]),
        )
