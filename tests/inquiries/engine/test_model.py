# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a trained model answers."""

import subprocess
import sys

import numpy as np
import pytest

from kodeks.inquiries.engine import explain
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.results import Triage


def test_sorts_new_texts(small_model: TriageModel) -> None:
    answers = small_model.triage(["Min skraldespand er ikke tømt", "Der er hul i asfalten"])
    assert [a.label for a in answers] == ["Affald", "Vej"]
    assert all(0.34 < a.confidence <= 1 for a in answers)
    assert small_model.labels == ("Affald", "Bibliotek", "Vej")


def test_out_of_scope_is_never_a_route_and_never_accepted(small_model: TriageModel) -> None:
    (answer,) = small_model.triage(["Hvad er dagens horoskop og en opskrift på pizza"])
    assert answer.out_of_scope
    assert not answer.accepted
    assert answer.label in small_model.labels


def test_reasons_name_words_for_and_against(small_model: TriageModel) -> None:
    text = "Jeg vil klage over skraldespand og affald og fortov, cpr 010203-1234, nr. 17"
    (answer,) = small_model.triage([text])
    favour = [c for c in answer.considerations if c.direction == "for"]
    against = [c for c in answer.considerations if c.direction == "against"]
    assert "Ordet »skraldespand« taler for Affald" in [c.text for c in favour]
    assert any("»fortov«" in c.text and c.text.endswith("Vej") for c in against)
    assert 1 <= len(favour) <= 6
    assert 1 <= len(against) <= 3
    assert all(c.weight > 0 for c in answer.considerations)
    assert not any(ch.isdigit() for c in answer.considerations for ch in c.text)


def test_shares_of_words_add_up_to_the_score(small_model: TriageModel) -> None:
    text = "skraldespand affald genbrug container"
    (document,) = small_model.vectoriser.documents([text])
    parts = small_model.weights[document.indices] * document.values[:, None]
    shares = explain.word_parts(document, parts.astype(np.float64))
    assert set(shares) == set(text.split())
    assert np.allclose(sum(shares.values()), parts.sum(axis=0), atol=1e-6)


def test_an_answer_does_not_depend_on_the_batch(
    small_model: TriageModel, small_world: tuple[list[str], list[str]]
) -> None:
    texts = small_world[0][:20]
    together = small_model.triage(texts)
    alone = [answer for text in texts for answer in small_model.triage([text])]
    assert together == alone


def test_a_smaller_allowed_error_accepts_no_more(
    small_model: TriageModel, small_world: tuple[list[str], list[str]]
) -> None:
    texts = small_world[0]
    accepted = [
        {i for i, a in enumerate(small_model.triage(texts, max_error=e)) if a.accepted}
        for e in (0.001, 0.05, 0.5)
    ]
    assert accepted[0] <= accepted[1] <= accepted[2]
    assert accepted[2]
    assert not accepted[0]  # so few examples cannot promise one error in a thousand


@pytest.mark.parametrize("text", ["", "   ", "日本語", "010203-1234"])
def test_a_text_without_known_words_goes_to_a_person(small_model: TriageModel, text: str) -> None:
    (answer,) = small_model.triage([text])
    assert isinstance(answer, Triage)
    assert answer.out_of_scope
    assert not answer.accepted
    assert answer.considerations[0].text == "Modellen kender ingen af ordene i teksten"


@pytest.mark.parametrize("max_error", [0.0, 1.0, -1.0, float("nan")])
def test_refuses_a_senseless_error(small_model: TriageModel, max_error: float) -> None:
    with pytest.raises(ValueError, match="mellem 0 og 1"):
        small_model.triage(["x"], max_error=max_error)


def test_prediction_imports_neither_scikit_learn_nor_scipy() -> None:
    code = (
        "import sys, kodeks.inquiries.engine.model, kodeks.inquiries.files;"
        "sys.exit(any(m.split('.')[0] in ('sklearn', 'scipy', 'django') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
