# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""From a document to what is proposed about it: hand out, hand out in part, or withhold."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal

from kodeks.accessrequests.engine import detectors
from kodeks.accessrequests.engine.detectors import Found, People
from kodeks.accessrequests.engine.rules import Rule, RuleBook

Outcome = Literal["release", "redact", "withhold"]
OUTCOMES = {
    "release": "Udleveres",
    "redact": "Udleveres delvist",
    "withhold": "Undtages",
}
_NOTHING_FOUND = 0.7
"""How certain it is that a document in which nothing was found holds nothing."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """What is known of a document; `text` has its CPR numbers hidden (see masking)."""

    text: str
    is_internal: bool
    law: str
    on: dt.date
    people: People


@dataclass(frozen=True, order=True)
class Mark:
    """A stretch that is proposed to be removed, and by which rule."""

    start: int
    end: int
    rule: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """One thing for or against handing the document out less than whole."""

    text: str
    weight: float
    is_for: bool
    rule: str


@dataclass(frozen=True, kw_only=True)
class Proposal:
    outcome: Outcome
    marks: tuple[Mark, ...]
    certainty: float
    weighed: tuple[Weighed, ...]


def propose(book: RuleBook, document: Document) -> Proposal:
    """What is proposed by the rules that held on the day of the request."""
    rules = book.of(document.law, day=document.on)
    found = detectors.find(document.text, people=document.people, words=book.words)
    marking = next((r for r in rules if r.effect == "mark"), None)
    withholding = next((r for r in rules if r.effect == "withhold"), None)
    marks = () if marking is None else tuple(_mark(one, marking) for one in found)
    if withholding is not None and document.is_internal:
        outcome: Outcome = "withhold"
        certainty = withholding.certainty
    elif marks and marking is not None:
        outcome, certainty = "redact", marking.certainty
    else:
        outcome, certainty = "release", _NOTHING_FOUND
    weighed = [
        *([_about(withholding)] if withholding is not None and document.is_internal else []),
        *([_counted(marking, found)] if marking is not None and found else []),
        *(_asked(rule) for rule in rules if rule.effect == "ask" and _speaks(rule, document, book)),
    ]
    if outcome == "release":
        weighed.insert(0, _none_found(marking))
    return Proposal(outcome=outcome, marks=marks, certainty=certainty, weighed=tuple(weighed))


def otherwise(book: RuleBook, document: Document) -> tuple[str, Proposal] | None:
    """A change in words and what is then proposed; None when no small change alters anything."""
    first = propose(book, document)
    if first.outcome == "withhold":
        words, changed = "Var dokumentet sendt ud", replace(document, is_internal=False)
    elif first.outcome == "redact":
        text = list(document.text)
        for mark in first.marks:
            text[mark.start : mark.end] = " " * (mark.end - mark.start)
        words = "Stod det markerede ikke i dokumentet"
        changed = replace(document, text="".join(text))
    else:
        words, changed = "Var dokumentet internt", replace(document, is_internal=True)
    other = propose(book, changed)
    return None if other.outcome == first.outcome else (words, other)


def _mark(found: Found, rule: Rule) -> Mark:
    return Mark(found.start, found.end, rule.id, found.kind)


def _about(rule: Rule) -> Weighed:
    return Weighed(text=rule.reason, weight=rule.certainty, is_for=True, rule=_named(rule))


def _counted(rule: Rule, found: tuple[Found, ...]) -> Weighed:
    kinds = Counter(detectors.KINDS[one.kind] for one in found)
    listed = ", ".join(f"{kind} ({count})" for kind, count in sorted(kinds.items()))
    return Weighed(
        text=f"{rule.reason} Fundet: {listed}.",
        weight=rule.certainty,
        is_for=True,
        rule=_named(rule),
    )


def _asked(rule: Rule) -> Weighed:
    # An exemption that may be there speaks for it; a duty to give more speaks against.
    return Weighed(
        text=rule.reason, weight=rule.certainty, is_for=rule.finds == "business", rule=_named(rule)
    )


def _speaks(rule: Rule, document: Document, book: RuleBook) -> bool:
    if rule.finds == "internal":
        return document.is_internal
    if rule.finds == "business":
        said = document.text.casefold()
        return any(word in said for word in book.words["business"])
    return True


def _none_found(rule: Rule | None) -> Weighed:
    return Weighed(
        text="Der er ikke fundet oplysninger om andre personer. Programmet kan overse noget.",
        weight=_NOTHING_FOUND,
        is_for=False,
        rule="" if rule is None else _named(rule),
    )


def _named(rule: Rule) -> str:
    return f"{rule.label} ({rule.source})"[:200]
