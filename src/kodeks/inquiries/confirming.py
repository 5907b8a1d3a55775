# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The confirmation to whoever reported about a child that the report has come (barnets lov § 137).

A person signs it and no robot does so by itself. Its words are those of an approved letter, the
same for everybody who reports: that it came, when, and whom to ask. It says nothing of what
follows, as the municipality is bound to secrecy, and it does not go by plain mail (decision 0041).
What was told at once, or by the robot about the case, is about any inquiry and does not take its
place. The deadline ends when the letter has gone out, or when somebody has handed it over.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework import clock_reads, clocks, dispatching, letters, notices
from kodeks.casework import services as cases
from kodeks.casework.models import (
    ActorKind,
    Case,
    Deadline,
    DeadlineKind,
    Dispatch,
    Document,
    Heard,
    JournalEntry,
)
from kodeks.casework.ports import UNREACHED, Recipient, journal_system, letter_dispatch
from kodeks.casework.privacy import without_cpr
from kodeks.documents.letters import Letter
from kodeks.inquiries import (
    acknowledging,
    legal_clocks,
    letter_types,
    letters_sent,
    selectors,
    services,
)
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Acknowledgement, Inquiry, LegalClock, Settled
from kodeks.kernel import api as kernel
from kodeks.robots import services as robots

DELIVERING = "inquiries-confirm-report"
"""The background work that journalises and sends one; its argument is `entry_id`."""
_THEME = "Kvittering for underretning"
_REASON = "Kvitteringen for underretningen skal sendes til den, der underrettede."
_NAMELESS = frozenset({"", "anonym", "anonymous", "ukendt"})


@dataclass(frozen=True, kw_only=True)
class Told:
    """Where the confirmation of one report stands, for a page.

    `state` is one of: unsettled (nobody has said that the clock runs), anonymous (nobody to write
    to), no_case, ready, signed (written, and on its way), unreached (to be handed over), sent.
    `others` are what the sender has had already, in Danish, none of which is the confirmation.
    """

    state: str
    source: str
    due_on: dt.date
    by_hand: bool
    """Whether nobody's channel takes it: the department hands it over itself."""
    has_mail: bool
    case_number: str
    is_open: bool
    """Whether the deadline of it runs."""
    others: tuple[str, ...]
    document: Document | None = None
    by: str = ""
    how: str = ""


def told(inquiry: Inquiry) -> Told | None:
    """None for what is no report, or where somebody said that the clock does not run."""
    clock = _clock(inquiry)
    if clock is None or inquiry.erased_at is not None:
        return None
    step = getattr(clock, "step", None)
    if step is not None and step.said != Settled.CONFIRMED:
        return None
    case, document = selectors.case_of(inquiry), _written(inquiry)
    deadline = _deadline(clock)
    return Told(
        state=_state(inquiry, case, document, is_settled=step is not None),
        source=clock.source,
        due_on=clock.due_on if deadline is None else deadline.promised_on,
        by_hand=inquiry.sealed_cpr is None,
        has_mail=inquiry.sealed_address is not None,
        case_number="" if case is None else case.number,
        is_open=deadline is not None and deadline.state in clock_reads.OPEN,
        others=tuple(_others(inquiry)),
        document=document,
        by="" if document is None else _writer(document.journal_entry).full_name,
        how="" if document is None else notices.in_words(document),
    )


def usual_contact(inquiry: Inquiry, user: kernel.User) -> str:
    """Whom to ask, as it stands in the form at first: the one who signs, at the department."""
    case = selectors.case_of(inquiry)
    sender = () if case is None else letters.sender_of(case.unit).contact
    return ", ".join(filter(None, (user.full_name, *sender)))


