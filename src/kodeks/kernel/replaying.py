# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Computing a suggestion again, by the sealed release that made it, to see whether it was true.

The data are those that stand in the record, not those of the source today. The model is that of the
record too: the database gives its key against a permit and the recommendation that it made, so what
a model has suggested can be computed again when another is in operation. Nothing can be issued of
it. While the system may not run no key is given, and no answer is made up.
Source: CJEU C-203/22 (a change that is told must hold for the procedure that was applied).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from kodeks.kernel import permits
from kodeks.kernel.answers import Answer
from kodeks.kernel.errors import Refused
from kodeks.kernel.permits import Permit
from kodeks.kernel.records import ERASED
from kodeks.language import guard

OTHER = "Modellen, der regnede dengang, er en anden end den, loggen nævner."
Again = Callable[[Permit, Mapping[tuple[str, str], str]], Answer]
"""Computes an answer under a permit, of the values by (source, field), as `issue` was given it."""


class Outcome(Enum):
    """What came of computing a suggestion again."""

    SAME = "same"
    """Equal bit for bit, words and numbers."""
    REWORDED = "reworded"
    """All that was computed is equal; names or rules have been written otherwise since."""
    DIFFERENT = "different"
    IMPOSSIBLE = "impossible"
    """It could not be computed; `reason` says why."""


@dataclass(frozen=True, kw_only=True)
class Replay:
    """The outcome, and in Danish why there is no other."""

    outcome: Outcome
    reason: str = ""

    @property
    def confirmed(self) -> bool:
        return self.outcome is Outcome.SAME


def replay(*, body: Mapping[str, Any], again: Again) -> Replay:
    """Compute the suggestion of a recommendation's whole body again and compare.

    Nothing is written of it but the permit. Raises no Refused: what stands in the way of the system
    or of its model is an outcome.
    """
    if any(datum["value"] == ERASED for datum in body["data_used"]):
        return _impossible("Sagens data er slettet.")
    data = {(one["source"], one["field"]): _seen(one) for one in body["data_used"]}

    def work(permit: Permit) -> tuple[Answer, str]:
        replay = permit.again(uuid.UUID(body["id"]))
        answer = again(replay, data)
        return answer, replay.computed_by

    try:
        answer, sha256 = permits.under_permit(
            system=body["system"], purpose=body["purpose"], work=work
        )
    except Refused as refused:
        return _impossible(refused.message)
    if sha256 != body["release"]["artefact_sha256"]:
        return _impossible(OTHER)
    return _compared(body, answer.as_json())


def _seen(datum: Mapping[str, Any]) -> str:
    """The value as `Reading.text` gave it: of a text from outside, what a reader sees."""
    value = str(datum["value"])
    return guard.Seen.of(value) if "guard" in datum else value


def _compared(body: Mapping[str, Any], computed: Mapping[str, Any]) -> Replay:
    computed = _as_asked(body, computed)
    if all(body[name] == value for name, value in computed.items()):
        return Replay(outcome=Outcome.SAME)
    if _without_words({name: body[name] for name in computed}) == _without_words(computed):
        return Replay(
            outcome=Outcome.REWORDED,
            reason="Tallene er de samme. Navne eller regler er skrevet om siden.",
        )
    return Replay(outcome=Outcome.DIFFERENT, reason="Systemet svarer ikke det samme mere.")


def _as_asked(body: Mapping[str, Any], computed: Mapping[str, Any]) -> dict[str, Any]:
    """Of the traits only those that the card watched then; the others are not in the record."""
    found = {name: value for name, value in computed.items() if name != "traits"}
    if "traits" in body:
        traits = computed.get("traits", {})
        found["traits"] = {name: traits.get(name) for name in body["traits"]}
    return found


def _without_words(answer: Mapping[str, Any]) -> dict[str, Any]:
    worded = {"considerations": ("text", "rule"), "counterfactuals": ("text",)}
    return {
        name: [{key: one[key] for key in one if key not in worded[name]} for one in value]
        if name in worded
        else value
        for name, value in answer.items()
    }


def _impossible(reason: str) -> Replay:
    return Replay(outcome=Outcome.IMPOSSIBLE, reason=reason)
