# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A case's deadlines: pause, go on, new day, answered."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.casework import clock_reads, clocks, selectors, slipping
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Case, Deadline, DeadlineKind, DeadlineState
from kodeks.documents.errors import DocumentError
from kodeks.kernel import access
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Role, User
from kodeks.robots import services as robots
from kodeks.web.pages import for_roles, signed_in
from kodeks.workbench import solutions
from kodeks.workbench.fields import Day, Words

_CPR = "Skriv ikke CPR-numre. Gør du det, skjuler vi dem."


class KeyForm(forms.Form):
    """`key` makes a form that is sent twice count once."""

    key = forms.UUIDField(widget=forms.HiddenInput)


class PauseForm(KeyForm):
    first = Day(label="Første dag i pausen", error_messages={"required": "Skriv den første dag."})
    reason = Words(
        label="Hvad venter I på?",
        most=clocks.MOST_CHARACTERS,
        missing="Skriv, hvad I venter på.",
        help_text=_CPR,
    )


class ResumeForm(KeyForm):
    last = Day(
        label="Sidste dag i pausen",
        error_messages={"required": "Skriv den sidste dag."},
        help_text="Fra dagen efter løber fristen igen.",
    )


class MoveForm(KeyForm):
    new_day = Day(label="Ny dato", error_messages={"required": "Skriv den nye dato."})
    reason = Words(
        label="Hvorfor tager det længere tid?",
        most=clocks.MOST_CHARACTERS,
        missing="Skriv, hvorfor det tager længere tid.",
        help_text=f"Det står i brevet til borgeren, så skriv kort og klart. {_CPR}",
    )
    contact = forms.CharField(
        label="Hvem kan borgeren spørge?",
        max_length=200,
        error_messages={"required": "Skriv et navn og et telefonnummer eller en mailadresse."},
        help_text="For eksempel: Sofie Berg, telefon 12 34 56 78.",
    )


@dataclass(frozen=True, kw_only=True)
class Step:
    """What can be done with a deadline: its form, the states it is for, what is said after."""

    form: type[KeyForm]
    title: str
    button: str
    states: tuple[str, ...]
    done: str


