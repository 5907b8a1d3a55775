# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""From an inquiry to a suggestion: data, model and recommendation, all through a permit."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from kodeks.inquiries import selectors
from kodeks.inquiries.engine import counterfactual
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.results import Alternative, Triage
from kodeks.inquiries.models import Inquiry
from kodeks.inquiries.releases import SOURCE, SYSTEM, TEXT
from kodeks.kernel import api as kernel

PURPOSE = "triage"
OUT_OF_SCOPE = "andet"


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
        text = reading.text(TEXT)
        answer = permit.predict(
            load=TriageModel.of_bytes, compute=lambda model: _answered(model, text)
        )
        return _issued(permit, inquiry, reading, *answer)

    return kernel.under_permit(system=SYSTEM, purpose=PURPOSE, work=work)


def _answered(model: TriageModel, text: str) -> tuple[Triage, counterfactual.Change | None]:
    (found,) = model.triage([text])
    return found, counterfactual.change(model, text, found)


def _issued(
    permit: kernel.Permit,
    inquiry: Inquiry,
    reading: kernel.Reading,
    found: Triage,
    change: counterfactual.Change | None,
) -> uuid.UUID:
    titles = selectors.topic_titles()
    label: str = found.label
    nearest: tuple[Alternative, ...] = ()
    if found.out_of_scope:
        # The nearest topic is then one of the alternatives.
        label, nearest = OUT_OF_SCOPE, (Alternative(found.label, found.confidence),)
    return permit.issue(
        subject=selectors.subject_of(inquiry),
        suggestion={"label": label},
        confidence=found.confidence,
        alternatives=[
            kernel.Alternative(value=other.label, confidence=other.confidence)
            for other in (*nearest, *found.alternatives)
        ],
        used=[reading.datum(TEXT)],
        considerations=[
            kernel.Consideration(
                text=_in_words(one.text, titles), weight=one.weight, direction=one.direction
            )
            for one in found.considerations
        ],
        counterfactuals=_counterfactuals(change, label, titles),
        key=str(inquiry.id),
        began_at=inquiry.received_at,
        outside=found.out_of_scope,
    )


def _counterfactuals(
    change: counterfactual.Change | None, label: str, titles: Mapping[str, str]
) -> list[kernel.Counterfactual]:
    if change is None or change.label == label:
        return []
    words = " og ".join(f"»{word}«" for word in change.words)
    without = "ordet" if len(change.words) == 1 else "ordene"
    title = titles.get(change.label, change.label)
    return [
        kernel.Counterfactual(
            text=f"Uden {without} {words} var forslaget blevet »{title}«",
            suggestion={"label": change.label},
        )
    ]


def _in_words(text: str, titles: Mapping[str, str]) -> str:
    """The engine's sentence with the topic's title in place of the label it ends with."""
    head, about, label = text.rpartition(" for ")
    return f"{head}{about}»{titles[label]}«" if label in titles else text
