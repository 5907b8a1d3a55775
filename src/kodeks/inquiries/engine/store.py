# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The model as an artefact, and a folder with it; every size and type is checked on the way in."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kodeks.artefacts import Arrays, Artefact, ArtefactError
from kodeks.files import write_atomic
from kodeks.inquiries.engine.errors import TriageModelError

FORMAT = 2
FILE = "model.safetensors"
_TERMS = ("words", "characters")
_SHAPES = {
    "idf": ("<f8", 1),
    "weights": ("<f4", 2),
    "intercepts": ("<f8", 1),
    "thresholds": ("<f8", 1),
    "bounds": ("<f8", 1),
}


@dataclass(frozen=True)
class Facts:
    """What a model holds beside its numeric arrays."""

    labels: tuple[str, ...]
    words: tuple[str, ...]
    characters: tuple[str, ...]
    temperature: float
    gate: tuple[float, float, float]
    metrics: dict[str, float]
    groups: tuple[dict[str, str], ...]


def artefact(facts: Facts, arrays: Arrays) -> Artefact:
    """The model as manifest and arrays."""
    packed = {name: np.ascontiguousarray(arrays[name], dtype=_SHAPES[name][0]) for name in _SHAPES}
    for name in _TERMS:
        # No term holds a line feed, because terms are cut at blanks.
        terms: tuple[str, ...] = getattr(facts, name)
        text = "".join(f"{term}\n" for term in terms)
        packed[name] = np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)
    manifest = {
        "format": FORMAT,
        "labels": list(facts.labels),
        "temperature": facts.temperature,
        "gate": list(facts.gate),
        "metrics": facts.metrics,
        "groups": list(facts.groups),
    }
    return Artefact(manifest, packed)


def parts(found: Artefact) -> tuple[Facts, Arrays]:
    """The inverse of `artefact`. Raises TriageModelError when anything does not fit."""
    _check_format(found.manifest)
    try:
        if set(found.arrays) != {*_SHAPES, *_TERMS}:
            raise KeyError
        facts = _facts(found.manifest, found.arrays)
        arrays = {name: found.arrays[name] for name in _SHAPES}
        _check_sizes(facts, arrays)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _broken("indholdet hænger ikke sammen") from error
    return facts, arrays


def write(folder: Path, data: bytes) -> None:
    """Write the model to `folder`, made when missing; a reader sees the old one or the new."""
    write_atomic(path=folder / FILE, content=data)


def read(folder: Path) -> bytes:
    """The file in `folder`. Raises TriageModelError when there is none."""
    try:
        return (folder / FILE).read_bytes()
    except FileNotFoundError as error:
        raise TriageModelError(
            f"Der ligger ingen model i mappen {folder}. Træn en model, eller vælg en anden mappe."
        ) from error
    except OSError as error:
        raise _broken("filen kan ikke læses") from error


def of_bytes(data: bytes) -> Artefact:
    """The artefact in a file's content. Raises TriageModelError."""
    try:
        return Artefact.of_bytes(data)
    except ArtefactError as error:
        raise TriageModelError(str(error)) from error


def _check_format(manifest: Mapping[str, Any]) -> None:
    number = manifest.get("format")
    if not isinstance(number, int):
        raise _broken("filen har ikke den rette form")
    if number > FORMAT:
        raise TriageModelError(
            "Modellen er lavet med en nyere version af kodeks. Opdater kodeks, eller træn den igen."
        )
    if number != FORMAT:
        raise _broken("filen har et ukendt format")


def _facts(manifest: Mapping[str, Any], packed: Arrays) -> Facts:
    labels = manifest["labels"]
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise TypeError
    temperature, *gate = (_number(x) for x in [manifest["temperature"], *manifest["gate"]])
    if temperature <= 0 or len(gate) != 3:
        raise ValueError
    metrics = {str(name): _number(value) for name, value in manifest["metrics"].items()}
    groups = tuple(dict(one) for one in manifest["groups"])
    if not all(isinstance(value, str) for one in groups for value in one.values()):
        raise TypeError
    words, characters = (_terms(packed[name]) for name in _TERMS)
    return Facts(
        labels=tuple(labels),
        words=words,
        characters=characters,
        temperature=temperature,
        gate=(gate[0], gate[1], gate[2]),
        metrics=metrics,
        groups=groups,
    )


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError
    return float(value)


def _terms(packed: NDArray[Any]) -> tuple[str, ...]:
    if packed.dtype != np.uint8 or packed.ndim != 1:
        raise TypeError
    terms = packed.tobytes().decode("utf-8", "surrogatepass").split("\n")
    if terms.pop() != "":
        raise ValueError
    return tuple(terms)


def _check_sizes(facts: Facts, arrays: Arrays) -> None:
    for name, (dtype, dimensions) in _SHAPES.items():
        array = arrays[name]
        if array.dtype.str != dtype or array.ndim != dimensions or not np.isfinite(array).all():
            raise TypeError(name)
    features, labels = len(facts.words) + len(facts.characters), len(facts.labels)
    if len(facts.labels) < 2 or len(set(facts.labels)) != labels:
        raise ValueError("labels")
    if arrays["weights"].shape != (features, labels + 1) or arrays["idf"].shape != (features,):
        raise ValueError("features")
    if arrays["intercepts"].shape != (labels + 1,):
        raise ValueError("intercepts")
    if arrays["thresholds"].shape != arrays["bounds"].shape:
        raise ValueError("curve")


def _broken(what: str) -> TriageModelError:
    return TriageModelError(
        f"Modellen kan ikke bruges: {what}. Træn den igen, eller hent den fra en sikkerhedskopi."
    )
