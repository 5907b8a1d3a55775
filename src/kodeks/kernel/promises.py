# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How many of a system's sure suggestions may be wrong: a person's choice, part by part.

A model that knows how often it is wrong calls a suggestion sure when the bound of that error is at
most what is allowed. Who answers for the system allows it in the plan for its oversight, so it
stands in the ledger with their name; each suggestion names the plan it was made by.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.apps import apps

from kodeks.kernel.models import OversightPlan, Recommendation

UNLESS_CHOSEN = Decimal("0.05")
"""What is allowed in a part that no plan speaks of."""
Parts = Callable[[], Sequence[str]]
"""The Danish names of the parts of what a system is for, departments for example."""


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """`errors` are shares above 0 by the name of the part; `plan` is the plan's number, None where
    there is none."""

    plan: int | None = None
    errors: Mapping[str, float] = field(default_factory=dict)


def register(*, system: str, parts: Parts) -> None:
    """The solution tells what the system's field is divided into."""
    _register()[system] = parts


def parts_of(system: str) -> Sequence[str]:
    """Empty where the system makes no promise of how often it is wrong."""
    known = _register().get(system)
    return () if known is None else known()


def allowed(system: str, *, recommendation_id: uuid.UUID | None = None) -> Allowed:
    """By the plan in force; or by the one that a recommendation was made by."""
    plans = OversightPlan.objects.filter(system_id=system)
    if recommendation_id is not None:
        bodies = Recommendation.objects.filter(id=recommendation_id)
        number = bodies.values_list("body__plan", flat=True).first()
        plans = plans.none() if number is None else plans.filter(id=number)
    plan = plans.order_by("-id").first()
    if plan is None:
        return Allowed()
    return Allowed(plan=plan.pk, errors={part: float(share) for part, share in chosen(plan)})


def chosen(plan: OversightPlan | None) -> list[tuple[str, Decimal]]:
    """What a plan says of each part."""
    rows = [] if plan is None else plan.allowed_errors
    return [(one["part"], Decimal(one["share"])) for one in rows]


def _register() -> dict[str, Parts]:
    known: dict[str, Parts] = apps.get_app_config("kernel").parts  # type: ignore[attr-defined]
    return known
