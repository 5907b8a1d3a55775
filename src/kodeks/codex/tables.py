# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The codex as tables: the page docs/codex.md, and lines for a terminal."""

from __future__ import annotations

from itertools import groupby
from pathlib import PurePosixPath

from kodeks.codex.bundle import Codex
from kodeks.codex.clauses import Clause, controls_of, tests_of
from kodeks.codex.duties import Duty

_INTRODUCTION = """\
<!--
SPDX-FileCopyrightText: 2026 The kodeks founders
SPDX-License-Identifier: CC-BY-SA-4.0
-->
# The codex, clause by clause

Copenhagen's code for the use of artificial intelligence has five goals (G) and five principles
(P). Here each is taken apart into clauses in our own words, with the words of the code that it
answers to, the controls that execute it and the test modules that show whether it holds. Clauses
that do not hold yet have tests that are expected to fail; [progress](progress.md) lists them.

This page is made from `src/kodeks/codex/edition` by `kodeks.codex.tables.as_markdown()`.
"""
_CONTROLS = """
## Controls

What each control does, and the code that does it: a Python name, a function of the database
(`kernel.issue`) or a page (`workbench:register`).

| control | what it does | where |
|---|---|---|
"""
_DOCUMENTS = """
## Documents

The kinds of documents that a system is asked for (`kodeks system evidence`), by risk class. A
system cannot be in a phase that is named without one, from the day given; those that stop nothing
are shown in the register. `months` is how long one may be valid at most.

| kind | title | for | stops | from | signed by | months | source |
|---|---|---|---|---|---|---|---|
"""


def as_markdown(codex: Codex) -> str:
    """The page docs/codex.md: a table for each goal and principle, the controls, the documents."""
    parts = [_INTRODUCTION]
    for section, clauses in groupby(codex.clauses, key=lambda clause: clause.section):
        rows = list(clauses)
        parts.append(
            f"\n## {section}: {rows[0].heading}\n\n{rows[0].source}.\n\n"
            "| clause | text | the code's words | controls | tests |\n|---|---|---|---|---|\n"
        )
        parts += [_markdown_row(codex, clause) for clause in rows]
    parts.append(_CONTROLS)
    parts += [f"| `{c.id}` | {c.text} | `{c.where}` |\n" for c in codex.controls]
    parts.append(_DOCUMENTS)
    parts += [_document_row(duty) for duty in codex.duties]
    return "".join(parts)


def _document_row(duty: Duty) -> str:
    source = " ".join(duty.source.split())
    concerned = ", ".join(duty.risk_classes) + (" (personal data)" if duty.personal_data else "")
    stops = ", ".join(duty.phases) or "nothing"
    return (
        f"| `{duty.kind}` | {duty.title} | {concerned} | {stops} | {duty.valid_from}"
        f" | {duty.signer} | {duty.most_months} | {source} |\n"
    )


def _markdown_row(codex: Codex, clause: Clause) -> str:
    controls = ", ".join(f"`{name}`" for name in clause.controls)
    tests = ", ".join(f"`{PurePosixPath(path).stem}`" for path in tests_of(codex.controls, clause))
    return f"| {clause.id} | {clause.text} | »{clause.quote}« | {controls} | {tests} |\n"


def as_text(codex: Codex) -> str:
    """The clauses and their controls as lines for a terminal, in Danish."""
    lines = [f"{codex.title}, udgave {codex.number}"]
    for section, clauses in groupby(codex.clauses, key=lambda clause: clause.section):
        rows = list(clauses)
        lines += ["", f"{section} {rows[0].heading}"]
        for clause in rows:
            lines.append(f"  {clause.id} {clause.text}")
            lines += [f"       - {control.text}" for control in controls_of(codex.controls, clause)]
    return "\n".join(lines) + "\n"
