# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The codex's clauses: what it asks, which control answers, and which test shows that it holds.

The source is the code for the use of artificial intelligence that Copenhagen adopted on 18
February 2020: goals (mål) 1 to 5 and principles (principper) 1 to 5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files

from kodeks.codex.reader import CardError, Reader

_ID = re.compile(r"[GP][1-5]\.[1-9]")
_TESTS = re.compile(r"test_[a-z0-9_]+")
_KINDS = {"G": "mål", "P": "princip"}

_INTRODUCTION = """\
<!--
SPDX-FileCopyrightText: 2026 The kodeks founders
SPDX-License-Identifier: CC-BY-SA-4.0
-->
# The codex, clause by clause

Copenhagen's code for the use of artificial intelligence has five goals (G) and five principles
(P). Here each is taken apart into clauses in our own words, with the control that answers to it
and the test module in `tests/codex` that shows whether it holds. Clauses that do not hold yet have
tests that are expected to fail; [progress](progress.md) lists them.

This page is made from `src/kodeks/codex/clauses.toml` by `kodeks.codex.clauses.as_markdown()`.
"""


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One clause. `heading`, `text`, `source` and `control` are Danish.

    `id` is the goal or principle and a number (G1.2); `tests` is a module name in tests/codex.
    """

    id: str
    heading: str
    text: str
    source: str
    control: str
    tests: str


def load() -> tuple[Clause, ...]:
    """The clauses that come with this version, in the codex's order. Raises CardError."""
    return parse((files("kodeks.codex") / "clauses.toml").read_text(encoding="utf-8"))


def parse(text: str) -> tuple[Clause, ...]:
    """Read clauses from TOML text.

    Raises CardError, whose Danish text names what is missing, unknown, twofold or out of place.
    """
    reader = Reader.of_toml(text, where="kodekset")
    clauses = tuple(_clause(row) for row in reader.tables("clause"))
    reader.finish()
    ids = [clause.id for clause in clauses]
    if ids != sorted(set(ids)):
        raise CardError("Kodeksets punkter skal stå i rækkefølge, og hvert nummer kun én gang.")
    if len({clause.tests for clause in clauses}) != len(clauses):
        raise CardError("To af kodeksets punkter har samme prøve. Giv hvert punkt sin egen.")
    return clauses


def as_markdown() -> str:
    """The page docs/codex.md: one table for each goal and principle."""
    parts = [_INTRODUCTION]
    heading = ""
    for clause in load():
        title = f"{clause.id.partition('.')[0]}: {clause.heading}"
        if title != heading:
            heading = title
            parts.append(
                f"\n## {title}\n\n{clause.source}.\n\n"
                "| clause | text | control | test |\n|---|---|---|---|\n"
            )
        parts.append(f"| {clause.id} | {clause.text} | {clause.control} | `{clause.tests}` |\n")
    return "".join(parts)


def _clause(row: Reader) -> Clause:
    clause = Clause(
        id=row.text("id"),
        heading=row.text("heading"),
        text=row.text("text"),
        source=row.text("source"),
        control=row.text("control"),
        tests=row.text("tests"),
    )
    row.finish()
    if not _ID.fullmatch(clause.id):
        raise CardError(f"I {row.where} skal `id` være som G1.2 eller P3.1. Der står: {clause.id}")
    if not _TESTS.fullmatch(clause.tests):
        raise CardError(f"I {row.where} skal `tests` være et modulnavn. Der står: {clause.tests}")
    if not clause.source.endswith(f"{_KINDS[clause.id[0]]} {clause.id[1]}"):
        raise CardError(f"I {row.where} passer kilden ikke til nummeret {clause.id}.")
    if "|" in clause.text + clause.control or "\n" in clause.text + clause.control:
        raise CardError(f"I {row.where} må teksten hverken have lodret streg eller linjeskift.")
    return clause
