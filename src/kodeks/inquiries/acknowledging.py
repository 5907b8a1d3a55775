# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The acknowledgement: that the inquiry has come, whom to ask, and by when an answer comes.

The robot gives it by itself, before a person has decided, so it is an act under the kernel as any
other: `procedural`, of the system's card, under the recommendation that the same piece of work has
just issued, with a share drawn for a person to look at. Nobody's words, and nothing confidential,
are in it: it may go by mail. Each inquiry has one at most (decision 0041).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import uuid
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework import letter_versions, letters
from kodeks.casework import services as cases
from kodeks.casework.models import Case, Direction, Document, Unit
from kodeks.casework.ports import LetterRecord, Recipient, letter_dispatch
from kodeks.documents.letters import Letter, render
from kodeks.documents.plain_text import plain_text
from kodeks.documents.templates import LetterType
from kodeks.inquiries import letter_types, ports, selectors, services
from kodeks.inquiries.journalising import ACKNOWLEDGEMENT, ROBOT, entered
from kodeks.inquiries.models import Acknowledgement, Inquiry, Topic
from kodeks.inquiries.suggesting import OUT_OF_SCOPE
from kodeks.kernel import api as kernel
from kodeks.robots import services as robots
from kodeks.robots.flows import StepContext

STEP = "acknowledge"
WORK = "inquiries-acknowledge"
POSTING = "inquiries-acknowledge-letter"
"""The background work that gives one, and the one that sends it as a letter; the argument is
`inquiry_id`. Both wait while a person has paused or stopped the robot."""
TYPE = "acknowledgement"
"""Of its document in the case."""
_NAMESPACE = uuid.UUID("b0a1f6d2-6d5c-4c53-9f6e-58a8f0a4e7c9")
_PLACE = "inquiries_acknowledgement/sealed"
_NO_CPR = "Skriv ikke CPR-numre eller private oplysninger i en mail. Brug Digital Post."
_BY_PROGRAM = "Mailen er skrevet af et program."
_EMPTY_LINE = "\n\n"
Way = Acknowledgement.Way


@dataclass(frozen=True, kw_only=True)
class Words:
    """A mail: its subject, and its text."""

    subject: str
    text: str = field(repr=False)


def meet(*, inquiry_id: str) -> None:
    """What is done at once when an inquiry has come: a suggestion, and the acknowledgement is
    queued, which is the robot's, where there is to be one.

    Background work; killed between the two it goes on where it was. Raises kernel Refused or
    SystemStopped.
    """
    services.triage(inquiry_id=inquiry_id)
    inquiry = selectors.inquiry(uuid.UUID(inquiry_id))
    if _is_due(inquiry) and any(ways_to(inquiry)):
        robots.enqueue(task=WORK, arguments={"inquiry_id": inquiry_id}, key=inquiry_id)


def give(*, inquiry_id: str) -> None:
    """As `acknowledge`, for a worker."""
    acknowledge(inquiry_id=inquiry_id)


def _is_due(inquiry: Inquiry) -> bool:
    """Whether there is a suggestion to act on, and nobody has decided. The sender of one that was
    split hears of the whole, and not of each part again."""
    gone = inquiry.decision_id or inquiry.erased_at or inquiry.parent_id
    return not gone and inquiry.recommendation_id is not None


