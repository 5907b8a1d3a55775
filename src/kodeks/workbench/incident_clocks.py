# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How an incident stands: its clock (AI Act art. 73, GDPR art. 33) and what was done about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.codex.incidents import IncidentKind
from kodeks.kernel import codices
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Incident, IncidentStep, User
from kodeks.workbench import access

_DAY_HOURS = 24
_HOURS_TOLD = 72
"""Up to here people count in hours, above in days."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """What can be done: its name in the history, as a choice, and whether the clock stops."""

    title: str
    choice: str
    ends: bool


STEPS: Mapping[str, Step] = {
    "reported": Step(title="Indberettet", choice="Indberettet til myndigheden", ends=True),
    "dismissed": Step(title="Afvist", choice="Afvist. Den skal ikke indberettes", ends=True),
    "mended": Step(title="Rettet", choice="Rettet. Fejlen er væk", ends=False),
    "note": Step(title="Noteret", choice="Andet, som skal huskes", ends=False),
}


@dataclass(frozen=True, kw_only=True)
class Done:
    """A step in the incident's history."""

    title: str
    step: IncidentStep


@dataclass(frozen=True, kw_only=True)
class Line:
    """An incident as a page shows it; `authority` is who is told, "" when nobody is."""

    incident: Incident
    title: str
    authority: str
    done: tuple[Done, ...]
    closed: bool
    """Reported, dismissed, or mended where nothing has to be reported."""
    late: bool
    deadline: str
    """When it must be reported, in words."""
    text: str
    badge: str


def time_to_report(kind: IncidentKind) -> str:
    """Whom to tell and how soon; a sentence for those who choose a kind."""
    if kind.hours is None:
        return "Skal ikke indberettes."
    days = kind.hours // _DAY_HOURS
    whole_days = kind.hours > _HOURS_TOLD and kind.hours % _DAY_HOURS == 0
    span = f"{days} døgn" if whole_days else f"{kind.hours} timer"
    return f"Skal indberettes inden {span}. Myndighed: {kind.authority}."


def seen_by(user: User, slug: str) -> QuerySet[Incident]:
    """The system's incidents that the person may see, the newest first."""
    found = Incident.objects.filter(system_id=slug).select_related("user")
    if not access.sees_all_incidents(user):
        found = found.filter(user=user)
    return found.prefetch_related("steps__user").order_by("-registered_at")


def lines(slug: str, *, user: User) -> list[Line]:
    """Those that the person may see: what is late, what must be reported soon, then the newest."""
    known = kinds()
    found = [_line(incident, known) for incident in seen_by(user, slug)]
    return sorted(found, key=_urgency)


def line(incident: Incident) -> Line:
    return _line(incident, kinds())


def _urgency(one: Line) -> tuple[bool, dt.datetime]:
    # Sorting keeps the order of equals, so those without a clock stay with the newest first.
    due = one.incident.due_at
    running = not one.closed and due is not None
    return (not running, due if running and due else dt.datetime.min.replace(tzinfo=dt.UTC))


def kinds() -> dict[str, IncidentKind]:
    """The codex's kinds by their codes; none without a codex in force."""
    try:
        return {kind.id: kind for kind in codices.in_force().incident_kinds}
    except Refused:
        return {}


def _line(incident: Incident, known: Mapping[str, IncidentKind]) -> Line:
    kind = known.get(incident.kind)
    steps = sorted(incident.steps.all(), key=lambda step: step.id)
    ended = [step for step in steps if STEPS[step.step].ends]
    mended = any(step.step == "mended" for step in steps)
    closed = bool(ended) or (mended and incident.due_at is None)
    late = not ended and incident.due_at is not None and incident.due_at < timezone.now()
    text, badge = _standing(incident, ended=ended, mended=mended, late=late)
    return Line(
        incident=incident,
        # A kind that a later edition left out has only its code.
        title=incident.kind if kind is None else kind.title,
        authority="" if kind is None or kind.hours is None else kind.authority,
        done=tuple(Done(title=STEPS[step.step].title, step=step) for step in steps),
        closed=closed,
        late=late,
        deadline=_deadline(incident, closed=closed, late=late),
        text=text,
        badge=badge,
    )


def _deadline(incident: Incident, *, closed: bool, late: bool) -> str:
    if incident.due_at is None:
        return "Skal ikke indberettes"
    due = date_format(timezone.localtime(incident.due_at), "DATETIME_FORMAT")
    if closed:
        return f"Fristen var {due}"
    return f"{'Skulle være indberettet' if late else 'Skal indberettes'} senest {due}"


def _standing(
    incident: Incident, *, ended: list[IncidentStep], mended: bool, late: bool
) -> tuple[str, str]:
    """What its state is called, and how its badge looks."""
    if late:
        return "For sent", "error"
    if ended:
        return _ended(incident, ended)
    if incident.due_at is not None:
        return "Skal indberettes", "warning"
    return ("Rettet", "success") if mended else ("Ingen frist", "info")


def _ended(incident: Incident, ended: list[IncidentStep]) -> tuple[str, str]:
    last = ended[-1].step
    if incident.due_at is not None and ended[0].at > incident.due_at:
        return f"{STEPS[last].title} for sent", "warning"
    return STEPS[last].title, "success" if last == "reported" else ""