def drafted(inquiry: Inquiry, *, contact: str, user: kernel.User) -> Letter:
    """The letter as it would be if it were signed today. Raises InquiryError where there is none to
    write, CaseworkError for a contact that cannot stand in it, DocumentError."""
    case = _require_ready(inquiry)
    return letters.compose(
        name=letter_types.CONFIRMED,
        matter=letters.Matter(
            case_number=case.number,
            facts={
                "modtaget": date_format(timezone.localdate(inquiry.received_at)),
                "afdeling": case.unit.name,
                "sagsnummer": case.number,
                "kontakt": without_cpr(contact, name="Kontakten"),
            },
            attachment={
                "case_number": case.number,
                "received_on": timezone.localdate(inquiry.received_at).isoformat(),
            },
        ),
        sender=letters.sender_of(
            case.unit, signed_by=tuple(filter(None, (user.full_name, user.title)))
        ),
        recipient=letters.Recipient(name=inquiry.sender_name or letters.NOBODY),
        day=timezone.localdate(),
    )


@transaction.atomic
def send(*, inquiry_id: uuid.UUID, contact: str, user: kernel.User) -> Document:
    """Sign the confirmation and have it sent; once, whoever asks again.

    Raises InquiryError where there is none to send, CaseworkError when the case is another
    department's, or the contact cannot stand in a letter; DocumentError.
    """
    Inquiry.objects.select_for_update(of=("self",)).get(id=inquiry_id)
    inquiry = selectors.inquiry(inquiry_id)
    known = _written(inquiry)
    if known is not None:
        return known
    case = _require_ready(inquiry)
    clocks.require_may(case.unit, user)
    key = legal_clocks.confirmation_key(inquiry.id)
    letter = drafted(inquiry, contact=contact, user=user)
    document = cases.write_letter(key=key, case=case, letter=letter)
    entry = cases.register_entry(
        key=key,
        document=document,
        received_or_sent_on=document.letter_date,
        theme=_THEME,
        unit=case.unit,
        actor_kind=ActorKind.USER,
        actor=user.username,
    )
    robots.enqueue(task=DELIVERING, arguments={"entry_id": str(entry.id)}, key=str(entry.id))
    return document


def deliver(*, entry_id: str) -> None:
    """Journalise and send one that is signed; a worker does it. Safe to repeat.

    The number of the sender is opened in the name of who signed. Raises CaseworkError, kernel
    Refused, and PortError and PortRejected from the systems.
    """
    entry = JournalEntry.objects.select_related("document", "case__unit", "case__kle").get(
        id=entry_id
    )
    inquiry = _inquiry_of(entry)
    cases.journalise(entry=entry, system=journal_system())
    dispatching.send_letter(
        key=f"{entry.key}:send",
        document=entry.document,
        recipient=_recipient(inquiry, entry),
        reference=str(inquiry.id),
        system=letter_dispatch(),
    )
    settle(entry.case)


@transaction.atomic
def settle(case: Case) -> None:
    """End the deadlines of those confirmations of the case that have gone out or were handed over.

    A case has one deadline of a kind at a time: that of the next one who reported begins then.
    """
    reports = _reports(case)
    for inquiry, clock in reports:
        document, deadline = _written(inquiry), _deadline(clock)
        if deadline is not None and document is not None and _has_gone_out(document):
            # The person who signed; no longer theirs, if they have left the department.
            writer = _writer(document.journal_entry)
            may = kernel.has_role(writer, kernel.Role.CASEWORKER, unit=case.unit.code)
            clocks.answer(
                key=uuid.uuid5(deadline.id, "confirmed"),
                deadline_id=deadline.id,
                user=writer if may else None,
            )
    for inquiry, _ in reports:
        legal_clocks.begin(inquiry, case)


def _state(
    inquiry: Inquiry, case: Case | None, document: Document | None, *, is_settled: bool
) -> str:
    if document is not None:
        dispatch = Dispatch.objects.filter(document=document).first()
        if dispatch is None:
            return "signed"
        return "sent" if _has_gone_out(document) else "unreached"
    if not is_settled:
        return "unsettled"
    if is_anonymous(inquiry):
        return "anonymous"
    return "no_case" if case is None else "ready"


def is_anonymous(inquiry: Inquiry) -> bool:
    """Whether there is nobody to write to: neither name, number nor address."""
    nameless = inquiry.sender_name.strip().casefold() in _NAMELESS
    return nameless and inquiry.sealed_cpr is None and inquiry.sealed_address is None


