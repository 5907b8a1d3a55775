# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Hands cases to the systems of departments that work elsewhere, and follows their receipts.

A case that the other system rejects, or that never got there, comes back: into the inbox of those
who sort, as the kind ``RETURNED``, with the reason. Receipts may come twice and in any order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from kodeks.casework import dispatching, services, standings
from kodeks.casework.errors import CaseworkError
from kodeks.casework.letters import UNKNOWN_SENDER
from kodeks.casework.models import (
    Case,
    Distribution,
    DistributionReceipt,
    Document,
    InboxItem,
    JournalEntry,
    JournalStatus,
    Party,
    ReceiptCode,
    Unit,
    Way,
)
from kodeks.casework.ports import CaseDistribution, DistributionRecord
from kodeks.kernel import api as kernel

if TYPE_CHECKING:
    from django.db.models import QuerySet

RETURNED = "returned"
BY_KLE = "kle"
BY_OPEN311 = Way.OPEN311.value
_PLACE = "casework_distributionreceipt/sealed_reason"
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_COMES_BACK = frozenset({ReceiptCode.REJECTED, ReceiptCode.FAILED})
_ANSWERS = _COMES_BACK | {ReceiptCode.ACCEPTED}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A receipt as it was told. `reason` is the other system's own words."""

    code: ReceiptCode
    reason: str = field(default="", repr=False)


def route(*, unit: Unit, by: str) -> Unit:
    """How cases reach the department: `by` is "" for its inbox here, "kle" for the system that
    has its KLE subjects, that system's number (a UUID), or "open311" for another body's server.
    Raises CaseworkError."""
    if by not in ("", BY_KLE, BY_OPEN311) and not _UUID.fullmatch(by):
        raise CaseworkError(
            f"Skriv »kle«, et systems nummer (UUID), »open311« eller intet ved {unit.name}."
        )
    Unit.objects.filter(id=unit.id).update(distribution=by)
    return Unit.objects.get(id=unit.id)


@transaction.atomic
def distribute(
    *,
    key: str,
    document: Document,
    unit: Unit,
    returns_to: Unit,
    kind: str,
    system: CaseDistribution,
    place: str = "",
    is_urgent: bool = False,
) -> Distribution:
    """Hand a journalised document and its case to the unit's system, once: the same key again is
    the first time. The case leaves the open inboxes of that kind here. `place` is where in the
    town it is about, if that is known; an urgent one says so in its theme.

    Finds before it sends. Raises CaseworkError; PortError and PortRejected from the system.
    """
    case = (
        Case.objects.select_for_update(of=("self",)).select_related("kle").get(id=document.case_id)
    )
    known = Distribution.objects.filter(key=key).first()
    if known is not None:
        if (known.case_id, known.unit_id) != (case.id, unit.id):
            raise CaseworkError(f"Nøglen {key} er allerede brugt til noget andet.")
        return known
    entry = JournalEntry.objects.filter(document=document).first()
    if entry is None or entry.status != JournalStatus.RECEIPTED:
        raise CaseworkError("Dokumentet er ikke journaliseret. Journalisér det først.")
    receipt = system.find(key=key)
    if receipt is None:
        receipt = system.send(
            record=_record(
                key,
                case,
                document,
                unit,
                theme=f"Haster: {entry.theme}" if is_urgent else entry.theme,
                place=place,
            )
        )
    distribution = Distribution.objects.create(
        key=key,
        case=case,
        unit=unit,
        returns_to=returns_to,
        message_id=receipt.message_id,
        kind=kind,
        way=Way.OPEN311 if unit.distribution == BY_OPEN311 else Way.SF2900,
        sent_at=receipt.sent_at,
    )
    for item in InboxItem.objects.filter(case=case, kind=kind, handled_at=None):
        services.handle(item=item)
    Case.objects.filter(id=case.id).update(unit=unit)
    return distribution


