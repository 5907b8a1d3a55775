# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The steps that make the copies to hand out, each without what was exempted."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from kodeks.accessrequests import answering, opening, outcomes, selectors
from kodeks.accessrequests.errors import AccessRequestError
from kodeks.accessrequests.models import AccessRequest, RequestDocument
from kodeks.casework import services as casework
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Direction, Document
from kodeks.kernel import api as kernel
from kodeks.robots.errors import BusinessError
from kodeks.robots.flows import StepContext

COPY = "access-copy"
_ELSEWHERE = "En medarbejder har lavet kopierne et andet sted. Saml svaret, og giv det, selv."


def make(context: StepContext) -> int:
    """Make each copy, in a transaction of its own, so that a large answer can be broken off."""
    request = answering.of_run(context).request
    made = 0
    for found, key in _wanted(request):
        made += 1
        if not Document.objects.filter(key=key).exists():
            _copy(request, found, key=key)
    return made


def redact(context: StepContext) -> dict[str, Any]:
    """The copies are there, each without what was exempted."""
    request = answering.of_run(context).request
    there = len(copies(request))
    if there != len(_wanted(request)):
        raise BusinessError(code="redaction", message="Der mangler kopier. Prøv igen.")
    return {"copies": there, "documents": request.documents.count()}


def require_all(request: AccessRequest) -> None:
    """A person may have made the copies elsewhere, and an answer without them is none.

    Raises BusinessError.
    """
    if len(copies(request)) != len(_wanted(request)):
        raise BusinessError(code="redaction", message=_ELSEWHERE)


def copies(request: AccessRequest) -> list[Document]:
    """The copies of what is decided now, in the order of the list."""
    keys = [key for _, key in _wanted(request)]
    there = Document.objects.in_bulk(keys, field_name="key")
    return [there[key] for key in keys if key in there]


def _wanted(request: AccessRequest) -> list[tuple[RequestDocument, str]]:
    """The documents that are handed out, each with the key of its copy: one of each decision."""
    found = []
    for document in request.documents.order_by("number"):
        standing = selectors.standing_of(document)
        if standing is None or standing.outcome["label"] == "withhold":
            continue
        key = f"accessdocument:{document.id}:copy"
        if isinstance(standing, kernel.Reversal):
            key = f"accessdocument:{document.id}:{standing.id}"
        found.append((document, key))
    return found


def _copy(request: AccessRequest, found: RequestDocument, *, key: str) -> None:
    outcome = outcomes.decided(found)
    try:
        copy = outcomes.copy(found, outcome)
        if sorted(copy.withheld) != list(outcome.get("pages", [])):
            raise BusinessError(
                code="pages",
                message=f"Dokument {found.number} kan ikke renses, som det blev afgjort.",
            )
        casework.add_document(
            key=key,
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
