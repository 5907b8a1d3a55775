# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a system computed about a matter, in the form in which it is issued and kept.

The ledger's form has no floats, so numbers become text here, once: when a suggestion is issued and
when it is computed again (see kodeks.kernel.replaying), so that the two can be compared bit for
bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class Consideration:
    """One thing weighed, in words the citizen can read; weight in the engine's own unit."""

    text: str
    weight: float
    direction: Literal["for", "against"]
    rule: str = ""
    """The rule that makes it count, at most 200 characters."""


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """Another value that was possible, with its calibrated probability (0 to 1)."""

    value: str
    confidence: float


@dataclass(frozen=True, kw_only=True)
class Counterfactual:
    """A change in words and what the model, asked again, would then have suggested."""

    text: str
    suggestion: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A suggestion with its uncertainty and its reasons; `confidence` is a probability (0 to 1)."""

    suggestion: Mapping[str, Any]
    confidence: float
    alternatives: Sequence[Alternative]
    considerations: Sequence[Consideration]
    counterfactuals: Sequence[Counterfactual]
    outside: bool = False
    """The matter is about something that the model does not know: it gets no single suggestion."""
    traits: Mapping[str, str] = field(default_factory=dict)
    """The kind that each trait of the data is of; those that the card watches are kept."""

    def as_json(self) -> dict[str, Any]:
        """The parts of a recommendation's body that a model computes."""
        return {
            "suggestion": dict(self.suggestion),
            "confidence": share(self.confidence),
            "alternatives": [
                {"value": other.value, "confidence": share(other.confidence)}
                for other in self.alternatives
            ],
            "considerations": [
                {
                    "text": one.text,
                    "weight": f"{one.weight:.6f}",
                    "direction": one.direction,
                    "rule": one.rule,
                }
                for one in self.considerations
            ],
            "counterfactuals": [
                {"text": one.text, "suggestion": dict(one.suggestion)}
                for one in self.counterfactuals
            ],
            **({"traits": dict(self.traits)} if self.traits else {}),
        }


def share(value: float) -> str:
    """A probability with six decimals."""
    return f"{value:.6f}"
