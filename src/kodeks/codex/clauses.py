# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The codex's clauses and the controls that execute them.

The source is the code for the use of artificial intelligence that Copenhagen adopted on 18
February 2020: goals (mål) 1 to 5 and principles (principper) 1 to 5. A clause says in our own
words what one of its sentences asks for; a control says which code sees to it and which tests
show that it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kodeks.codex.reader import SLUG, CardError, Reader

MOST_WORDS_QUOTED = 25
_ID = re.compile(r"[GP][1-5]\.[1-9]")
_TEST = re.compile(r"tests(?:/[a-z0-9_]+)+\.py")
_WHERE = re.compile(r"[a-z_]+(?:\.[A-Za-z_][A-Za-z0-9_]*)+|[a-z_]+:[a-z-]+")
_OWN_MODULE = re.compile(r"tests/codex/test_([gp][1-5]_[1-9])_[a-z0-9_]+\.py")
_KINDS = {"G": "mål", "P": "princip"}


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One clause. `heading`, `text`, `source` and `quote` are Danish.

    `id` is the goal or principle and a number (G1.2); `controls` are ids of controls.
    """

    id: str
    heading: str
    text: str
    source: str
    quote: str
    controls: tuple[str, ...]

    @property
    def section(self) -> str:
        """The goal or principle: G1."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, kw_only=True)
class Control:
    """What sees to it that clauses hold. `tests` are paths relative to the repository's root.

    `where` is a dotted Python name, a function in the database's schema kernel, or a page's name.
    """

    id: str
    text: str
    where: str
    tests: tuple[str, ...]


def read_clause(row: Reader) -> Clause:
    """One [[clause]] row. Raises CardError."""
    clause = Clause(
        id=row.text("id"),
        heading=row.line("heading"),
        text=row.line("text"),
        source=row.line("source"),
        quote=row.line("quote"),
        controls=row.distinct("controls"),
    )
    row.finish()
    if not _ID.fullmatch(clause.id):
        raise CardError(f"I {row.where} skal `id` være som G1.2 eller P3.1. Der står: {clause.id}")
    if not clause.source.endswith(f"{_KINDS[clause.id[0]]} {clause.id[1]}"):
        raise CardError(f"I {row.where} passer kilden ikke til nummeret {clause.id}.")
    if len(clause.quote.split()) > MOST_WORDS_QUOTED:
        raise CardError(f"I {row.where} er citatet for langt. Det må have {MOST_WORDS_QUOTED} ord.")
    for control in clause.controls:
        if not SLUG.fullmatch(control):
            raise CardError(f"I {row.where} er {control} ikke navnet på en kontrol.")
    return clause


def read_control(row: Reader) -> Control:
    """One [[control]] row. Raises CardError."""
    control = Control(
        id=row.match("id", SLUG),
        text=row.line("text"),
        where=row.line("where"),
        tests=row.distinct("tests"),
    )
    row.finish()
    if not _WHERE.fullmatch(control.where):
        raise CardError(
            f"I {row.where} skal `where` være som kernel.issue eller workbench:codex. "
            f"Der står: {control.where}"
        )
    for path in control.tests:
        if not _TEST.fullmatch(path):
            raise CardError(
                f"I {row.where} skal en prøve være som tests/codex/test_x.py. Der står: {path}"
            )
    return control


def controls_of(controls: Iterable[Control], clause: Clause) -> tuple[Control, ...]:
    """The clause's controls that there are, in the clause's order."""
    known = {control.id: control for control in controls}
    return tuple(known[name] for name in clause.controls if name in known)


def tests_of(controls: Iterable[Control], clause: Clause) -> tuple[str, ...]:
    """The paths of the tests of all the clause's controls, each once."""
    paths = [path for control in controls_of(controls, clause) for path in control.tests]
    return tuple(dict.fromkeys(paths))


def own_modules(controls: Iterable[Control], clause: Clause) -> tuple[str, ...]:
    """The test modules named after the clause; there should be one."""
    name = clause.id.lower().replace(".", "_")
    return tuple(path for path in tests_of(controls, clause) if clause_number(path) == name)


def clause_number(path: str) -> str | None:
    """`g1_2` for a clause's own module tests/codex/test_g1_2_words.py; None for any other test."""
    found = _OWN_MODULE.fullmatch(path)
    return found[1] if found else None
