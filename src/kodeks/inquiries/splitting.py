# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An inquiry about several things is split by a person: each further matter becomes an inquiry.

Enkeltsagsprincippet: each matter is a case of its own, for those it belongs to. The inquiry that
came keeps its whole text, its files and its first matter; each child has its part of the text, the
same sender and the same day, sealed anew for it, and goes its own way from triage to the answer.
What was split is a row that stays, and a note in each of the cases that the robot journalises.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.inquiries import legal_clocks, selectors, senders, services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Inquiry, Split
from kodeks.kernel import api as kernel
from kodeks.language import guard
from kodeks.language.sentences import sentences

MOST_MATTERS = 5
"""Of one inquiry, with the one that stays."""
MOST_ROWS = 100
"""Pieces of a text that a person is asked about; a longer one is shown in larger pieces."""
_REASON = "Henvendelsen bliver delt, og hver sag skal kunne besvares."


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Neighbouring sentences (their numbers) and what they say; `is_apart` when they are all
    greeting or signature."""

    sentences: tuple[int, ...]
    text: str = field(repr=False)
    is_apart: bool


def pieces(inquiry: Inquiry) -> list[Piece]:
    """The text as it can be divided, without greeting and signature where it has more."""
    text = guard.visible(inquiry.text)
    found = sentences(text)
    size = -(-len(found) // MOST_ROWS) or 1
    made = []
    for first in range(0, len(found), size):
        some = found[first : first + size]
        made.append(
            Piece(
                sentences=tuple(range(first, first + len(some))),
                text=text[some[0].start : some[-1].end],
                is_apart=all(one.kind != "text" for one in some),
            )
        )
    return made


def proposed(inquiry: Inquiry) -> dict[int, int]:
    """The matter (0 stays) of each sentence, as the recommendation has it; {} when it has one."""
    return {
        number: place
        for place, one in enumerate(inquiry.proposed or ())
        for number in one["sentences"]
    }


def text_of(inquiry: Inquiry, numbers: Collection[int]) -> str:
    """What those of the inquiry's sentences say; neighbours stay as they were written."""
    text = guard.visible(inquiry.text)
    found = sentences(text)
    runs: list[tuple[int, int]] = []
    last = -2
    for number in sorted(number for number in numbers if number < len(found)):
        start, end = found[number].start, found[number].end
        if number == last + 1:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
        last = number
    return "\n\n".join(text[start:end] for start, end in runs)


def may_split(inquiry: Inquiry, *, user: kernel.User) -> bool:
    """Whether there is something left to split that the person may decide."""
    is_open = inquiry.decision_id is None and inquiry.erased_at is None
    return (
        is_open
        and not Split.objects.filter(inquiry=inquiry).exists()
        and selectors.may_handle(inquiry, user=user)
        and sum(not one.is_apart for one in pieces(inquiry)) > 1
    )


def split(
    *, key: uuid.UUID, inquiry_id: uuid.UUID, user: kernel.User, parts: Sequence[Collection[int]]
) -> Split:
    """Make an inquiry of each of the `parts`: numbers of sentences, none in two of them. What is
    in none stays. The same key again is the first time.

    Raises InquiryError when it is decided or split, or nothing is left in one of the matters;
    kernel Refused when the person may not open the sender's CPR number, which is sealed anew (and
    then inside no transaction, as opening it is logged first).
    """
    number = ""
    inquiry = Inquiry.objects.get(id=inquiry_id)
    if of_inquiry(inquiry) is None and inquiry.sealed_cpr is not None:
        _kept(inquiry, user, parts)
        # Committed by itself: that it was opened is in the log before anything is done with it.
        number = services.shown_cpr(inquiry=inquiry, user=user, reason=_REASON)
    return _made(key=key, inquiry_id=inquiry_id, user=user, parts=parts, number=number)