@transaction.atomic
def hear(*, message_id: str, answer: Answer) -> bool:
    """Write a receipt down; returns whether it is new. A rejected case comes back to a person.

    Raises CaseworkError when no distribution of ours has that number.
    """
    distribution = (
        Distribution.objects.select_for_update(of=("self",))
        .select_related("case", "returns_to")
        .filter(message_id=message_id)
        .first()
    )
    if distribution is None:
        raise CaseworkError("Kvitteringen passer ikke til en sag, vi har fordelt.")
    if distribution.receipts.filter(code=answer.code).exists():
        return False
    subject = _subject(distribution)
    row = DistributionReceipt(distribution=distribution, code=answer.code)
    if answer.reason and not kernel.is_erased(subject):
        row.sealed_reason = kernel.seal_note(
            subject=subject,
            place=_PLACE,
            row=_row(row),
            text=dispatching.masked(answer.reason),
        )
    row.save()
    newest_one = standings.is_newest(distribution)
    if (
        answer.code in _ANSWERS
        and dispatching.end_silence(distribution.id)
        and answer.code == ReceiptCode.ACCEPTED
        and newest_one
    ):
        # Those who sort had the case while nobody knew; now the department has it.
        Case.objects.filter(id=distribution.case_id).update(unit=distribution.unit)
    if answer.code in _COMES_BACK and newest_one:
        # A no to what has been handed elsewhere since is written down, and nobody's work.
        services.forward(
            key=f"{distribution.id}:{answer.code}",
            case=distribution.case,
            unit=distribution.returns_to,
            kind=RETURNED,
        )
    return True


def standing(distribution: Distribution) -> DistributionReceipt | None:
    """The receipt that counts, whatever order they came in: a no before a yes, and either before
    what only tells of the way. None when nothing was heard."""
    order = (
        ReceiptCode.RECEIVED,
        ReceiptCode.HANDED,
        ReceiptCode.ACCEPTED,
        ReceiptCode.FAILED,
        ReceiptCode.REJECTED,
    )
    receipts = distribution.receipts.all()
    return max(receipts, key=lambda one: order.index(ReceiptCode(one.code)), default=None)


def answers() -> QuerySet[DistributionReceipt]:
    """The receipts that say what became of a case, and not only where it is on its way."""
    return DistributionReceipt.objects.filter(code__in=_ANSWERS)


def reason(receipt: DistributionReceipt) -> str:
    """The other system's words for why; "" when it gave none, or the case is erased."""
    if receipt.sealed_reason is None:
        return ""
    found = kernel.open_note(
        subject=_subject(receipt.distribution),
        place=_PLACE,
        row=_row(receipt),
        sealed=bytes(receipt.sealed_reason),
    )
    return found or ""


def in_words(distribution: Distribution) -> str:
    """Where the case stands at the other system, for those who work with it."""
    if distribution.way == Way.OPEN311:
        return standings.in_words(distribution)
    receipt = standing(distribution)
    if receipt is None:
        return f"Fordelt til {distribution.unit.name}. Der er ikke kommet en kvittering endnu"
    words = reason(receipt)
    why = f": »{words}«" if words else ""
    return f"{receipt.get_code_display()} ({distribution.unit.name}){why}"


def for_citizen(distribution: Distribution) -> str:
    """Where the case stands, for the one who wrote to us."""
    if distribution.way == Way.OPEN311:
        return standings.for_citizen(distribution)
    return "Henvendelsen er sendt til afdelingen."


def _record(
    key: str, case: Case, document: Document, unit: Unit, *, theme: str, place: str
) -> DistributionRecord:
    names = Party.objects.present().filter(case=case).exclude(name__in=("", UNKNOWN_SENDER))
    return DistributionRecord(
        key=key,
        case_id=str(case.id),
        case_number=case.number,
        kle_number=case.kle.number,
        facet=case.facet,
        unit=unit.code,
        route=unit.distribution,
        document_id=str(document.id),
        document_title=document.title,
        direction=document.direction,
        letter_date=document.letter_date,
        theme=theme,
        media_type=document.media_type,
        content=bytes(document.content),
        registered_at=timezone.now(),
        since=document.created_at,
        place=place,
        parties=tuple(names.values_list("name", flat=True)),
    )


def _subject(distribution: Distribution) -> kernel.Subject:
    return kernel.Subject(type="case", id=str(distribution.case_id))


def _row(receipt: DistributionReceipt) -> str:
    return f"{receipt.distribution_id}:{receipt.code}"
