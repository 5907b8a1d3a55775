# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What can be done with an access request as a whole: register it, tell of a delay, hand it over.

What people decide is in `deciding`, and what background work writes (found documents and proposals)
in `collecting`.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from kodeks.accessrequests import answering, clock, opening, selectors
from kodeks.accessrequests.errors import AccessRequestError
from kodeks.accessrequests.models import AccessRequest, Law
from kodeks.casework import clock_reads, clocks, dispatching, notices, slipping
from kodeks.casework import selectors as casework
from kodeks.casework import services as cases
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import CaseState, Deadline, Heard, InboxItem
from kodeks.kernel import api as kernel
from kodeks.language import cpr
from kodeks.robots import services as robots

COLLECT = "accessrequests-collect"
CPR_PLACE = "accessrequests_accessrequest/sealed_cpr"
MOST_WORDS = 20_000


@kernel.as_service("intake")
@transaction.atomic
def register(
    *,
    key: str,
    law: str,
    requester_name: str,
    requester_address: str = "",
    requester_cpr: str = "",
    wording: str = "",
    case_number: str = "",
    unit: str,
    received_on: dt.date,
    user: kernel.User,
    origin: str = "",
    origin_id: str = "",
) -> tuple[AccessRequest, bool]:
    """Take a request in, open its case and have its documents found; the same `key` gives the
    first one. Returns it and whether it is new.

    Without a case number it is about all cases of the one who asks, whose CPR number it then needs.
    Whoever takes it in need not be one who may see it later. Raises AccessRequestError.
    """
    number = cpr.digits_of(requester_cpr) if requester_cpr else ""
    _check(law, requester_name, number, case_number, received_on)
    if len(wording) > MOST_WORDS:
        raise AccessRequestError("Anmodningen er for lang. Den må højst fylde 20.000 tegn.")
    known = AccessRequest.objects.filter(key=key).first()
    if known is not None:
        return known, False
    new_id = uuid.uuid4()
    subject = kernel.Subject(type=selectors.SUBJECT, id=str(new_id))
    try:
        answering = casework.unit(code=unit)
        if case_number:
            case_number = casework.case(number=case_number.strip()).number
    except CaseworkError as error:
        raise AccessRequestError(str(error)) from error
    request, new = AccessRequest.objects.get_or_create(
        key=key,
        defaults={
            "id": new_id,
            "law": law,
            "requester_name": cpr.mask(requester_name.strip()),
            "requester_address": cpr.mask(requester_address.strip()),
            "sealed_cpr": _sealed(subject, number) if number else None,
            "requester_index": kernel.blind_index(number) if number else None,
            "wording": cpr.mask(wording),
            "case_number": case_number,
            "unit": answering,
            "received_on": received_on,
            "origin": origin,
            "origin_id": origin_id,
            "registered_at": timezone.now(),
        },
    )
    if new:
        opening.open_case(request, number=number or "", user=user)
        clock.start(request, received_on=received_on)
        robots.enqueue(task=COLLECT, arguments={"request_id": str(request.id)}, key=str(request.id))
    return request, new


def find_again(*, request_id: uuid.UUID, user: kernel.User) -> None:
    """Have the documents found once more, as long as nothing is decided about the request."""
    request = selectors.request(request_id)
    require_right(request, user)
    if not selectors.is_undecided(request):
        raise AccessRequestError("Anmodningen er besvaret. Der kan ikke findes flere dokumenter.")
    robots.enqueue(task=COLLECT, arguments={"request_id": str(request.id)}, key=str(request.id))


