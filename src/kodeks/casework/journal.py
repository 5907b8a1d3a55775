# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""From registered to receipted: the three phases of journalising.

The status is ``journalised`` only when the ESDH system's ids are stored, and ``receipted`` when
its receipt is acknowledged; the database refuses any other order.
"""

from django.db import transaction
from django.utils import timezone

from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Case, JournalEntry, JournalStatus, Party
from kodeks.casework.ports import (
    CaseRecord,
    JournalReceipt,
    JournalRecord,
    JournalSystem,
    PartyRecord,
    PortRejected,
    Reclassification,
)


def journalise(*, entry: JournalEntry, system: JournalSystem, cpr: str = "") -> JournalEntry:
    """Journalise the entry's document in ``system`` and return the entry as receipted.

    ``cpr`` is the primary party's number for a system that must have it, where the caller has
    opened it; it is kept nowhere.

    Finds before it creates, so a repeat after a crash adopts what is already in the system. An
    entry that has its receipt is returned untouched. Raises CaseworkError for a document that is
    not final, and PortError or PortRejected from the system (the entry then stays as it was).
    """
    with transaction.atomic():
        entry = (
            JournalEntry.objects.select_for_update(of=("self",))
            .select_related("document", "case__kle", "unit")
            .defer("document__content")
            .get(id=entry.id)
        )
        if entry.status == JournalStatus.RECEIPTED:
            return entry
        receipt = None
        if entry.status == JournalStatus.REGISTERED:
            receipt = _find_or_create(entry, system, cpr)
        return stored(entry, receipt)


def reclassify(*, case: Case, system: JournalSystem) -> Reclassification:
    """Have the ESDH system put the case under the subject that it has here now. Safe to repeat.

    A no from the system is a task for a person and no error; raises PortError from the system.
    """
    case = Case.objects.select_related("kle", "unit").get(id=case.id)
    entries = case.journal_entries.exclude(esdh_case_id="")
    first = entries.order_by("journalised_at").first()
    known = "" if first is None else first.esdh_case_id
    try:
        return system.reclassify(
            record=CaseRecord(
                case_key=case.key,
                case_number=case.number,
                case_title=case.title,
                kle_number=case.kle.number,
                facet=case.facet,
                department=case.unit.name,
                esdh_case_id=known,
            )
        )
    except PortRejected:
        return Reclassification(esdh_case_id=known, done=False)


def stored(entry: JournalEntry, receipt: JournalReceipt | None) -> JournalEntry:
    """The entry as receipted, in the order that the database asks for. The caller holds its row;
    no receipt: it is stored already."""
    _require_final(entry)
    if receipt is not None:
        _store_receipt(entry, receipt)
    entry.status = JournalStatus.RECEIPTED
    entry.receipted_at = timezone.now()
    entry.save(update_fields=["status", "receipted_at"])
    return entry


def _find_or_create(entry: JournalEntry, system: JournalSystem, cpr: str) -> JournalReceipt:
    _require_final(entry)
    record = _record(entry, cpr)
    found = system.find(record=record)
    return found if found is not None else system.journalise(record=record)


def _require_final(entry: JournalEntry) -> None:
    if not entry.document.final:
        raise CaseworkError("Kun et endeligt dokument kan journaliseres. Gør dokumentet endeligt.")


def _store_receipt(entry: JournalEntry, receipt: JournalReceipt) -> None:
    entry.status = JournalStatus.JOURNALISED
    entry.esdh_case_id = receipt.esdh_case_id
    entry.esdh_document_id = receipt.esdh_document_id
    entry.journalised_at = receipt.journalised_at
    entry.save(
        update_fields=["status", "esdh_case_id", "esdh_document_id", "journalised_at"],
    )


def _record(entry: JournalEntry, cpr: str) -> JournalRecord:
    case, document = entry.case, entry.document
    party = Party.objects.filter(case=case, role=Party.Role.PRIMARY).first()
    earlier = case.journal_entries.exclude(esdh_case_id="").order_by("journalised_at").first()
    return JournalRecord(
        key=entry.key,
        case_key=case.key,
        case_number=case.number,
        case_title=case.title,
        kle_number=case.kle.number,
        facet=case.facet,
        party=None
        if party is None
        else PartyRecord(
            party_id=str(party.id),
            name=party.name,
            kind=party.kind,
            cvr=party.cvr,
            cpr=cpr if party.kind == Party.Kind.CPR else "",
        ),
        direction=document.direction,
        letter_date=document.letter_date,
        received_or_sent_on=entry.received_or_sent_on,
        theme=entry.theme,
        department=entry.unit.name,
        sensitivity=case.sensitivity,
        actor_kind=entry.actor_kind,
        actor=entry.actor,
        document_title=document.title,
        document_type=document.type,
        media_type=document.media_type,
        sha256=document.sha256,
        content=bytes(document.content),
        esdh_case_id="" if earlier is None else earlier.esdh_case_id,
    )
