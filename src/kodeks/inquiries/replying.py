# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An answer to a citizen: saved as a draft, tried, finished and sent by a person under their name.

An answer is to the sender of one inquiry. Where others were laid on the same case, each of them has
a draft and a letter of their own, with nothing of the others in it.

Sending is one transaction: the letter is stored and registered for the journal, the ledger told,
and with the last one's answer the item handled and the clock stopped. The background work
``DELIVERING`` then journalises it and sends it as other letters are sent. It is a person's letter,
so it is no act of a robot (see ``casework.slipping``): the person stands in the journal, and in the
log as who opened the number.

What is typed is never lost: each saving is a row, and what two persons save at once are two.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from kodeks.casework import dispatching, letter_versions, letters, recipients
from kodeks.casework import services as cases
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import ActorKind, Document, InboxItem, JournalEntry
from kodeks.casework.ports import journal_system, letter_dispatch
from kodeks.casework.reply_blocks import GAP
from kodeks.documents.errors import DocumentError
from kodeks.documents.letters import Letter
from kodeks.documents.templates import LetterType, TemplateError
from kodeks.inquiries import answering, letters_sent, opening, selectors, senders
from kodeks.inquiries.drafting import Draft
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Inquiry, ReplyDraft
from kodeks.kernel import api as kernel
from kodeks.language.plain import Reading
from kodeks.robots import services as robots

DELIVERING = "inquiries-reply"
"""The background work that journalises and sends one answer; its argument is `entry_id`."""
MOST_CHARACTERS = 20_000
_PLACE = "inquiries_replydraft/sealed"
_WORD = re.compile(r"\w+")
_REASON = "Svaret på henvendelsen skal sendes til borgeren."
_TYPE = LetterType(name="svar", title="Svar på en henvendelse", facts=(), subject="", body="")
"""An answer's text is a person's own: no facts to fill in, and no version of the program's."""


class Newer(InquiryError):
    """Somebody has saved a newer draft than the one that was on the page."""


@dataclass(frozen=True, kw_only=True)
class Saved:
    """A draft as it was saved; `number` is 0 and nobody wrote it when there is none."""

    number: int
    draft: Draft
    by: str = ""
    at: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Tried:
    """Either `problems` (Danish sentences) that keep it from being sent, or the letter. How it
    reads is told in both cases where it can be."""

    problems: tuple[str, ...] = ()
    letter: Letter | None = field(default=None, repr=False)
    reading: Reading | None = None


def item_for(item_id: uuid.UUID, *, user: kernel.User) -> InboxItem:
    """The department's item with its case. Raises InboxItem.DoesNotExist, also for one that the
    person does not see."""
    seen = InboxItem.objects.visible_to(user, roles=selectors.CASEWORKERS)
    found: InboxItem = seen.select_related("unit", "case__kle", "case__unit").get(
        id=item_id, kind=selectors.SUBJECT
    )
    return found


def newest(item: InboxItem, *, to: Inquiry) -> Saved | None:
    """The draft to the inquiry's sender as it was saved last; None when nothing is saved, or all is
    erased."""
    rows = ReplyDraft.objects.filter(item=item, inquiry=to).select_related("written_by")
    row = rows.order_by("-number").first()
    if row is None or not row.sealed:
        return None
    opened = kernel.open_file(
        subject=selectors.subject_of(to),
        place=_PLACE,
        row=str(row.id),
        sealed=bytes(row.sealed),
    )
    if opened is None:
        return None
    said = json.loads(opened)
    return Saved(
        number=row.number,
        draft=Draft(subject=said["subject"], body=said["body"], blocks=tuple(row.blocks)),
        by=row.written_by.full_name,
        at=row.written_at,
    )


@transaction.atomic
def save(item: InboxItem, draft: Draft, *, to: Inquiry, seen: int, user: kernel.User) -> Saved:
    """Save what is typed to the inquiry's sender, on top of the draft with the number `seen` (0 for
    none).

    Where somebody has saved a newer one, nothing is saved: raises Newer. Raises InquiryError too
    when the text is too long, is none, or the item is answered.
    """
    to = _locked(item, to)
    return _saved(item, draft, to=to, seen=seen, user=user, document=None)


