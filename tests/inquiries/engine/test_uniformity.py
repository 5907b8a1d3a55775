# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The same matter gets the same answer in other clothes; a model says how it reads."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.artefacts import Artefact
from kodeks.inquiries.engine.cleaning import FIRST_VERSION, VERSION, Reading
from kodeks.inquiries.engine.errors import TriageModelError
from kodeks.inquiries.engine.model import TriageModel

TEXT = "der er noget galt med vores container, og genbrug og storskrald bliver ikke hentet"
NAMES = ("Mette Nielsen", "Nguyen Thi Hoa", "Mohammad Hassan", "Bo Dahl", "Torgils Uldahl")
CLOTHES = (
    *("{text}", "Jeg hedder {name}. {text}", "Hej\n{text}\n\nMed venlig hilsen\n{name}"),
    *("Mit CPR-nummer er {cpr}. {text}", "{text} på Rosengade 114, 2. tv., 4300 Holbæk"),
    *("{text}\n\nSendt fra min iPhone", "Telefonnotat: Borger ringer og oplyser: {text}"),
    "Navn: {name}\nE-mail: x@example.dk\nBesked: {text}",
)
CASES = (str, str.upper, str.lower, str.capitalize)


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(CLOTHES),
    st.sampled_from(NAMES),
    st.sampled_from(("610190-1234", "6101901234", "610190 1234")),
    st.sampled_from(CASES),
)
def test_the_route_is_the_matters(small_model: TriageModel, clothes, name, cpr, case) -> None:
    (plain,) = small_model.triage([TEXT], explained=False)
    (found,) = small_model.triage(
        [case(clothes.format(text=TEXT, name=name, cpr=cpr))], explained=False
    )
    assert (found.label, found.out_of_scope, found.way) == (
        plain.label,
        plain.out_of_scope,
        plain.way,
    )
    assert found.confidence == pytest.approx(plain.confidence)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(("container", "storskrald", "genbrug")), st.integers(1, 8), st.booleans())
def test_a_slip_of_the_finger_changes_nothing(
    small_model: TriageModel, word: str, place: int, doubled: bool
) -> None:
    place = min(place, len(word) - 2)
    typed = (
        word[:place] + word[place] * 2 + word[place + 1 :]
        if doubled
        else (word[:place] + word[place + 1] + word[place] + word[place + 2 :])
    )
    (plain,) = small_model.triage([TEXT], explained=False)
    (found,) = small_model.triage([TEXT.replace(word, typed)], explained=False)
    assert found.label == plain.label
    assert found.confidence == pytest.approx(plain.confidence)


def test_no_name_is_kept_in_a_models_vocabulary(small_model: TriageModel) -> None:
    from kodeks.inquiries.engine.vectors import Vectoriser

    texts = [f"Hul i vejen.\nHilsen {name}" for name in NAMES]
    kept = " ".join(Vectoriser.fit(texts).words)
    assert not any(part.lower() in kept for name in NAMES for part in name.split())


def test_how_a_model_reads_is_stored_with_it(small_model: TriageModel) -> None:
    reading = Reading(places=("Nørremark",))
    model = replace(small_model, vectoriser=replace(small_model.vectoriser, reading=reading))
    assert TriageModel.of_bytes(model.artefact.as_bytes()).vectoriser.reading == reading


def test_a_model_of_the_former_format_answers_as_it_did(small_model: TriageModel) -> None:
    artefact = small_model.artefact
    former = {**artefact.manifest, "format": 3}
    del former["reading"]
    arrays = {name: array for name, array in artefact.arrays.items() if name != "begins"}
    old = TriageModel.of_bytes(Artefact(former, arrays).as_bytes())
    assert old.vectoriser.reading == Reading(version=FIRST_VERSION)
    (found,) = old.triage(["storskrald storskrald storskrald storskrald"])
    assert found.notices == ()


def test_rules_that_are_newer_than_the_program_are_refused(small_model: TriageModel) -> None:
    artefact = small_model.artefact
    newer = {**artefact.manifest, "reading": {"version": VERSION + 1, "places": []}}
    with pytest.raises(TriageModelError, match="nyere version"):
        TriageModel.of_bytes(Artefact(newer, dict(artefact.arrays)).as_bytes())
