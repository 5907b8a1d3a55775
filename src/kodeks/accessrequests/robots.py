# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The robot Aktindsigt: journalises, redacts, writes list and letter, packs and sends it all."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from kodeks.accessrequests import (
    answering,
    collecting,
    copying,
    hands,
    letters,
    opening,
    packaging,
    selectors,
    sending,
    services,
)
from kodeks.accessrequests.errors import AccessRequestError
from kodeks.accessrequests.models import AccessRequest
from kodeks.casework import services as casework
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import ActorKind, Case, Direction, Document
from kodeks.casework.ports import PortRejected, journal_system
from kodeks.documents.errors import DocumentError
from kodeks.documents.letters import Letter
from kodeks.kernel import api as kernel
from kodeks.robots import background, flows, subjects
from kodeks.robots.errors import BusinessError
from kodeks.robots.flows import Flow, Step, StepContext

ROBOT = sending.ROBOT
PACKAGE = "access-package"
_SUFFIXES = {"application/pdf": ".pdf", "text/plain": ".txt"}


def journalise(context: StepContext) -> dict[str, Any]:
    """Journalise the request itself (offentlighedsloven § 15), or that it is taken up again."""
    now = answering.of_run(context)
    try:
        document = hands.asked_for(now)
        return _entered(context, now.request, document, theme=document.title)
    except (CaseworkError, AccessRequestError) as error:
        raise BusinessError(code="casework", message=str(error)) from error
    except PortRejected as error:
        raise BusinessError(code="journal", message=str(error)) from error


def write_list(context: StepContext) -> dict[str, Any]:
    """The list of documents, as PDF and in the journal."""
    now = answering.of_run(context)
    try:
        found = letters.answered(now.request)
        letter = letters.documents(now.request, now.decided, found, day=timezone.localdate())
    except (DocumentError, AccessRequestError) as error:
        raise BusinessError(code="letter", message=str(error)) from error
    return _written(context, now.request, letter, theme=hands.LIST_THEME)


def write_letter(context: StepContext) -> dict[str, Any]:
    """The decision, as PDF and in the journal."""
    now = answering.of_run(context)
    try:
        found = letters.answered(now.request)
        letter = letters.decision(now.request, now.decided, found, day=timezone.localdate())
    except (DocumentError, AccessRequestError) as error:
        raise BusinessError(code="letter", message=str(error)) from error
    return _written(context, now.request, letter, theme=hands.LETTER_THEME)


def deliver(context: StepContext) -> dict[str, Any]:
    """The answer as one package, in the journal, for whoever is to fetch it."""
    request = answering.of_run(context).request
    case = opening.case_of(request)
    copying.require_all(request)
    about = {"case_number": case.number, "decision": str(context.decision_id)}
    result: dict[str, Any] = {}
    try:
        files = _files(context, request)
        for number, content in enumerate(packaging.packages(files, about=about), 1):
            document = casework.add_document(
                key=f"{context.key}:{number}",
                case=case,
                title=f"Svar på aktindsigt, pakke {number}",
                direction=Direction.OUTGOING,
                type=PACKAGE,
                letter_date=timezone.localdate(),
                content=content,
                media_type="application/zip",
            )
            entry = _entered(
                context, request, document, theme=hands.PACKAGE_THEME, place=str(number)
            )
            result = entry | {"packages": number}
    except (CaseworkError, AccessRequestError) as error:
        raise BusinessError(code="casework", message=str(error)) from error
    except PortRejected as error:
        raise BusinessError(code="journal", message=str(error)) from error
    return result


def _files(context: StepContext, request: AccessRequest) -> list[packaging.File]:
    files = []
    for document in (*sending.written(context), *copying.copies(request)):
        kind = document.media_type.partition(";")[0].strip()
        name = f"{document.title}{_SUFFIXES.get(kind, '.bin')}"
        files.append(packaging.File(name=name, content=bytes(document.content)))
    return files


def _written(
    context: StepContext, request: AccessRequest, letter: Letter, *, theme: str
) -> dict[str, Any]:
    try:
        document = casework.write_letter(
            key=context.key, case=opening.case_of(request), letter=letter
        )
        return _entered(context, request, document, theme=theme)
    except (CaseworkError, DocumentError, AccessRequestError) as error:
        raise BusinessError(code="letter", message=str(error)) from error
    except PortRejected as error:
        raise BusinessError(code="journal", message=str(error)) from error


def _entered(
    context: StepContext,
    request: AccessRequest,
    document: Document,
    *,
    theme: str,
    place: str = "",
) -> dict[str, Any]:
    entry = casework.register_entry(
        key=f"{context.key}:{place}" if place else context.key,
        document=document,
        received_or_sent_on=document.letter_date,
        theme=theme,
        unit=request.unit,
        actor_kind=ActorKind.SYSTEM,
        actor=ROBOT,
    )
    entry = casework.journalise(entry=entry, system=journal_system())
    return {
        "document": str(document.id),
        "sha256": document.sha256,
        "entry": str(entry.id),
        "esdh_document": entry.esdh_document_id,
    }


_STEPS = (
    Step(
        name="journalise",
        title="Journalisering af anmodningen",
        run=journalise,
        by_hand=hands.JOURNALISE,
    ),
    Step(
        name="redact",
        title="Kopier uden det, der er undtaget",
        run=copying.redact,
        prepare=copying.make,
        by_hand=hands.REDACT,
    ),
    Step(name="list", title="Liste over dokumenter", run=write_list, by_hand=hands.LIST),
    Step(name="letter", title="Brev med afgørelsen", run=write_letter, by_hand=hands.LETTER),
    Step(name="deliver", title="Svaret samlet i en pakke", run=deliver, by_hand=hands.PACK),
    Step(
        name=answering.SEND,
        title="Afsendelse af svaret",
        run=sending.send,
        prepare=sending.recipient,
        by_hand=hands.SEND,
    ),
)
flows.register(
    Flow(
        name=answering.FLOW,
        robot=ROBOT,
        title="Svar på aktindsigt: fjern, skriv liste og brev, saml svaret, og send det",
        steps=_STEPS,
        version=2,
    )
)
flows.register(
    Flow(
        name=answering.AGAIN_FLOW,
        robot=ROBOT,
        title="Nyt svar på aktindsigt: fjern, skriv liste og brev, saml svaret, og send det",
        steps=_STEPS,
    )
)


def _ids(requests: QuerySet[AccessRequest]) -> QuerySet[Any, str]:
    return requests.annotate(number=Cast("id", CharField())).values_list("number", flat=True)


def _address(number: str, user: kernel.User) -> str:
    """Only a caseworker who sees the request's case."""
    seen = _seen(user, {kernel.Role.CASEWORKER}).filter(id=number)
    return reverse("accessrequests:request", args=[number]) if seen.exists() else ""


def _seen(user: kernel.User, roles: Collection[str]) -> QuerySet[AccessRequest]:
    return AccessRequest.objects.filter(case__in=Case.objects.visible_to(user, roles=roles))


subjects.register(
    subjects.Kind(
        type=selectors.SUBJECT,
        title="Anmodningen om aktindsigt",
        address=_address,
        over=lambda: _ids(AccessRequest.objects.exclude(erased_at=None)),
        placing=subjects.Placing(
            placed=lambda: _ids(AccessRequest.objects.exclude(case=None)),
            seen=lambda user, roles: _ids(_seen(user, roles)),
        ),
    )
)
background.register(services.COLLECT, collecting.collect)
background.register(collecting.PROPOSE, collecting.propose)