def tried(item: InboxItem, draft: Draft, *, to: Inquiry, user: kernel.User) -> Tried:
    """What the answer to the inquiry's sender would be if it were sent today."""
    problems, reading = [], None
    gaps = dict.fromkeys(GAP.findall(f"{draft.subject}\n{draft.body}"))
    if gaps:
        problems.append(f"Der er huller, du skal udfylde: {', '.join(gaps)}.")
    problems += _of_others(item, draft, to)
    try:
        reading = letter_versions.check(letter_type=_TYPE, subject=draft.subject, body=draft.body)
        letter = _letter(item, draft, to=to, user=user)
    except TemplateError as refused:
        problems += [str(one) for one in refused.problems]
    except (CaseworkError, DocumentError) as refused:
        problems.append(str(refused))
    if problems:
        return Tried(problems=tuple(problems), reading=reading)
    return Tried(letter=letter, reading=reading)


@transaction.atomic
def send(item: InboxItem, draft: Draft, *, to: Inquiry, seen: int, user: kernel.User) -> Document:
    """Sign the answer and have it sent to the inquiry's sender; where it is the last that was to
    have one, the case is answered with it.

    Raises InquiryError when the person may not, somebody has answered or saved meanwhile (Newer),
    the inquiry lies in another case by now, or the answer has gaps or cannot be a letter; kernel
    Refused when the person may not answer.
    """
    to = _locked(item, to)
    if not kernel.has_role(user, kernel.Role.CASEWORKER, unit=item.unit.code):
        raise InquiryError(f"Du har ikke ret til at svare for {item.unit.name}.")
    outcome = tried(item, draft, to=to, user=user)
    if outcome.letter is None:
        raise InquiryError(" ".join(outcome.problems))
    key = f"{letters_sent.REPLY}{item.id}" + ("" if _is_own(item, to) else f":{to.id}")
    document = cases.write_letter(key=key, case=item.case, letter=outcome.letter)
    entry = cases.register_entry(
        key=key,
        document=document,
        received_or_sent_on=document.letter_date,
        theme=_theme(item, to),
        unit=item.unit,
        actor_kind=ActorKind.USER,
        actor=user.username,
    )
    _saved(item, draft, to=to, seen=seen, user=user, document=document)
    answering.answered_by_letter(item=item, inquiry=to, user=user)
    robots.enqueue(task=DELIVERING, arguments={"entry_id": str(entry.id)}, key=str(entry.id))
    return document


def deliver(*, entry_id: str) -> None:
    """Journalise and send an answer; a worker does it. Safe to repeat.

    Raises CaseworkError, and PortError and PortRejected from the systems.
    """
    entry = JournalEntry.objects.select_related("document", "case__unit", "case__kle").get(
        id=entry_id
    )
    cases.journalise(entry=entry, system=journal_system())
    sent = ReplyDraft.objects.select_related("written_by", "inquiry").get(document=entry.document)
    dispatching.send_letter(
        key=f"{entry.key}:send",
        document=entry.document,
        recipient=recipients.of_party(
            opening.party_in(sent.inquiry, entry.case),
            entry.case,
            writer=lambda: sent.written_by,
            reason=_REASON,
        ),
        reference=str(entry.case_id),
        system=letter_dispatch(),
    )


def _locked(item: InboxItem, to: Inquiry) -> Inquiry:
    """One at a time for an item; the inquiry as it is now. Raises InquiryError when it is answered,
    or does not lie in the item's case."""
    row = InboxItem.objects.select_for_update(of=("self",)).get(id=item.id)
    if row.handled_at is not None:
        raise InquiryError(
            f"Sag {item.case.number} er besvaret i mellemtiden. Se i journalen, hvad der er sendt."
        )
    found = next((one for one in answering.askers(item.case) if one.inquiry.id == to.id), None)
    if found is None:
        raise InquiryError(f"Henvendelsen ligger ikke længere på sag {item.case.number}.")
    if found.answered:
        raise InquiryError(
            "Henvendelsen er besvaret i mellemtiden. Se i journalen, hvad der er sendt."
        )
    return found.inquiry


