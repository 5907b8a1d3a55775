# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Background work: find a request's documents across the sources, order them, propose for each.

Each document is a job of its own, so a person with five hundred documents is no more than many
small jobs, and one that is broken off goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from kodeks.accessrequests import ports, selectors, suggesting
from kodeks.accessrequests.errors import AccessRequestError
from kodeks.accessrequests.models import AccessRequest, RequestDocument
from kodeks.casework.models import Direction
from kodeks.language import cpr
from kodeks.robots import services as robots

PROPOSE = "accessrequests-propose"
_TITLE_MOST = 200


@transaction.atomic
def collect(*, request_id: str) -> None:
    """Find and number the documents, and queue a proposal for each that is new.

    Safe to repeat: what was found before stays. Raises SourceError when a source fails; then
    nothing is kept, and it is tried again.
    """
    request = AccessRequest.objects.select_for_update(of=("self",)).get(id=request_id)
    if not selectors.is_undecided(request):
        return
    for source in ports.sources().values():
        _take(request, source, source.find(wanted=_wanted(request)))
    _number(request)
    request.collected_at = timezone.now()
    request.save(update_fields=["collected_at"])
    new = request.documents.filter(recommendation_id=None, problem="", decision_id=None)
    for document_id in new.values_list("id", flat=True):
        robots.enqueue(
            task=PROPOSE, arguments={"document_id": str(document_id)}, key=str(document_id)
        )


@transaction.atomic
def propose(*, document_id: str) -> None:
    """Issue the recommendation about a document, or write down why there is none.

    Raises kernel Refused or SystemStopped, SourceError.
    """
    RequestDocument.objects.select_for_update(of=("self",)).get(id=document_id)
    found = selectors.document(document_id)  # type: ignore[arg-type]
    if found.recommendation_id is not None or found.decision_id is not None or found.problem:
        return
    text, found.problem = _text_of(found)
    if not found.problem:
        found.recommendation_id = suggesting.suggest(found, text=text)
    found.save(update_fields=["problem", "recommendation_id"])


def _text_of(found: RequestDocument) -> tuple[str, str]:
    """The text with CPR numbers hidden, and why there is no proposal to make of it."""
    try:
        read = selectors.read(found)
    except AccessRequestError as error:
        return "", str(error)
    text = selectors.hidden_text(found, read.pages)
    if read.problem:
        return "", read.problem
    if not text.strip():
        return "", next(iter(read.unread.values()), "Dokumentet har ingen tekst. Se det igennem.")
    return (text, "") if len(text) <= selectors.MOST_CHARACTERS else ("", selectors.TOO_LONG)


def _wanted(request: AccessRequest) -> ports.Wanted:
    if request.case_number:
        return ports.Wanted(case_number=request.case_number)
    index = request.requester_index
    return ports.Wanted(person=b"" if index is None else bytes(index))


def _take(
    request: AccessRequest, source: ports.DocumentSource, found: Iterable[ports.FoundDocument]
) -> None:
    """Keep what is new; what another source has too is shown once, with both places."""
    for one in found:
        if (source.name, one.id) == (request.origin, request.origin_id):
            # What asks for access is no document that is asked for.
            continue
        kept, new = RequestDocument.objects.get_or_create(
            request=request,
            sha256=one.sha256,
            defaults={
                "source": source.name,
                "source_id": one.id,
                "case_number": one.case_number,
                "scope_unit": one.unit,
                "scope_kle": one.kle,
                "title": cpr.mask(one.title)[:_TITLE_MOST],
                "date": one.date,
                "direction": one.direction
                if one.direction in Direction.values
                else Direction.INCOMING,
                "media_type": one.media_type,
            },
        )
        if not new and kept.source != source.name and source.title not in kept.also_in:
            kept.also_in = [*kept.also_in, source.title]
            kept.save(update_fields=["also_in"])


def _number(request: AccessRequest) -> None:
    """By case and date. A number that somebody has decided under stays."""
    free = request.documents.filter(decision_id=None)
    taken = set(request.documents.exclude(decision_id=None).values_list("number", flat=True))
    free.update(number=None)
    numbers = (number for number in count(1) if number not in taken)
    for document in free.order_by("case_number", "date", F("title").asc(), "id"):
        document.number = next(numbers)
        document.save(update_fields=["number"])
