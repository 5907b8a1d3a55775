# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The five verbs of the kernel. Each is one database function and one ledger entry."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kodeks.kernel import calls
from kodeks.kernel.models import Act, Decision, Recommendation, User
from kodeks.language import cpr

Choice = Literal["accept", "other", "reject"]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What the matter is about, for example type "inquiry" and its id."""

    type: str
    id: str


@dataclass(frozen=True, kw_only=True)
class Datum:
    """One value that the engine read; source and field are those of the system card."""

    source: str
    field: str
    value: str
    fetched_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class Consideration:
    """One thing weighed, in words the citizen can read; weight in the engine's own unit."""

    text: str
    weight: float
    direction: Literal["for", "against"]
    rule: str = ""


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """Another value that was possible, with its calibrated probability (0 to 1)."""

    value: str
    confidence: float


def issue(
    *,
    system: str,
    subject: Subject,
    purpose: str,
    suggestion: Mapping[str, Any],
    confidence: float,
    alternatives: Sequence[Alternative],
    data_used: Sequence[Datum],
    considerations: Sequence[Consideration],
    artefact_sha256: str,
    key: str,
) -> Recommendation:
    """Issue a recommendation; the same `key` gives the one that was issued first.

    `artefact_sha256` is the hash of the model that computed; it must be the released one.

    Raises Refused when owner, basis, release, data, considerations or uncertainty are missing,
    SystemStopped when the system is stopped.
    """
    payload = {
        "system": system,
        "key": key,
        "subject": {"type": subject.type, "id": subject.id},
        "purpose": purpose,
        "suggestion": suggestion,
        "confidence": _share(confidence),
        "alternatives": [
            {"value": other.value, "confidence": _share(other.confidence)} for other in alternatives
        ],
        "data_used": [
            {
                "source": datum.source,
                "field": datum.field,
                "value": datum.value,
                "fetched_at": datum.fetched_at.astimezone(dt.UTC).isoformat(),
            }
            for datum in data_used
        ],
        "considerations": [
            {
                "text": one.text,
                "weight": f"{one.weight:.6f}",
                "direction": one.direction,
                "rule": one.rule,
            }
            for one in considerations
        ],
        "artefact_sha256": artefact_sha256,
    }
    return Recommendation.objects.get(id=calls.call("issue", payload))


def decide(
    *,
    recommendation_id: uuid.UUID,
    user: User,
    choice: Choice,
    outcome: Mapping[str, Any],
    own_consideration: str,
) -> Decision:
    """A person decides on a recommendation; once per subject.

    Raises Refused when the person may not, has written no consideration of their own, or the
    matter is decided already; SystemStopped when accepting from a stopped system.
    """
    return _decided(
        {
            "recommendation_id": str(recommendation_id),
            "user_id": user.pk,
            "choice": choice,
            "outcome": outcome,
            "own_consideration": cpr.mask(own_consideration),
        }
    )


def decide_without_recommendation(
    *,
    system: str,
    subject: Subject,
    user: User,
    outcome: Mapping[str, Any],
    own_consideration: str,
) -> Decision:
    """A person decides where no suggestion was shown, for example while the system is stopped."""
    return _decided(
        {
            "system": system,
            "subject": {"type": subject.type, "id": subject.id},
            "user_id": user.pk,
            "choice": "own",
            "outcome": outcome,
            "own_consideration": cpr.mask(own_consideration),
        }
    )


def act(
    *,
    decision_id: uuid.UUID,
    robot: str,
    run_id: uuid.UUID,
    step: str,
    result: Mapping[str, Any],
) -> Act:
    """Record a robot's step under a decision; the same run and step give the first record.

    Raises Refused when there is no decision or the card does not allow the step.
    """
    payload = {
        "decision_id": str(decision_id),
        "robot": robot,
        "run_id": str(run_id),
        "step": step,
        "result": result,
    }
    return Act.objects.get(id=calls.call("act", payload))


def stop(*, system: str, user: User, reason: str) -> None:
    """Stop a system at once: nothing is issued and no robot acts from the next transaction on."""
    calls.call("stop", _switched(system, user, reason))


def resume(*, system: str, user: User, reason: str) -> None:
    """Start a stopped system again; only its owner may."""
    calls.call("resume", _switched(system, user, reason))


def _switched(system: str, user: User, reason: str) -> dict[str, Any]:
    # The record is kept for ever, so a number typed by mistake must not get there.
    return {"system": system, "user_id": user.pk, "reason": cpr.mask(reason)}


def _decided(payload: Mapping[str, Any]) -> Decision:
    return Decision.objects.get(id=calls.call("decide", payload))


def _share(value: float) -> str:
    return f"{value:.6f}"
