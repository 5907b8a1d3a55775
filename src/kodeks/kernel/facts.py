# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is true of a system right now, as the policies want it told (edition/schema.cedarschema).

Read from the tables, not from the database's own gate: the two come to the same answer by
different ways, and tests hold them together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from kodeks.codex import bases, duties, fairness, protected
from kodeks.codex.bundle import Codex
from kodeks.codex.days import months_after
from kodeks.codex.policy import day
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import (
    Absence,
    Act,
    ActReview,
    Alarm,
    Assignment,
    Attestation,
    CardRevision,
    DataField,
    Evidence,
    Grant,
    GroupMeasurement,
    Incident,
    Release,
    SupervisionCheck,
    Switch,
    System,
)

ACTIONS = {"development": "develop", "retraining": "retrain", "operation": "operate"}
_LONG_AGO = 10**6
_NEVER = 10**6


def running(codex: Codex, *, system: str, phase: str, purpose: str) -> dict[str, Any]:
    """The context of develop, retrain and operate. Raises Refused for an unknown system."""
    found = System.objects.filter(slug=system).first()
    card = CardRevision.objects.filter(system_id=system).order_by("-revision").first()
    if found is None or card is None:
        raise Refused(code="unknown_system", message="Systemet er ikke registreret.")
    if phase not in ACTIONS:
        raise Refused(
            code="unknown_phase", message="Fasen skal være udvikling, gentræning eller drift."
        )
    if purpose not in card.card["purposes"]:
        raise Refused(code="unknown_purpose", message="Systemkortet nævner ikke formålet.")
    today = timezone.localdate()
    fields = list(DataField.objects.filter(card=card, purpose=purpose))
    standing = bases.standing(
        codex,
        system=system,
        phase=phase,
        purpose=purpose,
        categories={field.category for field in fields},
        autonomy=card.card["autonomy"],
        day=today,
    )
    return {
        "today": day(today),
        "running": is_running(system),
        **_post(codex, system, today),
        **_attested(codex, system),
        **_supervised(codex, found, card, today),
        "incident_overdue": _incident_overdue(system),
        "alarm_open": _alarm_open(system),
        "review_open": _review_open(codex, system, card, today),
        "basis_allowed": bool(fields) and standing.allowed,
        "protected_fields": _bars(codex, system, fields),
        **_evidence(codex, system, card, phase, today),
        **_release(system),
    }


def is_running(system: str) -> bool:
    """Whether every stop was seen by somebody who has started the system again since."""
    switches = list(Switch.objects.filter(system_id=system))
    starts = [one for one in switches if one.running]
    return all(any(_saw(start, stop) for start in starts) for stop in switches if not stop.running)


def _saw(start: Switch, stop: Switch) -> bool:
    """Whether a stop was there when somebody started the system.

    A snapshot is written xmin:xmax:those in progress; its own transaction is not in it. One number
    is not enough: in a database that was restored, transactions are counted anew.
    """
    if start.pk < stop.pk or start.xid == stop.xid:
        return start.pk > stop.pk
    first, last, going = start.snapshot.split(":")
    return stop.xid < int(first) or (stop.xid < int(last) and str(stop.xid) not in going.split(","))


def _post(codex: Codex, system: str, today: dt.date) -> dict[str, Any]:
    """Whether manager or deputy answers today, and for how long the post has been empty."""
    found = Assignment.objects.filter(system_id=system).order_by("-id").first()
    vacant = absent = 0
    deputy = False
    if found is None or not _names(found.unit) or not _names(found.manager_name):
        vacant = _LONG_AGO
    else:
        vacant = _vacant_days(found, today)
        away = None if vacant or found.manager_id is None else away_since(found.manager_id, today)
        absent = 0 if away is None else (today - away).days + 1
        deputy = _names(found.deputy_name) and answers(found.deputy_id, today)
    return {
        "vacant_days": vacant,
        "absent_days": absent,
        "deputy_present": deputy,
        "vacancy_days_allowed": codex.limits["vacancy_days"],
        "absence_days_allowed": codex.limits["absence_days"],
    }


def _names(text: str) -> bool:
    """Whether a name of a unit or a person is one: blanks and dots name nobody."""
    return any(sign.isalpha() for sign in text)


def _vacant_days(found: Assignment, today: dt.date) -> int:
    if found.manager_id is None:
        return (today - timezone.localdate(found.assigned_at)).days + 1
    if owns(found.manager_id, today):
        return 0
    ends = Grant.objects.filter(
        user_id=found.manager_id,
        user__is_active=True,
        role="system_owner",
        valid_until__lt=today,
    ).order_by("-valid_until")
    last = ends.values_list("valid_until", flat=True).first()
    return _LONG_AGO if last is None else (today - last).days


def owns(user_id: int, today: dt.date) -> bool:
    """Whether the person may own systems today."""
    return any(
        grant.valid_until is None or grant.valid_until >= today
        for grant in Grant.objects.filter(
            user_id=user_id, user__is_active=True, role="system_owner", valid_from__lte=today
        )
    )


def away_since(user_id: int, today: dt.date) -> dt.date | None:
    """The first day of the unbroken absence that the person is in; None when there is none.

    A newer entry takes the place of an older one that it touches, from its own first day on.
    """
    entries = list(Absence.objects.filter(user_id=user_id).order_by("-id"))
    since, on_day = None, today
    while first := min(_covering(entries, on_day), default=None):
        since, on_day = first, first - dt.timedelta(days=1)
    return since


