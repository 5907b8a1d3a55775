# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The engine's suggestion in words for a caseworker: never a decimal number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from kodeks.inquiries import kinfolk, numbering
from kodeks.kernel import api as kernel

_WORDS = (
    (0.9, "meget sikkert"),
    (0.8, "ret sikkert"),
    (0.6, "nogenlunde sikkert"),
    (0.4, "usikkert"),
    (0.0, "meget usikkert"),
)
_CERTAIN = 0.8
_MOST_ALTERNATIVES = 3
_MOST_OFFERED = 3
_OFFERED = {
    "outside": "Teksten ligner ikke det, systemet er lært op med. Det her er de nærmeste emner. "
    "Det kan være, at intet af dem passer.",
    "uncertain": "Systemet er ikke sikkert nok til at foreslå ét emne.",
    "unsure": "Systemet er ikke sikkert nok til at foreslå ét emne.",
}


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """What the page shows; titles are Danish."""

    label: str
    title: str
    certainty: str
    uncertain: bool
    reasons_for: tuple[str, ...]
    reasons_against: tuple[str, ...]
    alternatives: tuple[str, ...]
    """Labels, most likely first; at most three."""
    alternative_titles: tuple[str, ...]
    offered: str
    """Why there are several topics to choose between and none is suggested; else ""."""
    options: tuple[tuple[str, str], ...]
    """Label and title of those topics, by title, so that the order tells nothing."""
    changes: tuple[str, ...]
    """What would have given another suggestion, in sentences."""
    flagged: bool
    """The kernel found something hidden in the text when the suggestion was made."""
    model_version: str
    issued_at: dt.datetime

    @property
    def others(self) -> tuple[tuple[str, str], ...]:
        """Label and title of the other topics that are likely."""
        return tuple(zip(self.alternatives, self.alternative_titles, strict=True))


def certainty(confidence: float) -> str:
    """For example "ret sikkert (80-90 %)" for 0.87; `confidence` from 0 to 1."""
    low = min(int(confidence * 10 + 1e-9), 9) * 10
    words = next(words for least, words in _WORDS if confidence >= least)
    return f"{words} ({low}-{low + 10}\u00a0%)"


def of(recommendation: kernel.Recommendation, *, titles: Mapping[str, str]) -> Suggestion:
    """The suggestion of a recommendation; a topic that is gone is shown by its label."""
    body = recommendation.body
    label = str(body["suggestion"]["label"])
    confidence = float(body["confidence"])
    others = [str(other["value"]) for other in body["alternatives"] if other["value"] != label]
    others = others[:_MOST_ALTERNATIVES]
    offer = recommendation.offer
    options = [(one, titles.get(one, one)) for one in (label, *others)[:_MOST_OFFERED]]
    return Suggestion(
        label=label,
        title=titles.get(label, label),
        certainty=certainty(confidence),
        uncertain=confidence < _CERTAIN,
        reasons_for=_reasons(body, "for"),
        reasons_against=_reasons(body, "against"),
        alternatives=tuple(others),
        alternative_titles=tuple(titles.get(other, other) for other in others),
        offered=_OFFERED.get(offer, ""),
        options=tuple(sorted(options, key=lambda one: one[1])) if offer else (),
        changes=tuple(one["text"] for one in body["counterfactuals"]),
        flagged=any(datum.get("guard") == "flagged" for datum in body["data_used"]),
        model_version=body["release"]["version"],
        issued_at=recommendation.issued_at,
    )


def _reasons(body: Mapping[str, list[dict[str, str]]], direction: str) -> tuple[str, ...]:
    """Numbers of KLE and what came before have places of their own on the page."""
    return tuple(
        one["text"]
        for one in body["considerations"]
        if one["direction"] == direction
        and not numbering.is_about_number(one)
        and not kinfolk.is_about_kin(one)
    )
