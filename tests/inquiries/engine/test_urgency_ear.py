# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What sounds urgent though no rule has its words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.inquiries.engine import legal, urgency, urgency_ear

BLOOD = "hun spiser ikke og låser sig inde, der er blod på hendes ærmer"
LETTERS = "jeg kan ikke mere. jeg har skrevet brevene og vil sige farvel"
ASLEEP = "Vores far sov stille ind i nat"


@pytest.mark.parametrize(
    ("text", "kind"), [(BLOOD, "child"), (LETTERS, "emergency"), (ASLEEP, "death")]
)
def test_it_hears_what_sounds_urgent(text: str, kind: str) -> None:
    heard = urgency_ear.hears(text)
    assert heard is not None
    assert heard.kind == kind
    words = heard.words.split(" … ")
    assert 1 <= len(words) <= 3
    assert [text.lower().find(word) for word in words] == sorted(
        text.lower().index(word) for word in words
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "Hvornår bliver min skraldespand tømt?",
        "Min søn skal starte i børnehave til august. Hvordan bliver han skrevet op?",
        "Der er hul i vejen ved nr. 4",
        "Kan jeg få en kopi af min byggetilladelse?",
    ],
)
def test_everyday_mail_is_calm(text: str) -> None:
    assert urgency_ear.hears(text) is None


@given(st.text(max_size=300))
def test_any_text_is_accepted(text: str) -> None:
    urgency_ear.hears(text)


@pytest.mark.parametrize("name", ["Anders Eksempelsen", "Fatima Testesen"])
def test_who_writes_changes_nothing(name: str) -> None:
    assert urgency_ear.hears(f"{BLOOD}\n\nVenlig hilsen\n{name}") is not None


def test_each_kind_has_a_name_and_a_reason_of_its_own() -> None:
    kinds = {label for label in urgency_ear._model().labels if label != urgency_ear.CALM}
    assert set(urgency.PERHAPS) == kinds
    assert not {name for name, _ in urgency.PERHAPS.values()} & {one.name for one in urgency.RULES}


def test_a_text_is_marked_by_its_rules_or_else_by_the_ear() -> None:
    (marked,) = urgency.urgencies(BLOOD)
    assert marked.rule == "måske et barn"
    assert urgency.fired(BLOOD) == ()
    by_rule = urgency.urgencies(f"Der er brand i kælderen. {BLOOD}")
    assert by_rule == urgency.fired(f"Der er brand i kælderen. {BLOOD}")


def test_what_only_sounds_like_a_report_starts_no_clock() -> None:
    assert urgency.fired(BLOOD) == ()
    assert legal.CHILD not in {trap.rule for trap in legal.traps(BLOOD)}