def _covering(entries: list[Absence], day: dt.date) -> Iterator[dt.date]:
    """The first days of the entries, newest first, by which the person is away on a day."""
    for place, entry in enumerate(entries):
        begun = [one for one in entries[:place] if one.first_day <= day]
        if (
            entry.first_day <= day
            and (entry.last_day or day) >= day
            and not any((one.last_day or day) >= entry.first_day for one in begun)
        ):
            yield entry.first_day


def answers(user_id: int | None, today: dt.date) -> bool:
    return user_id is not None and owns(user_id, today) and away_since(user_id, today) is None


def _attested(codex: Codex, system: str) -> dict[str, int]:
    post = Assignment.objects.filter(system_id=system).order_by("-id").first()
    newest = Attestation.objects.filter(system_id=system, assignment=post).order_by("-id").first()
    if post is None or newest is None:
        return {}
    until = months_after(timezone.localdate(newest.at), codex.limits["attestation_months"])
    return {"attested_until": day(until)}


def _supervised(codex: Codex, system: System, card: CardRevision, today: dt.date) -> dict[str, Any]:
    until = [task["due"] for task in supervision(system, card)]
    grace = dt.timedelta(days=codex.limits["supervision_grace_days"])
    return {
        "supervised_until": day(min(until) + grace) if until else day(today) + _NEVER,
        "supervision_passed": all(task["passed"] for task in supervision(system, card)),
    }


def supervision(system: System, card: CardRevision) -> list[dict[str, Any]]:
    """The card's tasks: `task`, `title`, `due`, and `last`, the newest check of each (or None)."""
    first = timezone.localdate(system.registered_at)
    tasks = []
    for task in card.card["supervision"]:
        last = (
            SupervisionCheck.objects.filter(system=system, task=task["task"])
            .select_related("user")
            .order_by("-id")
            .first()
        )
        done = first if last is None else timezone.localdate(last.at)
        tasks.append(
            {
                **task,
                "last": last,
                "due": months_after(done, task["every_months"]),
                "passed": last is None or last.passed,
            }
        )
    return tasks


def _incident_overdue(system: str) -> bool:
    late = Incident.objects.filter(system_id=system, due_at__lt=timezone.now())
    return late.exclude(steps__step__in=("reported", "dismissed")).exists()


def _alarm_open(system: str) -> bool:
    return Alarm.objects.filter(system_id=system, effect="stop", closing=None).exists()


def _review_open(codex: Codex, system: str, card: CardRevision, today: dt.date) -> bool:
    """Whether nobody has looked at an act in time, or nobody has followed up a fault found."""
    if card.card["autonomy"] != "procedural":
        return False
    faulty = ActReview.objects.filter(act__system_id=system, passed=False).order_by("-at").first()
    if faulty is not None:
        mended = SupervisionCheck.objects.filter(system_id=system, passed=True, at__gt=faulty.at)
        if not mended.exists():
            return True
    oldest = (
        Act.objects.filter(system_id=system, review=True, reviewed=None)
        .order_by("acted_at")
        .first()
    )
    if oldest is None:
        return False
    limit = dt.timedelta(days=codex.limits["review_days"])
    return timezone.localdate(oldest.acted_at) + limit < today


def _bars(codex: Codex, system: str, fields: list[DataField]) -> bool:
    """By the words of the codex that was signed; the database has rows that it made of them."""
    return any(
        protected.protected_attribute(codex.attributes, field=one.field, title=one.title)
        or protected.proxy_of(codex.proxies, system=system, field=one.field)
        for one in fields
    )


def _evidence(
    codex: Codex, system: str, card: CardRevision, phase: str, today: dt.date
) -> dict[str, Any]:
    categories = {field["category"] for field in card.card["data_fields"]}
    wanted = duties.required(
        codex.duties,
        risk_class=card.card["risk_class"],
        phase=phase,
        categories=categories,
        day=today,
    )
    found = {}
    for kind in {duty.kind for duty in wanted}:
        newest = Evidence.objects.filter(system_id=system, kind=kind).order_by("-id").first()
        if newest is not None and not newest.withdrawn and newest.valid_from <= today:
            found[kind] = day(newest.valid_to)
    return {
        "evidence_required": sorted({duty.kind for duty in wanted}),
        "evidence": found,
    }


def _release(system: str) -> dict[str, Any]:
    newest = released(system)
    signers = set() if newest is None else {newest.author_id, newest.approval.approver_id}
    return {
        "release_signatures": len(signers),
        "release_revoked": newest is not None and hasattr(newest, "revocation"),
        "unfair": newest is not None and not hasattr(newest, "revocation") and _unfair(newest),
    }


def released(system: str) -> Release | None:
    """The release that was approved last, revoked or not."""
    return (
        Release.objects.filter(system_id=system, approval__isnull=False)
        .select_related("approval")
        .order_by("-approval__id")
        .first()
    )


def measurement_of(release: Release) -> GroupMeasurement | None:
    """The newest measurement of a release in operation."""
    return (
        GroupMeasurement.objects.filter(system_id=release.system_id, release=release)
        .select_related("card")
        .order_by("-id")
        .first()
    )


def _unfair(release: Release) -> bool:
    """Whether the newest figures in operation break a limit of the card of that day."""
    newest = measurement_of(release)
    if newest is None:
        return False
    verdicts = fairness.judge(fairness.limits_of(newest.card.card), newest.measured)
    return any(one.state == "broken" for one in verdicts)
