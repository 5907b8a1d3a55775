# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a person tells who does a step of the robot Aktindsigt by hand."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from kodeks.accessrequests import opening, selectors
from kodeks.accessrequests.errors import AccessRequestError
from kodeks.accessrequests.models import AccessRequest
from kodeks.casework import by_hand
from kodeks.casework import services as casework
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import CaseState, Direction, Document
from kodeks.documents.errors import DocumentError
from kodeks.kernel import api as kernel
from kodeks.robots.errors import BusinessError
from kodeks.robots.flows import Fact, Hand, StepContext
from kodeks.robots.hands import Facts, Kind

LIST_THEME = "Liste over dokumenter til aktindsigt"
LETTER_THEME = "Svar på anmodning om aktindsigt"
PACKAGE_THEME = "Dokumenter til aktindsigt"
_ERASED = "Anmodningens oplysninger er slettet. Robotten skal ikke gøre mere."
_CASE = Fact(name="esdh_case", title="Sagens nummer i ESDH")
_DOCUMENT = Fact(
    name="esdh_document",
    title="Dokumentets nummer i ESDH",
    helptext="Nummeret, som ESDH gav dokumentet.",
)
_TEXT = Fact(
    name="text",
    title="Hvad står der i dokumentet?",
    helptext="Skriv eller indsæt teksten. Den kommer med i svaret. Skriv ikke CPR-numre.",
    kind=Kind.TEXT,
)
_DAY = Fact(name="given_on", title="Hvornår gav du svaret?", kind=Kind.DAY)


def request_of(context: StepContext) -> AccessRequest:
    """The request of a run. Raises BusinessError when it is erased."""
    request = selectors.request(uuid.UUID(context.subject_id))
    if request.erased_at is not None:
        raise BusinessError(code="erased", message=_ERASED)
    return request


def asked_for(request: AccessRequest) -> Document:
    """What was asked for, as the first document of its case; made once. Raises CaseworkError."""
    about = f"Sag {request.case_number}" if request.case_number else "Alle sager om den, der søger"
    return casework.add_document(
        key=f"accessrequest:{request.id}",
        case=opening.case_of(request),
        title=opening.TITLE,
        direction=Direction.INCOMING,
        type="access-request",
        letter_date=request.received_on,
        content=f"{request.get_law_display()}\n{about}\n\n{request.wording}",
    )


def _journalised(context: StepContext, facts: Facts, user: kernel.User) -> dict[str, Any]:
    request = request_of(context)
    try:
        document = asked_for(request)
        return _entered(
            context,
            request,
            document,
            facts,
            theme=opening.TITLE,
            user=user,
            case=facts[_CASE.name],
        )
    except (CaseworkError, AccessRequestError) as error:
        raise BusinessError(code="casework", message=str(error)) from error


def _copied(context: StepContext, facts: Facts, user: kernel.User) -> dict[str, Any]:
    """The person made the copies in another system, and gives the answer from there too."""
    return {"copies": 0, "documents": request_of(context).documents.count()}


def _listed(context: StepContext, facts: Facts, user: kernel.User) -> dict[str, Any]:
    return _written(context, facts, user, theme=LIST_THEME)


def _answered(context: StepContext, facts: Facts, user: kernel.User) -> dict[str, Any]:
    return _written(context, facts, user, theme=LETTER_THEME)


def _written(
    context: StepContext, facts: Facts, user: kernel.User, *, theme: str
) -> dict[str, Any]:
    request = request_of(context)
    try:
        document = by_hand.transcribed(
            key=context.key,
            case=opening.case_of(request),
            text=facts["text"],
            unit=request.unit,
            day=timezone.localdate(),
            user=user,
            subject=f"{theme} (afskrift)",
        )
        return _entered(context, request, document, facts, theme=theme, user=user)
    except (CaseworkError, DocumentError, AccessRequestError) as error:
        raise BusinessError(code="letter", message=str(error)) from error


def _delivered(context: StepContext, facts: Facts, user: kernel.User) -> dict[str, Any]:
    """The person gave the answer; the case is closed as after the robot's package."""
    request = request_of(context)
    case = opening.case_of(request)
    day = dt.date.fromisoformat(facts["given_on"])
    try:
        document = casework.add_document(
            key=f"{context.key}:1",
            case=case,
            title="Notat om svar på aktindsigt",
            direction=Direction.INTERNAL,
            type="note",
            letter_date=day,
            content=f"En medarbejder har samlet og givet svaret den {date_format(day)}.",
        )
        result = _entered(context, request, document, facts, theme=PACKAGE_THEME, user=user)
        casework.advance_case(case=case, state=CaseState.CLOSED)
    except (CaseworkError, AccessRequestError) as error:
        raise BusinessError(code="casework", message=str(error)) from error
    request.delivered_at = timezone.now()
    request.save(update_fields=["delivered_at"])
    return result | {"packages": 0}


def _entered(
    context: StepContext,
    request: AccessRequest,
    document: Document,
    facts: Facts,
    *,
    theme: str,
    user: kernel.User,
    case: str = "",
) -> dict[str, Any]:
    entry = by_hand.journalised(
        key=context.key,
        document=document,
        theme=theme,
        unit=request.unit,
        user=user,
        esdh_case_id=case or by_hand.journalled_as(document.case),
        esdh_document_id=facts["esdh_document"],
    )
    return {
        "document": str(document.id),
        "sha256": document.sha256,
        "entry": str(entry.id),
        "esdh_document": entry.esdh_document_id,
    }


JOURNALISE = Hand(facts=(_CASE, _DOCUMENT), record=_journalised)
REDACT = Hand(facts=(), record=_copied)
LIST = Hand(facts=(_DOCUMENT, _TEXT), record=_listed)
LETTER = Hand(facts=(_DOCUMENT, _TEXT), record=_answered)
DELIVER = Hand(facts=(_DOCUMENT, _DAY), record=_delivered)
