# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Reading the kernel: systems with their state, and the records about a subject."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from kodeks.kernel import calls, codices, facts, models, records
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Assignment, CardRevision, Release, Switch, System
from kodeks.kernel.once import once
from kodeks.kernel.records import Act, Decision, Milestone, Recommendation, Reversal
from kodeks.kernel.subjects import Scope, Subject


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """Something that keeps a system from running; `sentence` is Danish."""

    code: str
    sentence: str

    @property
    def stops_people_too(self) -> bool:
        """Without a codex that holds, nobody may decide anything."""
        return self.code in ("no_codex", "codex_unsigned")


@dataclass(frozen=True, kw_only=True)
class SystemState:
    """A system as it stands now; what the register and the system page are made of."""

    slug: str
    card: dict[str, Any]
    revision: int
    sha256: str
    assignment: Assignment | None
    release: Release | None
    """The newest that two people signed, revoked or not; with `approval`."""
    running: bool
    """What the stop button says; `obstacles` has everything else."""
    latest_switch: Switch | None
    obstacles: tuple[Obstacle, ...]
    """What is in the way of operation today, for whichever purpose; the first is the gate's."""

    @property
    def name(self) -> str:
        return str(self.card["name"])

    @property
    def unit(self) -> str:
        return self.assignment.unit if self.assignment else ""

    @property
    def manager(self) -> str:
        """The name of the manager; empty in a vacancy."""
        if self.assignment is None or self.assignment.manager_id is None:
            return ""
        return self.assignment.manager_name


def systems() -> list[SystemState]:
    """All registered systems, by their Danish names."""
    states = [system_state(slug) for slug in System.objects.values_list("slug", flat=True)]
    return sorted(states, key=lambda state: state.name)


def system_state(slug: str) -> SystemState:
    """The state of one system, asked for once while a page is shown. Raises System.DoesNotExist."""
    return once(("state", slug), lambda: _state(slug))


def _state(slug: str) -> SystemState:
    system = System.objects.get(slug=slug)
    card = CardRevision.objects.filter(system=system).latest("revision")
    switch = Switch.objects.filter(system=system).select_related("user").order_by("-id").first()
    return SystemState(
        slug=slug,
        card=card.card,
        revision=card.revision,
        sha256=card.sha256,
        assignment=Assignment.objects.filter(system=system).order_by("-id").first(),
        release=releases(slug).filter(approval__isnull=False).order_by("-approval__id").first(),
        running=facts.is_running(slug),
        latest_switch=switch,
        obstacles=obstacles(slug),
    )


def obstacles(
    slug: str, *, phase: str = "operation", purpose: str | None = None
) -> tuple[Obstacle, ...]:
    """What is against the system now: a codex that is not the signed one, then the database's list.

    The database believes its rows, so what it says of a codex that was forged is not the whole.
    """
    found = [Obstacle(**one) for one in calls.call("obstacles", slug, phase, purpose)]
    try:
        codices.of_page()
    except Refused as refusal:
        found = [one for one in found if one.code != refusal.code]
        found.insert(0, Obstacle(code=refusal.code, sentence=refusal.message))
    return tuple(found)


def may_run(slug: str, *, purpose: str | None = None) -> bool:
    """Whether nothing is against the system's operation."""
    return not obstacles(slug, purpose=purpose)


def releases(slug: str) -> QuerySet[Release]:
    """The system's releases with who made, approved and revoked them, the newest first."""
    return (
        Release.objects.filter(system_id=slug)
        .select_related("author", "approval__approver", "revocation__user")
        .order_by("-id")
    )


def version_of(*, system: str, artefact_sha256: str) -> str:
    """The newest version that a model was proposed as; "" when it was not."""
    found = Release.objects.filter(system_id=system, artefact_sha256=artefact_sha256)
    return found.order_by("-id").values_list("version", flat=True).first() or ""


@dataclass(frozen=True, kw_only=True)
class Worked:
    """A release that was in operation and made suggestions; `recommendation_id` is one of them, by
    which its model is opened again (`Permit.again`)."""

    version: str
    artefact_sha256: str
    approved_at: dt.datetime
    recommendation_id: uuid.UUID


def worked(*, system: str, most: int) -> list[Worked]:
    """Of the last `most` releases those that made suggestions and are not revoked, the newest
    first; the one in operation is the first, when it has made any."""
    found = releases(system).filter(approval__isnull=False).order_by("-approval__id")[:most]
    made = models.Recommendation.objects.filter(system_id=system)
    return [
        Worked(
            version=one.version,
            artefact_sha256=one.artefact_sha256,
            approved_at=one.approval.approved_at,
            recommendation_id=number,
        )
        for one in found
        if not hasattr(one, "revocation")
        and (number := made.filter(release_id=one.id).values_list("id", flat=True).first())
    ]


