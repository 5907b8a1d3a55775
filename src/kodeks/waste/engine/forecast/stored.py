# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A model of the forecast as an artefact, and back. Numbers and text; nothing in it can run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np

from kodeks.artefacts import Arrays, Artefact, ArtefactError
from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.forecast.calendar import Scale
from kodeks.waste.engine.forecast.forest import HEIGHTS, Forest
from kodeks.waste.engine.forecast.hazards import Hazards
from kodeks.waste.engine.forecast.history import Floats, Integers
from kodeks.waste.engine.forecast.models import Heights, Model
from kodeks.waste.engine.forecast.outcomes import HORIZON, WEEK
from kodeks.waste.engine.forecast.rounds import SIGNS
from kodeks.waste.engine.forecast.signs import KNOTS, OLDEST
from kodeks.waste.engine.forecast.steps import PLAIN
from kodeks.waste.engine.forecast.visits import Visits

FORMAT = 2
"""2: the first day has a line of its own, and rows have the last columns. A file of 1 is read."""
_ROW_OF_1 = 152
WHAT = "waste.forecast"
_Part = TypeVar("_Part", Hazards, Visits)
_HAZARDS, _VISITS, _FOREST, _HEIGHT = "hazards", "visits", "forest", "height"


def artefact(model: Model) -> Artefact:
    """The model as manifest and arrays."""
    arrays = {
        "scale.low": model.scale.low,
        "scale.high": model.scale.high,
        "scale.absent": model.scale.absent,
    }
    manifest: dict[str, Any] = {
        "what": WHAT,
        "format": FORMAT,
        "full": model.full,
        "until": model.until,
        "columns": list(model.scale.columns),
    }
    if model.hazards is not None:
        manifest[_HAZARDS] = _packed(model.hazards, _HAZARDS, arrays)
    if model.visits is not None:
        manifest[_VISITS] = _packed(replace(model.visits, forest=None), _VISITS, arrays)
        if model.visits.forest is not None:
            manifest[_FOREST] = _packed(model.visits.forest, _FOREST, arrays)
    if model.heights is not None:
        manifest["heights"] = {
            "asked": model.heights.asked.tolist(),
            "steps": model.heights.steps,
            "hazards": [
                None if one is None else _packed(one, f"{_HEIGHT}{place}", arrays)
                for place, one in enumerate(model.heights.hazards)
            ],
        }
    packed = {name: np.ascontiguousarray(one, dtype="<f8") for name, one in arrays.items()}
    return Artefact(manifest, packed)


def of_artefact(found: Artefact) -> Model:
    """The inverse. Raises WasteError for what does not fit."""
    manifest = found.manifest
    if manifest.get("what") != WHAT:
        raise _broken("den er ikke en prognose for skraldespande")
    number = manifest.get("format")
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise _broken("filen har et ukendt format")
    if number > FORMAT:
        raise WasteError(
            "Modellen er lavet med en nyere version af kodeks. Opdater kodeks, eller lær igen."
        )
    try:
        if number == 1:
            found = _of_1(found)
        return _model(found.manifest, found.arrays)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _broken("indholdet hænger ikke sammen") from error


def of_bytes(data: bytes) -> Model:
    """From a file's content. Raises WasteError for anything that is no such file."""
    try:
        return of_artefact(Artefact.of_bytes(data))
    except ArtefactError as error:
        raise _broken(error.what) from error


def _of_1(found: Artefact) -> Artefact:
    """The same in today's format: one line for all days, and nothing of the last columns."""
    arrays: dict[str, Any] = dict(found.arrays)

    def renewed(part: Mapping[str, Any], name: str) -> dict[str, Any]:
        width = PLAIN - _ROW_OF_1
        for field, filling in (("mean", 0.0), ("scale", 1.0), ("coefficients", 0.0)):
            key = f"{name}.{field}"
            arrays[key] = np.append(arrays[key], np.full(width, filling))
        arrays[f"{name}.soon"] = arrays[f"{name}.coefficients"]
        return {**part, "soon_intercept": part["intercept"]}

    manifest = dict(found.manifest)
    if _HAZARDS in manifest:
        manifest[_HAZARDS] = renewed(manifest[_HAZARDS], _HAZARDS)
    if "heights" in manifest:
        manifest["heights"] = {
            **manifest["heights"],
            "hazards": [
                None if one is None else renewed(one, f"{_HEIGHT}{place}")
                for place, one in enumerate(manifest["heights"]["hazards"])
            ],
        }
    return Artefact(manifest, arrays)


def _packed(
    part: Hazards | Visits | Forest, name: str, arrays: dict[str, Floats]
) -> dict[str, float]:
    """The single numbers of it; its tables go into the arrays."""
    numbers = {}
    for field in fields(part):
        value = getattr(part, field.name)
        if isinstance(value, np.ndarray):
            arrays[f"{name}.{field.name}"] = value
        elif value is not None:
            numbers[field.name] = float(value)
    return numbers