@transaction.atomic
def tell_of_delay(
    *,
    key: uuid.UUID,
    request_id: uuid.UUID,
    user: kernel.User,
    new_day: dt.date,
    reason: str,
    contact: str,
) -> Deadline:
    """The answer comes later: the one who asked gets a letter that says why, and when (§ 36,
    stk. 2). A worker journalises and sends it. The same `key` again changes nothing.

    Raises AccessRequestError for a day that is no later working day or than the law lets, kernel
    Refused, DocumentError when the municipality's text no longer fits.
    """
    request = locked(request_id)
    require_right(request, user)
    deadline = clock.current(request)
    if deadline is None or deadline.state not in clock_reads.OPEN:
        raise AccessRequestError("Anmodningen er besvaret, så der er ingen frist at udskyde.")
    try:
        moved = clocks.move(
            key=key,
            deadline_id=deadline.id,
            user=user,
            new_day=new_day,
            reason=reason,
            contact=contact,
        )
    except CaseworkError as error:
        raise AccessRequestError(str(error)) from error
    for entry_id in slipping.waiting(opening.case_of(request)):
        robots.enqueue(task=slipping.DELIVERING, arguments={"entry_id": entry_id}, key=entry_id)
    return moved


@transaction.atomic
def hand_over(*, request_id: uuid.UUID, user: kernel.User) -> None:
    """A person has given the answer to the one who asked, as no channel took it.

    Raises AccessRequestError when nothing waits for a person, kernel Refused.
    """
    request = locked(request_id)
    require_right(request, user)
    dispatch = answering.undelivered(request)
    if dispatch is None:
        raise AccessRequestError("Der er intet svar, som skal gives videre. Se, hvor langt det er.")
    items = InboxItem.objects.filter(
        case=request.case, kind=dispatching.NOTICE, handled_at=None
    ).values_list("id", flat=True)
    try:
        for item_id in items:
            notices.settle(item_id=item_id, user=user)
        news = dispatching.newest(dispatch)
        if news is None or news.heard != Heard.HANDED:
            # Nobody had it in the inbox: that it is handed over is written here.
            dispatching.hand_over(dispatch=dispatch, reference=f"accessrequest:{dispatch.id}")
        delivered(request, user=user)
    except CaseworkError as error:
        raise AccessRequestError(str(error)) from error


def delivered(request: AccessRequest, *, user: kernel.User | None) -> None:
    """The answer is out: the clock stops and the case is closed. By a robot without a user."""
    clock.stop(request, user=user)
    cases.advance_case(case=opening.case_of(request), state=CaseState.CLOSED)
    current = selectors.open_round(request)
    answered = request if current is None else current
    if answered.delivered_at is None:
        answered.delivered_at = timezone.now()
        answered.save(update_fields=["delivered_at"])


def locked(request_id: uuid.UUID) -> AccessRequest:
    """The request, held until the end of the transaction."""
    return (
        AccessRequest.objects.select_for_update(of=("self",))
        .select_related("unit", "case__unit", "case__kle")
        .get(id=request_id)
    )


def require_right(request: AccessRequest, user: kernel.User) -> None:
    """Raises AccessRequestError when the person does not answer for the request's unit."""
    if not kernel.has_role(user, kernel.Role.CASEWORKER, unit=request.unit.code):
        raise AccessRequestError(f"Du har ikke ret til at svare for {request.unit.name}.")


def _check(law: str, name: str, number: str | None, case_number: str, received: dt.date) -> None:
    if law not in Law.values:
        raise AccessRequestError("Vælg den lov, der søges efter.")
    if not name.strip() or len(name) > 200:
        raise AccessRequestError("Skriv navnet på den, der søger. Det må højst fylde 200 tegn.")
    if number is None:
        raise AccessRequestError("CPR-nummeret skal være ti cifre. Ret det, eller udelad det.")
    if not case_number.strip() and not number:
        raise AccessRequestError("Skriv et sagsnummer eller et CPR-nummer, så sagerne kan findes.")
    if received > timezone.localdate():
        raise AccessRequestError("Anmodningen kan ikke være modtaget i fremtiden. Ret datoen.")


def _sealed(subject: kernel.Subject, number: str) -> bytes:
    return kernel.seal(subject=subject, place=CPR_PLACE, row=subject.id, plaintext=number)