def switches(slug: str) -> QuerySet[Switch]:
    """The stop button's history, newest first."""
    return Switch.objects.filter(system_id=slug).select_related("user").order_by("-id")


def recommendation(recommendation_id: uuid.UUID) -> Recommendation | None:
    """One recommendation, opened."""
    row = _recommendations().filter(id=recommendation_id).first()
    return None if row is None else records.recommendation(row)


def recommendation_for(*, system: str, subject: Subject) -> Recommendation | None:
    """The newest recommendation about a subject."""
    row = (
        _recommendations()
        .filter(system_id=system, subject_type=subject.type, subject_id=subject.id)
        .order_by("-issued_at", "-pending_id")
        .first()
    )
    return None if row is None else records.recommendation(row)


def decision(decision_id: uuid.UUID) -> Decision:
    """One decision, opened. Raises models.Decision.DoesNotExist."""
    return records.decision(models.Decision.objects.select_related("user").get(id=decision_id))


def decision_for(*, system: str, subject: Subject) -> Decision | None:
    """The decision about a subject; there is at most one."""
    row = (
        models.Decision.objects.filter(
            system_id=system, subject_type=subject.type, subject_id=subject.id
        )
        .select_related("user")
        .first()
    )
    return None if row is None else records.decision(row)


def reversal(reversal_id: uuid.UUID) -> Reversal:
    """One reversal, opened. Raises models.Reversal.DoesNotExist."""
    return records.reversal(models.Reversal.objects.select_related("user").get(id=reversal_id))


def reversals_of(decision_id: uuid.UUID) -> tuple[Reversal, ...]:
    """The decision's reversals, opened, the first first; the last one stands."""
    rows = models.Reversal.objects.filter(decision_id=decision_id).select_related("user")
    return tuple(records.reversal(row) for row in rows.order_by("pending_id"))


def first_decision(number: uuid.UUID) -> models.Decision | None:
    """The decision of that id, or that a reversal of that id is of; None when there is neither."""
    found = models.Decision.objects.filter(id=number).first()
    return found or models.Decision.objects.filter(reversals__id=number).first()


def cause_of(number: uuid.UUID) -> tuple[str, str, str] | None:
    """System and purpose of the decision, or of that which the reversal of that id changes, and
    which of the two it is: "decision_id" or "reversal_id". None when there is neither."""
    columns = ("system_id", "purpose")
    for cause, condition in (("decision_id", "id"), ("reversal_id", "reversals__id")):
        found = models.Decision.objects.filter(**{condition: number}).values_list(*columns)[:1]
        for system, purpose in found:
            return system, purpose, cause
    return None


def systems_of_decisions(decision_ids: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The system of each of the decisions and reversals (a query of each)."""
    rows = models.Decision.objects.filter(pk__in=decision_ids)
    found = dict(rows.values_list("pk", "system_id"))
    rest = [number for number in decision_ids if number not in found]
    if not rest:
        return found
    changes = models.Reversal.objects.filter(pk__in=rest)
    return found | dict(changes.values_list("pk", "system_id"))


def acts_of(decision_id: uuid.UUID) -> list[Act]:
    """What the robot did under a decision and its reversals, in order."""
    rows = models.Act.objects.filter(decision_id=decision_id).order_by("acted_at", "pending_id")
    return [records.act(row) for row in rows]


def acts_about(*, system: str, subject: Subject) -> list[Act]:
    """All that the robot did about a subject, under a decision or by itself, in order."""
    by_decision = Q(decision__subject_type=subject.type, decision__subject_id=subject.id)
    by_itself = Q(recommendation__subject_type=subject.type, recommendation__subject_id=subject.id)
    rows = models.Act.objects.filter(by_decision | by_itself, system_id=system)
    return [records.act(row) for row in rows.order_by("acted_at", "pending_id")]


def attended(decision_id: uuid.UUID) -> tuple[Milestone, ...]:
    """Which departments have dealt with what is urgent about what was decided, the first first."""
    rows = models.Milestone.objects.filter(decision_id=decision_id, what="attended")
    return tuple(records.milestone(row) for row in rows.select_related("user").order_by("at"))


def scope_of(body: Mapping[str, Any]) -> Scope:
    """The scope that a record's body names."""
    return Scope(**body["scope"])


def _recommendations() -> QuerySet[models.Recommendation]:
    return models.Recommendation.objects.select_related("release", "card")
