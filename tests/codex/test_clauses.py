# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clauses, the code's own words, their tests and the two pages about them say the same."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from kodeks.codex import bundle, check, clauses, tables

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
DOCS = ROOT / "docs"
CODEX = bundle.shipped()
# A clause's own module; the other tests of this folder are about the room's modules.
OWN = re.compile(r"test_[gp][1-5]_[1-9]_")
ASKS = re.compile(r"\b(skal|må|bør|vil|aldrig|altid|forpligtelser|krav|afgørende|udgangspunktet)\b")
# The goal that the clauses of mål 1 serve together; nothing executes trust by itself.
TRUST = "Der skal være tillid"


def modules() -> dict[str, str]:
    """The clauses' own test modules by name, with their text."""
    return {
        path.stem: path.read_text(encoding="utf-8")
        for path in HERE.glob("test_*.py")
        if OWN.match(path.name)
    }


@pytest.fixture(scope="module")
def code() -> str:
    """The code as Copenhagen adopted it (annex 1), in one line."""
    data = Path(os.environ.get("KODEKS_DATA") or ROOT.parent / "shared" / "data")
    found = sorted((data.parent / "mission").glob("*.txt"))
    if not found:
        pytest.skip("the text of the code is not beside KODEKS_DATA")
    text = " ".join(found[0].read_text(encoding="utf-8").split())
    return text.partition("### Bilag 1 ")[2].partition("### Bilag 2 ")[0]


def plain(text: str) -> str:
    return " ".join(re.sub(r"[*#]", " ", text).split())


def sentences(code: str) -> list[str]:
    """The sentences of the goals and principles, from the first goal's text."""
    body = plain(code.partition("#### Mål 1:")[2])
    # A page's foot stands in the middle of a sentence.
    body = re.sub(r"Center for Økonomi .*?5798009800206 ", "", body)
    return re.split(r"(?<=\.) (?=[A-ZÆØÅ])", body)


def test_every_quote_stands_in_the_code(code):
    text = plain(re.sub(r"Center for Økonomi .*?5798009800206 ", "", code))
    missing = [clause.id for clause in CODEX.clauses if plain(clause.quote) not in text]
    assert missing == []


def test_every_sentence_that_asks_for_something_has_a_clause(code):
    quotes = [plain(clause.quote) for clause in CODEX.clauses]
    found = sentences(code)
    assert len(found) > 25
    unanswered = [
        sentence
        for sentence in found
        if ASKS.search(sentence)
        and not any(quote in sentence for quote in quotes)
        and TRUST not in sentence
    ]
    assert unanswered == []


def test_every_module_has_its_clause():
    named = {
        Path(path).stem for c in CODEX.clauses for path in clauses.own_modules(CODEX.controls, c)
    }
    assert set(modules()) <= named


@pytest.mark.parametrize("clause", CODEX.clauses, ids=lambda clause: clause.id)
def test_the_module_is_about_the_clause(clause):
    (path,) = clauses.own_modules(CODEX.controls, clause)
    text = modules()[Path(path).stem]
    assert f'"""Clause {clause.id}: ' in text
    assert "\ndef test_" in text
    assert "pytest.skip" not in text
    assert "mark.skip" not in text


def test_progress_lists_exactly_the_clauses_that_do_not_hold_yet():
    text = (DOCS / "progress.md").read_text(encoding="utf-8")
    section = text.partition("## Clauses that do not hold yet\n")[2].partition("\n## ")[0]
    listed = re.findall(r"^- ([GP][1-5]\.[1-9]) ", section, re.MULTILINE)
    assert listed == check.waiting(CODEX, root=ROOT)


def test_the_page_is_made_from_the_data():
    assert (DOCS / "codex.md").read_text(encoding="utf-8") == tables.as_markdown(CODEX)


def test_the_page_has_a_row_for_each_clause_and_control():
    page = tables.as_markdown(CODEX)
    for clause in CODEX.clauses:
        assert page.count(f"\n| {clause.id} | {clause.text} | »{clause.quote}« |") == 1
    for control in CODEX.controls:
        assert page.count(f"\n| `{control.id}` | {control.text} |") == 1
    headings = re.findall(r"^## ([GP]\d): ", page, re.MULTILINE)
    assert headings == [f"{kind}{number}" for kind in "GP" for number in range(1, 6)]


def test_the_terminal_shows_each_clause_with_its_controls():
    lines = tables.as_text(CODEX).splitlines()
    assert lines[0] == "Kodeks for anvendelse af kunstig intelligens, udgave 1"
    at = lines.index(
        "  G1.1 Enhver kan se, hvilke AI-systemer kommunen bruger, og hvem der svarer for dem."
    )
    first = clauses.controls_of(CODEX.controls, CODEX.clauses[0])
    assert lines[at + 1 : at + 1 + len(first)] == [f"       - {c.text}" for c in first]


def test_a_clause_shares_its_heading_with_its_goal_or_principle():
    headings: dict[str, set[str]] = {}
    for clause in CODEX.clauses:
        headings.setdefault(clause.section, set()).add(clause.heading)
    assert all(len(found) == 1 for found in headings.values())


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("tests/codex/test_g1_2_lawful_today.py", "g1_2"),
        ("tests/codex/test_bundle.py", None),
        ("tests/codex/test_g6_1_x.py", None),
        ("tests/kernel/test_g1_2_x.py", None),
        ("tests/codex/test_g1_2.py", None),
    ],
)
def test_a_clauses_own_module_is_known_by_its_name(path, number):
    assert clauses.clause_number(path) == number
