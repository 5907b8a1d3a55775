# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""From an inquiry to a suggestion: data, model and recommendation, all through a permit."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Literal

from kodeks.inquiries import selectors
from kodeks.inquiries.engine import counterfactual
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.results import Alternative, Consideration, Triage
from kodeks.inquiries.engine.traits import traits_of
from kodeks.inquiries.models import Inquiry, Topic
from kodeks.inquiries.releases import SOURCE, SYSTEM, TEXT
from kodeks.kernel import api as kernel

PURPOSE = "triage"
OUT_OF_SCOPE = "andet"
DUTY = "forvaltningsloven § 7, stk. 2"
"""An inquiry that came to the wrong place is sent on to the right one."""


def suggest(inquiry: Inquiry) -> uuid.UUID:
    """Issue the recommendation for an inquiry and return its id.

    Raises kernel Refused or SystemStopped.
    """

    def fetch(_: kernel.Subject, fields: Sequence[str]) -> Mapping[str, kernel.Value]:
        value = kernel.Value(text=inquiry.text, fetched_at=inquiry.registered_at)
        return {name: value for name in fields}

    def work(permit: kernel.Permit) -> uuid.UUID:
        reading = permit.read(
            subject=selectors.subject_of(inquiry), source=SOURCE, fields=(TEXT,), fetch=fetch
        )
        answer = _answered(permit, reading.text(TEXT))
        return permit.issue(
            subject=selectors.subject_of(inquiry),
            suggestion=answer.suggestion,
            confidence=answer.confidence,
            alternatives=answer.alternatives,
            used=[reading.datum(TEXT)],
            considerations=answer.considerations,
            counterfactuals=answer.counterfactuals,
            key=str(inquiry.id),
            began_at=inquiry.received_at,
            outside=answer.outside,
            traits=answer.traits,
        )

    return kernel.under_permit(system=SYSTEM, purpose=PURPOSE, work=work)


def again(permit: kernel.Permit, data: Mapping[tuple[str, str], str]) -> kernel.Answer:
    """The answer to the same text once more (see kodeks.kernel.replaying)."""
    return _answered(permit, data[SOURCE, TEXT])


def _answered(permit: kernel.Permit, text: str) -> kernel.Answer:
    def compute(
        model: TriageModel,
    ) -> tuple[Triage, counterfactual.Change | None, Mapping[str, str]]:
        (found,) = model.triage([text])
        return found, counterfactual.change(model, text, found), traits_of(model.vectoriser, text)

    found, change, traits = permit.predict(load=TriageModel.of_bytes, compute=compute)
    topics = selectors.topics()
    label: str = found.label
    nearest: tuple[Alternative, ...] = ()
    if found.out_of_scope:
        # The nearest topic is then one of the alternatives.
        label, nearest = OUT_OF_SCOPE, (Alternative(found.label, found.confidence),)
    return kernel.Answer(
        suggestion={"label": label},
        confidence=found.confidence,
        alternatives=[
            kernel.Alternative(value=other.label, confidence=other.confidence)
            for other in (*nearest, *found.alternatives[: max(found.choices - 1, 1)])
        ],
        considerations=[
            *(_in_words(one, topics) for one in found.considerations),
            kernel.Consideration(
                text=found.why, weight=found.confidence, direction=_direction(found), rule=DUTY
            ),
        ],
        counterfactuals=_counterfactuals(change, label, topics),
        outside=found.out_of_scope,
        traits=traits,
    )


def _counterfactuals(
    change: counterfactual.Change | None, label: str, topics: Mapping[str, Topic]
) -> list[kernel.Counterfactual]:
    if change is None or change.label == label:
        return []
    words = " og ".join(f"»{word}«" for word in change.words)
    without = "ordet" if len(change.words) == 1 else "ordene"
    title = topics[change.label].title if change.label in topics else change.label
    return [
        kernel.Counterfactual(
            text=f"Uden {without} {words} var forslaget blevet »{title}«",
            suggestion={"label": change.label},
        )
    ]


def _direction(found: Triage) -> Literal["for", "against"]:
    """Whether the gate that decided speaks for following the suggestion."""
    return "for" if found.accepted else "against"


def _in_words(one: Consideration, topics: Mapping[str, Topic]) -> kernel.Consideration:
    """The engine's sentence with the topic's title in place of the label it ends with.

    No rule names a word. What makes it count is that it points to a subject, by which an inquiry
    finds the right place, and to bring it there is the municipality's duty.
    """
    head, about, label = one.text.rpartition(" for ")
    topic = topics.get(label)
    return kernel.Consideration(
        text=one.text if topic is None else f"{head}{about}»{topic.title}«",
        weight=one.weight,
        direction=one.direction,
        rule=DUTY if topic is None else f"Emne {topic.kle_number} i KLE, jf. {DUTY}",
    )
