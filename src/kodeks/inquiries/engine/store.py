# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The model as an artefact, and a folder with it; every size and type is checked on the way in.

Format 2, of words only and with one limit for all, and format 3, without a list of KLE and whose
texts are read by the first rules of `cleaning`, are read too, and format 4, which names its rules.
The list of KLE of format 5 says how the nearest phrases are weighed (decision 0052); a list of
format 4 is asked as it was then. Texts of format 6 may have leads (decision 0059); those of an
earlier format have none. What is written is format 7, whose curves say where the tests of a promise
begin (decision 0070); those of an earlier format begin at the surest.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kodeks.artefacts import Arrays, Artefact, ArtefactError
from kodeks.files import write_atomic
from kodeks.inquiries.engine.calibration import ALLOWED, Floats, RiskCurve
from kodeks.inquiries.engine.cleaning import FIRST_VERSION, VERSION, Reading
from kodeks.inquiries.engine.deciding import Limits
from kodeks.inquiries.engine.errors import TriageModelError
from kodeks.inquiries.engine.gate import OF_BOTH, OF_WORDS, Gate
from kodeks.inquiries.engine.kinship import Limits as KinLimits
from kodeks.inquiries.engine.meaning import Meaning
from kodeks.inquiries.engine.numbers import PREFIX, Numbers
from kodeks.inquiries.engine.vectors import Vectoriser

FORMAT, OLDEST = 7, 2
_NAMES_ITS_READING, _HAS_LEADS, _HAS_BEGINS = 4, 6, 7
_LONGEST_LEAD = 1_000
FILE = "model.safetensors"
_TERMS = ("words", "characters")
_SHAPES = {
    "idf": ("<f8", 1),
    "weights": ("<f4", 2),
    "intercepts": ("<f8", 1),
    "thresholds": ("<f8", 1),
    "bounds": ("<f8", 1),
    "begins": ("<i8", 1),
}
_OF_MEANING = {
    "mean": ("<f4", 1),
    "weights": ("<f4", 2),
    "intercepts": ("<f8", 1),
    "within": ("<f4", 2),
    "around": ("<f4", 2),
    "outside": ("<f4", 1),
    "added": ("<f4", 2),
}
_NOWHERE = np.zeros(0, dtype=np.int64)
_LEVELS = ("of_labels", "of_departments")


@dataclass(frozen=True)
class Parts:
    """What a model is made of, as TriageModel has it."""

    labels: tuple[str, ...]
    vectoriser: Vectoriser
    weights: NDArray[np.float32]
    intercepts: Floats
    temperature: float
    gate: Gate
    limits: Limits
    metrics: dict[str, float]
    groups: tuple[dict[str, str], ...]
    meaning: Meaning | None
    numbers: Numbers | None
    kin: KinLimits | None


def artefact(parts: Parts) -> Artefact:
    """The model as manifest and arrays."""
    curves = [
        (level, name, curve)
        for level in _LEVELS
        for name, curve in sorted(getattr(parts.limits, level).items())
    ]
    empty = np.zeros(0)
    arrays: dict[str, NDArray[Any]] = {
        "idf": parts.vectoriser.idf,
        "weights": parts.weights,
        "intercepts": parts.intercepts,
        "thresholds": np.concatenate([empty, *(curve.thresholds for _, _, curve in curves)]),
        "bounds": np.concatenate([empty, *(curve.bounds for _, _, curve in curves)]),
        "begins": np.concatenate([empty, *(_begins_of(curve) for _, _, curve in curves)]),
    }
    packed = {name: np.ascontiguousarray(arrays[name], dtype=_SHAPES[name][0]) for name in _SHAPES}
    for name in _TERMS:
        # No term holds a line feed, because terms are cut at blanks.
        terms: tuple[str, ...] = getattr(parts.vectoriser, name)
        text = "".join(f"{term}\n" for term in terms)
        packed[name] = np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)
    manifest = {
        "format": FORMAT,
        "labels": list(parts.labels),
        "temperature": parts.temperature,
        "gate": [*parts.gate.weights, parts.gate.threshold],
        "metrics": parts.metrics,
        "groups": list(parts.groups),
        "departments": list(parts.limits.departments),
        "reach": parts.limits.reach,
        "lead": parts.vectoriser.lead,
        "reading": {
            "version": parts.vectoriser.reading.version,
            "places": list(parts.vectoriser.reading.places),
        },
        "curves": [[level, name, len(curve.bounds)] for level, name, curve in curves],
    }
    if parts.meaning is not None:
        manifest["embedder"] = parts.meaning.embedder
        for name, (dtype, _) in _OF_MEANING.items():
            packed[f"meaning.{name}"] = np.ascontiguousarray(
                getattr(parts.meaning, name), dtype=dtype
            )
    if parts.numbers is not None:
        manifest["kle"], listed = parts.numbers.packed()
        packed |= listed
    if parts.kin is not None:
        manifest["kin"] = parts.kin.as_json()
    return Artefact(manifest, packed)


