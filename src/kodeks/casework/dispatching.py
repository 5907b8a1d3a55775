# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Sends letters, and writes down what is heard of them. A letter is journalised before it goes out.

What does not reach the recipient becomes an item in the responsible department's inbox, of the kind
``NOTICE``: no letter is lost without somebody knowing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kodeks.casework import services
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import (
    Case,
    Direction,
    Dispatch,
    DispatchNews,
    Document,
    Heard,
    InboxItem,
    JournalStatus,
)
from kodeks.casework.ports import UNREACHED, Enclosed, LetterDispatch, LetterRecord, Recipient
from kodeks.kernel import api as kernel
from kodeks.language import cpr

if TYPE_CHECKING:
    from django.db.models import QuerySet

NOTICE = "letter"
UNHEARD = "unheard"
"""The kind of an item about what nobody has answered (see ``unheard``)."""
_PLACE = "casework_dispatchnews/sealed_reason"
_CODE = re.compile(r"[A-Za-z0-9._:-]{0,60}")
_LONGEST = 1000
_ALREADY = "Brevet er allerede sendt på en anden måde. Se på sagen, hvordan det gik."


@dataclass(frozen=True, kw_only=True)
class News:
    """What a channel says of a letter. `reason` is the channel's own words."""

    heard: Heard
    reference: str
    at: dt.datetime
    code: str = ""
    reason: str = ""


@transaction.atomic
def send_letter(
    *,
    key: str,
    document: Document,
    recipient: Recipient,
    reference: str,
    system: LetterDispatch,
    attachments: Sequence[Document] = (),
) -> Dispatch:
    """Send a journalised letter, once: the same key again is the first time. Its attachments are
    documents of the same case.

    Finds before it sends, so a repeat after a crash takes over what is out already. Raises
    CaseworkError for a letter that may not go out; PortError and PortRejected from the system.
    """
    locked = Document.objects.select_for_update(of=("self",)).select_related(
        "case__kle", "case__unit"
    )
    document = locked.get(id=document.id)
    known = Dispatch.objects.filter(document=document).first()
    if known is not None:
        if known.key != key:
            raise CaseworkError(_ALREADY)
        return known
    _require_journalised(document)
    _require_own(document.case, attachments)
    receipt = system.find(key=key)
    if receipt is None:
        receipt = system.send(record=_record(key, document, recipient, reference, attachments))
    dispatch = Dispatch.objects.create(
        key=key,
        document=document,
        channel=receipt.channel,
        message_id=receipt.message_id,
        because=receipt.because,
        sent_at=receipt.sent_at,
    )
    if dispatch.channel == UNREACHED:
        _notify(f"{key}:{NOTICE}", document.case)
    return dispatch


@transaction.atomic
def hear(*, channel: str, message_id: str, news: News) -> bool:
    """Write down what a channel says of a letter; returns whether it is new.

    What says that the letter did not arrive is put before the department. Raises CaseworkError
    when no letter of ours has that number.
    """
    dispatch = (
        Dispatch.objects.select_for_update(of=("self",))
        .select_related("document__case__unit")
        .defer("document__content")
        .filter(channel=channel, message_id=message_id)
        .exclude(message_id="")
        .first()
    )
    if dispatch is None:
        raise CaseworkError("Kvitteringen passer ikke til et brev, vi har sendt.")
    row = _add(dispatch, news)
    end_silence(dispatch.id)
    if row is not None and news.heard == Heard.FAILED:
        _notify(f"{NOTICE}:{row.id}", dispatch.document.case)
    return row is not None


def end_silence(number: UUID) -> bool:
    """Something was heard of a letter or a case that a person was to find out about; whether one
    was."""
    item = InboxItem.objects.filter(key=f"{UNHEARD}:{number}", handled_at=None).first()
    if item is not None:
        services.handle(item=item)
    return item is not None


