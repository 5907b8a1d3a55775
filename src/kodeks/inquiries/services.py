# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What can be done with an inquiry: receive, triage, decide. All writes of this room."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import transaction
from django.utils import timezone

from kodeks.casework import deadline_rules
from kodeks.casework import selectors as casework
from kodeks.casework.models import DeadlineKind, DeadlineUnit
from kodeks.inquiries import (
    answering,
    attachments,
    filing,
    kinfolk,
    legal_clocks,
    places,
    selectors,
    senders,
    suggesting,
    urgent,
)
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Channel, Inquiry, Topic
from kodeks.kernel import api as kernel
from kodeks.language import cpr
from kodeks.robots import services as robots

SYSTEM = suggesting.SYSTEM
PURPOSE = suggesting.PURPOSE
SUBJECT = selectors.SUBJECT
FLOW = filing.HANDLE_FLOW
CHANGE_FLOW = "inquiries-change"
TRIAGE = "inquiries-triage"
Choice = kernel.Choice | Literal["pick", "own"]
OUT_OF_SCOPE = suggesting.OUT_OF_SCOPE
MOST_CHARACTERS = 100_000
RULES = "Kommunens liste over emner"
"""Who says how soon the citizen gets an answer, when it came with the topics."""
CPR_PLACE = "inquiries_inquiry/sealed_cpr"
_ORIGINAL_PLACE = "inquiries_inquiry/sealed_original"


@dataclass(frozen=True, kw_only=True)
class NewTopic:
    """A topic to be stored; `unit` is a unit's code.

    `working_days` is how soon the citizen gets an answer. It becomes a rule of the KLE number; the
    shortest counts where topics share one.
    """

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
            },
        )
    for number in {topic.kle_number for topic in topics}:
        deadline_rules.set_rule(
            kle_prefix=number,
            kind=DeadlineKind.REPLY,
            amount=min(one.working_days for one in topics if one.kle_number == number),
            unit=DeadlineUnit.WORKING_DAYS,
            source=RULES,
        )
    return len(topics)


@kernel.as_service("intake")
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
    address: str = "",
    files: Sequence[attachments.NewAttachment] = (),
    parent: Inquiry | None = None,
) -> tuple[Inquiry, bool]:
    """Take an inquiry in and queue its triage; the same `external_id` gives the first one.

    Returns the inquiry and whether it is new. CPR numbers in the text are masked before anything
    else sees it; the original is sealed, as are the `files` and the sender's `address` of e-mail.
    Whoever takes it in need not be one who may see it later. `parent` is what it was split from.

    What haste and the law ask for is found here and not by the model, so that it also counts while
    the system is stopped.

    Raises InquiryError when the text is empty or too long, the channel is unknown, `sender_cpr`
    is no CPR number or the files are too many or too large.
    """
    _require_text(text)
    if channel not in Channel.values:
        raise InquiryError(f"Kanalen {channel} kendes ikke. Brug: {', '.join(Channel.values)}.")
    _require_short(
        ("Henvendelsens nummer", external_id, 200),
        ("Afsenderens navn", sender_name, 200),
        ("Bydelen", district, 80),
        ("Afsenderens adresse", address, 254),
    )
    attachments.require_storable(files)
    # One spelling, or one person would get two blind indexes.
    number = cpr.digits_of(sender_cpr) if sender_cpr else ""
    if number is None:
        raise InquiryError("Afsenderens CPR-nummer skal være ti cifre. Ret det, eller udelad det.")
    reference = _reference(external_id)
    known = Inquiry.objects.filter(external_id=reference).first()
    if known is not None:
        return known, False
    subject = kernel.Subject(type=SUBJECT, id=str(uuid.uuid4()))
    masked = cpr.mask(text)
    inquiry, new = Inquiry.objects.get_or_create(
        external_id=reference,
        defaults={
            "id": uuid.UUID(subject.id),
            "channel": channel,
            "district": cpr.mask(district),
            "text": masked,
            "sealed_original": None if masked == text else _sealed(subject, _ORIGINAL_PLACE, text),
            "sender_name": cpr.mask(sender_name),
            "sealed_cpr": _sealed(subject, CPR_PLACE, number) if number else None,
            "sender_index": kernel.blind_index(number) if number else None,
            "sealed_address": senders.sealed_address(subject, address) if address else None,
            "urgency": urgent.names(masked),
            "received_at": received_at or timezone.now(),
            "registered_at": timezone.now(),
            "parent": parent,
        },
    )
    if new:
        attachments.keep(inquiry, files)
        places.find(inquiry)
        legal_clocks.notice(inquiry)
        kinfolk.keep(inquiry)
        groups = {"channel": inquiry.get_channel_display(), "district": inquiry.district}
        kernel.keep_for_audit(system=SYSTEM, subject=subject, groups=groups)
        queue_triage(inquiry)
    return inquiry, new


