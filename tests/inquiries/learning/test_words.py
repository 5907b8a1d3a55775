# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is said of the gate for texts out of scope, which may miss what was wanted of it."""

from __future__ import annotations

import pytest

from kodeks.demo import corpus
from kodeks.inquiries.learning import words

ASKED = [
    "Hvad er klokken i Tokyo?",
    "Kan du anbefale en god film?",
    "Hvem vandt kampen i går?",
    "Hvordan laver man pandekager?",
    "Min computer vil ikke starte.",
    "Hvad koster en flybillet til Rom?",
    "Skriv et digt om efteråret.",
    "Hvor mange ben har en edderkop?",
    "Jeg vil gerne opsige mit fitnessabonnement.",
    "Hvordan bliver vejret i weekenden?",
    "Find en opskrift med linser.",
    "Hvad betyder ordet resiliens?",
]


@pytest.mark.parametrize(
    ("metrics", "said"),
    [
        ({"out_of_scope_examples": 200.0, "gate_lets_in_at_most": 0.049}, []),
        ({"out_of_scope_examples": "200.0", "gate_lets_in_at_most": "0.0712"}, ["op til 7,1 %"]),
        ({}, ["kun 0 eksempler"]),
        ({"out_of_scope_examples": 9.0}, ["kun 9 eksempler"]),
        # A model of before the figure was taken.
        ({"out_of_scope_examples": 400.0}, []),
    ],
)
def test_a_gate_that_misses_what_is_wanted_says_so(
    metrics: dict[str, float | str], said: list[str]
) -> None:
    found = words.of_gate(metrics)
    assert len(found) == len(said)
    assert all(part in line for part, line in zip(said, found, strict=True))


def test_few_examples_cannot_promise_it_and_the_figure_is_in_the_model() -> None:
    pytest.importorskip("sklearn")
    from kodeks.inquiries.engine import training

    some = [one for one in corpus.history() if one.label in ("rotter", "vejskade")]
    model = training.train(
        texts=[*(one.text for one in some), *ASKED],
        labels=[*(one.label for one in some), *["oos"] * len(ASKED)],
    )
    # Of twelve, none that gets in still leaves a fifth possible: 1 - 0.05 ** (1 / 12).
    assert model.metrics["gate_lets_in_at_most"] >= 0.22
    (line,) = words.of_gate(model.metrics)
    assert "holder ikke det, der er ønsket" in line
    assert "målt på 12 eksempler" in line
