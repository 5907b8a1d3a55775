# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""One case: parties, documents, journal, inboxes, notes and reminders; and giving it to another
department.

A case that lies outside the person's units and KLE numbers is not found, as one that is not there.
"""

from __future__ import annotations

import datetime as dt
import mimetypes
import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.casework import (
    distributing,
    handovers,
    notes,
    reminders,
    selectors,
)
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import (
    Case,
    Distribution,
    Document,
    Handover,
    InboxItem,
    JournalEntry,
    Party,
)
from kodeks.kernel import access
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Role, User
from kodeks.kernel.subjects import Scope
from kodeks.robots import services as robots
from kodeks.web.pages import for_roles, signed_in
from kodeks.workbench import matters
from kodeks.workbench.cases import READS, WORKS
from kodeks.workbench.cases.forms import HandoverForm, NoteForm, ReminderForm

_MASKED = format_html(
    '<span aria-hidden="true">{}</span><span class="sr-only">{}</span>', "••••••-••••", "Skjult"
)
_HEADINGS = ("Noten er ikke gemt", "Erindringen er ikke gemt", "Sagen er ikke givet videre")
_KNOWN_TYPES = frozenset({"application/pdf", "image/jpeg", "image/png", "text/plain"})


@never_cache
@require_safe
@for_roles(*READS)
def case(request: HttpRequest, case_number: str) -> HttpResponse:
    return _page(request, _found(request, case_number))


@require_POST
@for_roles(*WORKS)
def write_note(request: HttpRequest, case_number: str) -> HttpResponse:
    found, form = _found(request, case_number), NoteForm(request.POST)
    if form.is_valid():
        try:
            notes.write_note(case=found, author=signed_in(request), **form.cleaned_data)
        except (CaseworkError, Refused) as error:
            form.add_error("text", str(error))
        else:
            messages.success(request, "Noten er gemt.")
            return redirect("workbench:case", found.number)
    return _page(request, found, note=form)


@require_POST
@for_roles(*WORKS)
def add_reminder(request: HttpRequest, case_number: str) -> HttpResponse:
    found = _found(request, case_number)
    form = _reminder_form(signed_in(request), found, request.POST)
    if form.is_valid():
        try:
            told = reminders.add_reminder(case=found, user=signed_in(request), **form.reminder())
        except (CaseworkError, Refused) as error:
            form.add_error(None, str(error))
        else:
            day = f"Erindringen er gemt til den {date_format(told.due_on)}."
            messages.success(request, f"{day} {told.closed_day}".strip())
            return redirect("workbench:case", found.number)
    return _page(request, found, reminder=form)


@require_POST
@for_roles(*WORKS)
def hand_over(request: HttpRequest, case_number: str) -> HttpResponse:
    """Give the case to another department. Whoever does so may not see it any more."""
    user = signed_in(request)
    before = handovers.given_before(
        key=request.POST.get("key", ""), case_number=case_number, user=user
    )
    if before is not None:
        return _given(request, before)
    found = _found(request, case_number)
    form = HandoverForm(request.POST, units=handovers.choices(case=found))
    if form.is_valid():
        try:
            handover = _handed_over(found, user, form)
        except (CaseworkError, Refused) as error:
            form.add_error(None, str(error))
        else:
            return _given(request, handover)
    return _page(request, found, handover=form)


def _given(request: HttpRequest, handover: Handover) -> HttpResponse:
    """To the case, or to the list for whoever does not see it any more, and says so."""
    number, to = handover.case.number, handover.to_unit.name
    if selectors.cases(user=signed_in(request), roles=READS).filter(number=number).exists():
        messages.success(request, f"Sagen er givet til {to}.")
        return redirect("workbench:case", number)
    messages.success(
        request,
        f"Sag {number} er givet til {to}. Du kan ikke se den mere, "
        "for du har ikke ret til den afdelings sager.",
    )
    return redirect("workbench:cases")


@transaction.atomic
def _handed_over(found: Case, user: User, form: HandoverForm) -> Handover:
    handover, entry = handovers.hand_over(case=found, user=user, **form.handover())
    robots.enqueue(
        task=handovers.JOURNALISING, arguments={"entry_id": str(entry.id)}, key=str(entry.id)
    )
    return handover


@never_cache
@require_safe
@for_roles(*READS)
def document(request: HttpRequest, case_number: str, document_id: uuid.UUID) -> HttpResponse:
    """A document's content as a file; never shown in place, as it may be a stranger's page."""
    found = _found(request, case_number)
    row = Document.objects.filter(case=found, id=document_id).first()
    if row is None or found.erased_at is not None:
        raise Http404
    kind = row.media_type.partition(";")[0].strip()
    known = kind in _KNOWN_TYPES
    ending = (mimetypes.guess_extension(kind) or "") if known else ".bin"
    name = f"{found.number}-{row.letter_date.isoformat()}-{str(row.id)[:8]}{ending}"
    return HttpResponse(
        bytes(row.content),
        content_type=row.media_type if known else "application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _found(request: HttpRequest, case_number: str) -> Case:
    seen = selectors.cases(user=signed_in(request), roles=READS)
    found = seen.select_related("caseworker").filter(number=case_number).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    found: Case,
    *,
    note: NoteForm | None = None,
    reminder: ReminderForm | None = None,
    handover: HandoverForm | None = None,
) -> HttpResponse:
    user = signed_in(request)
    refused = note or reminder or handover
    context = {
        "case": found,
        "facts": _facts(found),
        "parties": [_party(one) for one in Party.objects.filter(case=found)],
        "documents": Document.objects.filter(case=found).defer("content"),
        "journal": _journal(found),
        "items": InboxItem.objects.filter(case=found).select_related("unit"),
        "notes": notes.of_case(found),
        "reminders": reminders.of_case(found),
        "links": _links(found, user),
        "form": refused,
        "heading": _HEADINGS[0 if note else 1 if reminder else 2],
        "given": [
            (one, distributing.in_words(one))
            for one in Distribution.objects.filter(case=found).select_related("unit")
        ],
        "handovers": handovers.of_case(found),
        "may_hand_over": handovers.may_hand_over(case=found, user=user),
        "handover_form": handover or HandoverForm(units=handovers.choices(case=found)),
        "may_write": found.erased_at is None and access.has_role(user, Role.CASEWORKER),
        "note_form": note or NoteForm(),
        "reminder_form": reminder or _reminder_form(user, found),
    }
    return render(request, "workbench/case.html", context, status=422 if refused else 200)


def _reminder_form(user: User, found: Case, data: Any = None) -> ReminderForm:
    scope = Scope(unit=found.unit.code, kle=found.kle.number)
    people = access.people_reaching(scope, role=Role.CASEWORKER)
    return ReminderForm(data, user=user, people=people, unit=found.unit)


def _facts(found: Case) -> list[tuple[str, Any]]:
    facts = [
        ("Titel", found.title),
        ("KLE-emne og facet", f"{found.kle.number} {found.kle.title}, {found.facet}"),
        ("Afdeling", found.unit.name),
        ("Sagsbehandler", found.caseworker.full_name if found.caseworker else "Ingen"),
        ("Tilstand", found.get_state_display()),
        ("Følsomhed", found.get_sensitivity_display()),
        ("Oprettet", date_format(localdate(found.opened_at))),
    ]
    if found.closed_at is not None:
        facts.append(("Lukket", date_format(localdate(found.closed_at))))
    if found.erased_at is not None:
        facts.append(("Slettet", date_format(localdate(found.erased_at))))
    return facts


def _party(party: Party) -> dict[str, Any]:
    return {
        "name": party.name or "Slettet",
        "role": party.get_role_display() if party.left_at is None else _left(party.left_at),
        "kind": party.get_kind_display(),
        "number": _MASKED if party.sealed_cpr else party.cvr or "–",
    }


def _left(at: dt.datetime) -> str:
    return f"Ikke part siden {date_format(localdate(at))}"


def _journal(found: Case) -> Any:
    rows = JournalEntry.objects.filter(case=found).select_related("document", "unit")
    return rows.defer("document__content")


def _links(found: Case, user: User) -> list[tuple[str, str]]:
    """The solution's own pages about the matter, and its insight, if a solution knows the case."""
    matter = matters.by_case_number(found.number)
    return [] if matter is None else matter.for_staff(user)