def _require_ready(inquiry: Inquiry) -> Case:
    """The case that the letter is written in. Raises InquiryError with what is to be done first."""
    standing, case = told(inquiry), selectors.case_of(inquiry)
    if standing is None:
        raise InquiryError("Henvendelsen er ikke en underretning, som skal bekræftes.")
    if standing.state == "unsettled":
        raise InquiryError("Tag først stilling til, om fristen for bekræftelsen løber.")
    if standing.state == "anonymous":
        raise InquiryError("Den, der underrettede, er anonym. Der er ingen at sende brevet til.")
    if case is None:
        raise InquiryError("Afgør henvendelsen først, så den får en sag.")
    if case.erased_at is not None:
        raise InquiryError("Sagens oplysninger er slettet. Der kan ikke sendes brev i den.")
    return case


def _others(inquiry: Inquiry) -> list[str]:
    """What has gone out to the sender already, which is told about any inquiry."""
    found = []
    given = Acknowledgement.objects.filter(inquiry=inquiry).first()
    if given is not None:
        on = date_format(timezone.localtime(given.at), "DATETIME_FORMAT")
        found.append(f"en kvittering ({given.get_way_display()}) {on}")
    own = legal_clocks.confirmation_key(inquiry.id)
    for letter in letters_sent.letters_of(inquiry).exclude(key=own).order_by("letter_date", "key"):
        if letter.type != acknowledging.TYPE and _has_gone_out(letter):
            found.append(f"brevet »{letter.title}« {date_format(letter.letter_date)}")
    return found


def _clock(inquiry: Inquiry) -> LegalClock | None:
    found = LegalClock.objects.filter(inquiry=inquiry, kind=DeadlineKind.CHILD_RECEIPT)
    # One that a person saw runs, whatever was said of what a rule noticed.
    return found.select_related("step").order_by("-by_hand").first()


def _deadline(clock: LegalClock) -> Deadline | None:
    return legal_clocks.begun_by(clock).last()


def _written(inquiry: Inquiry) -> Document | None:
    found = Document.objects.filter(key=legal_clocks.confirmation_key(inquiry.id))
    return found.select_related("journal_entry").defer("content").first()


def _reports(case: Case) -> list[tuple[Inquiry, LegalClock]]:
    """Those of the case that somebody has said are to be confirmed, the first that came, first."""
    lies = Q(inquiry__case=case) | Q(inquiry__joined=case, inquiry__case=None)
    found = LegalClock.objects.filter(
        lies, kind=DeadlineKind.CHILD_RECEIPT, step__said=Settled.CONFIRMED
    )
    rows = found.select_related("inquiry").order_by("counted_from", "noticed_at", "id")
    return [(clock.inquiry, clock) for clock in rows]


def _has_gone_out(document: Document) -> bool:
    """Whether a channel took it, or a person gave it to the sender."""
    dispatch = Dispatch.objects.filter(document=document).first()
    if dispatch is None:
        return False
    news = dispatching.newest(dispatch)
    handed = news is not None and news.heard == Heard.HANDED
    return handed or dispatch.channel != UNREACHED


def _recipient(inquiry: Inquiry, entry: JournalEntry) -> Recipient:
    """The sender of the report, whoever the case's first party is. The number is opened only for a
    channel that needs it."""
    if inquiry.sealed_cpr is None:
        return Recipient(kind="none")
    if not letter_dispatch().needs_number:
        return Recipient(kind="cpr")
    number = services.shown_cpr(inquiry=inquiry, user=_writer(entry), reason=_REASON)
    return Recipient(kind="cpr", number=number)


def _inquiry_of(entry: JournalEntry) -> Inquiry:
    return selectors.inquiry(legal_clocks.confirmed_in(entry.key))


def _writer(entry: JournalEntry) -> kernel.User:
    found: kernel.User = kernel.User.objects.get(username=entry.actor)
    return found
