# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The case of an inquiry, opened in one way, by the robot or when a person does the step."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from django.utils import timezone

from kodeks.casework import clocks
from kodeks.casework import services as casework
from kodeks.casework.errors import CaseworkError
from kodeks.casework.letters import UNKNOWN_SENDER
from kodeks.casework.models import Case, Deadline, DeadlineKind, Direction, Document, Party
from kodeks.inquiries import (
    attachments,
    filing,
    legal_clocks,
    letters,
    letters_sent,
    selectors,
    sending,
    services,
    splitting,
)
from kodeks.inquiries.journalising import ROBOT, SPLIT
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
    inquiry: Inquiry, decision: kernel.Decision | kernel.Reversal, topic: Topic, *, number: str
) -> tuple[Case, Document]:
    """The case with its party and clock, and what the citizen wrote as its first document. Made
    once; `number` is the sender's CPR number or "". Raises CaseworkError."""
    case = _case(inquiry, decision, topic, parties=[party(inquiry, number=number)])
    document = written(inquiry, case)
    deadline_of(inquiry, case)
    legal_clocks.begin(inquiry, case)
    return case, document


def own_case(
    inquiry: Inquiry, reversal: kernel.Reversal, topic: Topic, *, number: str
) -> tuple[Case, list[Document]]:
    """The case of an inquiry that was laid on another's before, with its party, and all that came
    or went because of it once more: what the citizen wrote first. Its clocks of the law follow.
    Raises CaseworkError."""
    case = _case(inquiry, reversal, topic, parties=[party(inquiry, number=number, again=True)])
    if inquiry.joined is None:
        raise CaseworkError("Henvendelsen er ikke lagt på en andens sag.")
    legal_clocks.follow(inquiry, left=inquiry.joined, case=case)
    _leave(inquiry, inquiry.joined)
    found = letters_sent.belonging_to(inquiry, inquiry.joined)
    return case, [casework.copied(one, case=case) for one in found]


def _case(
    inquiry: Inquiry,
    standing: kernel.Decision | kernel.Reversal,
    topic: Topic,
    *,
    parties: Sequence[casework.NewParty],
) -> Case:
    chosen = filing.of(standing)
    return casework.open_case(
        key=f"inquiry:{inquiry.id}",
        title=letters.theme(topic),
        kle_number=chosen.kle_number,
        facet=chosen.facet,
        unit=topic.unit,
        caseworker=standing.user,
        parties=parties,
    )


def written(inquiry: Inquiry, case: Case) -> Document:
    """What the citizen wrote, as a document of the case. Made once. Raises CaseworkError."""
    return casework.add_document(
        key=keys_of(str(inquiry.id))[0],
        case=case,
        title=f"Henvendelse ({inquiry.get_channel_display()})",
        direction=Direction.INCOMING,
        type="inquiry",
        letter_date=timezone.localdate(inquiry.received_at),
        content=inquiry.text,
    )


def keys_of(number: str) -> tuple[str, str]:
    """The keys of what the citizen wrote: in the case that it first came to, and in one of its own
    after that was another's."""
    return f"inquiry:{number}", f"inquiry:{number}{casework.AGAIN}"


def files(inquiry: Inquiry, case: Case) -> Iterator[tuple[int, Document]]:
    """Each file that came with the inquiry, by its number, as a document of its own in the case;
    last a note, where the inquiry was split."""
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
    noted = splitting.note(inquiry)
    if noted is not None:
        text, made = noted
        yield (
            SPLIT,
            casework.add_document(
                key=f"inquiry:{inquiry.id}:split",
                case=case,
                title="Notat om deling",
                direction=Direction.INTERNAL,
                type="note",
                letter_date=timezone.localdate(made.at),
                content=text,
            ),
        )


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


def party(
    inquiry: Inquiry, *, number: str, role: str = Party.Role.PRIMARY, again: bool = False
) -> casework.NewParty:
    """The sender as a party; `number` is their CPR number or "". `again` is in a case of its own,
    after they were a party of the one that it was laid on."""
    party_id = _party_id(inquiry, again=again)
    name = inquiry.sender_name or UNKNOWN_SENDER
    if not number:
        return casework.NewParty(id=party_id, role=role, kind=Party.Kind.FREE, name=name)
    return casework.NewParty(
        id=party_id,
        role=role,
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


def _leave(inquiry: Inquiry, case: Case) -> None:
    """The sender is no party of the case that the inquiry was laid on by mistake, unless another
    of theirs lies there: who asks for all cases that they are a party of is shown no other's."""
    others = (one for one in selectors.lying_in([case]) if one.id != inquiry.id)
    sender = inquiry.sender_index
    if sender is not None and any(one.sender_index == sender for one in others):
        return
    party = party_in(inquiry, case)
    if party is not None and party.role == Party.Role.SECONDARY:
        casework.end_party(party=party)


def party_in(inquiry: Inquiry, case: Case) -> Party | None:
    """The inquiry's own sender among the case's parties: the primary one of its own case, and of
    another's the party that they were there, or became when it was laid on it."""
    parties = Party.objects.filter(case=case)
    if inquiry.case_id == case.id:
        return parties.filter(role=Party.Role.PRIMARY).first()
    if inquiry.sender_index is not None:
        known = parties.filter(blind_index=bytes(inquiry.sender_index)).first()
        if known is not None:
            return known
    return parties.filter(id=_party_id(inquiry, again=False)).first()


def _party_id(inquiry: Inquiry, *, again: bool) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, f"{inquiry.id}:again" if again else str(inquiry.id))
