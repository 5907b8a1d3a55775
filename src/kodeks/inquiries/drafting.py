# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A first draft of an answer: approved pieces of text for the topic, with the case's facts put in.

Rules choose: the pieces for the case's KLE number, the longest beginning of it first, and among
those for the same beginning the one that shares most words with the inquiry. No model is asked,
nothing is suggested about the matter, and a person finishes it (decision 0041).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework import clock_reads, letters, reply_blocks
from kodeks.casework.models import Case, DeadlineKind, InboxItem
from kodeks.casework.reply_blocks import Block, Part
from kodeks.inquiries import forwarding, selectors
from kodeks.inquiries.engine import likeness
from kodeks.inquiries.models import Inquiry

USUAL_SUBJECT = "Svar på din henvendelse"


@dataclass(frozen=True, kw_only=True)
class Known:
    """A fact and where it is from; `value` is "" when the case does not have it."""

    name: str
    explanation: str
    value: str = field(repr=False)
    source: str


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A piece of text with the facts put in, as it can stand in the answer."""

    name: str
    title: str
    version: int
    part: str
    subject: str = field(repr=False)
    text: str = field(repr=False)

    @property
    def mark(self) -> str:
        """How a draft says that it was put in."""
        return f"{self.name}:{self.version}"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What stands in the two fields, and which pieces were put in (`Offered.mark`)."""

    subject: str = field(repr=False)
    body: str = field(repr=False)
    blocks: tuple[str, ...] = ()


def facts(item: InboxItem, inquiry: Inquiry) -> tuple[Known, ...]:
    """What a piece can say of the item's case to who sent the inquiry, each with its source in
    Danish. Nothing is of another who has written in the case."""
    case = item.case
    deadline = clock_reads.newest(case, kind=DeadlineKind.REPLY)
    promised = "" if deadline is None else date_format(deadline.promised_on)
    values = {
        "sagsnummer": (case.number, "Sagen"),
        "modtaget": (date_format(timezone.localdate(inquiry.received_at)), "Henvendelsen"),
        "emne": (_topic(inquiry, case), "Det emne, en medarbejder har valgt"),
        "afdeling": (item.unit.name, "Afdelingen, der har sagen"),
        "frist": (promised, "Sagens frist" if deadline is None else deadline.source),
        "kontakt": (
            ", ".join(letters.sender_of(item.unit).contact),
            "Afdelingens kontaktoplysninger",
        ),
        "sted": (forwarding.place_of(inquiry), "Stedet eller bydelen i henvendelsen"),
        "navn": (inquiry.sender_name, "Det navn, der er skrevet i henvendelsen"),
        "link": (_link(), "Kommunens side"),
        "udfyld": ("", "Skriver du selv"),
    }
    return tuple(
        Known(name=one.name, explanation=one.explanation, value=value, source=source)
        for one in reply_blocks.FACTS
        for value, source in (values[one.name],)
    )


def offered(item: InboxItem, inquiry: Inquiry, known: Sequence[Known]) -> list[Offered]:
    """The pieces for the case: those of the longest beginning of its number first, among these the
    ones that share most words with the inquiry."""
    found = reply_blocks.fitting(kle_number=item.case.kle.number)
    near = likeness.shared(inquiry.text, [f"{one.title}\n{one.body}" for one in found])
    order = sorted(
        zip(found, near, strict=True), key=lambda pair: (-len(pair[0].kle_prefix), -pair[1])
    )
    values = {one.name: one.value for one in known}
    return [_offered(block, values) for block, _ in order]


def first(pieces: Sequence[Offered]) -> Draft:
    """The draft that is put together of the first piece of each part, in the parts' order."""
    chosen = [
        next((one for one in pieces if one.part == part), None)
        for part in (Part.OPENING, Part.ANSWER, Part.CLOSING)
    ]
    used = [one for one in chosen if one is not None]
    answer = next((one for one in used if one.part == Part.ANSWER), None)
    return Draft(
        subject=USUAL_SUBJECT if answer is None else answer.subject,
        body="\n\n".join(one.text for one in used),
        blocks=tuple(one.mark for one in used),
    )


def put_in(draft: Draft, piece: Offered, pieces: Sequence[Offered]) -> Draft:
    """The draft with one piece more: before the closing words if they stand there untouched, else
    at the end."""
    closing = next(
        (one.text for one in pieces if one.part == Part.CLOSING and one.mark in draft.blocks), ""
    )
    body = draft.body.rstrip()
    if closing and body.endswith(closing) and piece.part != Part.CLOSING:
        body = f"{body[: -len(closing)].rstrip()}\n\n{piece.text}\n\n{closing}"
    else:
        body = f"{body}\n\n{piece.text}".strip()
    blocks = tuple(dict.fromkeys((*draft.blocks, piece.mark)))
    return Draft(subject=draft.subject or piece.subject, body=body, blocks=blocks)


def _offered(block: Block, values: dict[str, str]) -> Offered:
    return Offered(
        name=block.name,
        title=block.title,
        version=block.version,
        part=block.part,
        subject=reply_blocks.filled(block.subject, values),
        text=reply_blocks.filled(block.body, values),
    )


def _topic(inquiry: Inquiry, case: Case) -> str:
    standing = selectors.standing_of(inquiry)
    return case.kle.title if standing is None else selectors.topic_of(standing).title


def _link() -> str:
    site = settings.KODEKS_SITE_URL.rstrip("/")
    return f"{site}{reverse('workbench:find-case')}" if site else ""
