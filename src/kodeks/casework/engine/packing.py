# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An index of KLE as JSON and arrays, so that it can lie in a model's file and be sealed with it.

Every size and type is checked on the way in, and every place in an array is one that exists.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kodeks.casework.engine.features import Weights
from kodeks.casework.engine.index import Kept, KleIndex
from kodeks.casework.engine.phrases import BEFORE, Integers, Settings, Subject
from kodeks.casework.engine.sense import Sense
from kodeks.language.word_points import Words

Named = Callable[[str], Words]
_ARRAYS = {
    "owned_phrases": "<i4",
    "owned_subjects": "<i4",
    "owned_shares": "<f8",
    "idf": "<f8",
    "lengths": "<f8",
    "postings": "<i4",
    "values": "<f8",
    "starts": "<i4",
}
_TEXTS = ("numbers", "titles", "phrases", "names")
NAMES = frozenset({*_ARRAYS, *_TEXTS})
"""What the arrays are called."""
_OF_SENSE = {"sense_mean": ("<f8", 1), "sense_axes": ("<f8", 2), "sense_points": ("<f4", 2)}
_WORDS = "words"
"""Under this name the settings tell what gave the words their points, where they have any."""


def packed(index: KleIndex) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The settings as JSON, and the arrays under `NAMES` and those of what words mean, if it is
    known; texts are lists of JSON in UTF-8."""
    kept = index.kept
    phrases, subjects, shares = kept.owned
    arrays: dict[str, NDArray[Any]] = {
        "owned_phrases": phrases,
        "owned_subjects": subjects,
        "owned_shares": shares,
        "idf": kept.idf,
        "lengths": kept.lengths,
        "postings": kept.postings,
        "values": kept.values,
        "starts": kept.starts,
    }
    found = {name: np.ascontiguousarray(arrays[name], dtype=_ARRAYS[name]) for name in _ARRAYS}
    texts = (
        [one.number for one in kept.subjects],
        [one.title for one in kept.subjects],
        kept.phrases,
        kept.names,
    )
    for name, some in zip(_TEXTS, texts, strict=True):
        written = json.dumps(some, ensure_ascii=False).encode("utf-8", "surrogatepass")
        found[name] = np.frombuffer(written, dtype=np.uint8)
    if kept.sense is None:
        return asdict(kept.settings), found
    sense = {name: getattr(kept.sense, name.removeprefix("sense_")) for name in _OF_SENSE}
    for name, (dtype, _) in _OF_SENSE.items():
        found[name] = np.ascontiguousarray(sense[name], dtype=dtype)
    return asdict(kept.settings) | {_WORDS: kept.sense.words.name}, found


def unpacked(
    settings: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], *, named: Named
) -> KleIndex:
    """The inverse of `packed`; `named` gives the points of words that an index names. Raises
    KeyError, TypeError or ValueError when it does not fit, and what `named` raises."""
    if set(arrays) != NAMES | (set(_OF_SENSE) if _WORDS in settings else set()):
        raise KeyError("arrays")
    for name, dtype in _ARRAYS.items():
        array = arrays[name]
        if array.dtype.str != dtype or array.ndim != 1 or not np.isfinite(array).all():
            raise TypeError(name)
    numbers, titles, phrases, names = (_texts(arrays[name]) for name in _TEXTS)
    places = {name: arrays[name].astype(np.int64) for name in _ARRAYS if _ARRAYS[name] == "<i4"}
    kept = Kept(
        subjects=tuple(map(Subject, numbers, titles)),
        settings=_settings(settings),
        phrases=phrases,
        owned=(places["owned_phrases"], places["owned_subjects"], arrays["owned_shares"]),
        names=names,
        idf=arrays["idf"],
        lengths=arrays["lengths"],
        postings=places["postings"],
        values=arrays["values"],
        starts=places["starts"],
        sense=_sense(settings, arrays, len(phrases), named),
    )
    _check(kept, titles)
    return KleIndex.of_kept(kept)


def _sense(
    settings: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], phrases: int, named: Named
) -> Sense | None:
    if _WORDS not in settings:
        return None
    for name, (dtype, dimensions) in _OF_SENSE.items():
        array = arrays[name]
        if array.dtype.str != dtype or array.ndim != dimensions or not np.isfinite(array).all():
            raise TypeError(name)
    mean, axes, points = (arrays[name] for name in _OF_SENSE)
    if axes.shape != (len(mean), points.shape[1]) or len(points) != phrases:
        raise ValueError("sense")
    words = named(str(settings[_WORDS]))
    if words.of("ord").shape != mean.shape:
        raise ValueError("sense")
    return Sense(words, mean, axes, points)


def _check(kept: Kept, titles: tuple[str, ...]) -> None:
    phrases, subjects, shares = kept.owned
    if len(titles) != len(kept.subjects) or len(set(kept.names)) != len(kept.names):
        raise ValueError("texts")
    if not len(phrases) == len(subjects) == len(shares) or (np.diff(phrases) < 0).any():
        raise ValueError("owned")
    if len(set(phrases.tolist())) != len(kept.phrases):
        raise ValueError("owned")
    if len(kept.idf) != len(kept.names) or len(kept.lengths) != len(kept.subjects):
        raise ValueError("sizes")
    if not (kept.lengths > 0).all() or len(kept.starts) != len(kept.names) + 1:
        raise ValueError("sizes")
    if kept.starts[0] != 0 or (np.diff(kept.starts) < 0).any():
        raise ValueError("starts")
    if not kept.starts[-1] == len(kept.postings) == len(kept.values):
        raise ValueError("postings")
    _within(phrases, len(kept.phrases))
    _within(subjects, len(kept.subjects))
    _within(kept.postings, len(kept.phrases))


def _within(places: Integers, count: int) -> None:
    if len(places) and not (places.min() >= 0 and places.max() < count):
        raise ValueError("place")


def _settings(found: Mapping[str, Any]) -> Settings:
    values = {name: value for name, value in found.items() if name not in ("weights", _WORDS)}
    weights = found["weights"]
    for value in (*values.values(), *weights.values()):
        if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
            raise TypeError("settings")
    settings = Settings(
        weights=Weights(**weights), **(values if "bend" in values else BEFORE | values)
    )
    if not isinstance(settings.neighbours, int) or settings.neighbours < 0:
        raise TypeError("neighbours")
    if settings.ridge <= 0 or settings.bend < 0:
        raise ValueError("settings")
    return settings


def _texts(packed_texts: NDArray[Any]) -> tuple[str, ...]:
    if packed_texts.dtype != np.uint8 or packed_texts.ndim != 1:
        raise TypeError("texts")
    found = json.loads(packed_texts.tobytes().decode("utf-8", "surrogatepass"))
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise TypeError("texts")
    return tuple(found)
