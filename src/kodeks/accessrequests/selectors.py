# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Reads of this room."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from kodeks.accessrequests import ports
from kodeks.accessrequests.engine import masking
from kodeks.accessrequests.errors import AccessRequestError
from kodeks.accessrequests.models import AccessRequest, RequestDocument, Round
from kodeks.casework import clock_reads
from kodeks.casework.models import DeadlineState, Direction, Document
from kodeks.documents import redaction
from kodeks.kernel import api as kernel
from kodeks.language import cpr

SYSTEM = "accessrequests"
PURPOSE = "exemptions"
SUBJECT = "accessrequest"
"""What the kernel and the robots call a request; a document of it is DOCUMENT."""
DOCUMENT = "accessdocument"
MOST_CHARACTERS = 300_000
TOO_LONG = "Dokumentet er for langt til, at programmet kan foreslå noget. Læs det, og vælg selv."


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a request has come; counts of documents."""

    found: int
    read: int
    decided: int
    unreadable: int


def waiting(user: kernel.User) -> QuerySet[AccessRequest]:
    """Requests that the person sees and whose answer is not out, the first due first; each has
    `found`, `decided` and what `promised` reads."""
    running = clock_reads.open_ones().filter(case=OuterRef("case"), state=DeadlineState.RUNNING)
    due = running.values("promised")[:1]
    found = _counted(user).filter(Q(delivered_at=None) | _is_reopened(), erased_at=None)
    return found.annotate(due=Subquery(due)).order_by("due", "registered_at", "id")


def promised(found: AccessRequest) -> dt.date | None:
    """The day by which the answer was promised, of a request from `waiting`; None when no clock of
    it runs."""
    day: dt.date | None = found.due  # type: ignore[attr-defined]
    return day


def answered(user: kernel.User) -> QuerySet[AccessRequest]:
    """Requests that the person sees, whose answer is out, newest first."""
    found = _counted(user).exclude(delivered_at=None).exclude(_is_reopened())
    return found.order_by("-received_on", "-id")


def is_seen_by(user: kernel.User, request_id: uuid.UUID) -> bool:
    """Whether the request lies where the person may look."""
    return bool(AccessRequest.objects.visible_to(user).filter(id=request_id).exists())


def open_round(found: AccessRequest) -> Round | None:
    """The round that is not answered; None when the request is not being treated once more."""
    return found.rounds.filter(delivered_at=None).first()


def is_undecided(found: AccessRequest) -> bool:
    """Whether its documents can be decided now: it has no answer, or a new round has none."""
    if found.erased_at is not None:
        return False
    current = open_round(found)
    return found.decision_id is None if current is None else current.reversal_id is None


def of_origin(origin: str, origin_id: str) -> AccessRequest | None:
    """The request that came from there."""
    return AccessRequest.objects.filter(origin=origin, origin_id=origin_id).first()


def request(request_id: uuid.UUID) -> AccessRequest:
    """Raises AccessRequest.DoesNotExist."""
    return AccessRequest.objects.select_related("unit", "case__unit", "case__kle").get(
        id=request_id
    )


def document(document_id: uuid.UUID) -> RequestDocument:
    """Raises RequestDocument.DoesNotExist."""
    return RequestDocument.objects.select_related("request__unit", "request__case").get(
        id=document_id
    )


def of_person(index: bytes) -> QuerySet[AccessRequest]:
    return AccessRequest.objects.filter(requester_index=index).select_related("case", "unit")


def progress(found: AccessRequest) -> Progress:
    done = Q(recommendation_id__isnull=False) | ~Q(problem="") | Q(decision_id__isnull=False)
    counts = found.documents.aggregate(
        found=Count("id"),
        read=Count("id", filter=done),
        decided=Count("id", filter=Q(decision_id__isnull=False)),
        unreadable=Count("id", filter=~Q(problem="")),
    )
    return Progress(**counts)


def subject_of(found: AccessRequest) -> kernel.Subject:
    return kernel.Subject(type=SUBJECT, id=str(found.id))


def document_subject(found: RequestDocument) -> kernel.Subject:
    return kernel.Subject(type=DOCUMENT, id=str(found.id))


def scope_of(found: AccessRequest) -> kernel.Scope:
    """Where the request belongs: the unit that answers."""
    return kernel.Scope(unit=found.unit.code, kle="")


def document_scope(found: RequestDocument) -> kernel.Scope:
    """Where the document's own case belongs: who may not see that case decides nothing here."""
    if not found.scope_unit:
        return scope_of(found.request)
    return kernel.Scope(unit=found.scope_unit, kle=found.scope_kle)