def _begins_of(curve: RiskCurve) -> NDArray[np.int64]:
    """A curve of an earlier format begins at the surest; one of no threshold nowhere."""
    size = len(curve.bounds)
    if curve.begins is None:
        return np.full(len(ALLOWED) if size else 0, size - 1, dtype=np.int64)
    return curve.begins


def parts(found: Artefact) -> Parts:
    """The inverse of `artefact`. Raises TriageModelError when anything does not fit."""
    _check_format(found.manifest)
    try:
        return _parts(found.manifest, found.arrays)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _broken("indholdet hænger ikke sammen") from error


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
        raise _newer()
    if number < OLDEST:
        raise _broken("filen har et ukendt format")


def _parts(manifest: Mapping[str, Any], arrays: Arrays) -> Parts:
    knows_meaning = "embedder" in manifest
    shapes = {
        name: shape
        for name, shape in _SHAPES.items()
        if name != "begins" or manifest["format"] >= _HAS_BEGINS
    }
    expected = {*shapes, *_TERMS}
    if knows_meaning:
        expected |= {f"meaning.{name}" for name in _OF_MEANING}
    listed = {name for name in arrays if name.startswith(PREFIX)}
    if set(arrays) - listed != expected or bool(listed) != ("kle" in manifest):
        raise KeyError
    for name, (dtype, dimensions) in shapes.items():
        _check_array(arrays[name], dtype, dimensions)
    labels = _texts(manifest["labels"])
    if len(labels) < 2 or len(set(labels)) != len(labels):
        raise ValueError("labels")
    *weights, threshold = (_number(x) for x in manifest["gate"])
    if len(weights) != (OF_BOTH if knows_meaning else OF_WORDS):
        raise ValueError("gate")
    temperature = _number(manifest["temperature"])
    if temperature <= 0:
        raise ValueError("temperature")
    groups = tuple(dict(one) for one in manifest["groups"])
    if not all(isinstance(value, str) for one in groups for value in one.values()):
        raise TypeError
    words, characters = (_terms(arrays[name]) for name in _TERMS)
    features = len(words) + len(characters)
    if arrays["weights"].shape != (features, len(labels) + 1):
        raise ValueError("features")
    if arrays["idf"].shape != (features,) or arrays["intercepts"].shape != (len(labels) + 1,):
        raise ValueError("features")
    return Parts(
        labels=labels,
        vectoriser=Vectoriser(
            words, characters, arrays["idf"], _reading(manifest), _lead(manifest)
        ),
        weights=arrays["weights"],
        intercepts=arrays["intercepts"],
        temperature=temperature,
        gate=Gate(tuple(weights), threshold),
        limits=_limits(manifest, arrays, len(labels)),
        metrics={str(name): _number(value) for name, value in manifest["metrics"].items()},
        groups=groups,
        meaning=_meaning(manifest, arrays, len(labels)) if knows_meaning else None,
        numbers=Numbers.unpacked(manifest["kle"], arrays) if listed else None,
        kin=_kin(manifest["kin"]) if "kin" in manifest else None,
    )


