# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the engine answers for one text."""

from dataclasses import dataclass
from typing import Literal

Way = Literal["label", "department", "choose", "outside"]
"""How far the engine goes for one text, by the gate that decided: it is sure of the label; of the
department only; of neither, so that a person chooses; or the text seems to be about no label."""


@dataclass(frozen=True)
class Alternative:
    """Another label with its calibrated probability (0 to 1)."""

    label: str
    confidence: float


@dataclass(frozen=True)
class Consideration:
    """A Danish sentence that names a word of the text; `weight` >= 0 is in units of the margin.

    Without a word it is about the text as a whole.
    """

    text: str
    weight: float
    direction: Literal["for", "against"]
    word: str = ""


@dataclass(frozen=True)
class Notice:
    """Something in the text that may steer a suggestion (see `steering`): the rule, a Danish
    sentence without its full stop, and the words found, "" where there are none to show."""

    rule: str
    reason: str
    words: str


@dataclass(frozen=True)
class Triage:
    """The suggestion for one text.

    `confidence` is the calibrated probability (0 to 1) that `label` is right, given that the
    text is in scope. `accepted` says that the suggestion keeps the error the caller allows;
    otherwise a person chooses between `label` and `alternatives` (most likely first), of which the
    first `choices` - 1 are to be shown: 2 or 3 in all where there are so many.

    `way` names the gate that decided and `why` says it in Danish. `promise` is the upper bound
    (95 % certain) of the error among what is accepted in the same way; 1 where there is none.
    Where there are `notices`, nothing is accepted.
    """

    label: str
    confidence: float
    accepted: bool
    alternatives: tuple[Alternative, ...]
    out_of_scope: bool
    considerations: tuple[Consideration, ...]
    choices: int = 1
    department: str = ""
    way: Way = "choose"
    why: str = ""
    promise: float = 1.0
    notices: tuple[Notice, ...] = ()
