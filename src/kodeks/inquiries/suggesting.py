# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""From an inquiry to a suggestion: data, model and recommendation, all through a permit."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kodeks.casework.models import Unit
from kodeks.inquiries import kinfolk, numbering, selectors, sorting
from kodeks.inquiries.engine import counterfactual, steering
from kodeks.inquiries.engine.kinship import Limits
from kodeks.inquiries.engine.matters import Matter, matters
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.numbers import Numbered
from kodeks.inquiries.engine.results import Alternative, Consideration, Notice, Triage
from kodeks.inquiries.engine.traits import traits_of
from kodeks.inquiries.models import Inquiry, Topic
from kodeks.inquiries.releases import EARLIER, SOURCE, SYSTEM, TEXT
from kodeks.inquiries.rules import DUTY
from kodeks.kernel import api as kernel

PURPOSE = "triage"
OUT_OF_SCOPE = "andet"
ONE_CASE = "forvaltningsloven § 7, stk. 2 (hver sag behandles for sig)"
"""Enkeltsagsprincippet: what is about two things is two cases, each for those it belongs to."""


@dataclass(frozen=True, kw_only=True)
class _Computed:
    """What the released model says of a text, and when it takes an inquiry for one that came."""

    found: Triage
    change: counterfactual.Change | None
    traits: Mapping[str, str]
    matters: tuple[Matter, ...]
    numbered: Numbered | None
    kin: Limits | None


def suggest(inquiry: Inquiry) -> None:
    """Issue the recommendation for an inquiry, and set its id, the unit that the engine is sure of
    and the matters it found. The caller stores them.

    Raises kernel Refused or SystemStopped.
    """

    def fetch(_: kernel.Subject, fields: Sequence[str]) -> Mapping[str, kernel.Value]:
        value = kernel.Value(text=inquiry.text, fetched_at=inquiry.registered_at)
        return {name: value for name in fields}

    def work(permit: kernel.Permit) -> uuid.UUID:
        reading = permit.read(
            subject=selectors.subject_of(inquiry), source=SOURCE, fields=(TEXT,), fetch=fetch
        )
        computed = _computed(permit, reading.text(TEXT))
        earlier = kinfolk.read(permit, inquiry, limits=computed.kin)
        answer = _answer(computed, earlier.value.text if earlier else "")
        inquiry.suggested_unit = _unit(computed.found)
        if computed.matters:
            inquiry.proposed = [
                {"label": one.label, "sentences": list(one.sentences)} for one in computed.matters
            ]
        issued = permit.issue(
            subject=selectors.subject_of(inquiry),
            suggestion=answer.suggestion,
            confidence=answer.confidence,
            alternatives=answer.alternatives,
            used=[reading.datum(TEXT), *([earlier] if earlier else [])],
            considerations=answer.considerations,
            counterfactuals=answer.counterfactuals,
            key=str(inquiry.id),
            # The department's people may decide it then (kernel.decide asks by this).
            scope=selectors.scope_of(inquiry),
            began_at=inquiry.received_at,
            outside=answer.outside,
            sure=computed.found.way == "label",
            traits=answer.traits,
        )
        how = sorting.suggested(
            inquiry, issued, label=answer.suggestion["label"], way=computed.found.way
        )
        if how == "blind":
            # Where it lies would tell those who are to see for themselves first.
            inquiry.suggested_unit = None
        return issued

    inquiry.recommendation_id = kernel.under_permit(system=SYSTEM, purpose=PURPOSE, work=work)


def again(permit: kernel.Permit, data: Mapping[tuple[str, str], str]) -> kernel.Answer:
    """The answer to the same text once more (see kodeks.kernel.replaying)."""
    return _answer(_computed(permit, data[SOURCE, TEXT]), data.get((SOURCE, EARLIER), ""))


def _computed(permit: kernel.Permit, text: str) -> _Computed:
    allowed = permit.allowed_errors

    def compute(model: TriageModel) -> _Computed:
        (found,) = model.triage([text], by_department=allowed)
        return _Computed(
            found=found,
            change=counterfactual.change(model, text, found),
            traits=traits_of(model.vectoriser, text),
            matters=matters(model, text),
            numbered=model.numbers.suggest(text) if model.numbers else None,
            kin=model.kin,
        )

    return permit.predict(load=TriageModel.of_bytes, compute=compute)


def _answer(computed: _Computed, earlier: str) -> kernel.Answer:
    """Of what the model computed and of what is known of earlier inquiries, as it is issued."""
    found, numbered = computed.found, computed.numbered
    topics = selectors.topics()
    label: str = found.label
    nearest: tuple[Alternative, ...] = ()
    if found.out_of_scope:
        # The nearest topic is then one of the alternatives.
        label, nearest = OUT_OF_SCOPE, (Alternative(found.label, found.confidence),)
    others = (*nearest, *found.alternatives[: max(found.choices - 1, 1)])
    named = {label, *(other.label for other in others)}
    others += tuple(
        Alternative(one.label, one.chance) for one in computed.matters if one.label not in named
    )
    return kernel.Answer(
        suggestion={"label": label},
        confidence=found.confidence,
        alternatives=[
            kernel.Alternative(value=other.label, confidence=other.confidence) for other in others
        ],
        considerations=[
            *(_in_words(one, topics) for one in found.considerations),
            *(_noticed(one, found.confidence) for one in found.notices),
            kernel.Consideration(
                text=found.why, weight=found.confidence, direction=_direction(found), rule=DUTY
            ),
            *_several(computed.matters, topics),
            *(numbering.considerations(numbered) if numbered else ()),
            *kinfolk.considerations(earlier, limits=computed.kin),
        ],
        counterfactuals=_counterfactuals(computed.change, label, topics),
        outside=found.out_of_scope,
        traits=computed.traits,
    )


def _unit(found: Triage) -> Unit | None:
    """The unit that the engine is sure of: that of the topic it is sure of, or the unit alone."""
    topics = selectors.topics()
    if found.way == "label":
        return topics[found.label].unit if found.label in topics else None
    if found.way != "department":
        return None
    return next((one.unit for one in topics.values() if one.unit.name == found.department), None)


def _several(
    matters: Sequence[Matter], topics: Mapping[str, Topic]
) -> Iterator[kernel.Consideration]:
    """A sentence for each matter of a text that holds several: one topic is not all of it."""
    for one in matters:
        title = topics[one.label].title if one.label in topics else one.label
        yield kernel.Consideration(
            text=f"Teksten ser ud til at handle om flere ting. {numbered(one.sentences)} handler "
            f"om »{title}«",
            weight=one.chance,
            direction="against",
            rule=ONE_CASE,
        )


def numbered(sentences: Sequence[int]) -> str:
    """For example "Sætning 2-4 og 7", counted from 1, for numbers from 0 in their order."""
    runs: list[list[int]] = []
    for number in sentences:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    names = [f"{run[0] + 1}-{run[-1] + 1}" if run[1:] else f"{run[0] + 1}" for run in runs]
    return "Sætning " + " og ".join(filter(None, (", ".join(names[:-1]), names[-1])))


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


def _noticed(notice: Notice, confidence: float) -> kernel.Consideration:
    """Why the suggestion is not counted on, as the citizen reads it too."""
    return kernel.Consideration(
        text=steering.sentence(notice), weight=confidence, direction="against", rule=DUTY
    )


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
