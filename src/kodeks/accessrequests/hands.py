# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a person tells who does a step of the robot Aktindsigt by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from kodeks.accessrequests import answering, opening, sending, services
from kodeks.accessrequests.answering import Answering
from kodeks.accessrequests.errors import AccessRequestError
from kodeks.accessrequests.models import AccessRequest
from kodeks.casework import by_hand
from kodeks.casework import services as casework
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Direction, Document
from kodeks.documents.errors import DocumentError
from kodeks.kernel import api as kernel
from kodeks.robots.errors import BusinessError
from kodeks.robots.flows import Fact, Hand, StepContext
from kodeks.robots.hands import Facts, Kind

LIST_THEME = "Liste over dokumenter til aktindsigt"
LETTER_THEME = "Svar på anmodning om aktindsigt"
PACKAGE_THEME = "Dokumenter til aktindsigt"
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
_RECEIPT = Fact(
    name="receipt",
    title="Kvitteringens nummer",
    helptext="Nummeret fra det system, som sendte svaret, hvis der er et.",
    required=False,
)
_DAY = Fact(name="given_on", title="Hvornår gav du svaret?", kind=Kind.DAY)


def asked_for(now: Answering) -> Document:
    """What was asked for, as the first document of its case, or that the request is taken up again;
    made once. Raises CaseworkError, AccessRequestError."""
    request = now.request
    key = f"accessrequest:{request.id}"
    if now.round is None:
        return casework.add_document(
            key=key,
            case=opening.case_of(request),
            title=opening.TITLE,
            direction=Direction.INCOMING,
            type="access-request",
            letter_date=request.received_on,
            content=_wording(request),
        )
    return casework.add_document(
        key=f"{key}:{now.round.number}",
        case=opening.case_of(request),
        title="Notat om genbehandling",
        direction=Direction.INTERNAL,
        type="access-request",
        letter_date=now.round.received_on,
        content=(
            f"Anmodningen er taget op igen ({now.round.number}. gang).\n"
            f"{kernel.CAUSES[now.round.cause]}.\nDen {now.round.received_on:%d.%m.%Y}.\n"
        ),
    )


def _wording(request: AccessRequest) -> str:
    about = f"Sag {request.case_number}" if request.case_number else "Alle sager om den, der søger"
    return f"{request.get_law_display()}\n{about}\n\n{request.wording}"


def _journalised(context: StepContext, facts: Facts, user: kernel.User) -> dict[str, Any]:
    now = answering.of_run(context)
    try:
        document = asked_for(now)
        return _entered(
            context,
            now.request,
            document,
            facts,
            theme=document.title,
            user=user,
            case=facts[_CASE.name],
        )
    except (CaseworkError, AccessRequestError) as error:
        raise BusinessError(code="casework", message=str(error)) from error


def _copied(context: StepContext, facts: Facts, user: kernel.User) -> dict[str, Any]:
    """The person made the copies in another system, and gives the answer from there too."""
    return {"copies": 0, "documents": answering.of_run(context).request.documents.count()}


def _listed(context: StepContext, facts: Facts, user: kernel.User) -> dict[str, Any]:
    return _written(context, facts, user, theme=LIST_THEME)


def _answered(context: StepContext, facts: Facts, user: kernel.User) -> dict[str, Any]:
    return _written(context, facts, user, theme=LETTER_THEME)


def _written(
    context: StepContext, facts: Facts, user: kernel.User, *, theme: str
) -> dict[str, Any]:
    request = answering.of_run(context).request
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


def _packed(context: StepContext, facts: Facts, user: kernel.User) -> dict[str, Any]:
    """The person put the answer together in another system."""
    request = answering.of_run(context).request
    try:
        document = casework.add_document(
            key=f"{context.key}:1",
            case=opening.case_of(request),
            title="Notat om svar på aktindsigt",
            direction=Direction.INTERNAL,
            type="note",
            letter_date=timezone.localdate(),
            content="En medarbejder har samlet svaret.",
        )
        entered = _entered(context, request, document, facts, theme=PACKAGE_THEME, user=user)
    except (CaseworkError, AccessRequestError) as error:
        raise BusinessError(code="casework", message=str(error)) from error
    return entered | {"packages": 0}


def _sent(context: StepContext, facts: Facts, user: kernel.User) -> dict[str, Any]:
    """The person gave the answer to the one who asked: the clock stops, the case is closed."""
    request = answering.of_run(context).request
    letter, _ = sending.written(context)
    try:
        dispatch = by_hand.sent(
            key=context.key,
            document=letter,
            number=facts[_RECEIPT.name] or context.key,
            day=dt.date.fromisoformat(facts[_DAY.name]),
        )
        services.delivered(services.locked(request.id), user=user)
    except (CaseworkError, AccessRequestError) as error:
        raise BusinessError(code="casework", message=str(error)) from error
    return {"dispatch": str(dispatch.id), "channel": dispatch.channel}


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
PACK = Hand(facts=(_DOCUMENT,), record=_packed)
SEND = Hand(facts=(_RECEIPT, _DAY), record=_sent)