@transaction.atomic
def _made(
    *,
    key: uuid.UUID,
    inquiry_id: uuid.UUID,
    user: kernel.User,
    parts: Sequence[Collection[int]],
    number: str,
) -> Split:
    inquiry = Inquiry.objects.select_for_update(of=("self",)).get(id=inquiry_id)
    known = of_inquiry(inquiry)
    if known is not None:
        if known.id != key:
            raise InquiryError("Henvendelsen er allerede delt. Se de nye sager på siden.")
        return known
    kept = _kept(inquiry, user, parts)
    # Whoever splits it need not be one who sees the parts: they lie nowhere yet.
    with kernel.as_service("splitting"):
        children = _children(key, inquiry, parts, number)
        done = Split.objects.create(
            id=key,
            inquiry=inquiry,
            kept=sorted(kept),
            parts=[
                {"inquiry": str(child.id), "sentences": sorted(part)}
                for child, part in zip(children, parts, strict=True)
            ],
            by=user,
            at=timezone.now(),
        )
        legal_clocks.move(parent=inquiry, kept=text_of(inquiry, kept), children=children, user=user)
    return done


def _children(
    key: uuid.UUID, inquiry: Inquiry, parts: Sequence[Collection[int]], number: str
) -> list[Inquiry]:
    return [
        services.receive(
            external_id=f"del:{key}:{place}",
            text=text_of(inquiry, part),
            channel=inquiry.channel,
            received_at=inquiry.received_at,
            sender_name=inquiry.sender_name,
            sender_cpr=number,
            district=inquiry.district,
            address=senders.address_of(inquiry),
            parent=inquiry,
        )[0]
        for place, part in enumerate(parts, start=1)
    ]


def of_inquiry(inquiry: Inquiry) -> Split | None:
    """How the inquiry was split; None when it was not."""
    return Split.objects.filter(inquiry=inquiry).select_related("by").first()


def note(inquiry: Inquiry) -> tuple[str, Split] | None:
    """What the case of an inquiry tells of the split that it was in; None when there was none."""
    made = of_inquiry(inquiry)
    if made is not None:
        others = [str(one["inquiry"]) for one in made.parts]
        count = len(others) + 1
        return (
            f"{_who(made)} delte henvendelsen i {count} sager, fordi den handlede om flere ting. "
            f"Denne sag har hele teksten. De andre henvendelser har numrene {', '.join(others)}.",
            made,
        )
    if inquiry.parent_id is None:
        return None
    made = Split.objects.select_related("by").get(inquiry_id=inquiry.parent_id)
    return (
        f"{_who(made)} skilte denne sag ud fra henvendelse {inquiry.parent_id}, som har hele "
        "teksten og bilagene.",
        made,
    )


def labels(inquiry: Inquiry) -> Mapping[int, str]:
    """The topic that was proposed for each matter (0 stays)."""
    return {place: str(one["label"]) for place, one in enumerate(inquiry.proposed or ())}


def _kept(inquiry: Inquiry, user: kernel.User, parts: Sequence[Collection[int]]) -> frozenset[int]:
    if inquiry.erased_at is not None or inquiry.decision_id is not None:
        raise InquiryError("Henvendelsen er afgjort. Den kan ikke deles mere.")
    if not selectors.may_handle(inquiry, user=user):
        raise InquiryError("Din ret gælder andre afdelinger eller emner. Spørg en kollega.")
    if not 1 <= len(parts) < MOST_MATTERS:
        raise InquiryError(f"Del henvendelsen i mindst to og højst {MOST_MATTERS} sager.")
    found = sentences(guard.visible(inquiry.text))
    given = [number for part in parts for number in part]
    if len(given) != len(set(given)) or not set(given) <= set(range(len(found))):
        raise InquiryError(
            "Hver sætning skal høre til én sag. Åbn siden igen, og prøv en gang til."
        )
    kept = frozenset(range(len(found))) - set(given)
    for part in (kept, *parts):
        if not any(found[number].kind == "text" for number in part):
            raise InquiryError("Hver sag skal have mindst én sætning. Fordel sætningerne igen.")
    return kept


def _who(made: Split) -> str:
    at = timezone.localtime(made.at)
    day = f"den {date_format(at, 'j. F Y')} kl. {date_format(at, 'H.i')}"
    return f"{made.by.full_name or made.by.username} ({day})"