def may_see(user: kernel.User, found: RequestDocument) -> bool:
    """Whether the person may decide about the document, and so read it."""
    return kernel.may(
        user, "decide", about=kernel.About(system=SYSTEM, scope=document_scope(found))
    )


def recommendation_of(found: RequestDocument) -> kernel.Recommendation | None:
    if found.recommendation_id is None:
        return None
    return kernel.recommendation(found.recommendation_id)


def decision_of(found: RequestDocument | AccessRequest) -> kernel.Decision | None:
    """As it was first decided."""
    return None if found.decision_id is None else kernel.decision(found.decision_id)


def standing_of(
    found: RequestDocument | AccessRequest,
) -> kernel.Decision | kernel.Reversal | None:
    """What is decided now: the newest reversal, else the decision; None before that."""
    if found.decision_id is None:
        return None
    changes = kernel.reversals_of(found.decision_id)
    return changes[-1] if changes else kernel.decision(found.decision_id)


def content(found: RequestDocument) -> bytes:
    """The document as it lies at its source.

    Raises AccessRequestError when it is gone or another one since it was found, SourceError.
    """
    source = ports.sources().get(found.source)
    if source is None:
        raise AccessRequestError("Den kilde, som dokumentet kom fra, er ikke koblet på mere.")
    try:
        data = source.fetch(document_id=found.source_id)
    except ports.NoSuchDocument as error:
        raise AccessRequestError(str(error)) from error
    if hashlib.sha256(data).hexdigest() != found.sha256:
        raise AccessRequestError("Dokumentet er ændret ved kilden. Find dokumenterne igen.")
    return data


def read(found: RequestDocument) -> redaction.Read:
    """What the program can read of the document. Raises as `content`."""
    return redaction.read(content(found), media_type=found.media_type)


def hidden_text(found: RequestDocument, pages: tuple[str, ...]) -> str:
    """The pages as one text with CPR numbers hidden (see engine.masking)."""
    index = found.request.requester_index
    own = None if index is None else bytes(index)

    def is_own(digits: str) -> bool:
        return own is not None and kernel.blind_index(digits) == own

    return masking.joined(pages, is_own=is_own)


def people(found: RequestDocument, text: str) -> dict[str, list[str]]:
    """Names for the engine: the asker's own, others' in the case, and staff's that are in it."""
    own = [found.request.requester_name, *found.request.requester_address.splitlines()]
    asked = found.request.requester_name.casefold()
    others = {
        cpr.mask(name)
        for source in ports.sources().values()
        for name in (source.people(case_number=found.case_number) if found.case_number else ())
        if name.strip() and name.casefold() != asked
    }
    said = text.casefold()
    staff = kernel.User.objects.filter(person_index=None).values_list("full_name", flat=True)
    public = [name for name in staff if name and name.casefold() in said]
    return {
        "own": [one for one in own if one.strip()],
        "others": sorted(others),
        "public": sorted(public),
    }


def copies(found: AccessRequest) -> QuerySet[Document]:
    """What the robot has put in the request's case for the one who asked, without the content."""
    return (
        Document.objects.filter(case=found.case, direction=Direction.OUTGOING)
        .defer("content")
        .order_by("created_at", "title")
    )


def _is_reopened() -> Exists:
    return Exists(Round.objects.filter(request=OuterRef("pk"), delivered_at=None))


def _counted(user: kernel.User) -> QuerySet[AccessRequest]:
    decided = Count("documents", filter=Q(documents__decision_id__isnull=False))
    found: QuerySet[AccessRequest] = AccessRequest.objects.visible_to(user)
    return found.select_related("unit", "case").annotate(found=Count("documents"), decided=decided)
