# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What people decide: each document, first and anew, the request as a whole, and a new round.

What is decided stays as it was written. A document is decided anew by a reversal, as long as the
request, or its new round, has no answer; after that it takes a new round (genbehandling).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from kodeks.accessrequests import answering, clock, outcomes, selectors, services
from kodeks.accessrequests.errors import AccessRequestError
from kodeks.accessrequests.models import RequestDocument, Round
from kodeks.casework.errors import CaseworkError
from kodeks.kernel import api as kernel
from kodeks.robots import services as robots

_CLOSED = "Anmodningen er besvaret. Tag den op igen, før du afgør noget på ny."
_CHANGED = "Dokumentet er afgjort på ny i mellemtiden. Se den nye afgørelse, før du ændrer den."


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
    found = _open_document(document_id)
    outcome = _outcome(found, label=label, marks=marks, rule=rule, accept_withheld=accept_withheld)
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
def decide_anew(
    *,
    document_id: uuid.UUID,
    user: kernel.User,
    replaces: uuid.UUID,
    label: str,
    marks: Sequence[outcomes.Mark] = (),
    rule: str = "",
    own_consideration: str,
    accept_withheld: bool = False,
) -> kernel.Reversal:
    """A caseworker changes what was decided about a document, as long as no answer is on its way.

    `replaces` is what they saw standing; both stay in the ledger. Raises AccessRequestError, kernel
    Refused.
    """
    found = _open_document(document_id)
    standing = selectors.standing_of(found)
    if standing is None or standing.id != replaces:
        raise AccessRequestError(_CHANGED)
    current = selectors.open_round(found.request)
    return kernel.reverse(
        replaces=replaces,
        user=user,
        cause="own" if current is None else current.cause,  # type: ignore[arg-type]
        outcome=_outcome(
            found, label=label, marks=marks, rule=rule, accept_withheld=accept_withheld
        ),
        own_consideration=own_consideration,
    )


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
def decide(
    *, request_id: uuid.UUID, user: kernel.User, own_consideration: str
) -> kernel.Decision | kernel.Reversal:
    """A caseworker answers the request as its documents are decided; the robot's run is queued.

    In a new round the answer takes the place of the one before. Raises AccessRequestError while
    documents are undecided, kernel Refused.
    """
    request = services.locked(request_id)
    if not selectors.is_undecided(request):
        raise AccessRequestError(_CLOSED)
    if request.collected_at is None:
        raise AccessRequestError("Dokumenterne er ikke fundet endnu. Vent et øjeblik.")
    if request.documents.filter(decision_id=None).exists():
        raise AccessRequestError("Der er dokumenter, som ingen har afgjort. Afgør dem først.")
    labels = [outcomes.decided(one)["label"] for one in request.documents.all()]
    outcome: dict[str, Any] = {"label": outcomes.of_all(labels), "documents": len(labels)}
    current = selectors.open_round(request)
    standing = selectors.standing_of(request)
    made: kernel.Decision | kernel.Reversal
    if current is None or standing is None:
        made = kernel.decide_without_recommendation(
            system=selectors.SYSTEM,
            purpose=selectors.PURPOSE,
            subject=selectors.subject_of(request),
            user=user,
            outcome=outcome,
            own_consideration=own_consideration,
            scope=selectors.scope_of(request),
        )
        request.decision_id = made.id
        request.save(update_fields=["decision_id"])
        flow = answering.FLOW
    else:
        made = kernel.reverse(
            replaces=standing.id,
            user=user,
            cause=current.cause,  # type: ignore[arg-type]
            # With its number, so that what stands after a new look is a decision too.
            outcome=outcome | {"round": current.number},
            own_consideration=own_consideration,
        )
        current.reversal_id = made.id
        current.save(update_fields=["reversal_id"])
        flow = answering.AGAIN_FLOW
    robots.start(
        flow=flow,
        decision_id=made.id,
        subject_type=selectors.SUBJECT,
        subject_id=str(request.id),
        unit=request.unit.code,
    )
    return made


@transaction.atomic
def reopen(*, request_id: uuid.UUID, user: kernel.User, cause: str, received_on: dt.date) -> Round:
    """The request is treated once more, after a complaint or because the municipality takes it up.

    Its documents may be decided anew and others be found; the clock begins again on the day that
    the complaint came. Raises AccessRequestError.
    """
    request = services.locked(request_id)
    services.require_right(request, user)
    if request.erased_at is not None:
        raise AccessRequestError("Anmodningens oplysninger er slettet. Den kan ikke tages op igen.")
    if request.delivered_at is None or selectors.open_round(request) is not None:
        raise AccessRequestError("Anmodningen er ikke besvaret endnu. Svar på den først.")
    if cause not in kernel.CAUSES:
        raise AccessRequestError("Vælg, hvorfor anmodningen tages op igen.")
    if not timezone.localdate(request.delivered_at) <= received_on <= timezone.localdate():
        raise AccessRequestError("Dagen skal ligge efter svaret og være i dag eller før. Ret den.")
    made = Round.objects.create(
        request=request,
        number=1 + request.rounds.count(),
        cause=cause,
        received_on=received_on,
        opened_at=timezone.now(),
        user_id=user.pk,
    )
    try:
        clock.start(request, received_on=received_on, round_number=made.number)
    except CaseworkError as error:
        raise AccessRequestError(str(error)) from error
    return made


def _open_document(document_id: uuid.UUID) -> RequestDocument:
    """The document, held, with its request: an answer and a decision come one after the other."""
    found = RequestDocument.objects.select_for_update(of=("self",)).get(id=document_id)
    found.request = services.locked(found.request_id)
    if not selectors.is_undecided(found.request):
        raise AccessRequestError(_CLOSED)
    return found


def _outcome(
    found: RequestDocument,
    *,
    label: str,
    marks: Sequence[outcomes.Mark],
    rule: str,
    accept_withheld: bool,
) -> dict[str, Any]:
    """The copy is made first, to see which pages cannot be redacted."""
    outcome = outcomes.checked(found, label=label, marks=marks, rule=rule)
    pages = outcomes.pages_withheld(found, outcome)
    if pages and not accept_withheld:
        raise AccessRequestError(outcomes.told(pages))
    return outcome | ({"pages": sorted(pages)} if pages else {})