STEPS = {
    "pause": Step(
        form=PauseForm,
        title="Sæt på pause",
        button="Sæt på pause",
        states=(DeadlineState.RUNNING,),
        done="Fristen er sat på pause.",
    ),
    "genoptag": Step(
        form=ResumeForm,
        title="Sæt i gang igen",
        button="Sæt i gang igen",
        states=(DeadlineState.PAUSED,),
        done="Fristen løber igen. Svar senest den {due_on:%d.%m.%Y}.",
    ),
    "ny-dato": Step(
        form=MoveForm,
        title="Giv borgeren en ny dato",
        button="Send brev med ny dato",
        states=(DeadlineState.RUNNING,),
        done="Brevet er skrevet og bliver sendt. Den nye dato er den {expected_on:%d.%m.%Y}.",
    ),
    "besvaret": Step(
        form=KeyForm,
        title="Markér som besvaret",
        button="Besvaret",
        states=(DeadlineState.RUNNING, DeadlineState.PAUSED),
        done="Fristen er markeret som besvaret.",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A deadline with its history and what can be done with it now."""

    deadline: Deadline
    late: bool
    history: tuple[clock_reads.Told, ...]
    forms: list[tuple[str, Step, KeyForm]]
    fixed: str
    """The source that does not let the clock stand still, if one does not."""
    pages: list[tuple[str, str]]
    """Titles and addresses of a solution's own pages on which it is met."""


@require_safe
@for_roles(Role.CASEWORKER)
@never_cache
def deadline(request: HttpRequest, number: str) -> HttpResponse:
    """The deadlines of one case, with what can be done."""
    case = _case(number, signed_in(request))
    return render(request, "workbench/deadline.html", _context(case))


@require_POST
@for_roles(Role.CASEWORKER)
def change(request: HttpRequest, number: str, deadline_id: uuid.UUID, step: str) -> HttpResponse:
    """Do one step; what was typed stays when it is refused."""
    user = signed_in(request)
    case = _case(number, user)
    found = next((one for one in clock_reads.of_case(case) if one.id == deadline_id), None)
    if step == "journal":
        _queue_letters(case)
        messages.success(request, "Robotten prøver at journalisere og sende brevet igen.")
        return redirect("workbench:deadline", number)
    if found is None or step not in STEPS:
        raise Http404
    form = STEPS[step].form(request.POST, prefix=_prefix(step, found))
    if form.is_valid():
        try:
            done = _do(step, found, user, form.cleaned_data)
        except (CaseworkError, DocumentError, Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, STEPS[step].done.format(**vars(done)))
            return redirect("workbench:deadline", number)
    context = _context(case, bound={(found.id, step): form})
    return render(request, "workbench/deadline.html", context, status=422)


@transaction.atomic
def _do(step: str, found: Deadline, user: User, typed: dict[str, Any]) -> Deadline:
    what = {
        "pause": clocks.pause,
        "genoptag": clocks.resume,
        "ny-dato": clocks.move,
        "besvaret": clocks.answer,
    }
    done: Deadline = what[step](deadline_id=found.id, user=user, **typed)  # type: ignore[operator]
    if step == "ny-dato":
        _queue_letters(found.case)
    return done


def _queue_letters(case: Case) -> None:
    """Have the letters that wait journalised and sent by a worker."""
    for entry_id in slipping.waiting(case):
        robots.enqueue(task=slipping.DELIVERING, arguments={"entry_id": entry_id}, key=entry_id)


def _case(number: str, user: User) -> Case:
    try:
        case = selectors.case(number=number)
    except CaseworkError:
        raise Http404 from None
    if not access.has_role(user, Role.CASEWORKER, unit=case.unit.code):
        raise PermissionDenied
    return case


def _context(
    case: Case, *, bound: dict[tuple[uuid.UUID, str], KeyForm] | None = None
) -> dict[str, Any]:
    shown = [_shown(one, bound or {}) for one in clock_reads.of_case(case)]
    if not shown:
        raise Http404
    return {
        "case": case,
        "shown": shown,
        "failed": next(iter((bound or {}).values()), None),
        "letters_waiting": bool(slipping.waiting(case)),
    }


def _shown(one: Deadline, bound: dict[tuple[uuid.UUID, str], KeyForm]) -> Shown:
    today = timezone.localdate()
    fixed = next((term.source for term in clock_reads.terms_of(one) if not term.pausable), "")
    forms_now = [
        (name, step, bound.get((one.id, name)) or _fresh(name, step, one, today))
        for name, step in STEPS.items()
        if one.state in step.states and not _is_elsewhere(name, one, fixed)
    ]
    return Shown(
        deadline=one,
        late=clock_reads.is_late(one, on=today),
        history=clock_reads.history(one),
        forms=forms_now,
        fixed=fixed,
        pages=_pages(one),
    )


def _pages(one: Deadline) -> list[tuple[str, str]]:
    """As the solutions' modules `deadlines` have them, in a function `pages`."""
    found: list[tuple[str, str]] = []
    for module in solutions.modules("deadlines"):
        found += module.pages(one)
    return found


def _is_elsewhere(step: str, one: Deadline, fixed: str) -> bool:
    """A reply is marked as answered in the department's inbox; what the law fixes has no pause."""
    if step == "besvaret":
        return one.kind == DeadlineKind.REPLY
    return step == "pause" and bool(fixed)


def _fresh(name: str, step: Step, one: Deadline, today: dt.date) -> KeyForm:
    initial = {"key": uuid.uuid4(), "first": today, "last": today}
    return step.form(prefix=_prefix(name, one), initial=initial)


def _prefix(step: str, one: Deadline) -> str:
    return f"{step}-{one.id.hex[:8]}"
