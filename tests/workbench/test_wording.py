# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The English of the register: of everything that its pages say, and of nothing else."""

from __future__ import annotations

import ast
import re
from importlib.resources import files
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation

from kodeks.codex import duties
from kodeks.kernel import watching
from kodeks.workbench import figures, plain, register_entries, register_nl, service_page, wording
from kodeks.workbench.templatetags import dkfds

ROOM = Path(str(files("kodeks.workbench")))
CODES_OF_THE_LAW = {"barred", "no_basis", "autonomy"}
CODES_OF_THE_CODEX = {"no_codex", "codex_unsigned"}


def in_templates() -> set[str]:
    return {
        text
        for file in (ROOM / "templates").rglob("*.html")
        for text in re.findall(r'{% say "([^"]*)"', file.read_text(encoding="utf-8"))
    }


def in_code() -> set[str]:
    """The texts given to `wording.say` as they stand in the source."""
    return {
        node.args[0].value
        for file in ROOM.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "say"
        and isinstance(node.args[0], ast.Constant)
    }


def in_tables() -> set[str]:
    tables = (
        plain.AUTONOMY,
        plain.PHASES,
        plain.CATEGORIES,
        plain.LEGAL_STATUSES,
        register_entries.STATES,
        figures.METRICS,
        figures.GROUPS,
        figures.GROUP_MEASURES,
        figures.VERDICTS,
        figures.UNITS,
        figures.SAID,
        service_page.WAITS,
        dkfds._ICON_LABELS,
    )
    return {text for table in tables for text in table.values()}


def test_each_text_has_its_english_and_none_is_left_over() -> None:
    said = in_templates() | in_code() | in_tables()
    assert len(said) > 80
    assert said == set(wording.english()["texts"])


def test_each_obstacle_of_the_kernel_has_its_english_and_none_is_left_over() -> None:
    sql = files("kodeks.kernel.sql").joinpath("survey.sql").read_text(encoding="utf-8")
    named = set(re.findall(r"kernel\.obstacle\('([a-z_]+)',", sql)) - {"stopped"}
    assert "no_owner" in named
    codes = named | CODES_OF_THE_LAW | CODES_OF_THE_CODEX | {f"no_{kind}" for kind in duties.KINDS}
    assert codes == set(wording.english()["obstacles"])


def test_each_kind_of_alarm_has_its_english() -> None:
    assert set(wording.english()["alarms"]) == {"other", *watching.KINDS}
    assert wording.alarm("own", "Sætningen.", "en") == wording.english()["alarms"]["other"]


def test_each_impact_assessment_has_its_english() -> None:
    assert set(register_nl.ASSESSMENTS) == set(wording.english()["documents"])


def test_the_english_is_english() -> None:
    for table in wording.english().values():
        for danish, english in table.items():
            assert english.strip() == english != ""
            assert not re.search("[æøåÆØÅ]", english)
            assert set(re.findall(r"{\w+}", danish)) <= set(re.findall(r"{\w+}", english))


def test_danish_is_said_as_it_is_and_a_text_without_english_is_an_error() -> None:
    assert wording.say("Noget nyt", "da") == "Noget nyt"
    assert wording.obstacle("ny", "Noget nyt.", "da") == "Noget nyt."
    for look_up in (
        lambda: wording.say("Noget nyt", "en"),
        lambda: wording.obstacle("ny", "Noget nyt.", "en"),
        lambda: wording.document("ny", "Noget nyt", "en"),
    ):
        with pytest.raises(wording.NoTranslation, match=r"[Nn]y"):
            look_up()


@pytest.mark.parametrize(
    ("language", "shown"),
    [("da", "Modellen hedder &lt;b&gt;."), ("en", "The model is called &lt;b&gt;.")],
)
def test_the_tag_speaks_the_active_language_and_escapes(language: str, shown: str) -> None:
    template = Template('{% load wording %}{% say "Modellen hedder {version}." version=name %}')
    with translation.override(language):
        assert template.render(Context({"name": "<b>"})) == shown
        page = Template("{% load wording %}{% page_language %}")
        assert page.render(Context()) == language


def test_numbers_are_written_as_in_the_language() -> None:
    assert figures.share("0.5621", decimals=1) == "56,2 %"
    assert figures.share("0.5621", decimals=1, language="en") == "56.2%"
    assert figures.share("0.001", language="en") == "below 1%"
    assert figures.share("0.999", language="en") == "above 99%"
    assert figures.whole(1234567, language="en") == "1,234,567"
    measured = {"accuracy": "0.5", "examples": "1200", "own": "7"}
    assert figures.metrics(measured, language="en") == [
        ("How often the first suggestion is right", "50.0%"),
        ("Texts that it was measured on", "1,200"),
        ("own", "7"),
    ]
