# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Every clause has controls, every control has tests, and the tests are there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kodeks.codex import bundle, check
from kodeks.codex.clauses import Clause, Control

ROOT = Path(__file__).parents[2]
SHIPPED = bundle.shipped()
SECTIONS = [f"{kind}{number}" for kind in "GP" for number in range(1, 6)]


def clause(section: str, **changes) -> Clause:
    values = {
        "id": f"{section}.1",
        "heading": "Tillid",
        "text": "Enhver kan se det.",
        "source": "Kodeks, mål 1",
        "quote": "åbent",
        "controls": (f"control_{section.lower()}",),
    }
    return Clause(**(values | changes))


def control(section: str, **changes) -> Control:
    values = {
        "id": f"control_{section.lower()}",
        "text": "Det sørger databasen for.",
        "where": "kernel.issue",
        "tests": (f"tests/codex/test_{section.lower()}_1_words.py",),
    }
    return Control(**(values | changes))


CODEX = replace(
    SHIPPED,
    clauses=tuple(clause(section) for section in SECTIONS),
    controls=tuple(control(section) for section in SECTIONS),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with a test module for each of the ten clauses."""
    folder = tmp_path / "tests" / "codex"
    folder.mkdir(parents=True)
    for section in SECTIONS:
        name = f"test_{section.lower()}_1_words.py"
        (folder / name).write_text("def test_it():\n    assert True\n", encoding="utf-8")
    return tmp_path


def with_clause(**changes):
    return replace(CODEX, clauses=(clause("G1", **changes), *CODEX.clauses[1:]))


def with_control(**changes):
    return replace(CODEX, controls=(control("G1", **changes), *CODEX.controls[1:]))


def test_what_is_in_order_has_no_problems(root):
    assert check.problems(CODEX, root=root) == []
    assert check.waiting(CODEX, root=root) == []


@pytest.mark.parametrize(
    ("codex", "told"),
    [
        (with_clause(controls=()), "Punkt G1.1 har ingen kontrol"),
        (with_clause(controls=("other",)), "other, som ikke findes"),
        (with_clause(controls=("other",)), "control_g1 hører ikke til noget punkt"),
        (with_clause(quote=" "), "Punkt G1.1 mangler sit citat"),
        (with_control(tests=()), "control_g1 har ingen prøve"),
        (with_control(tests=()), "Punkt G1.1 skal have én prøve for sig selv"),
        (with_control(tests=()), "test_g1_1_words.py hører ikke til nogen kontrol"),
        (with_control(tests=("tests/codex/test_other.py",)), "test_other.py findes ikke"),
        (replace(CODEX, clauses=CODEX.clauses[1:]), "Mål 1 har intet punkt"),
        (replace(CODEX, clauses=CODEX.clauses[:-1]), "Princip 5 har intet punkt"),
        (
            with_control(tests=("tests/codex/test_g1_1_words.py", "tests/codex/test_g1_1_more.py")),
            "Det har 2",
        ),
    ],
)
def test_what_is_missing_is_told(root, codex, told):
    assert [one for one in check.problems(codex, root=root) if told in one]


def test_a_module_without_a_test_is_told(root):
    file = root / "tests" / "codex" / "test_g1_1_words.py"
    file.write_text("def helper():\n    def test_inner(): ...\n", encoding="utf-8")
    (problem,) = check.problems(CODEX, root=root)
    assert "test_g1_1_words.py har ingen funktion" in problem


def test_a_module_that_is_gone_is_told(root):
    (root / "tests" / "codex" / "test_p5_1_words.py").unlink()
    assert check.problems(CODEX, root=root) == [
        "Prøven tests/codex/test_p5_1_words.py findes ikke."
    ]
    assert check.waiting(CODEX, root=root) == []


def test_where_there_are_no_tests_it_says_so_once(tmp_path):
    (problem,) = check.problems(CODEX, root=tmp_path)
    assert "Kør kommandoen i projektets mappe" in problem


def test_a_clauses_module_that_nobody_names_is_told(root):
    (root / "tests" / "codex" / "test_g1_2_words.py").write_text("", encoding="utf-8")
    (root / "tests" / "codex" / "test_bundle.py").write_text("", encoding="utf-8")
    (problem,) = check.problems(CODEX, root=root)
    assert "test_g1_2_words.py hører ikke til nogen kontrol" in problem


def test_a_clause_whose_test_is_expected_to_fail_waits(root):
    file = root / "tests" / "codex" / "test_g2_1_words.py"
    file.write_text("@pytest.mark.xfail(\n)\ndef test_it(): ...\n", encoding="utf-8")
    assert check.waiting(CODEX, root=root) == ["G2.1"]
    assert check.problems(CODEX, root=root) == []


def test_the_shipped_edition_is_in_order_and_every_clause_holds():
    assert check.problems(SHIPPED, root=ROOT) == []
    assert check.waiting(SHIPPED, root=ROOT) == []
