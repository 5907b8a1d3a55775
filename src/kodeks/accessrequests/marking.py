# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Marks as people work with them: equal words are one choice, own words are found in the text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kodeks.accessrequests import outcomes
from kodeks.accessrequests.engine import detectors, masking
from kodeks.accessrequests.errors import AccessRequestError
from kodeks.accessrequests.outcomes import Mark

_LONGEST_SHOWN = 120


@dataclass(frozen=True, kw_only=True)
class Group:
    """The same words in one or more places, proposed by one rule."""

    key: str
    words: str
    kind: str
    label: str
    marks: tuple[Mark, ...]

    @property
    def title(self) -> str:
        times = f", {len(self.marks)} steder" if len(self.marks) > 1 else ""
        return f"»{self.words}« – {self.kind}, {self.label}{times}"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of the text for the page; `label` when it is marked."""

    text: str
    label: str = ""


def groups(text: str, *said: Mapping[str, Any]) -> list[Group]:
    """The marks of a proposal, a decision or both, in the order of their first places."""
    found: dict[tuple[str, str, str], list[Mark]] = {}
    marks = {tuple(mark) for one in said for mark in one["marks"]}
    for start, end, rule, kind in sorted(marks):
        words = " ".join(text[start:end].split())
        found.setdefault((words, rule, kind), []).append((start, end, rule, kind))
    return [
        Group(
            key=str(number),
            words=words[:_LONGEST_SHOWN],
            kind=detectors.KINDS.get(kind, "Fjernet af sagsbehandleren"),
            label=outcomes.label_of(rule),
            marks=tuple(marks),
        )
        for number, ((words, rule, kind), marks) in enumerate(found.items())
    ]


def chosen(found: Sequence[Group], keys: Collection[str]) -> list[Mark]:
    """The marks of the groups that a person kept, in the text's order."""
    return sorted(mark for group in found if group.key in keys for mark in group.marks)


def added(text: str, lines: str, *, rule: str) -> list[Mark]:
    """Every place of the words on each line. Raises AccessRequestError when there is none."""
    marks: list[Mark] = []
    for line in filter(None, map(str.strip, lines.splitlines())):
        pattern = r"\s+".join(re.escape(word) for word in line.split())
        places = list(re.finditer(pattern, text, re.IGNORECASE))
        if not places:
            raise AccessRequestError(f"»{line[:_LONGEST_SHOWN]}« står ikke i teksten. Ret det.")
        marks += [(one.start(), one.end(), rule, outcomes.OWN) for one in places]
    return marks


def pieces(text: str, marks: Sequence[Sequence[Any]]) -> Iterator[Piece]:
    """The text in stretches, marked and not; where marks overlap the first one counts."""
    shown = text.replace(masking.PAGE, "\n")
    at = 0
    for start, end, rule, _ in sorted(marks):
        if start < at:
            continue
        if start > at:
            yield Piece(text=shown[at:start])
        yield Piece(text=shown[start:end], label=outcomes.label_of(rule))
        at = end
    if at < len(shown):
        yield Piece(text=shown[at:])
