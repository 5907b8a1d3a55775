# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The robot Visitator: journalises the inquiry, writes and sends the receipt letter, forwards the
case."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone

from kodeks.casework import clocks
from kodeks.casework import selectors as cases
from kodeks.casework import services as casework
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Case, Deadline, DeadlineKind, Direction, Party
from kodeks.casework.ports import PortRejected
from kodeks.casework.slipping import UNKNOWN_SENDER
from kodeks.documents.errors import DocumentError
from kodeks.inquiries import (
    attachments,
    forwarding,
    letters,
    reversing,
    selectors,
    sending,
    services,
)
from kodeks.inquiries.journalising import ROBOT, entered
from kodeks.inquiries.models import Inquiry, Topic
from kodeks.kernel import api as kernel
from kodeks.robots import background, flows, subjects
from kodeks.robots.errors import BusinessError
from kodeks.robots.flows import Flow, Step, StepContext

_NAMESPACE = uuid.UUID("6f0c1f5e-6d0f-4a53-9a2e-1f2b7c9d3a10")


def _matter(context: StepContext) -> tuple[Inquiry, kernel.Decision, Topic]:
    inquiry = sending.inquiry_of(context)
    decision = kernel.decision(context.decision_id)
    return inquiry, decision, selectors.topic(decision.outcome["label"])


def journalise(context: StepContext) -> dict[str, Any]:
    """Open the case and journalise the inquiry (offentlighedsloven § 15)."""
    inquiry, decision, topic = _matter(context)
    key = f"inquiry:{inquiry.id}"
    try:
        case = casework.open_case(
            key=key,
            title=letters.theme(topic),
            kle_number=topic.kle_number,
            facet=topic.facet,
            unit=topic.unit,
            caseworker=decision.user,
            parties=[_party(inquiry, number=context.prepared)],
        )
        received = timezone.localdate(inquiry.received_at)
        document = casework.add_document(
            key=key,
            case=case,
            title=f"Henvendelse ({inquiry.get_channel_display()})",
            direction=Direction.INCOMING,
            type="inquiry",
            letter_date=received,
            content=inquiry.text,
        )
        _deadline(inquiry, case)
        entry = entered(
            context, document, theme=letters.theme(topic), topic=topic, cpr=context.prepared
        )
        _journalise_files(context, inquiry, case, topic)
    except CaseworkError as error:
        raise BusinessError(code="casework", message=str(error)) from error
    except PortRejected as error:
        raise BusinessError(code="journal", message=str(error)) from error
    inquiry.case = case
    inquiry.save(update_fields=["case"])
    return {
        "case": case.number,
        "entry": str(entry.id),
        "esdh_case": entry.esdh_case_id,
        "esdh_document": entry.esdh_document_id,
    }


def _journalise_files(context: StepContext, inquiry: Inquiry, case: Case, topic: Topic) -> None:
    """Each file that came with the inquiry is a document of its own in case and journal."""
    for listed in attachments.listed(inquiry):
        file = attachments.opened(listed.id)
        document = casework.add_document(
            key=f"inquiry:{inquiry.id}:{file.number}",
            case=case,
            # The file's own name may tell who it is about.
            title=f"Bilag {file.number} til henvendelse",
            direction=Direction.INCOMING,
            type="attachment",
            letter_date=timezone.localdate(inquiry.received_at),
            content=file.content,
            media_type=file.media_type,
        )
        entered(context, document, theme=letters.theme(topic), topic=topic, part=file.number)


def receipt(context: StepContext) -> dict[str, Any]:
    """Write the letter that tells the citizen where the inquiry went and how to see why.

    What goes out is journalised as what came in (offentlighedsloven § 15, stk. 1).
    """
    inquiry, decision, topic = _matter(context)
    case = cases.case(number=str(context.results["journalise"]["case"]))
    # The day of this step: a run that waited over night does not send a letter of yesterday.
    today = timezone.localdate()
    try:
        deadline = _deadline(inquiry, case)
        letter = letters.handled(
            inquiry, decision, topic, deadline, proof=context.prepared, day=today
        )
        document = casework.write_letter(key=context.key, case=case, letter=letter)
        theme = f"Kvittering for {letters.theme(topic).lower()}"
        entry = entered(context, document, theme=theme, topic=topic)
    except (CaseworkError, DocumentError) as error:
        raise BusinessError(code="letter", message=str(error)) from error
    except PortRejected as error:
        raise BusinessError(code="journal", message=str(error)) from error
    return {
        "document": str(document.id),
        "sha256": document.sha256,
        "entry": str(entry.id),
        "esdh_document": entry.esdh_document_id,
        # What the letter promises, so that the log can tell whether it was kept.
        "answer_by": deadline.due_on.isoformat(),
    }


