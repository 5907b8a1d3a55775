# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The clocks of cases: a deadline begins, stands still, goes on, slips and ends.

Each step is an event that stays. A step has a key that the caller chooses, and the same key once
more changes nothing. Refusals raise CaseworkError (Danish text). Why somebody does something is
sealed with the case's key, so it goes when the case is erased.
"""

import datetime
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from kodeks.casework import deadline_rules, deadlines, notices, slipping, statutes
from kodeks.casework.deadlines import Pause, Term
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import (
    Case,
    Deadline,
    DeadlineEvent,
    DeadlineKind,
    DeadlineState,
    DeadlineStep,
    Document,
    Unit,
)
from kodeks.kernel import api as kernel
from kodeks.language import cpr

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST_CHARACTERS = 1000
OPEN = (DeadlineState.RUNNING, DeadlineState.PAUSED)
_REASON = "casework_deadlineevent/sealed_reason"


@dataclass(frozen=True, kw_only=True)
class Told:
    """One step as it is read; `reason` is "" when none was given, or when the case is erased."""

    step: str
    title: str
    on: datetime.date
    due_on: datetime.date
    reason: str
    by: str
    at: datetime.datetime
    letter: str
    """How the letter about it went out and where it stands; "" when there is none."""


@transaction.atomic
def start(
    *, key: str, case: Case, kind: str, started_on: datetime.date, replaces: bool = False
) -> Deadline:
    """Begin a deadline by the rules of today; `started_on` itself does not count.

    With `replaces` it takes the place of an open one of the kind. Raises CaseworkError when there
    is one and it does not, or when neither law nor rule says how long it is.
    """
    known = Deadline.objects.filter(key=key).first()
    if known is not None:
        if (known.case_id, known.kind) != (case.id, kind):
            raise CaseworkError(f"Nøglen {key} er brugt til en anden frist. Brug en ny nøgle.")
        return known
    # One at a time for a case, so that two do not both see that there is none.
    Case.objects.select_for_update(of=("self",)).get(id=case.id)
    former = Deadline.objects.filter(case=case, kind=kind, state__in=OPEN).first()
    if former is not None:
        if not replaces:
            title = DeadlineKind(kind).label.lower()
            raise CaseworkError(f"Sag {case.number} har allerede en frist: {title}. Brug den.")
        _end(former, DeadlineStep.REPLACED, key=uuid5(former.id, key), user=None)
    terms = deadline_rules.terms_for(
        kind=kind, kle_number=case.kle.number, started_on=started_on, on=timezone.localdate()
    )
    due_on, holding = deadlines.first_to_end(started_on=started_on, terms=terms)
    found = Deadline.objects.create(
        key=key,
        case=case,
        kind=kind,
        terms=[asdict(term) for term in terms],
        source=holding.source,
        started_on=started_on,
        due_on=due_on,
    )
    _record(found, DeadlineStep.STARTED, key=found.id, on=started_on)
    return found


@transaction.atomic
def pause(
    *, key: UUID, deadline_id: UUID, user: kernel.User, first: datetime.date, reason: str
) -> Deadline:
    """The clock stands still from that day, which does not count, until somebody resumes it.

    Raises CaseworkError when the law does not let it, or the day is to come or already counted
    off by an earlier pause.
    """
    found, done = _locked(key, deadline_id, user)
    if done:
        return found
    _require_state(
        found, DeadlineState.RUNNING, "Fristen løber ikke. Se, hvad der er sket med den."
    )
    fixed = next((term for term in terms_of(found) if not term.pausable), None)
    if fixed is not None:
        raise CaseworkError(
            f"Uret kan ikke stå stille: det lader {fixed.source} ikke. Giv borgeren en ny dato."
        )
    last = max((one.last for one in pauses_of(found)), default=found.started_on)
    if not last < first <= timezone.localdate():
        raise CaseworkError(
            f"Pausen skal begynde efter den {last:%d.%m.%Y} og senest i dag. Ret datoen."
        )
    sealed = _sealed(found, key, reason)
    found.state = DeadlineState.PAUSED
    found.save(update_fields=["state"])
    _record(found, DeadlineStep.PAUSED, key=key, on=first, sealed=sealed, user=user)
    return found


@transaction.atomic
def resume(
    *, key: UUID, deadline_id: UUID, user: kernel.User, last: datetime.date, reason: str = ""
) -> Deadline:
    """The clock goes on after that day, which is the last that does not count.

    Raises CaseworkError when it does not stand still, or the day is to come or before the pause.
    """
    found, done = _locked(key, deadline_id, user)
    if done:
        return found
    _require_state(found, DeadlineState.PAUSED, "Fristen er ikke på pause. Uret løber.")
    first = paused_since(found)
    if first is None or not first <= last <= timezone.localdate():
        raise CaseworkError(
            "Pausen skal slutte efter, at den begyndte, og senest i dag. Ret datoen."
        )
    pauses = (*pauses_of(found), Pause(first, last))
    found.due_on, holding = deadlines.first_to_end(
        started_on=found.started_on, terms=terms_of(found), pauses=pauses
    )
    found.source = holding.source
    found.state = DeadlineState.RUNNING
    found.save(update_fields=["due_on", "source", "state"])
    sealed = _sealed(found, key, reason) if reason.strip() else None
    _record(found, DeadlineStep.RESUMED, key=key, on=last, sealed=sealed, user=user)
    return found


@transaction.atomic
def move(
    *,
    key: UUID,
    deadline_id: UUID,
    user: kernel.User,
    new_day: datetime.date,
    reason: str,
    contact: str,
) -> Deadline:
    """The deadline cannot be kept: the citizen gets a letter with a new day, the reason and whom
    to ask. The day that law or rule set stays in `due_on`, and the letter is in the journal.

    Raises CaseworkError for a day that is no later working day, or later than the law allows.
    """
    found, done = _locked(key, deadline_id, user)
    if done:
        return found
    _require_state(found, DeadlineState.RUNNING, "Fristen løber ikke. Sæt den i gang først.")
    deadlines.require_new_day(
        new_day,
        promised=found.promised_on,
        told_on=timezone.localdate(),
        latest=_latest(found),
    )
    sealed = _sealed(found, key, reason)
    letter = slipping.write(
        key=f"deadline:{key}",
        deadline=found,
        new_day=new_day,
        reason=_plain(reason),
        contact=contact,
        user=user,
    )
    found.expected_on = new_day
    found.save(update_fields=["expected_on"])
    _record(found, DeadlineStep.MOVED, key=key, on=new_day, sealed=sealed, user=user, letter=letter)
    return found


@transaction.atomic
def answer(*, key: UUID, deadline_id: UUID, user: kernel.User) -> Deadline:
    """What the deadline was about is done today; also when the clock stood still."""
    found, done = _locked(key, deadline_id, user)
    if not done and found.state in OPEN:
        _end(found, DeadlineStep.ANSWERED, key=key, user=user)
    return found


def newest(case: Case, *, kind: str) -> Deadline | None:
    """The deadline of the kind that counts now, or counted last."""
    return Deadline.objects.filter(case=case, kind=kind).order_by("-events__id").first()


def open_ones(*, kind: str = "") -> "QuerySet[Deadline]":
    """The deadlines that nobody has answered, of one kind if given; those due first."""
    found = Deadline.objects.filter(state__in=OPEN, case__erased_at=None)
    found = found.filter(kind=kind) if kind else found
    promised = Coalesce("expected_on", "due_on")
    return found.annotate(promised=promised).order_by("promised", "id")


def board(*, unit: str) -> "QuerySet[Deadline]":
    """A department's open deadlines (its code), those due first; those that stand still last."""
    still = models.Case(models.When(state=DeadlineState.PAUSED, then=1), default=0)
    found = open_ones().filter(case__unit__code=unit).annotate(still=still)
    return found.select_related("case__kle").order_by("still", "promised", "id")