def _is_own(item: InboxItem, to: Inquiry) -> bool:
    """Whether the case was opened for the inquiry; else it was laid on it."""
    return to.case_id == item.case_id


def _of_others(item: InboxItem, draft: Draft, to: Inquiry) -> list[str]:
    """Names of others who have written in the case, which their answer must not hold."""
    words = f" {' '.join(_WORD.findall(f'{draft.subject} {draft.body}'.casefold()))} "
    own = " ".join(_WORD.findall(to.sender_name.casefold()))
    found = []
    for one in selectors.lying_in([item.case]):
        name = " ".join(_WORD.findall(one.sender_name.casefold()))
        # A first name alone is many people's.
        if " " in name and name != own and f" {name} " in words:
            found.append(
                f"Der står »{one.sender_name}« i svaret. Det er en anden, der har skrevet i samme "
                "sag. Tag navnet ud."
            )
    return list(dict.fromkeys(found))


def _saved(
    item: InboxItem,
    draft: Draft,
    *,
    to: Inquiry,
    seen: int,
    user: kernel.User,
    document: Document | None,
) -> Saved:
    if not draft.body.strip() or "\x00" in draft.subject + draft.body:
        raise InquiryError("Der er ingen tekst. Skriv svaret, og prøv igen.")
    if len(draft.subject) + len(draft.body) > MOST_CHARACTERS:
        raise InquiryError(f"Svaret er længere end {MOST_CHARACTERS} tegn. Gør det kortere.")
    before = newest(item, to=to)
    last = 0 if before is None else before.number
    if before is not None and last != seen:
        if document is None and before.draft == draft:
            return before
        raise Newer(
            f"{before.by} har gemt en nyere kladde. Din tekst står her stadig, men er ikke gemt. "
            "Se den nyere nedenfor, og gem din igen, hvis den skal gælde."
        )
    number = uuid.uuid4()
    content = json.dumps({"subject": draft.subject, "body": draft.body}, ensure_ascii=False)
    row = ReplyDraft.objects.create(
        id=number,
        item=item,
        inquiry=to,
        case=item.case,
        number=last + 1,
        blocks=list(draft.blocks),
        sealed=kernel.seal_file(
            subject=selectors.subject_of(to),
            place=_PLACE,
            row=str(number),
            content=content.encode(),
        ),
        written_by=user,
        written_at=timezone.now(),
        document=document,
    )
    return Saved(number=row.number, draft=draft, by=user.full_name, at=row.written_at)


def _letter(item: InboxItem, draft: Draft, *, to: Inquiry, user: kernel.User) -> Letter:
    case = item.case
    version = letter_versions.Version(
        letter_type=_TYPE, number=0, subject=draft.subject, body=draft.body
    )
    return letters.written(
        version,
        matter=letters.Matter(
            case_number=case.number,
            facts={},
            attachment={
                "case_number": case.number,
                "kle_number": case.kle.number,
                "facet": case.facet,
                "blocks": list(draft.blocks),
            },
        ),
        sender=letters.sender_of(
            item.unit, signed_by=tuple(filter(None, (user.full_name, user.title)))
        ),
        recipient=letters.Recipient(name=senders.addressed(to, case)),
        day=timezone.localdate(),
    )


def _theme(item: InboxItem, to: Inquiry) -> str:
    standing = selectors.standing_of(to)
    about = item.case.kle.title if standing is None else selectors.topic_of(standing).title
    laid = "" if _is_own(item, to) else " (lagt på sagen)"
    return f"Svar på henvendelse om {about.lower()}{laid}"
