# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""From a document to a proposal: data, rules and recommendation, all through a permit."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from kodeks.accessrequests import selectors
from kodeks.accessrequests.engine import proposing
from kodeks.accessrequests.engine.detectors import People
from kodeks.accessrequests.engine.proposing import Document, Proposal
from kodeks.accessrequests.engine.rules import RuleBook
from kodeks.accessrequests.models import RequestDocument
from kodeks.casework.models import Direction
from kodeks.kernel import api as kernel

SOURCE = "sagsdokument"
TEXT = "text"
CIRCUMSTANCES = "circumstances"


def suggest(found: RequestDocument, *, text: str) -> uuid.UUID:
    """Issue the recommendation about a document and return its id.

    Raises kernel Refused or SystemStopped.
    """
    known = {
        TEXT: text,
        CIRCUMSTANCES: json.dumps(_circumstances(found, text), ensure_ascii=False, sort_keys=True),
    }
    now = timezone.now()

    def fetch(_: kernel.Subject, fields: Sequence[str]) -> Mapping[str, kernel.Value]:
        return {name: kernel.Value(text=known[name], fetched_at=now) for name in fields}

    def work(permit: kernel.Permit) -> uuid.UUID:
        subject = selectors.document_subject(found)
        reading = permit.read(
            subject=subject, source=SOURCE, fields=(TEXT, CIRCUMSTANCES), fetch=fetch
        )
        answer = _answered(permit, reading.text(TEXT), reading.text(CIRCUMSTANCES))
        return permit.issue(
            subject=subject,
            suggestion=answer.suggestion,
            confidence=answer.confidence,
            alternatives=answer.alternatives,
            used=[reading.datum(TEXT), reading.datum(CIRCUMSTANCES)],
            considerations=answer.considerations,
            counterfactuals=answer.counterfactuals,
            key=str(found.id),
            scope=selectors.document_scope(found),
            began_at=_beginning_of(found.request.received_on),
        )

    return kernel.under_permit(system=selectors.SYSTEM, purpose=selectors.PURPOSE, work=work)


def again(permit: kernel.Permit, data: Mapping[tuple[str, str], str]) -> kernel.Answer:
    """The answer to the same document once more (see kodeks.kernel.replaying)."""
    return _answered(permit, data[SOURCE, TEXT], data[SOURCE, CIRCUMSTANCES])


def outcome(label: str, *, rule: str = "", marks: Sequence[Sequence[Any]] = ()) -> dict[str, Any]:
    """A proposal or decision about a document in the form in which it is kept.

    `marks` are lists of start, end, rule and kind, as in the hidden text; `rule` is what the whole
    document is withheld by.
    """
    return {"label": label, "rule": rule, "marks": [list(mark) for mark in marks]}


def _circumstances(found: RequestDocument, text: str) -> dict[str, Any]:
    return {
        "internal": found.direction == Direction.INTERNAL,
        "law": found.request.law,
        "on": found.request.received_on.isoformat(),
        **selectors.people(found, text),
    }


def _answered(permit: kernel.Permit, text: str, circumstances: str) -> kernel.Answer:
    told = json.loads(circumstances)
    document = Document(
        text=text,
        is_internal=told["internal"],
        law=told["law"],
        on=dt.date.fromisoformat(told["on"]),
        people=People(
            own=tuple(told["own"]), others=tuple(told["others"]), public=tuple(told["public"])
        ),
    )

    def compute(book: RuleBook) -> tuple[Proposal, tuple[str, Proposal] | None, str]:
        found = proposing.propose(book, document)
        rules = book.of(document.law, day=document.on)
        whole = next((rule.id for rule in rules if rule.effect == "withhold"), "")
        return found, proposing.otherwise(book, document), whole

    found, change, whole = permit.predict(load=RuleBook.of_bytes, compute=compute)
    return kernel.Answer(
        suggestion=outcome(
            found.outcome,
            rule=whole if found.outcome == "withhold" else "",
            marks=[(mark.start, mark.end, mark.rule, mark.kind) for mark in found.marks],
        ),
        confidence=found.certainty,
        alternatives=_alternatives(found),
        considerations=[
            kernel.Consideration(
                text=one.text,
                weight=one.weight,
                direction="for" if one.is_for else "against",
                rule=one.rule,
            )
            for one in found.weighed
        ],
        counterfactuals=_counterfactuals(change),
    )


def _alternatives(found: Proposal) -> list[kernel.Alternative]:
    """The other outcomes share what is left of the certainty."""
    others = [label for label in proposing.OUTCOMES if label != found.outcome]
    share = (1 - found.certainty) / len(others)
    return [kernel.Alternative(value=label, confidence=share) for label in others]


def _counterfactuals(change: tuple[str, Proposal] | None) -> list[kernel.Counterfactual]:
    if change is None:
        return []
    words, other = change
    title = proposing.OUTCOMES[other.outcome]
    return [
        kernel.Counterfactual(
            text=f"{words}, var forslaget blevet »{title}«", suggestion={"label": other.outcome}
        )
    ]


def _beginning_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
