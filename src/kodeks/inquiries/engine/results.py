# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the engine answers for one text."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Alternative:
    """Another label with its calibrated probability (0 to 1)."""

    label: str
    confidence: float


@dataclass(frozen=True)
class Consideration:
    """A Danish sentence that names a word of the text; `weight` >= 0 is in units of the margin."""

    text: str
    weight: float
    direction: Literal["for", "against"]
    word: str = ""


@dataclass(frozen=True)
class Triage:
    """The suggestion for one text.

    `confidence` is the calibrated probability (0 to 1) that `label` is right, given that the
    text is in scope. `accepted` says that the suggestion keeps the error the caller allows;
    otherwise a person chooses between `label` and `alternatives` (most likely first).
    """

    label: str
    confidence: float
    accepted: bool
    alternatives: tuple[Alternative, ...]
    out_of_scope: bool
    considerations: tuple[Consideration, ...]