def departments(*, units: Collection[str] | None) -> "QuerySet[Unit]":
    """The departments (of those given, or all) with open deadlines; `waiting` counts them."""
    found = Unit.objects.all() if units is None else Unit.objects.filter(code__in=units)
    is_open = models.Q(cases__deadlines__state__in=OPEN, cases__erased_at=None)
    waiting = models.Count("cases__deadlines", filter=is_open)
    return found.annotate(waiting=waiting).filter(waiting__gt=0).order_by("name")


def count_due(*, units: Collection[str] | None, by: datetime.date) -> int:
    """How many clocks that run have come to their day by that day: what to be reminded of."""
    found = open_ones().filter(state=DeadlineState.RUNNING, promised__lte=by)
    return (found if units is None else found.filter(case__unit__code__in=units)).count()


def of_case(case: Case) -> "QuerySet[Deadline]":
    """All deadlines of a case, the open ones first, then the newest."""
    is_open = models.Case(models.When(state__in=OPEN, then=0), default=1)
    return Deadline.objects.filter(case=case).select_related("case").order_by(is_open, "-due_on")


def is_late(deadline: Deadline, *, on: datetime.date) -> bool:
    """Whether the citizen should have had an answer before that day; not while it stands still."""
    return deadline.state == DeadlineState.RUNNING and deadline.promised_on < on


def terms_of(deadline: Deadline) -> tuple[Term, ...]:
    """What law and rules said on the day that it was written down."""
    return tuple(Term(**term) for term in deadline.terms)