@transaction.atomic
def acknowledge(*, inquiry_id: str) -> Acknowledgement | None:
    """Give the acknowledgement; once. None when the sender cannot be written to, when a person has
    decided already, as the robot's letter then says more, or when nothing permits it.

    Raises kernel Refused or SystemStopped.
    """
    inquiry = Inquiry.objects.select_for_update().get(id=inquiry_id)
    known = Acknowledgement.objects.filter(inquiry=inquiry).first()
    if known is not None:
        return known
    way = _way(inquiry) if _is_due(inquiry) else None
    if way is None:
        return None
    version = letter_versions.in_use(letter_type=_type())
    answer_by, now = promised(inquiry), timezone.now()
    letter = _letter(inquiry, version, answer_by=answer_by, day=timezone.localdate(now))
    content = _mail(letter).encode() if way == Way.MAIL else render(letter)
    result: dict[str, object] = {"way": str(way), "text_version": version.number}
    if answer_by is not None:
        result["answer_by"] = answer_by.isoformat()
    act_id = kernel.act_procedurally(
        recommendation_id=inquiry.recommendation_id,
        robot=ROBOT,
        run_id=uuid.uuid5(_NAMESPACE, str(inquiry.id)),
        step=STEP,
        result=result,
    )
    if way == Way.POST:
        robots.enqueue(task=POSTING, arguments={"inquiry_id": str(inquiry.id)}, key=str(inquiry.id))
    return Acknowledgement.objects.create(
        inquiry=inquiry,
        way=way,
        reference=reference(inquiry),
        answer_by=answer_by,
        version=version.number,
        act_id=act_id,
        sealed=kernel.seal_file(
            subject=selectors.subject_of(inquiry),
            place=_PLACE,
            row=str(inquiry.id),
            content=content,
        ),
        at=now,
    )


def post(*, inquiry_id: str) -> None:
    """Send one as a letter; a worker does it. Looks first, so it is safe to repeat.

    Raises PortError and PortRejected, CaseworkError.
    """
    given = Acknowledgement.objects.select_related("inquiry").get(inquiry_id=inquiry_id)
    content = _content(given)
    dispatch, key = letter_dispatch(), f"acknowledgement:{given.inquiry_id}"
    if not content or dispatch.find(key=key) is not None:
        return
    topic = _desk()
    dispatch.send(
        record=LetterRecord(
            key=key,
            case_number=given.reference,
            kle_number=topic.kle_number if topic else "",
            kle_title=topic.title if topic else "",
            kle_version="",
            facet=topic.facet if topic else "",
            subject=_type().subject,
            department=_office(topic).department,
            letter_date=timezone.localdate(given.at),
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            recipient=Recipient(kind="cpr"),
            reference=str(given.inquiry_id),
        )
    )


def words(inquiry: Inquiry) -> Words | None:
    """The mail that acknowledges the inquiry, as it was written; None when it is erased."""
    given = Acknowledgement.objects.filter(inquiry=inquiry, way=Way.MAIL).first()
    if given is None:
        return None
    subject, _, text = _content(given).decode().partition(_EMPTY_LINE)
    return Words(subject=subject, text=text) if text else None


def filed(inquiry: Inquiry, case: Case) -> Document | None:
    """What was sent, as a document of the inquiry's case; None when nothing was."""
    given = Acknowledgement.objects.filter(inquiry=inquiry).first()
    content = b"" if given is None else _content(given)
    if given is None or not content:
        return None
    by_mail = given.way == Way.MAIL
    return cases.add_document(
        key=f"inquiry:{inquiry.id}:{STEP}",
        case=case,
        title="Kvittering for henvendelsen",
        direction=Direction.OUTGOING,
        type=TYPE,
        letter_date=timezone.localdate(given.at),
        content=content,
        media_type="text/plain; charset=utf-8" if by_mail else "application/pdf",
    )


def enter(
    context: StepContext,
    inquiry: Inquiry,
    case: Case,
    *,
    theme: str,
    topic: Topic,
    unit: Unit | None = None,
) -> None:
    """Journalise it in the step that journalises the inquiry, whose theme is given.

    Raises CaseworkError and PortRejected.
    """
    given = filed(inquiry, case)
    if given is not None:
        about = theme_of(theme)
        entered(context, given, theme=about, topic=topic, unit=unit, part=ACKNOWLEDGEMENT)


def theme_of(theme: str) -> str:
    """Its short indication in the journal, where that of the inquiry is `theme`."""
    return f"Bekræftelse af {theme.lower()}"


