# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What can be done with an access request: register, tell of a delay, decide. All writes here.

What background work writes (found documents and proposals) is in `collecting`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from kodeks.accessrequests import clock, letters, opening, outcomes, selectors
from kodeks.accessrequests.errors import AccessRequestError
from kodeks.accessrequests.models import AccessRequest, Delay, Law, RequestDocument
from kodeks.casework import selectors as casework
from kodeks.casework import services as cases
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import ActorKind
from kodeks.casework.ports import journal_system
from kodeks.kernel import api as kernel
from kodeks.language import cpr
from kodeks.robots import services as robots

COLLECT = "accessrequests-collect"
FLOW = "accessrequests-answer"
CPR_PLACE = "accessrequests_accessrequest/sealed_cpr"
DELAY_PLACE = "accessrequests_delay/sealed_reason"
MOST_WORDS = 20_000


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
) -> tuple[AccessRequest, bool]:
    """Take a request in, open its case and have its documents found; the same `key` gives the
    first one. Returns it and whether it is new.

    Without a case number it is about all cases of the one who asks, whose CPR number it then needs.
    Raises AccessRequestError.
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
            "due_on": clock.due(law=law, received_on=received_on),
            "registered_at": timezone.now(),
        },
    )
    if new:
        opening.open_case(request, number=number or "", user=user)
        robots.enqueue(task=COLLECT, arguments={"request_id": str(request.id)}, key=str(request.id))
    return request, new


def find_again(*, request_id: uuid.UUID, user: kernel.User) -> None:
    """Have the documents found once more, as long as nothing is decided about the request."""
    request = selectors.request(request_id)
    _require_right(request, user)
    if request.decision_id is not None:
        raise AccessRequestError("Anmodningen er besvaret. Der kan ikke findes flere dokumenter.")
    robots.enqueue(task=COLLECT, arguments={"request_id": str(request.id)}, key=str(request.id))


@transaction.atomic
def tell_of_delay(
    *, request_id: uuid.UUID, user: kernel.User, new_day: dt.date, reason: str
) -> Delay:
    """Write the letter that says why the answer comes later, and when (§ 36, stk. 2).

    Raises AccessRequestError for a day that is no later, kernel Refused.
    """
    request = _locked(request_id)
    _require_right(request, user)
    if request.decision_id is not None:
        raise AccessRequestError("Anmodningen er besvaret, så der er ingen frist at udskyde.")
    if new_day <= max(selectors.answer_by(request), timezone.localdate()):
        raise AccessRequestError("Den nye dag skal være senere end fristen og i dag.")
    if len(reason.split()) < 3:
        raise AccessRequestError("Skriv, hvorfor svaret kommer senere. Skriv mindst tre ord.")
    subject = selectors.subject_of(request)
    row = f"{request.id}/{request.delays.count() + 1}"
    delay = Delay.objects.create(
        request=request,
        new_day=new_day,
        sealed_reason=kernel.seal_note(subject=subject, place=DELAY_PLACE, row=row, text=reason),
        told_at=timezone.now(),
        user_id=user.pk,
    )
    letter = letters.delayed(request, new_day=new_day, reason=reason, user=user)
    key = f"accessrequest:{row}:delay"
    try:
        written = cases.write_letter(key=key, case=opening.case_of(request), letter=letter)
        entry = cases.register_entry(
            key=key,
            document=written,
            received_or_sent_on=written.letter_date,
            theme="Brev om senere svar på anmodning om aktindsigt",
            unit=request.unit,
            actor_kind=ActorKind.USER,
            actor=user.username,
        )
        cases.journalise(entry=entry, system=journal_system())
    except CaseworkError as error:
        raise AccessRequestError(str(error)) from error
    return delay


@transaction.atomic
def decide_document(
    *,
    document_id: uuid.UUID,
    user: kernel.User,
    label: str,
    marks: Sequence[outcomes.Mark] = (),
    rule: str = "",
    own_consideration: str,
    with_proposal: bool,
    accept_withheld: bool = False,
) -> kernel.Decision:
    """A caseworker decides about one document: handed out, in part, or withheld by a rule.

    The redacted copy is made first, to see that it can be: pages that cannot be redacted with
    certainty are withheld whole, and that takes `accept_withheld`. `with_proposal` says that the
    proposal was in front of the person.

    Raises AccessRequestError, kernel Refused or SystemStopped.
    """
    found = RequestDocument.objects.select_for_update().get(id=document_id)
    outcome = outcomes.checked(found, label=label, marks=marks, rule=rule)
    pages = outcomes.pages_withheld(found, outcome)
    if pages and not accept_withheld:
        raise AccessRequestError(outcomes.told(pages))
    if pages:
        outcome["pages"] = sorted(pages)
    recommendation = selectors.recommendation_of(found) if with_proposal else None
    if recommendation is None:
        decision = kernel.decide_without_recommendation(
            system=selectors.SYSTEM,
            purpose=selectors.PURPOSE,
            subject=selectors.document_subject(found),
            user=user,
            outcome=outcome,
            own_consideration=own_consideration,
            scope=selectors.document_scope(found),
        )
    else:
        decision = kernel.decide(
            recommendation_id=recommendation.id,
            user=user,
            choice="accept" if outcome == recommendation.suggestion else "other",
            outcome=outcome,
            own_consideration=own_consideration,
        )
    found.decision_id = decision.id
    found.save(update_fields=["decision_id"])
    return decision


@transaction.atomic
def state_own_view(
    *,
    document_id: uuid.UUID,
    user: kernel.User,
    label: str,
    marks: Sequence[outcomes.Mark] = (),
    rule: str = "",
    own_consideration: str,
) -> None:
    """A caseworker writes down what they would decide before they see the proposal."""
    found = RequestDocument.objects.get(id=document_id)
    if found.recommendation_id is None:
        raise AccessRequestError("Der er intet forslag at se. Afgør dokumentet selv.")
    kernel.state_own_view(
        recommendation_id=found.recommendation_id,
        user=user,
        outcome=outcomes.checked(found, label=label, marks=marks, rule=rule),
        own_consideration=own_consideration,
    )


@transaction.atomic
def decide(*, request_id: uuid.UUID, user: kernel.User, own_consideration: str) -> kernel.Decision:
    """A caseworker answers the request as its documents were decided; the robot's run is queued.

    Raises AccessRequestError while documents are undecided, kernel Refused.
    """
    request = _locked(request_id)
    if request.collected_at is None:
        raise AccessRequestError("Dokumenterne er ikke fundet endnu. Vent et øjeblik.")
    if request.documents.filter(decision_id=None).exists():
        raise AccessRequestError("Der er dokumenter, som ingen har afgjort. Afgør dem først.")
    labels = [outcomes.decided(one)["label"] for one in request.documents.all()]
    decision = kernel.decide_without_recommendation(
        system=selectors.SYSTEM,
        purpose=selectors.PURPOSE,
        subject=selectors.subject_of(request),
        user=user,
        outcome={"label": outcomes.of_all(labels), "documents": len(labels)},
        own_consideration=own_consideration,
        scope=selectors.scope_of(request),
    )
    request.decision_id = decision.id
    request.save(update_fields=["decision_id"])
    robots.start(
        flow=FLOW,
        decision_id=decision.id,
        subject_type=selectors.SUBJECT,
        subject_id=str(request.id),
    )
    return decision


def opened_reason(delay: Delay, *, place: int) -> str:
    """Why an answer was put off; "" when the request is erased. `place` is its number, from 1."""
    if delay.sealed_reason is None:
        return ""
    said = kernel.open_note(
        subject=selectors.subject_of(delay.request),
        place=DELAY_PLACE,
        row=f"{delay.request_id}/{place}",
        sealed=bytes(delay.sealed_reason),
    )
    return said or ""


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


def _locked(request_id: uuid.UUID) -> AccessRequest:
    return (
        AccessRequest.objects.select_for_update(of=("self",))
        .select_related("unit", "case")
        .get(id=request_id)
    )


def _require_right(request: AccessRequest, user: kernel.User) -> None:
    if not kernel.has_role(user, kernel.Role.CASEWORKER, unit=request.unit.code):
        raise AccessRequestError(f"Du har ikke ret til at svare for {request.unit.name}.")


def _sealed(subject: kernel.Subject, number: str) -> bytes:
    return kernel.seal(subject=subject, place=CPR_PLACE, row=subject.id, plaintext=number)
