# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clauses, their tests and the two pages about them say the same."""

from __future__ import annotations

import re
import statistics
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.codex import clauses
from kodeks.codex.reader import CardError
from kodeks.language.lix import lix

HERE = Path(__file__).parent
DOCS = HERE.parent.parent / "docs"
ONE = """
[[clause]]
id = "G1.1"
heading = "Tillid"
text = "Enhver kan se det."
source = "Kodeks, mål 1"
control = "Registret."
tests = "test_g1_1_register"
"""


def modules() -> dict[str, str]:
    """The clauses' test modules by name, with their text."""
    return {
        path.stem: path.read_text(encoding="utf-8")
        for path in HERE.glob("test_*.py")
        if path.stem != "test_clauses"
    }


def test_every_clause_has_its_module_and_every_module_its_clause():
    assert {clause.tests for clause in clauses.load()} == set(modules())


@pytest.mark.parametrize("clause", clauses.load(), ids=lambda clause: clause.id)
def test_the_module_is_about_the_clause(clause):
    text = modules()[clause.tests]
    assert f'"""Clause {clause.id}: ' in text
    assert "\ndef test_" in text
    assert "pytest.skip" not in text
    assert "mark.skip" not in text


def test_every_goal_and_principle_has_clauses():
    found = {clause.id.partition(".")[0] for clause in clauses.load()}
    assert found == {f"{kind}{number}" for kind in "GP" for number in range(1, 6)}


def test_progress_lists_exactly_the_clauses_that_do_not_hold_yet():
    text = (DOCS / "progress.md").read_text(encoding="utf-8")
    section = text.partition("## Clauses that do not hold yet\n")[2].partition("\n## ")[0]
    listed = re.findall(r"^- ([GP][1-5]\.[1-9]) ", section, re.MULTILINE)
    found = modules()
    expected = [c.id for c in clauses.load() if "pytest.mark.xfail(" in found[c.tests]]
    assert listed == expected


def test_the_page_is_made_from_the_data():
    assert (DOCS / "codex.md").read_text(encoding="utf-8") == clauses.as_markdown()


def test_the_clauses_are_easy_to_read():
    values = [lix(clause.text) for clause in clauses.load()]
    assert statistics.median(values) <= 35


def test_what_is_in_order_is_read():
    (clause,) = clauses.parse(ONE)
    assert clause.id == "G1.1"
    assert clause.tests == "test_g1_1_register"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('id = "G1.1"', "", "id"),
        ('"G1.1"', '"G6.1"', "G6.1"),
        ('"G1.1"', '"P1.1"', "kilden"),
        ('"Enhver kan se det."', '""', "text"),
        ('"Enhver kan se det."', '"a | b"', "streg"),
        ('"Enhver kan se det."', '"a\\nb"', "linjeskift"),
        ('heading = "Tillid"', 'heading = "Tillid"\nmore = "x"', "more"),
        ('"test_g1_1_register"', '"../../etc/passwd"', "modulnavn"),
        ("[[clause]]", "[clause]", "clause"),
        ("[[clause]]", "[[clauses]]", "clause"),
        ("[[clause]]", "more = 1\n[[clause]]", "more"),
        ("[[clause]]", "[[", "TOML"),
    ],
)
def test_faults_are_told(old, new, told):
    with pytest.raises(CardError, match=told):
        clauses.parse(ONE.replace(old, new, 1))


def test_twice_the_same_or_out_of_order_is_refused():
    second = ONE.replace("G1.1", "G1.2").replace("g1_1", "g1_2")
    assert len(clauses.parse(ONE + second)) == 2
    with pytest.raises(CardError, match="rækkefølge"):
        clauses.parse(second + ONE)
    with pytest.raises(CardError, match="rækkefølge"):
        clauses.parse(ONE + ONE)
    with pytest.raises(CardError, match="samme prøve"):
        clauses.parse(ONE + second.replace("g1_2", "g1_1"))


@given(text=st.text(max_size=80) | st.text(alphabet='[]clause="id\n .1G', max_size=80))
def test_foreign_text_is_refused_with_a_sentence(text):
    with pytest.raises(CardError):
        clauses.parse(text)
