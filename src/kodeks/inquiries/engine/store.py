# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A model as two files: model.json and the arrays it names. No pickle.

The arrays' file carries a hash of the content in its name and model.json is replaced last, so a
reader sees either the old model or the new one, never half of each.
"""

import hashlib
import json
import math
import os
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kodeks.inquiries.engine.errors import TriageModelError

FORMAT = 1
_MANIFEST = "model.json"
_LARGEST_MANIFEST = 4 << 20
_LARGEST_ARRAYS = 4 << 30
_TERMS = ("words", "characters")
_SHAPES = {
    "idf": ("<f8", 1),
    "weights": ("<f4", 2),
    "intercepts": ("<f8", 1),
    "thresholds": ("<f8", 1),
    "bounds": ("<f8", 1),
}

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Facts:
    """What a model holds beside its numeric arrays."""

    labels: tuple[str, ...]
    words: tuple[str, ...]
    characters: tuple[str, ...]
    temperature: float
    gate: tuple[float, float, float]
    metrics: dict[str, float]


def digest(facts: Facts, arrays: Mapping[str, NDArray[Any]]) -> str:
    """SHA-256 (hex) over model.json, which itself holds the hash of the arrays."""
    return hashlib.sha256(_manifest(facts, _packed(facts, arrays))).hexdigest()


def write(folder: Path, facts: Facts, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write the model to `folder`, made when missing."""
    folder.mkdir(parents=True, exist_ok=True)
    packed = _packed(facts, arrays)
    name = _arrays_name(_content_hash(packed))
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        np.savez(file, allow_pickle=False, **packed)
        _flush(file)
    os.replace(file.name, folder / name)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        file.write(_manifest(facts, packed))
        _flush(file)
    os.replace(file.name, folder / _MANIFEST)
    for old in folder.glob("arrays-*.npz"):
        if old.name != name:
            old.unlink(missing_ok=True)


def read(folder: Path) -> tuple[Facts, Arrays]:
    """The model stored in `folder`, every size and type checked."""
    manifest = _read_manifest(folder / _MANIFEST)
    content_hash = str(manifest.get("arrays_sha256", ""))
    packed = _read_arrays(folder / _arrays_name(content_hash), content_hash)
    try:
        facts = _facts(manifest, packed)
        arrays = {name: packed[name] for name in _SHAPES}
        _check_sizes(facts, arrays)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _broken("indholdet hænger ikke sammen") from error
    return facts, arrays


def _flush(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _arrays_name(content_hash: str) -> str:
    return f"arrays-{content_hash[:16]}.npz"


def _packed(facts: Facts, arrays: Mapping[str, NDArray[Any]]) -> Arrays:
    # No term holds a line feed, because terms are cut at blanks.
    packed = {name: np.ascontiguousarray(arrays[name], dtype=_SHAPES[name][0]) for name in _SHAPES}
    for name in _TERMS:
        terms: tuple[str, ...] = getattr(facts, name)
        text = "".join(f"{term}\n" for term in terms)
        packed[name] = np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)
    return packed


def _content_hash(packed: Mapping[str, NDArray[Any]]) -> str:
    content = hashlib.sha256()
    for name in sorted(packed):
        array = packed[name]
        content.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        content.update(np.ascontiguousarray(array).data)
    return content.hexdigest()


def _manifest(facts: Facts, packed: Mapping[str, NDArray[Any]]) -> bytes:
    manifest = {
        "format": FORMAT,
        "labels": list(facts.labels),
        "temperature": facts.temperature,
        "gate": list(facts.gate),
        "metrics": facts.metrics,
        "arrays_sha256": _content_hash(packed),
    }
    return json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _LARGEST_MANIFEST:
            raise _broken("model.json er for stor")
        manifest = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise TriageModelError(
            f"Der ligger ingen model i mappen {path.parent}. Træn en model, "
            "eller vælg en anden mappe."
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise _broken("model.json kan ikke læses") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("format"), int):
        raise _broken("model.json har ikke den rette form")
    if manifest["format"] > FORMAT:
        raise TriageModelError(
            "Modellen er lavet med en nyere version af kodeks. Opdater kodeks, eller træn den igen."
        )
    if manifest["format"] != FORMAT:
        raise _broken("model.json har et ukendt format")
    return manifest


def _read_arrays(path: Path, content_hash: str) -> Arrays:
    try:
        with zipfile.ZipFile(path) as archive:
            members = {member.filename: member.file_size for member in archive.infolist()}
        if set(members) != {f"{name}.npy" for name in (*_SHAPES, *_TERMS)}:
            raise _broken("filen med tal har ikke de rette dele")
        if sum(members.values()) > _LARGEST_ARRAYS:
            raise _broken("filen med tal er for stor")
        with np.load(path, allow_pickle=False) as stored:
            packed = {name: stored[name] for name in (*_SHAPES, *_TERMS)}
    except FileNotFoundError as error:
        raise _broken("filen med tal mangler") from error
    except (OSError, ValueError, EOFError, KeyError, MemoryError, zipfile.BadZipFile) as error:
        raise _broken("filen med tal kan ikke læses") from error
    except Exception as error:
        # zlib, struct and tokenizer errors of a damaged archive have no common base.
        if isinstance(error, TriageModelError):
            raise
        raise _broken("filen med tal er beskadiget") from error
    if _content_hash(packed) != content_hash:
        raise _broken("filerne hører ikke sammen")
    return packed


def _facts(manifest: dict[str, Any], packed: Arrays) -> Facts:
    labels = manifest["labels"]
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise TypeError
    temperature, *gate = (_number(x) for x in [manifest["temperature"], *manifest["gate"]])
    if temperature <= 0 or len(gate) != 3:
        raise ValueError
    metrics = {str(name): _number(value) for name, value in manifest["metrics"].items()}
    words, characters = (_terms(packed[name]) for name in _TERMS)
    return Facts(
        tuple(labels), words, characters, temperature, (gate[0], gate[1], gate[2]), metrics
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
