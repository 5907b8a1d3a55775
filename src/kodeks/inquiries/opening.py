# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The case of an inquiry, opened in one way, by the robot or when a person does the step."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.utils import timezone

from kodeks.casework import clocks
from kodeks.casework import services as casework
from kodeks.casework.letters import UNKNOWN_SENDER
from kodeks.casework.models import Case, Deadline, DeadlineKind, Direction, Document, Party
from kodeks.inquiries import attachments, letters, selectors, sending, services
from kodeks.inquiries.journalising import ROBOT
from kodeks.inquiries.models import Inquiry, Topic
from kodeks.kernel import api as kernel
from kodeks.robots.flows import StepContext

_NAMESPACE = uuid.UUID("6f0c1f5e-6d0f-4a53-9a2e-1f2b7c9d3a10")


def matter(context: StepContext) -> tuple[Inquiry, kernel.Decision, Topic]:
    """The inquiry of a run, what was decided, and the topic that it was given."""
    inquiry = sending.inquiry_of(context)
    decision = kernel.decision(context.decision_id)
    return inquiry, decision, selectors.topic(decision.outcome["label"])


def opened(
    inquiry: Inquiry, decision: kernel.Decision, topic: Topic, *, number: str
) -> tuple[Case, Document]:
    """The case with its party and clock, and what the citizen wrote as its first document. Made
    once; `number` is the sender's CPR number or "". Raises CaseworkError."""
    key = f"inquiry:{inquiry.id}"
    case = casework.open_case(
        key=key,
        title=letters.theme(topic),
        kle_number=topic.kle_number,
        facet=topic.facet,
        unit=topic.unit,
        caseworker=decision.user,
        parties=[_party(inquiry, number=number)],
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
    deadline_of(inquiry, case)
    return case, document


def files(inquiry: Inquiry, case: Case) -> Iterator[tuple[int, Document]]:
    """Each file that came with the inquiry, by its number, as a document of its own in the case."""
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
        yield file.number, document


def deadline_of(inquiry: Inquiry, case: Case) -> Deadline:
    """The case's clock, which began when the inquiry came; made once."""
    return clocks.start(
        key=f"inquiry:{inquiry.id}",
        case=case,
        kind=DeadlineKind.REPLY,
        started_on=timezone.localdate(inquiry.received_at),
    )


def number_of(context: StepContext) -> str:
    """The sender's CPR number or "": that it was opened is committed before the step begins."""
    inquiry, decision, _ = matter(context)
    return services.opened_cpr(
        inquiry,
        decision_id=decision.id,
        robot=ROBOT,
        reason="Robotten opretter sagen med borgeren som part.",
    )


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