def _kin(found: Mapping[str, Any]) -> KinLimits:
    if not isinstance(found["days"], int):
        raise TypeError
    return KinLimits(
        same_sender=_number(found["same_sender"]),
        others=_number(found["others"]),
        days=int(_number(found["days"])),
    )


def _reading(manifest: Mapping[str, Any]) -> Reading:
    if manifest["format"] < _NAMES_ITS_READING:
        return Reading(version=FIRST_VERSION)
    version = manifest["reading"]["version"]
    if isinstance(version, bool) or not isinstance(version, int) or version < FIRST_VERSION:
        raise ValueError("reading")
    if version > VERSION:
        raise _newer()
    return Reading(version, _texts(manifest["reading"]["places"]))


def _lead(manifest: Mapping[str, Any]) -> int:
    if manifest["format"] < _HAS_LEADS:
        return 0
    lead = manifest["lead"]
    if isinstance(lead, bool) or not isinstance(lead, int) or not 0 <= lead <= _LONGEST_LEAD:
        raise ValueError("lead")
    return lead


def _limits(manifest: Mapping[str, Any], arrays: Arrays, labels: int) -> Limits:
    thresholds, bounds = arrays["thresholds"], arrays["bounds"]
    if thresholds.shape != bounds.shape:
        raise ValueError("curve")
    if manifest["format"] == OLDEST:
        curve = RiskCurve(thresholds, bounds)
        return Limits(("",) * labels, {"": curve}, {}, 1.0)
    departments = _texts(manifest["departments"])
    found: dict[str, dict[str, RiskCurve]] = {level: {} for level in _LEVELS}
    end, begun = 0, 0
    for level, name, size in manifest["curves"]:
        if not isinstance(size, int) or size < 0 or name not in departments:
            raise ValueError("curve")
        start, end = end, end + size
        begins = None
        if manifest["format"] >= _HAS_BEGINS:
            begins = arrays["begins"][begun : begun + len(ALLOWED)] if size else _NOWHERE
            begun += len(begins)
            if size and (len(begins) < len(ALLOWED) or not _lies_in(begins, size)):
                raise ValueError("curve")
        found[level][name] = RiskCurve(thresholds[start:end], bounds[start:end], begins)
    if "begins" in arrays and begun != len(arrays["begins"]):
        raise ValueError("curve")
    if end != len(bounds) or len(departments) != labels:
        raise ValueError("curve")
    return Limits(departments, found[_LEVELS[0]], found[_LEVELS[1]], _number(manifest["reach"]))


def _lies_in(places: NDArray[Any], size: int) -> bool:
    return bool((places >= 0).all() and (places < size).all())


def _meaning(manifest: Mapping[str, Any], arrays: Arrays, labels: int) -> Meaning:
    parts = {name: arrays[f"meaning.{name}"] for name in _OF_MEANING}
    for name, (dtype, dimensions) in _OF_MEANING.items():
        _check_array(parts[name], dtype, dimensions)
    size = len(parts["mean"])
    if not parts["weights"].shape == parts["added"].shape == (size, labels):
        raise ValueError("meaning")
    if parts["intercepts"].shape != (labels,):
        raise ValueError("meaning")
    if not parts["within"].shape == parts["around"].shape == (size, size):
        raise ValueError("meaning")
    if parts["outside"].shape != (size,):
        raise ValueError("meaning")
    (embedder,) = _texts([manifest["embedder"]])
    return Meaning(embedder=embedder, **parts)


def _texts(found: object) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise TypeError
    return tuple(found)


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


def _check_array(array: NDArray[Any], dtype: str, dimensions: int) -> None:
    if array.dtype.str != dtype or array.ndim != dimensions or not np.isfinite(array).all():
        raise TypeError


def _newer() -> TriageModelError:
    return TriageModelError(
        "Modellen er lavet med en nyere version af kodeks. Opdater kodeks, eller træn den igen."
    )


def _broken(what: str) -> TriageModelError:
    return TriageModelError(
        f"Modellen kan ikke bruges: {what}. Træn den igen, eller hent den fra en sikkerhedskopi."
    )
