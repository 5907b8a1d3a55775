# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Reading the kernel: systems with their state, and the records about a subject."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, QuerySet, Subquery

from kodeks.kernel.models import (
    Act,
    Assignment,
    CardRevision,
    Decision,
    Recommendation,
    Release,
    Switch,
    System,
)

if TYPE_CHECKING:
    from kodeks.kernel.services import Subject


@dataclass(frozen=True, kw_only=True)
class SystemState:
    """A system as it stands now; what the register and the system page are made of."""

    slug: str
    card: dict[str, Any]
    revision: int
    sha256: str
    unit: str
    manager: str
    release: Release | None
    running: bool
    latest_switch: Switch | None

    @property
    def name(self) -> str:
        return str(self.card["name"])

    @property
    def answered_for(self) -> bool:
        """Whether a named manager answers; without one the database refuses every act."""
        return bool(self.manager.strip() and self.unit.strip())


def systems() -> list[SystemState]:
    """All registered systems, by their Danish names."""
    states = [system_state(slug) for slug in System.objects.values_list("slug", flat=True)]
    return sorted(states, key=lambda state: state.name)


def system_state(slug: str) -> SystemState:
    """The state of one system. Raises System.DoesNotExist."""
    system = System.objects.get(slug=slug)
    card = CardRevision.objects.filter(system=system).latest("revision")
    owner = Assignment.objects.filter(system=system).latest("id")
    switch = Switch.objects.filter(system=system).select_related("user").order_by("-id").first()
    return SystemState(
        slug=slug,
        card=card.card,
        revision=card.revision,
        sha256=card.sha256,
        unit=owner.unit,
        manager=owner.manager,
        release=Release.objects.filter(system=system).order_by("-id").first(),
        running=switch is None or switch.running,
        latest_switch=switch,
    )


def is_running(slug: str) -> bool:
    """Whether the newest switch says so; a system that was never switched runs."""
    switch = Switch.objects.filter(system_id=slug).order_by("-id").first()
    return switch is None or switch.running


def stopped_systems() -> QuerySet[System]:
    """Systems whose newest switch says stopped."""
    newest = Switch.objects.filter(system=OuterRef("pk")).order_by("-id").values("running")[:1]
    return System.objects.annotate(runs=Subquery(newest)).filter(runs=False)


def switches(slug: str) -> QuerySet[Switch]:
    """The stop button's history, newest first."""
    return Switch.objects.filter(system_id=slug).select_related("user").order_by("-id")


def recommendation_for(*, system: str, subject: Subject) -> Recommendation | None:
    """The newest recommendation about a subject."""
    return (
        Recommendation.objects.filter(
            system_id=system, subject_type=subject.type, subject_id=subject.id
        )
        .order_by("-issued_at", "-pending_id")
        .first()
    )


def decision_for(*, system: str, subject: Subject) -> Decision | None:
    """The decision about a subject; there is at most one."""
    return (
        Decision.objects.filter(system_id=system, subject_type=subject.type, subject_id=subject.id)
        .select_related("recommendation", "user")
        .first()
    )


def acts_of(decision: Decision) -> QuerySet[Act]:
    """What the robot did under a decision, in order."""
    return Act.objects.filter(decision=decision).order_by("acted_at", "pending_id")
