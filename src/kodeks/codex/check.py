# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Is every clause executed and tested? Checked against the repository that the tests stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kodeks.codex.bundle import Codex
from kodeks.codex.clauses import clause_number, own_modules

_SECTIONS = [f"{kind}{number}" for kind in "GP" for number in range(1, 6)]
_TEST = re.compile(r"^(?:async )?def test_", re.MULTILINE)
_EXPECTED_TO_FAIL = "pytest.mark.xfail("


def problems(codex: Codex, *, root: Path) -> list[str]:
    """What is wrong, each a Danish sentence; `root` is the folder that holds `tests`."""
    found = [*_of_sections(codex), *_of_clauses(codex), *_of_controls(codex)]
    if not (root / "tests").is_dir():
        # The installed program comes without them.
        return [*found, "Projektets prøver er ikke her. Kør kommandoen i projektets mappe."]
    return [*found, *_of_tests(codex, root)]


def waiting(codex: Codex, *, root: Path) -> list[str]:
    """Ids of the clauses whose own tests are expected to fail: their control is not built yet."""
    return [
        clause.id
        for clause in codex.clauses
        if any(
            _EXPECTED_TO_FAIL in _text(root / path) for path in own_modules(codex.controls, clause)
        )
    ]


def _of_sections(codex: Codex) -> Iterator[str]:
    found = {clause.section for clause in codex.clauses}
    for section in _SECTIONS:
        if section not in found:
            kind = "Mål" if section[0] == "G" else "Princip"
            yield f"{kind} {section[1]} har intet punkt. Skriv mindst ét: {section}.1."


def _of_clauses(codex: Codex) -> Iterator[str]:
    known = {control.id for control in codex.controls}
    for clause in codex.clauses:
        if not clause.controls:
            yield f"Punkt {clause.id} har ingen kontrol. Nævn mindst én."
        if not clause.quote.strip():
            yield f"Punkt {clause.id} mangler sit citat fra kodekset."
        for name in clause.controls:
            if name not in known:
                yield f"Punkt {clause.id} nævner kontrollen {name}, som ikke findes."
        own = own_modules(codex.controls, clause)
        if len(own) != 1:
            name = clause.id.lower().replace(".", "_")
            yield (
                f"Punkt {clause.id} skal have én prøve for sig selv, "
                f"tests/codex/test_{name}_*.py. Det har {len(own)}."
            )


def _of_controls(codex: Codex) -> Iterator[str]:
    used = {name for clause in codex.clauses for name in clause.controls}
    for control in codex.controls:
        if control.id not in used:
            yield f"Kontrollen {control.id} hører ikke til noget punkt. Slet den, eller brug den."
        if not control.tests:
            yield f"Kontrollen {control.id} har ingen prøve. Nævn mindst én."


def _of_tests(codex: Codex, root: Path) -> Iterator[str]:
    named = dict.fromkeys(path for control in codex.controls for path in control.tests)
    for path in named:
        if not (root / path).is_file():
            yield f"Prøven {path} findes ikke."
        elif not _TEST.search(_text(root / path)):
            yield f"Prøven {path} har ingen funktion, der begynder med test_."
    for file in sorted((root / "tests" / "codex").glob("test_*.py")):
        path = file.relative_to(root).as_posix()
        if clause_number(path) is not None and path not in named:
            yield f"Prøven {path} hører ikke til nogen kontrol. Nævn den i controls.toml."


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.is_file() else ""
