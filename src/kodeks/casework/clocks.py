# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The clocks of cases: a deadline begins, stands still, goes on, slips and ends.

Each step is an event that stays. A step has a key that the caller chooses, and the same key once
more changes nothing. Refusals raise CaseworkError (Danish text). Why somebody does something is
sealed with the case's key, so it goes when the case is erased.
"""

import datetime
from dataclasses import asdict
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from kodeks.casework import deadline_rules, deadlines, slipping, statutes
from kodeks.casework.clock_reads import (
    OPEN,
    REASON_PLACE,
    paused_since,
    pauses_of,
    subject_of,
    terms_of,
)
from kodeks.casework.deadlines import Pause
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

MOST_CHARACTERS = 1000


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
def answer(*, key: UUID, deadline_id: UUID, user: kernel.User | None) -> Deadline:
    """What the deadline was about is done today; also when the clock stood still.

    Without a user a robot did it, under a decision that a person had the right to make.
    """
    found, done = _locked(key, deadline_id, user)
    if not done and found.state in OPEN:
        _end(found, DeadlineStep.ANSWERED, key=key, user=user)
    return found


def erase_of(case: Case) -> None:
    """Empty what people wrote about the deadlines of a case that the kernel has erased."""
    DeadlineEvent.objects.filter(deadline__case=case).update(sealed_reason=None)


def _locked(key: UUID, deadline_id: UUID, user: kernel.User | None) -> tuple[Deadline, bool]:
    """The deadline, held until the end of the transaction, and whether the step is done already."""
    found = (
        Deadline.objects.select_for_update(of=("self",))
        .select_related("case__unit", "case__kle")
        .filter(id=deadline_id)
        .first()
    )
    if found is None:
        raise CaseworkError("Fristen findes ikke. Gå tilbage til listen, og vælg en.")
    if user is not None:
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


@transaction.atomic
def carry_over(*, key: str, deadline: Deadline, case: Case) -> Deadline:
    """What was begun in a case that was not the right one ends there and runs in the right one, as
    if it had begun there; made once. Raises CaseworkError as `start`."""
    found = start(key=key, case=case, kind=deadline.kind, started_on=deadline.started_on)
    locked = Deadline.objects.select_for_update(of=("self",)).get(id=deadline.id)
    if locked.state in OPEN:
        _end(locked, DeadlineStep.REPLACED, key=uuid5(locked.id, key), user=None)
    return found


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
        subject=subject_of(deadline.case), place=REASON_PLACE, row=str(key), text=_plain(reason)
    )


def _plain(reason: str) -> str:
    reason = cpr.mask(reason.strip())
    if not reason:
        raise CaseworkError("Skriv hvorfor.")
    if len(reason) > MOST_CHARACTERS:
        raise CaseworkError("Grunden er for lang. Den må højst fylde 1.000 tegn.")
    return reason
