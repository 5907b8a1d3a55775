# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What can be done with an inquiry: receive, triage, decide. All writes of this room."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import transaction
from django.utils import timezone

from kodeks.casework import selectors as casework
from kodeks.casework import services as cases
from kodeks.casework.models import CaseState, InboxItem
from kodeks.inquiries import releases, selectors
from kodeks.inquiries.engine import urgency
from kodeks.inquiries.engine.results import Alternative
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Channel, Inquiry, Topic
from kodeks.kernel import access, sealing
from kodeks.kernel import services as kernel
from kodeks.kernel.models import Decision, Role, User
from kodeks.language import cpr
from kodeks.robots import services as robots

SYSTEM = "inquiries"
PURPOSE = "triage"
SUBJECT = selectors.SUBJECT
FLOW = "inquiries-handle"
TRIAGE = "inquiries-triage"
Choice = kernel.Choice | Literal["own"]
OUT_OF_SCOPE = "andet"
MOST_CHARACTERS = 100_000
_TABLE = "inquiries_inquiry"


@dataclass(frozen=True, kw_only=True)
class NewTopic:
    """A topic to be stored; `unit` is a unit's code."""

    label: str
    title: str
    kle_number: str
    facet: str
    unit: str
    working_days: int


@transaction.atomic
def register_topics(topics: Sequence[NewTopic]) -> int:
    """Store the topics; known labels are updated. Returns how many.

    Raises CaseworkError when a unit does not exist, InquiryError when "andet" is not among them.
    """
    if OUT_OF_SCOPE not in {topic.label for topic in topics}:
        raise InquiryError(
            f"Emnelisten mangler emnet `{OUT_OF_SCOPE}`. Det bruges til det, der ikke hører til."
        )
    for topic in topics:
        Topic.objects.update_or_create(
            label=topic.label,
            defaults={
                "title": topic.title,
                "kle_number": topic.kle_number,
                "facet": topic.facet,
                "unit": casework.unit(code=topic.unit),
                "working_days": topic.working_days,
            },
        )
    return len(topics)


@transaction.atomic
def receive(
    *,
    external_id: str,
    text: str,
    channel: str,
    received_at: dt.datetime | None = None,
    sender_name: str = "",
    sender_cpr: str = "",
    district: str = "",
) -> tuple[Inquiry, bool]:
    """Take an inquiry in and queue its triage; the same `external_id` gives the first one.

    Returns the inquiry and whether it is new. CPR numbers in the text are masked before anything
    else sees it; the original is sealed.

    Raises InquiryError when the text is empty or too long, the channel is unknown or `sender_cpr`
    is no CPR number.
    """
    if not text.strip():
        raise InquiryError("Henvendelsen er tom. Skriv, hvad den handler om.")
    if len(text) > MOST_CHARACTERS:
        raise InquiryError("Henvendelsen er for lang. Den må højst fylde 100.000 tegn.")
    if "\x00" in text:
        raise InquiryError("Henvendelsen indeholder tegn, der ikke er tekst. Send den som tekst.")
    if channel not in Channel.values:
        raise InquiryError(f"Kanalen {channel} kendes ikke. Brug: {', '.join(Channel.values)}.")
    for name, value, most in (
        ("Henvendelsens nummer", external_id, 200),
        ("Afsenderens navn", sender_name, 200),
        ("Bydelen", district, 80),
    ):
        if len(value) > most or "\x00" in value:
            raise InquiryError(f"{name} skal være tekst på højst {most} tegn.")
    # One spelling, or one person would get two blind indexes.
    number = cpr.digits_of(sender_cpr) if sender_cpr else ""
    if number is None:
        raise InquiryError("Afsenderens CPR-nummer skal være ti cifre. Ret det, eller udelad det.")
    row = uuid.uuid4()
    masked = cpr.mask(text)
    rule = urgency.urgency(masked)
    inquiry, new = Inquiry.objects.get_or_create(
        external_id=_reference(external_id),
        defaults={
            "id": row,
            "channel": channel,
            "district": cpr.mask(district),
            "text": masked,
            "sealed_original": None if masked == text else _seal(row, text),
            "sender_name": cpr.mask(sender_name),
            "sealed_cpr": _seal(row, number) if number else None,
            "sender_index": sealing.blind_index(number) if number else None,
            "urgency": "" if rule is None else rule.rule,
            "received_at": received_at or timezone.now(),
            "registered_at": timezone.now(),
        },
    )
    if new:
        queue_triage(inquiry)
    return inquiry, new


def _reference(external_id: str) -> str:
    """The sender's number for the inquiry; a keyed digest if it holds a CPR number.

    Equal numbers give equal digests, so an inquiry that comes twice is still known.
    """
    if not cpr.looks_like_cpr(external_id):
        return external_id
    return f"skjult:{sealing.blind_index(external_id).hex()}"


def queue_triage(inquiry: Inquiry) -> None:
    """Have the inquiry triaged by a worker, once the caller's transaction commits."""
    robots.enqueue(task=TRIAGE, arguments={"inquiry_id": str(inquiry.id)}, key=str(inquiry.id))