def _require_text(text: str) -> None:
    if not text.strip():
        raise InquiryError("Henvendelsen er tom. Skriv, hvad den handler om.")
    if len(text) > MOST_CHARACTERS:
        raise InquiryError("Henvendelsen er for lang. Den må højst fylde 100.000 tegn.")
    if "\x00" in text:
        raise InquiryError("Henvendelsen indeholder tegn, der ikke er tekst. Send den som tekst.")


def _require_short(*named: tuple[str, str, int]) -> None:
    """Of each what it is called, what it is, and the most signs that it may have."""
    for name, value, most in named:
        if len(value) > most or "\x00" in value:
            raise InquiryError(f"{name} skal være tekst på højst {most} tegn.")


def _reference(external_id: str) -> str:
    """The sender's number for the inquiry; a keyed digest if it holds a CPR number.

    Equal numbers give equal digests, so an inquiry that comes twice is still known.
    """
    if not cpr.looks_like_cpr(external_id):
        return external_id
    return f"skjult:{kernel.blind_index(external_id).hex()}"


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
    suggesting.suggest(inquiry)
    inquiry.save(update_fields=["recommendation_id", "suggested_unit", "proposed"])


@transaction.atomic
def decide(
    *,
    inquiry_id: uuid.UUID,
    user: kernel.User,
    choice: Choice,
    label: str,
    own_consideration: str,
    wish: filing.Wish = filing.AS_TOPIC,
) -> kernel.Decision:
    """A caseworker decides, and the robot's run is queued in the same transaction.

    `choice` is accept, other, reject, pick where there were several topics to choose between, or
    own when no suggestion was shown. `label` counts for other, pick and own; rejecting sends the
    inquiry to the common desk. `wish` says where it is filed.

    Raises InquiryError for an unknown topic, kernel Refused or SystemStopped.
    """
    inquiry = Inquiry.objects.select_for_update().get(id=inquiry_id)
    recommendation = selectors.recommendation_of(inquiry)
    if choice != "own" and recommendation is None:
        raise InquiryError("Der er intet forslag at tage stilling til. Vælg selv et emne.")
    if choice == "accept" and recommendation is not None:
        label = recommendation.suggestion["label"]
    elif choice == "reject":
        label = OUT_OF_SCOPE
    if wish.joins:
        label = filing.target(wish, inquiry=inquiry, user=user) or label
    topic = _topic(label)
    outcome = filing.outcome(topic, wish)
    if choice == "own" or recommendation is None:
        decision = kernel.decide_without_recommendation(
            system=SYSTEM,
            purpose=PURPOSE,
            subject=subject_of(inquiry),
            user=user,
            outcome=outcome,
            own_consideration=own_consideration,
            scope=selectors.scope_of(inquiry),
        )
    else:
        decision = kernel.decide(
            recommendation_id=recommendation.id,
            user=user,
            choice=filing.choice_of(choice, outcome, recommendation),
            outcome=outcome,
            own_consideration=own_consideration,
        )
    inquiry.decision_id = decision.id
    inquiry.save(update_fields=["decision_id"])
    robots.start(
        flow=filing.flow_of(outcome),
        decision_id=decision.id,
        subject_type=SUBJECT,
        subject_id=str(inquiry.id),
        unit=topic.unit.code,
    )
    return decision


