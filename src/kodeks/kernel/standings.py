# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What stands decided in many matters at once, without what people wrote about it.

For counting how matters are handled. Nothing that is sealed is opened.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from kodeks.kernel import models

_TOGETHER = 1_000


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a decision, or the newest reversal of it, says; `by` is the number of who decided."""

    outcome: Mapping[str, Any]
    by: str


def standings(decision_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Standing]:
    """What stands of each of the decisions that there are."""
    found: dict[uuid.UUID, Standing] = {}
    for some in _parts(decision_ids):
        decisions = models.Decision.objects.filter(id__in=some)
        for number, outcome, by in decisions.values_list("id", "body__outcome", "user_id"):
            found[number] = Standing(outcome=outcome, by=str(by))
        changes = models.Reversal.objects.filter(decision_id__in=some).order_by("pending_id")
        for number, outcome, by in changes.values_list("decision_id", "body__outcome", "user_id"):
            found[number] = Standing(outcome=outcome, by=str(by))
    return found


def _parts(ids: Collection[uuid.UUID]) -> list[list[uuid.UUID]]:
    every = list(ids)
    return [every[start : start + _TOGETHER] for start in range(0, len(every), _TOGETHER)]