@transaction.atomic
def triage(*, inquiry_id: str) -> None:
    """Issue the recommendation for an inquiry; nothing happens when it is decided already.

    Raises kernel Refused or SystemStopped.
    """
    inquiry = Inquiry.objects.select_for_update().get(id=inquiry_id)
    if inquiry.decision_id is not None or inquiry.recommendation_id is not None:
        return
    engine = releases.released(SYSTEM)
    (found,) = engine.triage([inquiry.text])
    titles = selectors.topic_titles()
    label: str = found.label
    nearest: tuple[Alternative, ...] = ()
    if found.out_of_scope:
        # The nearest topic is then one of the alternatives.
        label, nearest = OUT_OF_SCOPE, (Alternative(found.label, found.confidence),)
    recommendation = kernel.issue(
        system=SYSTEM,
        subject=subject_of(inquiry),
        purpose=PURPOSE,
        suggestion={"label": label},
        confidence=found.confidence,
        alternatives=[
            kernel.Alternative(value=other.label, confidence=other.confidence)
            for other in (*nearest, *found.alternatives)
        ],
        data_used=[
            kernel.Datum(
                source="henvendelse",
                field="text",
                value=inquiry.text,
                fetched_at=inquiry.registered_at,
            )
        ],
        considerations=[
            kernel.Consideration(
                text=_in_words(one.text, titles), weight=one.weight, direction=one.direction
            )
            for one in found.considerations
        ],
        artefact_sha256=engine.artefact_sha256,
        key=str(inquiry.id),
    )
    inquiry.recommendation_id = recommendation.id
    inquiry.save(update_fields=["recommendation_id"])


@transaction.atomic
def decide(
    *, inquiry_id: uuid.UUID, user: User, choice: Choice, label: str, own_consideration: str
) -> Decision:
    """A caseworker decides, and the robot's run is queued in the same transaction.

    `choice` is accept, other, reject, or own when no suggestion was shown. `label` counts for
    other and own; rejecting sends the inquiry to the common desk.

    Raises InquiryError for an unknown topic, kernel Refused or SystemStopped.
    """
    inquiry = Inquiry.objects.select_for_update().get(id=inquiry_id)
    recommendation = selectors.recommendation_of(inquiry)
    if choice != "own" and recommendation is None:
        raise InquiryError("Der er intet forslag at tage stilling til. Vælg selv et emne.")
    if choice == "accept" and recommendation is not None:
        label = recommendation.body["suggestion"]["label"]
    elif choice == "reject":
        label = OUT_OF_SCOPE
    if not Topic.objects.filter(label=label).exists():
        raise InquiryError("Vælg et emne fra listen.")
    outcome = {"label": label}
    if choice == "own" or recommendation is None:
        decision = kernel.decide_without_recommendation(
            system=SYSTEM,
            subject=subject_of(inquiry),
            user=user,
            outcome=outcome,
            own_consideration=own_consideration,
        )
    else:
        decision = kernel.decide(
            recommendation_id=recommendation.id,
            user=user,
            choice=choice,
            outcome=outcome,
            own_consideration=own_consideration,
        )
    inquiry.decision_id = decision.id
    inquiry.save(update_fields=["decision_id"])
    robots.start(
        flow=FLOW, decision_id=decision.id, subject_type=SUBJECT, subject_id=str(inquiry.id)
    )
    return decision


def _in_words(text: str, titles: Mapping[str, str]) -> str:
    """The engine's sentence with the topic's title in place of the label it ends with."""
    head, about, label = text.rpartition(" for ")
    return f"{head}{about}»{titles[label]}«" if label in titles else text


@transaction.atomic
def mark_answered(*, item_id: uuid.UUID, user: User) -> InboxItem:
    """The department has answered: its inbox item is handled and the case closed.

    Raises InquiryError when the department is not the person's, CaseworkError for an unknown item.
    """
    item = casework.inbox_item(item_id=item_id)
    if not access.has_role(user, Role.CASEWORKER, unit=item.unit.code):
        raise InquiryError(f"Du har ikke ret til at svare for {item.unit.name}.")
    cases.advance_case(case=item.case, state=CaseState.CLOSED)
    return cases.handle(item=item)


def subject_of(inquiry: Inquiry) -> kernel.Subject:
    """What the kernel calls the inquiry."""
    return kernel.Subject(type=SUBJECT, id=str(inquiry.id))


def opened_cpr(inquiry: Inquiry) -> str:
    """The sender's CPR number, or "" when none was given. For sealing it into the case only."""
    if inquiry.sealed_cpr is None:
        return ""
    return sealing.open_sealed(table=_TABLE, row=str(inquiry.id), sealed=bytes(inquiry.sealed_cpr))


def _seal(row: uuid.UUID, plaintext: str) -> bytes:
    return sealing.seal(table=_TABLE, row=str(row), plaintext=plaintext)