def forward(context: StepContext) -> dict[str, Any]:
    """Give the case to the department that answers."""
    _, decision, topic = _matter(context)
    case = cases.case(number=str(context.results["journalise"]["case"]))
    return forwarding.given(context, case, topic, decided_at=decision.decided_at)


def _deadline(inquiry: Inquiry, case: Case) -> Deadline:
    """The case's clock, which began when the inquiry came; made once."""
    return clocks.start(
        key=f"inquiry:{inquiry.id}",
        case=case,
        kind=DeadlineKind.REPLY,
        started_on=timezone.localdate(inquiry.received_at),
    )


def _number(context: StepContext) -> str:
    """The sender's CPR number or "": that it was opened is committed before the step begins."""
    inquiry, decision, _ = _matter(context)
    return services.opened_cpr(
        inquiry,
        decision_id=decision.id,
        robot=ROBOT,
        reason="Robotten opretter sagen med borgeren som part.",
    )


def _proof(context: StepContext) -> bytes | None:
    """The receipt that the letter carries. Raises NotReady while it may still come."""
    _, decision, _ = _matter(context)
    return letters.receipt_for(decision)


def _party(inquiry: Inquiry, *, number: str) -> casework.NewParty:
    party_id = uuid.uuid5(_NAMESPACE, str(inquiry.id))
    name = inquiry.sender_name or UNKNOWN_SENDER
    if not number:
        return casework.NewParty(
            id=party_id, role=Party.Role.PRIMARY, kind=Party.Kind.FREE, name=name
        )
    return casework.NewParty(
        id=party_id,
        role=Party.Role.PRIMARY,
        kind=Party.Kind.CPR,
        name=name,
        sealed_cpr=kernel.seal(
            subject=services.subject_of(inquiry),
            place="casework_party/sealed_cpr",
            row=str(party_id),
            plaintext=number,
        ),
        blind_index=kernel.blind_index(number),
    )


def _subject(arguments: Mapping[str, Any]) -> tuple[str, str]:
    return services.SUBJECT, str(arguments["inquiry_id"])


def _wanted(calls: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """A suggestion is wanted until somebody has decided without one."""
    open_ones = selectors.without_answer([str(one["inquiry_id"]) for one in calls])
    return [one for one in calls if str(one["inquiry_id"]) in open_ones]


def _address(number: str, user: kernel.User) -> str:
    """Only a caseworker who sees it opens an inquiry."""
    if not selectors.visible_to(user).filter(id=number).exists():
        return ""
    return reverse("inquiries:inquiry", args=[number])


flows.register(
    Flow(
        name=services.FLOW,
        robot=ROBOT,
        title="Journalisér, kvittér, send brevet, og send sagen videre",
        steps=(
            Step(
                name="journalise",
                title=reversing.JOURNALISING,
                run=journalise,
                prepare=_number,
            ),
            Step(
                name="receipt",
                title=reversing.LETTER,
                run=receipt,
                prepare=_proof,
            ),
            sending.STEP,
            Step(name="forward", title=reversing.FORWARDING, run=forward),
        ),
    )
)
flows.register(reversing.FLOW)
background.register(
    services.TRIAGE,
    services.triage,
    about=background.About(
        title="Lav et forslag til en henvendelse", subject=_subject, wanted=_wanted
    ),
)
subjects.register(
    subjects.Kind(
        type=services.SUBJECT,
        title="Henvendelsen",
        address=_address,
        over=selectors.erased_ids,
        placing=subjects.Placing(placed=selectors.placed_ids, seen=selectors.seen_ids),
    )
)