def _model(manifest: Mapping[str, Any], arrays: Arrays) -> Model:
    left = dict(arrays)
    for one in left.values():
        if one.dtype.str != "<f8" or not 1 <= one.ndim <= 2 or not np.isfinite(one).all():
            raise TypeError
    columns = manifest["columns"]
    if not isinstance(columns, list) or not all(isinstance(one, str) for one in columns):
        raise TypeError
    scale = Scale(
        tuple(columns), *(left.pop(f"scale.{name}") for name in ("low", "high", "absent"))
    )
    if not len(scale.low) == len(scale.high) == len(scale.absent) == len(columns):
        raise ValueError("scale")
    full, until = _number(manifest["full"]), manifest["until"]
    if not 0 < full <= 100 or isinstance(until, bool) or not isinstance(until, int):
        raise ValueError("full")
    hazards = visits = None
    if _HAZARDS in manifest:
        hazards = _checked(_unpacked(Hazards, manifest[_HAZARDS], _HAZARDS, left), len(columns))
    if _VISITS in manifest:
        forest = _grown(left) if _FOREST in manifest else None
        lines = {**manifest[_VISITS], "forest": forest}
        visits = _sorted(_unpacked(Visits, lines, _VISITS, left))
    heights = _heights(manifest["heights"], left, len(columns)) if "heights" in manifest else None
    if left or (hazards is None) == (visits is None):
        raise ValueError("parts")
    return Model(full, until, scale, hazards, heights, visits)


def _heights(found: Mapping[str, Any], arrays: dict[str, Any], columns: int) -> Heights:
    asked = np.array([_number(one) for one in found["asked"]])
    parts = found["hazards"]
    if not isinstance(found["steps"], bool) or len(parts) != len(asked):
        raise ValueError("heights")
    if (np.diff(asked) <= 0).any() or ((asked <= 0) | (asked > 100)).any():
        raise ValueError("heights")
    hazards = tuple(
        None
        if one is None
        else _checked(_unpacked(Hazards, one, f"{_HEIGHT}{place}", arrays), columns)
        for place, one in enumerate(parts)
    )
    return Heights(asked, found["steps"], hazards)


def _unpacked(
    kind: type[_Part], numbers: Mapping[str, Any], name: str, arrays: dict[str, Any]
) -> _Part:
    tables = [field.name for field in fields(kind) if field.name not in numbers]
    parts: dict[str, Any] = {
        one: value if one == _FOREST else _number(value) for one, value in numbers.items()
    }
    return kind(**parts, **{one: arrays.pop(f"{name}.{one}") for one in tables})


def _checked(found: Hazards, columns: int) -> Hazards:
    shapes = {part.shape for part in (found.mean, found.scale, found.coefficients, found.soon)}
    if shapes != {(PLAIN + columns,)} or (found.scale <= 0).any():
        raise ValueError("hazards")
    if found.hours.shape != (24,) or found.usual.shape != (HORIZON,):
        raise ValueError("hazards")
    if found.gone.shape != (OLDEST, len(KNOTS)) or (np.diff(found.usual[:WEEK]) < 0).any():
        raise ValueError("hazards")
    for chances in (found.hours, found.usual, found.gone, np.array(found.standing)):
        if ((chances < 0) | (chances > 1)).any():
            raise ValueError("chances")
    return found


def _grown(arrays: dict[str, Any]) -> Forest:
    whole = {
        name: _whole(arrays.pop(f"{_FOREST}.{name}"))
        for name in ("root", "feature", "left", "right", "leaf")
    }
    found = Forest(**whole, cut=arrays.pop(f"{_FOREST}.cut"), below=arrays.pop(f"{_FOREST}.below"))
    nodes, leaves = len(found.leaf), len(found.below)
    if {len(found.feature), len(found.cut), len(found.left), len(found.right)} != {nodes}:
        raise ValueError("nodes")
    # Each step goes on to a later node, so each round comes to a leaf.
    inner, here = found.leaf < 0, np.arange(nodes)
    for after in (found.left, found.right):
        if (inner & ((after <= here) | (after >= nodes))).any():
            raise ValueError("nodes")
    if not len(found.root) or ((found.root < 0) | (found.root >= nodes)).any():
        raise ValueError("root")
    if (found.leaf >= leaves).any() or ((found.feature < 0) | (found.feature >= SIGNS)).any():
        raise ValueError("leaf")
    if found.cut.ndim != 1 or found.below.shape != (leaves, len(HEIGHTS)):
        raise ValueError("below")
    if (np.diff(found.below, axis=1) < 0).any() or ((found.below < 0) | (found.below > 1)).any():
        raise ValueError("below")
    return found


def _whole(values: Floats) -> Integers:
    found = values.astype(np.int64)
    if values.ndim != 1 or (found != values).any():
        raise TypeError
    return found


def _sorted(found: Visits) -> Visits:
    shapes = {found.mean.shape, found.scale.shape, found.middle.shape, found.spread.shape}
    if shapes != {(SIGNS,)} or (found.scale <= 0).any():
        raise ValueError("visits")
    if found.left.ndim != 1 or not len(found.left) or (np.diff(found.left) < 0).any():
        raise ValueError("left")
    return found


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError
    return float(value)


def _broken(what: str) -> WasteError:
    return WasteError(f"Modellen kan ikke bruges: {what}. Lær igen, eller hent en kopi.")
