# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The robot Aktindsigt: journalises, redacts, writes list and letter, packs the answer."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from kodeks.accessrequests import (
    collecting,
    hands,
    letters,
    opening,
    outcomes,
    packaging,
    selectors,
    services,
)
from kodeks.accessrequests.errors import AccessRequestError
from kodeks.accessrequests.models import AccessRequest, RequestDocument
from kodeks.casework import services as casework
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import ActorKind, CaseState, Direction, Document
from kodeks.casework.ports import PortRejected, journal_system
from kodeks.documents.errors import DocumentError
from kodeks.documents.letters import Letter
from kodeks.kernel import api as kernel
from kodeks.robots import background, flows
from kodeks.robots.errors import BusinessError
from kodeks.robots.flows import Flow, Step, StepContext

ROBOT = "aktindsigt"
COPY = "access-copy"
PACKAGE = "access-package"
_COPIES_ELSEWHERE = (
    "En medarbejder har lavet kopierne et andet sted. Saml svaret, og giv det, selv."
)
_SUFFIXES = {"application/pdf": ".pdf", "text/plain": ".txt"}


def journalise(context: StepContext) -> dict[str, Any]:
    """Journalise the request itself (offentlighedsloven § 15)."""
    request = hands.request_of(context)
    try:
        document = hands.asked_for(request)
        return _entered(context, request, document, theme=opening.TITLE)
    except (CaseworkError, AccessRequestError) as error:
        raise BusinessError(code="casework", message=str(error)) from error
    except PortRejected as error:
        raise BusinessError(code="journal", message=str(error)) from error


def _make_copies(context: StepContext) -> int:
    """Make each copy, in a transaction of its own, so that a large answer can be broken off."""
    request = hands.request_of(context)
    made = 0
    for found in request.documents.order_by("number"):
        if outcomes.decided(found)["label"] == "withhold":
            continue
        made += 1
        if not Document.objects.filter(key=_copy_key(found)).exists():
            _copy(request, found)
    return made


def _copy(request: AccessRequest, found: RequestDocument) -> None:
    outcome = outcomes.decided(found)
    try:
        copy = outcomes.copy(found, outcome)
        if sorted(copy.withheld) != list(outcome.get("pages", [])):
            raise BusinessError(
                code="pages",
                message=f"Dokument {found.number} kan ikke renses, som det blev afgjort.",
            )
        casework.add_document(
            key=_copy_key(found),
            case=opening.case_of(request),
            title=f"Dokument {found.number} til aktindsigt",
            direction=Direction.OUTGOING,
            type=COPY,
            letter_date=timezone.localdate(),
            content=copy.content,
            media_type=found.media_type,
        )
    except (AccessRequestError, CaseworkError) as error:
        raise BusinessError(code="redaction", message=str(error)) from error


def redact(context: StepContext) -> dict[str, Any]:
    """The copies are there, each without what was exempted."""
    request = hands.request_of(context)
    there, wanted = _copies(request)
    if there != wanted:
        raise BusinessError(code="redaction", message="Der mangler kopier. Prøv igen.")
    return {"copies": there, "documents": request.documents.count()}


def _copies(request: AccessRequest) -> tuple[int, int]:
    """How many copies are there, and how many there should be."""
    keys = [
        _copy_key(found)
        for found in request.documents.all()
        if outcomes.decided(found)["label"] != "withhold"
    ]
    return Document.objects.filter(key__in=keys).count(), len(keys)


def write_list(context: StepContext) -> dict[str, Any]:
    """The list of documents, as PDF and in the journal."""
    request = hands.request_of(context)
    decision = kernel.decision(context.decision_id)
    letter = letters.documents(request, decision, letters.answered(request))
    return _written(context, request, letter, theme=hands.LIST_THEME)


def write_letter(context: StepContext) -> dict[str, Any]:
    """The decision, as PDF and in the journal."""
    request = hands.request_of(context)
    decision = kernel.decision(context.decision_id)
    letter = letters.decision(request, decision, letters.answered(request))
    return _written(context, request, letter, theme=hands.LETTER_THEME)


def deliver(context: StepContext) -> dict[str, Any]:
    """The answer as one package, in the journal; then the case is closed."""
    request = hands.request_of(context)
    case = opening.case_of(request)
    there, wanted = _copies(request)
    if there != wanted:
        # A person made them elsewhere, and a package without them would be no answer.
        raise BusinessError(code="redaction", message=_COPIES_ELSEWHERE)
    about = {"case_number": case.number, "decision": str(context.decision_id)}
    result: dict[str, Any] = {}
    try:
        for number, content in enumerate(packaging.packages(_files(request), about=about), 1):
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
        casework.advance_case(case=case, state=CaseState.CLOSED)
    except (CaseworkError, AccessRequestError) as error:
        raise BusinessError(code="casework", message=str(error)) from error
    except PortRejected as error:
        raise BusinessError(code="journal", message=str(error)) from error
    request.delivered_at = timezone.now()
    request.save(update_fields=["delivered_at"])
    return result


def _files(request: AccessRequest) -> list[packaging.File]:
    files = []
    for document in selectors.copies(request).filter(type__in=(COPY, "letter")):
        kind = document.media_type.partition(";")[0].strip()
        name = f"{document.title}{_SUFFIXES.get(kind, '.bin')}"
        files.append(packaging.File(name=name, content=bytes(document.content)))
    return files


def _copy_key(found: RequestDocument) -> str:
    return f"accessdocument:{found.id}:copy"


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


flows.register(
    Flow(
        name=services.FLOW,
        robot=ROBOT,
        title="Svar på aktindsigt: fjern, skriv liste og brev, og saml svaret",
        steps=(
            Step(
                name="journalise",
                title="Journalisering af anmodningen",
                run=journalise,
                by_hand=hands.JOURNALISE,
            ),
            Step(
                name="redact",
                title="Kopier uden det, der er undtaget",
                run=redact,
                prepare=_make_copies,
                by_hand=hands.REDACT,
            ),
            Step(
                name="list",
                title="Liste over dokumenter",
                run=write_list,
                by_hand=hands.LIST,
            ),
            Step(
                name="letter",
                title="Brev med afgørelsen",
                run=write_letter,
                by_hand=hands.LETTER,
            ),
            Step(
                name="deliver",
                title="Svaret samlet i en pakke",
                run=deliver,
                by_hand=hands.DELIVER,
            ),
        ),
    )
)
background.register(
    services.COLLECT,
    collecting.collect,
    about=background.About(title="Find dokumenter til aktindsigt", robot=ROBOT),
)
background.register(collecting.PROPOSE, collecting.propose)