def pauses_of(deadline: Deadline) -> tuple[Pause, ...]:
    """The pauses that have ended, in the order in which they were."""
    found: list[Pause] = []
    first: datetime.date | None = None
    for event in deadline.events.all():
        if event.step == DeadlineStep.PAUSED:
            first = event.on
        elif event.step == DeadlineStep.RESUMED and first is not None:
            found.append(Pause(first, event.on))
    return tuple(found)


def paused_since(deadline: Deadline) -> datetime.date | None:
    """The first day of the pause that it is in."""
    if deadline.state != DeadlineState.PAUSED:
        return None
    last = deadline.events.filter(step=DeadlineStep.PAUSED).last()
    return None if last is None else last.on


def history(deadline: Deadline) -> tuple[Told, ...]:
    """What happened to it, the first first."""
    subject = _subject(deadline.case)
    return tuple(
        Told(
            step=event.step,
            title=DeadlineStep(event.step).label,
            on=event.on,
            due_on=event.due_on,
            reason=""
            if event.sealed_reason is None
            else kernel.open_note(
                subject=subject,
                place=_REASON,
                row=str(event.key),
                sealed=bytes(event.sealed_reason),
            )
            or "",
            by=event.by.full_name if event.by else "",
            at=event.at,
            letter=notices.in_words(event.letter) if event.letter else "",
        )
        for event in deadline.events.select_related("by", "letter").defer("letter__content")
    )


def erase_of(case: Case) -> None:
    """Empty what people wrote about the deadlines of a case that the kernel has erased."""
    DeadlineEvent.objects.filter(deadline__case=case).update(sealed_reason=None)


def _locked(key: UUID, deadline_id: UUID, user: kernel.User) -> tuple[Deadline, bool]:
    """The deadline, held until the end of the transaction, and whether the step is done already."""
    found = (
        Deadline.objects.select_for_update(of=("self",))
        .select_related("case__unit", "case__kle")
        .filter(id=deadline_id)
        .first()
    )
    if found is None:
        raise CaseworkError("Fristen findes ikke. Gå tilbage til listen, og vælg en.")
    require_may(found.case.unit, user)
    event = DeadlineEvent.objects.filter(key=key).first()
    if event is not None and event.deadline_id != found.id:
        raise CaseworkError("Formularen er brugt til en anden frist. Åbn den igen, og send den.")
    if event is None and found.case.erased_at is not None:
        raise CaseworkError("Sagens oplysninger er slettet. Fristen kan ikke ændres.")
    return found, event is not None


def require_may(unit: Unit, user: kernel.User) -> None:
    """Raises CaseworkError when the deadlines of the department are not the person's."""
    if not kernel.has_role(user, kernel.Role.CASEWORKER, unit=unit.code):
        raise CaseworkError(f"Du har ikke ret til at ændre frister for {unit.name}.")


def _end(deadline: Deadline, step: DeadlineStep, *, key: UUID, user: kernel.User | None) -> None:
    deadline.state = DeadlineState(step.value)
    deadline.save(update_fields=["state"])
    _record(deadline, step, key=key, on=timezone.localdate(), user=user)


def _record(
    deadline: Deadline,
    step: DeadlineStep,
    *,
    key: UUID,
    on: datetime.date,
    sealed: bytes | None = None,
    user: kernel.User | None = None,
    letter: Document | None = None,
) -> None:
    DeadlineEvent.objects.create(
        key=key,
        deadline=deadline,
        step=step,
        on=on,
        due_on=deadline.due_on,
        sealed_reason=sealed,
        by=user,
        letter=letter,
    )


def _require_state(deadline: Deadline, state: DeadlineState, sentence: str) -> None:
    if deadline.state != state:
        raise CaseworkError(sentence)


def _latest(deadline: Deadline) -> datetime.date | None:
    """The day to which the law lets it be put off; None when it names none."""
    statute = statutes.of_kind(deadline.kind, on=deadline.started_on)
    if statute is None or statute.most is None:
        return None
    return deadlines.last_day(
        started_on=deadline.started_on, term=statute.most, pauses=pauses_of(deadline)
    )


def _sealed(deadline: Deadline, key: UUID, reason: str) -> bytes:
    return kernel.seal_note(
        subject=_subject(deadline.case), place=_REASON, row=str(key), text=_plain(reason)
    )


def _plain(reason: str) -> str:
    reason = cpr.mask(reason.strip())
    if not reason:
        raise CaseworkError("Skriv hvorfor.")
    if len(reason) > MOST_CHARACTERS:
        raise CaseworkError("Grunden er for lang. Den må højst fylde 1.000 tegn.")
    return reason


def _subject(case: Case) -> kernel.Subject:
    return kernel.Subject(type="case", id=str(case.id))
