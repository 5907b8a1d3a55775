# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""All writes of casework.

Each service that makes a record takes a ``key`` chosen by the caller. The same key again gives the
same record and no second one, also from two processes at once, so a robot's step may be repeated.
A key used for something else is refused. Refusals raise CaseworkError (Danish text).
"""

import datetime
import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from kodeks.casework import journal, kle, kle_subjects, selectors, succession
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import (
    ActorKind,
    Case,
    CaseState,
    Direction,
    Document,
    InboxItem,
    JournalEntry,
    Party,
    Sensitivity,
    Unit,
)
from kodeks.casework.privacy import without_cpr
from kodeks.documents.letters import Letter, render
from kodeks.kernel import api as kernel

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

journalise = journal.journalise
add_kle_subject = kle_subjects.add
load_kle_subjects = kle_subjects.load_listed
MAX_CONTENT_BYTES = 50_000_000
AGAIN = ":again"
"""What the key of a copy has after the key of what it is a copy of."""
_CVR = re.compile("[0-9]{8}")


@dataclass(frozen=True)
class NewParty:
    """A party to be recorded. The caller chooses ``id`` and, for a CPR number, seals it with
    ``kernel.seal`` (place ``casework_party/sealed_cpr``, row ``id``), so that the sealed bytes fit
    this row only and the log tells of everyone who opens them."""

    id: UUID
    role: str
    kind: str
    name: str
    cvr: str = ""
    sealed_cpr: bytes | None = None
    blind_index: bytes | None = None


def add_unit(*, code: str, name: str, parent: Unit | None = None) -> Unit:
    """Return the department with this code, made if it is new; name and parent are updated."""
    unit, _ = Unit.objects.update_or_create(code=code, defaults={"name": name, "parent": parent})
    return unit


def open_case(
    *,
    key: str,
    title: str,
    kle_number: str,
    facet: str,
    unit: Unit,
    sensitivity: str = Sensitivity.CONFIDENTIAL,
    parties: Collection[NewParty] = (),
    caseworker: "AbstractBaseUser | None" = None,
) -> Case:
    """Open a case with its parties and the next free number, e.g. 2026-0000123.

    The title is seen in lists and registers: no personal data in it. A number that is gone leads
    to its successor (see ``succession``). An existing case with the same key is returned as it is.
    """
    now = timezone.now()
    title = without_cpr(title, name="Sagens titel")
    kle.require_facet(facet, on=timezone.localdate(now))
    _known(sensitivity, Sensitivity.values, name="følsomhed")
    with transaction.atomic():
        case, created = Case.objects.get_or_create(
            key=key,
            defaults={
                "number": lambda: _next_case_number(year=timezone.localdate(now).year),
                "title": title,
                "kle": lambda: kle_subjects.subject_for(
                    number=kle_number, on=timezone.localdate(now)
                ),
                "facet": facet,
                "unit": unit,
                "caseworker": caseworker,
                "sensitivity": sensitivity,
                "opened_at": now,
            },
        )
        if created:
            for party in parties:
                add_party(case=case, party=party)
    if not created and not (case.facet == facet and _is_of(case, kle_number)):
        raise _key_used(key)
    return case


def add_party(*, case: Case, party: NewParty) -> Party:
    """Record a party; idempotent by ``party.id``. A case has at most one primary party."""
    _known(party.role, Party.Role.values, name="rolle")
    _check_identifier(party)
    others = Party.objects.filter(case=case, role=Party.Role.PRIMARY).exclude(id=party.id)
    if party.role == Party.Role.PRIMARY and others.exists():
        raise CaseworkError("Sagen har allerede en primær part. Tilføj parten som sekundær.")
    record, created = Party.objects.get_or_create(
        id=party.id,
        defaults={
            "case": case,
            "role": party.role,
            "kind": party.kind,
            "name": without_cpr(party.name, name="Partens navn"),
            "cvr": party.cvr,
            "sealed_cpr": party.sealed_cpr,
            "blind_index": party.blind_index,
        },
    )
    if not created and record.case_id != case.id:
        raise _key_used(str(party.id))
    return record


def end_party(*, party: Party) -> None:
    """A secondary party that came into its case by mistake leaves it: from now on nobody is shown
    the case because of it. That it was there stays in the case. Once."""
    Party.objects.present().filter(id=party.id).update(left_at=timezone.now())


def advance_case(*, case: Case, state: str) -> Case:
    """Move the case forward: opened, decided, closed. The same state again changes nothing.

    From the day it is closed its time of retention runs (see ``retention``).
    """
    order = CaseState.values
    _known(state, order, name="tilstand")
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(id=case.id)
        if state == locked.state:
            return locked
        if order.index(state) < order.index(locked.state):
            raise CaseworkError(
                f"Sag {locked.number} kan ikke gå tilbage. Åbn en ny sag, hvis sagen genoptages."
            )
        if state == CaseState.CLOSED:
            locked.closed_at = timezone.now()
        locked.state = state
        locked.save(update_fields=["state", "closed_at"])
    return locked


def add_document(
    *,
    key: str,
    case: Case,
    title: str,
    direction: str,
    type: str,
    letter_date: datetime.date,
    content: bytes | str,
    media_type: str = "",
    final: bool = True,
) -> Document:
    """Store a document. A text is stored as UTF-8 with media type text/plain.

    The same key with other content is refused.
    """
    if isinstance(content, str):
        content, media_type = content.encode(), media_type or "text/plain; charset=utf-8"
    if len(content) > MAX_CONTENT_BYTES:
        raise CaseworkError("Dokumentet er større end 50 MB. Del det i flere dokumenter.")
    _known(direction, Direction.values, name="retning")
    digest = hashlib.sha256(content).hexdigest()
    document, created = Document.objects.get_or_create(
        key=key,
        defaults={
            "case": case,
            "title": without_cpr(title, name="Dokumentets titel"),
            "direction": direction,
            "type": type,
            "letter_date": letter_date,
            "final": final,
            "media_type": media_type or "application/octet-stream",
            "sha256": digest,
            "content": content,
        },
    )
    if not created and (document.case_id, document.sha256) != (case.id, digest):
        raise _key_used(key)
    return document


def copied(document: Document, *, case: Case) -> Document:
    """The same document in another case, where it should have been. Once; the first one stays."""
    return add_document(
        key=f"{document.key}{AGAIN}",
        case=case,
        title=document.title,
        direction=document.direction,
        type=document.type,
        letter_date=document.letter_date,
        content=bytes(document.content),
        media_type=document.media_type,
    )


def finalise_document(*, document: Document) -> Document:
    """Mark the document as final; nothing about it can change after that."""
    Document.objects.filter(id=document.id, final=False).update(final=True)
    return Document.objects.get(id=document.id)


def write_letter(*, key: str, case: Case, letter: Letter) -> Document:
    """Render the letter and store it as a final, outgoing document of the case.

    A letter already written under the key is returned without being made again.
    """
    if letter.case_number != case.number:
        raise CaseworkError(
            f"Brevet har sagsnummer {letter.case_number}, men sagen er {case.number}. Ret brevet."
        )
    written = Document.objects.filter(key=key).first()
    if written is not None:
        if written.case_id != case.id:
            raise _key_used(key)
        return written
    return add_document(
        key=key,
        case=case,
        title=letter.subject,
        direction=Direction.OUTGOING,
        type="letter",
        letter_date=letter.date,
        content=render(letter),
        media_type="application/pdf",
    )


def register_entry(
    *,
    key: str,
    document: Document,
    received_or_sent_on: datetime.date,
    theme: str,
    unit: Unit,
    actor_kind: str,
    actor: str,
) -> JournalEntry:
    """Register a document for journalising: the first of three phases.

    ``theme`` is the short thematic indication of offentlighedsloven § 15, stk. 2. A document has
    one entry, so a second key for the same document is refused.
    """
    _known(actor_kind, ActorKind.values, name="aktør")
    theme = without_cpr(theme, name="Den korte angivelse af indholdet")
    other = JournalEntry.objects.filter(document=document).exclude(key=key)
    if other.exists():
        raise CaseworkError("Dokumentet er allerede i journalen. Brug den post, der findes.")
    entry, created = JournalEntry.objects.get_or_create(
        key=key,
        defaults={
            "document": document,
            "case_id": document.case_id,
            "received_or_sent_on": received_or_sent_on,
            "theme": theme,
            "unit": unit,
            "actor_kind": actor_kind,
            "actor": actor,
        },
    )
    if not created and entry.document_id != document.id:
        raise _key_used(key)
    return entry


def reclassify(
    *,
    case: Case,
    title: str,
    kle_number: str,
    facet: str,
    caseworker: "AbstractBaseUser",
) -> Case:
    """The case turned out to be of another subject: its title, KLE subject and facet follow, and
    who it was that placed it. Number, documents and journal stay. Safe to repeat."""
    kle.require_facet(facet, on=timezone.localdate())
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(id=case.id)
        locked.title = without_cpr(title, name="Sagens titel")
        locked.kle = kle_subjects.subject_for(number=kle_number, on=timezone.localdate())
        locked.facet = facet
        locked.caseworker = caseworker
        locked.save(update_fields=["title", "kle", "facet", "caseworker"])
    return selectors.case(number=locked.number)


def forward_anew(*, key: str, case: Case, unit: Unit, kind: str) -> InboxItem:
    """Give the case to another department than the one that has it: it leaves the open inboxes of
    that kind first. Repeating an old key changes nothing."""
    with transaction.atomic():
        if not InboxItem.objects.filter(key=key).exists():
            for item in InboxItem.objects.filter(case=case, kind=kind, handled_at=None):
                handle(item=item)
        return forward(key=key, case=case, unit=unit, kind=kind)


def forward(*, key: str, case: Case, unit: Unit, kind: str) -> InboxItem:
    """Give the case to a department: it becomes responsible and finds the case in its inbox.

    Repeating an old key changes nothing, also when the case has moved on since.
    """
    # Whoever hands a case over may not see it afterwards, and may still hand it over.
    with kernel.as_service("forwarding"), transaction.atomic():
        item, created = InboxItem.objects.get_or_create(
            key=key, defaults={"unit": unit, "case": case, "kind": kind}
        )
        if created:
            Case.objects.filter(id=case.id).update(unit=unit)
    if (item.case_id, item.unit_id, item.kind) != (case.id, unit.id, kind):
        raise _key_used(key)
    return item


def handle(*, item: InboxItem) -> InboxItem:
    """Mark the item as handled, once: a later call keeps the first time."""
    InboxItem.objects.filter(id=item.id, handled_at=None).update(handled_at=timezone.now())
    return selectors.inbox_item(item_id=item.id)


def _check_identifier(party: NewParty) -> None:
    _known(party.kind, Party.Kind.values, name="slags part")
    sealed = (party.sealed_cpr is not None, party.blind_index is not None)
    if sealed != (party.kind == Party.Kind.CPR,) * 2:
        raise CaseworkError("Kun en person har et forseglet CPR-nummer. Ret partens oplysninger.")
    is_company = party.kind == Party.Kind.CVR
    if is_company != bool(party.cvr) or (is_company and not _CVR.fullmatch(party.cvr)):
        raise CaseworkError("Et CVR-nummer er otte cifre, og kun en virksomhed har et. Ret det.")


def _next_case_number(*, year: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('casework_case_number')")
        (number,) = cursor.fetchone()
    return f"{year}-{number:07d}"


def _is_of(case: Case, number: str) -> bool:
    """Whether the case was opened for matters of that number, or of what it has become."""
    on = timezone.localdate(case.opened_at)
    return case.kle.number == number or case.kle in succession.choices(number, on)


def _known(value: Any, values: Collection[Any], *, name: str) -> None:
    if value not in values:
        raise CaseworkError(f"Ukendt {name}: {value}. Vælg en fra listen.")


def _key_used(key: str) -> CaseworkError:
    return CaseworkError(f"Nøglen {key} er allerede brugt til noget andet. Brug en ny nøgle.")
