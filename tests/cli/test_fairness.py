# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks fairness audit`: a file's groups, from the command line."""

from __future__ import annotations

import random

import pytest
from typer.testing import CliRunner

from kodeks.cli.main import app
from kodeks.statistics.shares import FigureError

ASKED = ["--selected", "valg", "--positive", "svar", "--by", "bydel"]


@pytest.fixture
def run(tmp_path):
    def call(text: str, *more: str) -> str:
        file = tmp_path / "sager.csv"
        file.write_text(text, encoding="utf-8")
        return (
            CliRunner()
            .invoke(app, ["fairness", "audit", str(file), *ASKED, *more], catch_exceptions=False)
            .output
        )

    return call


def cases() -> str:
    draw = random.Random(1)
    lines = ["valg,svar,bydel,skole,vejr"]
    for number in range(120):
        place = "Nord" if number % 2 else "Syd"
        lines.append(
            f"{number % 4 // 2},{number % 3 % 2},{place},{place}skolen,{draw.choice('ab')}"
        )
    return "\n".join(lines + ["1,1,Øen,Øskolen,a"] * 3) + "\n"


def test_groups_are_told_with_intervals_and_small_ones_are_not(run):
    found = run(cases())
    assert "bydel: 3 grupper, 123 sager" in found
    assert "    Nord: 0.500 (0." in found
    assert "størst minus mindst" in found
    assert "Øen" not in found


def test_a_field_that_gives_the_group_away_is_named(run):
    found = run(cases(), "--field", "skole", "--field", "vejr")
    assert "  skole røber gruppen: styrke 1.000" in found
    assert "  vejr røber ikke gruppen" in found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("valg,svar,bydel\n", "ingen sager"),
        ("valg,svar\n1,0\n", "mangler kolonnen bydel"),
        ("valg,svar,bydel\n1,0,Nord\nja,0,Nord\n", "Ret linje 3"),
        ('valg,svar,bydel\n1,0,"' + "x" * 200_000, "kan ikke læses som CSV"),
    ],
)
def test_a_file_that_cannot_be_measured_is_refused_in_words(run, text, told):
    with pytest.raises(FigureError, match=told):
        run(text)