def reference(inquiry: Inquiry) -> str:
    """What the sender may call it before it has a case number."""
    digits = inquiry.id.hex[:12].upper()
    return f"H-{digits[:4]}-{digits[4:8]}-{digits[8:]}"


def follow_code(inquiry: Inquiry) -> str:
    """With the number it opens the page that says how far the inquiry is, and nothing else: it may
    stand in a mail, as the code of the letter may not."""
    return kernel.blind_index(f"follow:{inquiry.id}").hex()[:24]


def followed(number: str, code: str) -> Inquiry | None:
    """The inquiry of the link in an acknowledgement; None when number and code do not fit."""
    given = Acknowledgement.objects.select_related("inquiry__case").filter(reference=number).first()
    if given is None or not hmac.compare_digest(follow_code(given.inquiry), code):
        return None
    return given.inquiry


def promised(inquiry: Inquiry) -> dt.date | None:
    """The last day by which the sender hears from us, whatever the inquiry turns out to be about;
    None where no topic is known."""
    if not Topic.objects.exists():
        return None
    return selectors.promises(since=timezone.localdate(inquiry.received_at))[1]


def _way(inquiry: Inquiry) -> Way | None:
    """By mail to whoever gave an address; else to the digital post of a known person, where that
    does not take their number: no robot opens a number before somebody has decided."""
    mail = ports.inquiry_mail()
    if mail and (address := services.address_of(inquiry)):
        return Way.MAIL if mail.acknowledge(inquiry=inquiry, address=address) else None
    return Way.POST if _has_post(inquiry) else None


def ways_to(inquiry: Inquiry) -> tuple[bool, bool]:
    """Whether the sender could be written to by mail, and by digital post. Nothing is opened."""
    by_mail = inquiry.sealed_address is not None and ports.inquiry_mail() is not None
    return by_mail, _has_post(inquiry)


def _has_post(inquiry: Inquiry) -> bool:
    return inquiry.sealed_cpr is not None and not letter_dispatch().needs_number


def _letter(
    inquiry: Inquiry,
    version: letter_versions.Version,
    *,
    answer_by: dt.date | None,
    day: dt.date,
) -> Letter:
    office = _office(_desk())
    number, site = reference(inquiry), settings.KODEKS_SITE_URL.rstrip("/")
    path = reverse("inquiries:follow", args=[number, follow_code(inquiry)])
    return letters.written(
        version,
        matter=letters.Matter(
            case_number=number,
            facts={
                "nummer": number,
                "modtaget": date_format(timezone.localdate(inquiry.received_at)),
                "frist": None if answer_by is None else date_format(answer_by),
                "kontor": office.department,
                "kontakt": ", ".join(office.contact) or None,
                "link": f"{site}{path}" if site else None,
            },
        ),
        sender=office,
        recipient=letters.Recipient(name=inquiry.sender_name or letters.NOBODY),
        day=day,
    )


def _mail(letter: Letter) -> str:
    """The subject on the first line, and after an empty line the text."""
    text = plain_text(letter.paragraphs)
    parts = (letter.subject, text, _NO_CPR, letter.municipality, _BY_PROGRAM)
    return _EMPTY_LINE.join(parts) + "\n"


def _content(given: Acknowledgement) -> bytes:
    if not given.sealed:
        return b""
    opened = kernel.open_file(
        subject=selectors.subject_of(given.inquiry),
        place=_PLACE,
        row=str(given.inquiry_id),
        sealed=bytes(given.sealed),
    )
    return opened or b""


def _type() -> LetterType:
    return letters.letter_type(name=letter_types.ACKNOWLEDGED)


def _desk() -> Topic | None:
    """Of those who sort: where what nobody has placed yet goes."""
    return Topic.objects.select_related("unit").filter(label=OUT_OF_SCOPE).first()


def _office(topic: Topic | None) -> letters.Sender:
    if topic is None:
        return letters.Sender(department=settings.KODEKS_MUNICIPALITY)
    return letters.sender_of(topic.unit)
