# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The limits as data: from the file that comes with the program, or from a released model."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import Any

from kodeks.waste.engine.errors import WasteError

FORMAT = 2
FIRE, EMPTY, LOOK, INSPECT, NOTHING = "fire", "empty", "look", "inspect", "nothing"
LABELS = {
    FIRE: "Se efter ild med det samme",
    EMPTY: "Tøm før den planlagte tur",
    LOOK: "Se efter på stedet: spanden blev fyldt usædvanlig hurtigt",
    INSPECT: "Se på måleren",
    NOTHING: "Gør ikke noget",
}
"""What can be proposed and decided; the most urgent first."""
_CERTAIN = (INSPECT, FIRE, LOOK)
_SHARES = ("early_chance",)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The limits; units as in `rules.toml`. `certainty` of labels is 0 to 1."""

    full_pct: float
    early_chance: float
    unplanned_hours: float
    fire_c: float
    fire_rise_c: float
    rise_pct: float
    rise_hours: float
    rise_times: float
    dead_hours: float
    certainty: Mapping[str, float]

    @property
    def as_json(self) -> dict[str, Any]:
        """JSON-ready, for the released model."""
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        return found | {"format": FORMAT, "certainty": dict(self.certainty)}

    @classmethod
    def of_json(cls, content: Mapping[str, Any]) -> Rules:
        """Raises WasteError for what cannot be such limits."""
        names = {one.name for one in fields(cls)} - {"certainty"}
        certainty = content.get("certainty")
        if (
            set(content) != names | {"format", "certainty"}
            or content["format"] != FORMAT
            or not isinstance(certainty, Mapping)
            or set(certainty) != set(_CERTAIN)
            or not all(_is_number(content[name]) and content[name] > 0 for name in names)
            or not all(_is_number(one) and 0 < one <= 1 for one in certainty.values())
            or not all(content[name] < 1 for name in _SHARES)
            or content["full_pct"] > 100
        ):
            raise WasteError("Reglerne for beskeder har ikke den rette form. Ret dem.")
        return cls(
            **{name: float(content[name]) for name in names},
            certainty={name: float(certainty[name]) for name in _CERTAIN},
        )


def shipped() -> Rules:
    """The limits that come with this version of the program."""
    return of_toml((files("kodeks.waste.engine.notices") / "rules.toml").read_text("utf-8"))


def of_toml(text: str) -> Rules:
    """Limits in TOML text. Raises WasteError."""
    try:
        return Rules.of_json(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise WasteError("Filen med regler kan ikke læses. Ret den.") from error


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