@transaction.atomic
def reverse(
    *,
    inquiry_id: uuid.UUID,
    user: kernel.User,
    replaces: uuid.UUID,
    cause: kernel.Cause,
    label: str,
    own_consideration: str,
    kle: str = "",
) -> kernel.Reversal:
    """A caseworker changes what was decided, and the robot's run is queued in the same transaction.

    `replaces` is the decision or reversal that they saw standing; `label` the topic instead, and
    `kle` a number that is not the topic's own.

    Raises InquiryError for an unknown topic or what is not of this inquiry, kernel Refused.
    """
    inquiry = Inquiry.objects.select_for_update().get(id=inquiry_id)
    topic = _topic(label)
    standing = selectors.standing_of(inquiry)
    if standing is None or standing.id != replaces:
        raise InquiryError(
            "Afgørelsen er gjort om i mellemtiden. Se den nye afgørelse, før du ændrer den."
        )
    reversal = kernel.reverse(
        replaces=replaces,
        user=user,
        cause=cause,
        outcome=filing.outcome(topic, filing.Wish(kle=kle)),
        own_consideration=own_consideration,
    )
    robots.start(
        flow=CHANGE_FLOW,
        decision_id=reversal.id,
        subject_type=SUBJECT,
        subject_id=str(inquiry.id),
        unit=topic.unit.code,
    )
    return reversal


def _topic(label: str) -> Topic:
    found = Topic.objects.select_related("unit").filter(label=label).first()
    if found is None:
        raise InquiryError("Vælg et emne fra listen.")
    return found


@transaction.atomic
def state_own_view(
    *, inquiry_id: uuid.UUID, user: kernel.User, label: str, own_consideration: str
) -> None:
    """A caseworker writes down the topic they would choose, before they see the suggestion.

    Raises InquiryError for an unknown topic or when there is no suggestion, kernel Refused.
    """
    inquiry = Inquiry.objects.get(id=inquiry_id)
    if inquiry.recommendation_id is None:
        raise InquiryError("Der er intet forslag at se. Vælg selv et emne.")
    if not Topic.objects.filter(label=label).exists():
        raise InquiryError("Vælg et emne fra listen.")
    kernel.state_own_view(
        recommendation_id=inquiry.recommendation_id,
        user=user,
        outcome={"label": label},
        own_consideration=own_consideration,
    )


mark_answered = answering.mark_answered
subject_of = selectors.subject_of
address_of = senders.address_of


def opened_cpr(inquiry: Inquiry, *, decision_id: uuid.UUID, robot: str, reason: str) -> str:
    """The sender's CPR number, or "" when none was given. For the robot, which does not keep it."""
    if inquiry.sealed_cpr is None:
        return ""
    return kernel.unmask_for_robot(
        decision_id=decision_id,
        robot=robot,
        place=CPR_PLACE,
        row=str(inquiry.id),
        sealed=bytes(inquiry.sealed_cpr),
        reason=reason,
    )


def shown_cpr(*, inquiry: Inquiry, user: kernel.User, reason: str) -> str:
    """The sender's CPR number for a person with a reason, which is written in the log.

    Raises InquiryError when none was given, kernel Refused when the person may not see it.
    """
    if inquiry.erased_at is not None:
        raise InquiryError("Henvendelsens oplysninger er slettet. Der er intet nummer at se.")
    if inquiry.sealed_cpr is None:
        raise InquiryError("Der er ikke oplyst et CPR-nummer i henvendelsen.")
    return kernel.unmask(
        user=user,
        place=CPR_PLACE,
        row=str(inquiry.id),
        sealed=bytes(inquiry.sealed_cpr),
        reason=reason,
        scope=selectors.scope_of(inquiry),
    )


def _sealed(subject: kernel.Subject, place: str, plaintext: str) -> bytes:
    return kernel.seal(subject=subject, place=place, row=subject.id, plaintext=plaintext)
