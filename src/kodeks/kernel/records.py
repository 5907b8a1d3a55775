# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Records as they are read: bodies with their sealed parts put back.

The database keeps a body without its personal texts; those are sealed with the subject's key. The
body that the ledger committed to, and that a receipt proves, is the whole one.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kodeks.kernel import models, sealing, subjects
from kodeks.kernel.subjects import Scope, Subject

PLACE = "kernel_secret/sealed"
ERASED = "(slettet)"
_LISTS = {"data_used": "value", "considerations": "text", "counterfactuals": "text"}
_OWN = "own_consideration"


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """What a system suggested. `body` is all of it; after an erasure its texts say so."""

    id: uuid.UUID
    system: str
    purpose: str
    subject: Subject
    scope: Scope
    suggestion: Mapping[str, Any]
    issued_at: dt.datetime
    body: Mapping[str, Any]
    metrics: Mapping[str, Any]
    """What the model was measured to do when it was released."""
    groups: Mapping[str, Any]
    """How it was measured to treat groups of citizens, or why it was not (see releases.Groups)."""
    purpose_text: str
    """The purpose in the words of the card of that day."""
    pending_id: int
    erased: bool

    @property
    def offer(self) -> str:
        """Why it was put before people as several possibilities and not as one suggestion: outside,
        uncertain, unsure; "" where there was one."""
        return str(self.body["presentation"].get("offer", ""))


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a person decided: on a recommendation, or without one (`choice` is "own")."""

    id: uuid.UUID
    system: str
    purpose: str
    subject: Subject
    scope: Scope
    recommendation_id: uuid.UUID | None
    choice: str
    outcome: Mapping[str, Any]
    user: models.User
    decided_at: dt.datetime
    body: Mapping[str, Any]
    pending_id: int
    erased: bool


@dataclass(frozen=True, kw_only=True)
class Reversal:
    """A person changed what was decided. `before` is what it was, `outcome` what stands instead."""

    id: uuid.UUID
    system: str
    subject: Subject
    decision_id: uuid.UUID
    replaces: uuid.UUID
    """The decision, or the reversal that stood before."""
    cause: str
    before: Mapping[str, Any]
    outcome: Mapping[str, Any]
    user: models.User
    reversed_at: dt.datetime
    body: Mapping[str, Any]
    pending_id: int
    erased: bool


@dataclass(frozen=True, kw_only=True)
class FirstView:
    """A person's own view of a matter, written before they saw the suggestion."""

    id: uuid.UUID
    recommendation_id: uuid.UUID
    outcome: Mapping[str, Any]
    own_consideration: str
    agreed: bool
    """Whether it is what the system suggested."""
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class Act:
    """One step that a robot has taken."""

    id: uuid.UUID
    system: str
    subject: Subject
    robot: str
    step: str
    acted_at: dt.datetime
    body: Mapping[str, Any]
    pending_id: int


@dataclass(frozen=True, kw_only=True)
class Milestone:
    """What a person did after the decision, which is neither decision nor a robot's step."""

    id: uuid.UUID
    decision_id: uuid.UUID
    what: str
    unit: str
    """The code of the department that did it, where one did."""
    user: models.User
    at: dt.datetime


def sealed(key: bytes, *, record_id: uuid.UUID, parts: Mapping[str, Any]) -> str:
    """Personal parts of a record, sealed and as base64: texts by key, lists in the body's order."""
    content = json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")
    box = sealing.seal(key, place=PLACE, row=str(record_id), content=content)
    return base64.b64encode(box).decode("ascii")


def recommendation(row: models.Recommendation) -> Recommendation:
    """The record of a row (with `release` and `card`)."""
    subject = Subject(type=row.subject_type, id=row.subject_id)
    body, erased = _whole(row.id, subject, row.body)
    return Recommendation(
        id=row.id,
        system=row.system_id,
        purpose=row.purpose,
        subject=subject,
        scope=Scope(**body["scope"]),
        suggestion=body["suggestion"],
        issued_at=row.issued_at,
        body=body,
        metrics=row.release.metrics,
        groups=row.release.groups,
        purpose_text=row.card.card["purposes"][row.purpose],
        pending_id=row.pending_id,
        erased=erased,
    )


def decision(row: models.Decision) -> Decision:
    """The record of a row (with `user`)."""
    subject = Subject(type=row.subject_type, id=row.subject_id)
    body, erased = _whole(row.id, subject, row.body)
    return Decision(
        id=row.id,
        system=row.system_id,
        purpose=row.purpose,
        subject=subject,
        scope=Scope(**body["scope"]),
        recommendation_id=row.recommendation_id,
        choice=row.choice,
        outcome=body["outcome"],
        user=row.user,
        decided_at=row.decided_at,
        body=body,
        pending_id=row.pending_id,
        erased=erased,
    )


def reversal(row: models.Reversal) -> Reversal:
    """The record of a row (with `user`)."""
    subject = Subject(**row.body["subject"])
    body, erased = _whole(row.id, subject, row.body)
    return Reversal(
        id=row.id,
        system=row.system_id,
        subject=subject,
        decision_id=row.decision_id,
        replaces=row.former_id or row.decision_id,
        cause=row.cause,
        before=body["outcome_before"],
        outcome=body["outcome"],
        user=row.user,
        reversed_at=row.reversed_at,
        body=body,
        pending_id=row.pending_id,
        erased=erased,
    )


def first_view(row: models.FirstView) -> FirstView:
    """The record of a row."""
    body, _ = _whole(row.id, Subject(**row.body["subject"]), row.body)
    return FirstView(
        id=row.id,
        recommendation_id=row.recommendation_id,
        outcome=body["outcome"],
        own_consideration=body[_OWN],
        agreed=row.agreed,
        at=row.at,
    )


def act(row: models.Act) -> Act:
    """The record of a row."""
    return Act(
        id=row.id,
        system=row.system_id,
        subject=Subject(**row.body["subject"]),
        robot=row.robot,
        step=row.step,
        acted_at=row.acted_at,
        body=row.body,
        pending_id=row.pending_id,
    )


def milestone(row: models.Milestone) -> Milestone:
    """The record of a row (with `user`)."""
    return Milestone(
        id=row.id,
        decision_id=row.decision_id,
        what=row.what,
        unit=row.unit,
        user=row.user,
        at=row.at,
    )


def _whole(
    record_id: uuid.UUID, subject: Subject, body: Mapping[str, Any]
) -> tuple[dict[str, Any], bool]:
    """The body with its sealed parts, and whether they are erased.

    Raises SealingError when they are there but cannot be opened.
    """
    secret = models.Secret.objects.filter(record_id=record_id).first()
    key = subjects.key_to_open(subject) if secret is not None else None
    if secret is None or key is None or secret.sealed is None:
        return _filled(body, {}), True
    content = sealing.open_sealed(key, place=PLACE, row=str(record_id), sealed=bytes(secret.sealed))
    return _filled(body, json.loads(content)), False


def _filled(body: Mapping[str, Any], parts: Mapping[str, Any]) -> dict[str, Any]:
    whole = dict(body)
    for name, inner in _LISTS.items():
        if name in whole:
            texts = parts.get(name) or [ERASED] * len(whole[name])
            whole[name] = [
                {**one, inner: text} for one, text in zip(whole[name], texts, strict=True)
            ]
    if "outcome" in whole:
        whole[_OWN] = parts.get(_OWN, ERASED)
    return whole
