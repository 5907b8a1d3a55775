# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whether a suggestion holds when it is computed again: asked once in a process for each record."""

from __future__ import annotations

import uuid

from django.apps import apps

from kodeks.kernel.insight import Insight
from kodeks.kernel.replaying import Outcome, Replay
from kodeks.workbench.matters import Found

MOST_KEPT = 10_000
_Kept = dict[tuple[uuid.UUID, str], Replay]


def of(found: Found, records: Insight) -> Replay | None:
    """The replay of the matter's suggestion; None when there is none, or it is erased.

    What stands in the way today is looked at each time, and an answer that could not be had is
    asked for again.
    """
    recommendation = records.recommendation
    if recommendation is None or recommendation.erased:
        return None
    stopped = records.system.obstacles
    if stopped:
        return Replay(outcome=Outcome.IMPOSSIBLE, reason=stopped[0].sentence)
    kept = _kept()
    key = (recommendation.id, recommendation.body["release"]["artefact_sha256"])
    if key not in kept:
        answer = found.replay(recommendation.body)
        if answer.outcome is Outcome.IMPOSSIBLE:
            return answer
        while len(kept) >= MOST_KEPT:
            kept.pop(next(iter(kept)), None)
        kept[key] = answer
    return kept[key]


def _kept() -> _Kept:
    kept: _Kept = apps.get_app_config("workbench").replays  # type: ignore[attr-defined]
    return kept
