# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What live evidence is made of: one proof, and the running state that proofs look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from kodeks.codex.bundle import Codex
from kodeks.kernel import codices, selectors
from kodeks.kernel.errors import Refused
from kodeks.kernel.selectors import SystemState
from kodeks.workbench import evidence
from kodeks.workbench.evidence import Document


@dataclass(frozen=True, kw_only=True)
class Proof:
    """One piece: `text` (Danish) says what was found, `holds` whether it is as it should be.

    `url` is a page of ours that shows it, or ""; `record` is a row's number or a hash, or "".
    """

    text: str
    holds: bool
    url: str = ""
    record: str = ""


@dataclass(frozen=True, kw_only=True)
class Now:
    """The running state that all proofs of one answer look at."""

    today: dt.date
    codex: Codex | None
    systems: tuple[SystemState, ...]
    documents: Mapping[str, Sequence[Document]]
    """By system, those that the codex asks for."""


def now() -> Now:
    """The running state; everything that is looked at often is looked up once."""
    return of(selectors.systems())


def of(states: Iterable[SystemState]) -> Now:
    """The running state as if these systems were all."""
    today, systems = timezone.localdate(), tuple(states)
    try:
        codex = codices.in_force()
    except Refused:
        return Now(today=today, codex=None, systems=systems, documents={})
    documents = {one.slug: evidence.documents(codex, one, today=today) for one in systems}
    return Now(today=today, codex=codex, systems=systems, documents=documents)


def entry(state: SystemState) -> str:
    return reverse("workbench:register-entry", args=[state.slug])


def each(at: Now, look: Callable[[SystemState], Proof]) -> Iterator[Proof]:
    if not at.systems:
        yield Proof(text="Der er intet system i registret.", holds=False)
    for state in at.systems:
        yield look(state)


def without_obstacles(
    at: Now, codes: Iterable[str], text: Callable[[SystemState], str]
) -> Iterator[Proof]:
    """A proof for each system that holds when none of the obstacles is in its way."""
    wanted = set(codes)

    def look(state: SystemState) -> Proof:
        found = [one.sentence for one in state.obstacles if one.code in wanted]
        said = " ".join(found) if found else text(state)
        return Proof(text=f"{state.name}: {said}", holds=not found, url=entry(state))

    return each(at, look)
