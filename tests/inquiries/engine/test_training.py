# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Training: errors a user can make, the figures stored, determinism, groups of citizens."""

import numpy as np
import pytest

from kodeks.inquiries.engine.errors import TrainingError
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.training import train

pytest.importorskip("sklearn")


@pytest.mark.parametrize(
    ("texts", "labels", "message"),
    [
        ([], [], "mindst to forskellige"),
        (["a", "b"], ["Vej", "andet"], "Kun etiketten Vej"),
        (["a", "b", "c"], ["Vej", "Vej", "Affald"], "Der mangler eksempler på: Affald"),
        (["a", "  "], ["Vej", "Affald"], "Eksempel 2 har ingen tekst"),
        (["a", "b"], ["Vej", ""], "Eksempel 2 har ingen etiket"),
        (["a"], ["Vej", "Affald"], "lige mange"),
    ],
)
def test_errors_say_what_to_change(texts: list[str], labels: list[str], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        train(texts=texts, labels=labels)


def test_stores_cross_validated_figures(small_model: TriageModel) -> None:
    figures = small_model.metrics
    assert figures["examples"] == 120
    assert figures["out_of_scope_examples"] == 40
    assert figures["accuracy"] > 0.95
    assert figures["macro_f1"] > 0.95
    assert figures["ece"] < 0.1
    assert figures["out_of_scope_accepted"] <= 0.1
    assert figures["error_at_5_percent"] <= 0.05


def test_same_seed_gives_the_same_model(small_world: tuple[list[str], list[str]]) -> None:
    texts, labels = (part[:60] for part in small_world)
    first, second = (train(texts=texts, labels=labels, seed=3) for _ in range(2))
    assert first.artefact.sha256 == second.artefact.sha256


def test_two_labels_with_two_examples_each() -> None:
    model = train(
        texts=["hul i vejen", "asfalt på vejen", "affald lugter", "affald hentes"],
        labels=["Vej", "Vej", "Affald", "Affald"],
    )
    (answer,) = model.triage(["affald"])
    assert answer.label == "Affald"
    assert not answer.accepted  # four examples promise nothing
    assert len(answer.alternatives) == 1


def test_texts_without_words_do_not_break_training() -> None:
    train(texts=["?", "!", "hul", "vej"], labels=["A", "A", "B", "B"])


def test_groups_are_measured_and_never_learned_from(
    small_world: tuple[list[str], list[str]], small_model: TriageModel
) -> None:
    texts, labels = small_world
    sides = ["nord" if place % 2 else "syd" for place in range(len(texts))]
    model = train(texts=texts, labels=labels, divided_by={"district": sides})
    assert np.array_equal(model.weights, small_model.weights)
    assert (model.metrics, model.vectoriser.words) == (
        small_model.metrics,
        small_model.vectoriser.words,
    )
    assert small_model.groups == ()
    north, south = (one for one in model.groups if one["measure"] == "accuracy")
    assert (north["attribute"], north["group"], south["group"]) == ("district", "nord", "syd")
    inside = [side for side, label in zip(sides, labels, strict=True) if label != "andet"]
    assert int(north["count"]) == inside.count("nord")
    assert int(south["count"]) == inside.count("syd")
    share = sum(float(one["value"]) * int(one["count"]) for one in (north, south)) / len(inside)
    assert share == pytest.approx(model.metrics["accuracy"], abs=1e-3)
    # The model's name changes with its figures: they are part of what two people sign.
    assert model.artefact.sha256 != small_model.artefact.sha256


def test_a_group_that_is_only_out_of_scope_has_no_figure(
    small_world: tuple[list[str], list[str]],
) -> None:
    texts, labels = small_world
    names = ["fremmed" if label == "andet" else "kendt" for label in labels]
    model = train(texts=texts, labels=labels, divided_by={"channel": names})
    assert {one["group"] for one in model.groups} == {"kendt"}


# --- texts that do not teach


def test_labels_that_only_followed_a_suggestion_do_not_teach_what_a_topic_looks_like(
    small_world: tuple[list[str], list[str]],
) -> None:
    texts, truth = small_world
    half = len(texts) // 2
    followed = [*truth[:half], *(["Vej"] * half)]
    model = train(texts=texts, labels=followed, teaches=[True] * half + [False] * half)
    answers = model.triage(texts[half:], explained=False)
    pairs = [
        (one.label, label)
        for one, label in zip(answers, truth[half:], strict=True)
        if label != "andet"
    ]
    assert sum(said == label for said, label in pairs) > 0.9 * len(pairs)
    # They count when it is learned how sure to be: it seems to miss most of what people chose.
    assert model.metrics["examples"] > half
    assert model.metrics["accuracy"] < 0.8


def test_a_topic_that_nothing_teaches_is_refused(
    small_world: tuple[list[str], list[str]],
) -> None:
    texts, labels = small_world
    teaches = [label != "Vej" for label in labels]
    with pytest.raises(TrainingError, match="Der mangler eksempler på: Vej"):
        train(texts=texts, labels=labels, teaches=teaches)
