# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What sounds urgent though no rule has its words."""

from __future__ import annotations

import pytest
from growth import grows_no_faster
from hypothesis import given
from hypothesis import strategies as st

from kodeks.inquiries.engine import legal, urgency, urgency_model

SNOW = "hun går rundt i tynde sko i sneen og henter selv lillebror, for far kommer ikke"
LETTERS = "jeg kan ikke mere. jeg har skrevet brevene og vil sige farvel"
ASLEEP = "Vores far sov stille ind i nat"


@pytest.mark.parametrize(
    ("text", "kind"), [(SNOW, "child"), (LETTERS, "emergency"), (ASLEEP, "death")]
)
def test_it_hears_what_sounds_urgent(text: str, kind: str) -> None:
    heard = urgency_model.hears(text)
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
    assert urgency_model.hears(text) is None


@given(st.text(max_size=300))
def test_any_text_is_accepted(text: str) -> None:
    urgency_model.hears(text)


@pytest.mark.parametrize("sign", [",", "\n", "mor ", "ikke mere "])
def test_the_time_grows_with_the_length_and_not_faster(sign: str) -> None:
    assert grows_no_faster(urgency_model.hears, sign)


@pytest.mark.parametrize("name", ["Anders Eksempelsen", "Fatima Testesen"])
def test_who_writes_changes_nothing(name: str) -> None:
    assert urgency_model.hears(f"{SNOW}\n\nVenlig hilsen\n{name}") is not None


def test_each_kind_has_a_name_and_a_reason_of_its_own() -> None:
    kinds = {label for label in urgency_model._model().labels if label != urgency_model.CALM}
    assert set(urgency.PERHAPS) == kinds
    assert not {name for name, _ in urgency.PERHAPS.values()} & {one.name for one in urgency.RULES}


def test_a_text_is_marked_by_its_rules_or_else_by_the_ear() -> None:
    (marked,) = urgency.urgencies(SNOW)
    assert marked.rule == "måske et barn"
    assert urgency.fired(SNOW) == ()
    by_rule = urgency.urgencies(f"Der er brand i kælderen. {SNOW}")
    assert by_rule == urgency.fired(f"Der er brand i kælderen. {SNOW}")


def test_what_a_text_was_marked_with_is_found_again_and_nothing_else() -> None:
    both = f"Der er brand i kælderen. {SNOW}"
    assert [one.rule for one in urgency.of_names(both, ("brand",))] == ["brand"]
    assert urgency.of_names(both, ("gas",)) == ()
    assert urgency.of_names(SNOW, ("måske et barn",)) == urgency.urgencies(SNOW)
    assert urgency.of_names(both, ()) == ()


def test_what_only_sounds_like_a_report_starts_no_clock() -> None:
    assert urgency.fired(SNOW) == ()
    assert legal.CHILD not in {trap.rule for trap in legal.traps(SNOW)}
