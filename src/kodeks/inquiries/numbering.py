# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The KLE numbers of a suggestion: as considerations, which is how they are issued, sealed and
shown to the citizen, and back from a recommendation to what a person may choose today."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kodeks.casework import kle_subjects
from kodeks.casework.engine import reasons
from kodeks.casework.engine.facets import FacetSuggestion
from kodeks.inquiries.engine.numbers import Numbered
from kodeks.inquiries.models import Topic
from kodeks.inquiries.rules import DUTY
from kodeks.kernel import api as kernel

_NUMBER = re.compile(r"KLE-nummer (\d\d\.\d\d\.\d\d), listen fra \d{4}-\d\d-\d\d\b")
_FACET = re.compile(r"Handlingsfacet ([A-ZÆØÅ]\d\d) i KLE\b")
_LONGEST = 1000
_LONGEST_RULE = 200


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A number of today's list that a person may choose for the case. `own` says that it is the
    topic's own; `certainty` compares the numbers of one suggestion, and is no probability."""

    number: str
    title: str
    reason: str = ""
    score: float = 0.0
    own: bool = False

    @property
    def certainty(self) -> str:
        """The score as in a table, for example "0,62"; "" for a number that was not suggested."""
        return f"{self.score:.2f}".replace(".", ",") if self.reason else ""


@dataclass(frozen=True, kw_only=True)
class Facet:
    """A facet that the rules suggest, with the Danish reason."""

    code: str
    reason: str


def considerations(found: Numbered) -> list[kernel.Consideration]:
    """What speaks for each number, best first, and for the facet."""
    numbers = [
        kernel.Consideration(
            text=f"Sagens nummer kan være {one.number}: {reasons.reason(one)}"[:_LONGEST],
            weight=one.score,
            direction="for",
            rule=f"KLE-nummer {one.number}, listen fra {found.listed_on}, jf. {DUTY}",
        )
        for one in found.numbers
    ]
    return numbers if found.facet is None else [*numbers, _facet(found.facet)]


def _facet(found: FacetSuggestion) -> kernel.Consideration:
    rule = f"Handlingsfacet {found.code} i KLE, {found.source}"
    duty = f", jf. {DUTY}"
    return kernel.Consideration(
        text=f"Sagens facet kan være {found.code}: {found.reason}"[:_LONGEST],
        weight=1.0,
        direction="for",
        rule=rule[: _LONGEST_RULE - len(duty)] + duty,
    )


def is_about_number(consideration: dict[str, str]) -> bool:
    """Whether a consideration of a recommendation's body is one of these."""
    rule = consideration.get("rule", "")
    return bool(_NUMBER.match(rule) or _FACET.match(rule))


def choices(
    recommendation: kernel.Recommendation, *, topic: Topic | None, on: dt.date
) -> list[Choice]:
    """The suggested numbers as the list of the day has them, best first, with the topic's own in
    its place among them. A number that is gone is shown as those that took its place."""
    found: dict[str, Choice] = {}
    all_suggested = list(_suggested(recommendation))
    asked = {one.number for one in all_suggested} | ({topic.kle_number} if topic else set())
    now = kle_subjects.titled_all(numbers=asked, on=on)
    own = {number for number, _ in now[topic.kle_number]} if topic else set()
    for suggested in all_suggested:
        for number, title in now[suggested.number]:
            gone = "" if number == suggested.number else f" Før hed nummeret {suggested.number}."
            choice = replace(
                suggested,
                number=number,
                title=title,
                reason=f"{suggested.reason}{gone}",
                own=number in own,
            )
            found.setdefault(number, choice)
    if topic is not None:
        for number, title in now[topic.kle_number]:
            found.setdefault(number, Choice(number=number, title=title, own=True))
    return list(found.values())


def facet_of(recommendation: kernel.Recommendation) -> Facet | None:
    """The facet that the rules suggested; None where none of them fits."""
    for one in recommendation.body["considerations"]:
        match = _FACET.match(one.get("rule", ""))
        if match is not None:
            return Facet(code=match[1], reason=str(one["text"]).partition(": ")[2])
    return None


def _suggested(recommendation: kernel.Recommendation) -> Iterator[Choice]:
    for one in recommendation.body["considerations"]:
        match = _NUMBER.match(one.get("rule", ""))
        if match is not None:
            reason = str(one["text"]).partition(": ")[2]
            yield Choice(number=match[1], title="", reason=reason, score=float(one["weight"]))