@transaction.atomic
def hand_over(*, dispatch: Dispatch, reference: str) -> None:
    """A person gave the letter to its recipient by themselves."""
    _add(dispatch, News(heard=Heard.HANDED, reference=reference, at=timezone.now()))


def newest(dispatch: Dispatch) -> DispatchNews | None:
    """Where the letter stands: the last thing heard of it, whatever order it came in."""
    return dispatch.news.order_by("-at", "-id").first()


def reason(news: DispatchNews) -> str:
    """The channel's words for why; "" when it gave none, or the case is erased."""
    if news.sealed_reason is None:
        return ""
    subject = _subject(news.dispatch.document.case_id)
    sealed = bytes(news.sealed_reason)
    return kernel.open_note(subject=subject, place=_PLACE, row=_row(news), sealed=sealed) or ""


def _add(dispatch: Dispatch, news: News) -> DispatchNews | None:
    """The row, or None when the same news is there already."""
    if not _CODE.fullmatch(news.code) or not 1 <= len(news.reference) <= 200:
        raise CaseworkError("Kvitteringens kode eller nummer har en forkert form.")
    row = DispatchNews(
        dispatch=dispatch, heard=news.heard, reference=news.reference, code=news.code, at=news.at
    )
    if DispatchNews.objects.filter(dispatch=dispatch, reference=news.reference).exists():
        return None
    subject = _subject(dispatch.document.case_id)
    if news.reason and not kernel.is_erased(subject):
        row.sealed_reason = kernel.seal_note(
            subject=subject, place=_PLACE, row=_row(row), text=masked(news.reason)
        )
    row.save()
    return row


def masked(text: str) -> str:
    """Foreign words as they may be kept: no CPR number, no control characters, not without end."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text[: 2 * _LONGEST])
    hidden = cpr.mask(plain)[:_LONGEST]
    return "(skjult)" if cpr.looks_like_cpr(hidden) else hidden


def _record(
    key: str,
    document: Document,
    recipient: Recipient,
    reference: str,
    attachments: Sequence[Document],
) -> LetterRecord:
    case = document.case
    return LetterRecord(
        key=key,
        case_number=case.number,
        kle_number=case.kle.number,
        kle_title=case.kle.title,
        kle_version=case.kle.valid_from.isoformat(),
        facet=case.facet,
        subject=document.title,
        department=case.unit.name,
        letter_date=document.letter_date,
        sha256=document.sha256,
        content=bytes(document.content),
        recipient=recipient,
        reference=reference,
        enclosed=tuple(
            Enclosed(one.title, one.media_type, bytes(one.content)) for one in attachments
        ),
    )


def _require_journalised(document: Document) -> None:
    entry = getattr(document, "journal_entry", None)
    if entry is None or entry.status != JournalStatus.RECEIPTED:
        raise CaseworkError("Brevet er ikke journaliseret. Journalisér det, før det bliver sendt.")


def _require_own(case: Case, attachments: Sequence[Document]) -> None:
    if any(one.case_id != case.id or one.direction != Direction.OUTGOING for one in attachments):
        raise CaseworkError(
            "Et bilag hører ikke til sagen eller er ikke til udsendelse. Fjern det."
        )


def of_notice(item: InboxItem) -> QuerySet[Dispatch]:
    """The letter that an item of kind `NOTICE` is about."""
    heard = item.key.removeprefix(f"{NOTICE}:")
    if heard.isdecimal():
        return Dispatch.objects.filter(news=int(heard))
    return Dispatch.objects.filter(key=item.key.removesuffix(f":{NOTICE}"))


def _notify(key: str, case: Case) -> InboxItem:
    """Put the case before the department that has it; it keeps the case."""
    case = Case.objects.select_related("unit").get(id=case.id)
    return services.forward(key=key, case=case, unit=case.unit, kind=NOTICE)


def _subject(case_id: UUID) -> kernel.Subject:
    return kernel.Subject(type="case", id=str(case_id))


def _row(news: DispatchNews) -> str:
    return f"{news.dispatch_id}:{news.reference}"
