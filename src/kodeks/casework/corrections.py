# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""»Det er forkert« and objections: somebody says it, and a caseworker of the unit answers.

What is said is about one datum, or, as an objection, about the use of AI in the matter as a whole.
Source: GDPR articles 16 (rectification), 21 (objection) and 12(3): an answer within one month.
Whoever calls has asked who may see the matter.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Correction, CorrectionState, Unit
from kodeks.codex.days import months_after
from kodeks.kernel import api as kernel
from kodeks.language import cpr

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST_OPEN = 10
"""Of one matter at a time; more would hide the others from those who answer."""
MOST_CHARACTERS = 2000
_CORRECTED = {state.value: state.label for state in CorrectionState}
_UPHELD = {
    CorrectionState.CORRECTED.value: "Du har fået ret",
    CorrectionState.KEPT.value: "Du har ikke fået ret",
}
_SAID = "casework_correction/sealed_said"
_ANSWER = "casework_correction/sealed_answer"
_FULL = (
    f"Der er allerede {MOST_OPEN} rettelser i sagen, som vi ikke har svaret på. Vent, til vi har "
    "svaret på en af dem."
)


@dataclass(frozen=True, kw_only=True)
class Told:
    """A correction as it is read: what was said, and what came of it. Danish texts.

    Without source and field it is an objection, and `wrong` is what it says.
    """

    id: UUID
    subject: kernel.Subject
    source: str
    field: str
    wrong: str
    right: str
    opened_on: dt.date
    due_on: dt.date
    state: str
    unit: str
    answer: str
    answered_by: str
    answered_on: dt.date | None

    @property
    def open(self) -> bool:
        return self.state == CorrectionState.OPEN

    @property
    def late(self) -> bool:
        return self.open and self.due_on < timezone.localdate()

    @property
    def is_objection(self) -> bool:
        return not self.source

    @property
    def title(self) -> str:
        return "Indsigelse" if self.is_objection else f"{self.source}: {self.field}"

    @property
    def texts(self) -> tuple[str, ...]:
        """What is shown of it: what was said, its state, and the answer when there is one."""
        said = [f"{'Du gør indsigelse' if self.is_objection else 'Det er forkert'}: {self.wrong}"]
        if self.right:
            said.append(f"Det rigtige er: {self.right}")
        opened = f"Du skrev det den {date_format(self.opened_on)}."
        if self.answered_on is None:
            return (*said, f"{opened} Vi svarer senest den {date_format(self.due_on)}.")
        title = (_UPHELD if self.is_objection else _CORRECTED)[self.state]
        answered = f"{self.answered_by} svarede den {date_format(self.answered_on)}: {title}."
        return (*said, f"{opened} {answered}", self.answer)


@transaction.atomic
def report(
    *,
    key: UUID,
    subject: kernel.Subject,
    record_id: UUID,
    source: str,
    field: str,
    unit: str,
    wrong: str,
    right: str,
) -> Told:
    """Open a task for the unit (its code; "" for every caseworker). The same key gives it once.

    `record_id` is the suggestion or the decision that it is about; without `source` and `field` it
    is an objection to that, and `wrong` says why.
    CPR numbers in the texts are masked before they are sealed. Raises CaseworkError when nothing
    is said, too much is said or too many wait, kernel Refused when the matter is erased.
    """
    wrong, right = (cpr.mask(text.strip()) for text in (wrong, right))
    if not wrong:
        raise CaseworkError("Skriv, hvad der er forkert." if source else "Skriv, hvorfor.")
    _require_short(wrong, right)
    with connection.cursor() as cursor:
        # One at a time for a matter, or two at once could pass the limit.
        lock = f"correction:{subject.type}/{subject.id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
    known = Correction.objects.filter(id=key).select_related("unit", "answered_by").first()
    if known is not None:
        if _subject(known) != subject:
            raise CaseworkError("Formularen er brugt i en anden sag. Åbn den igen, og send den.")
        return _told(known)
    if _of(subject).filter(state=CorrectionState.OPEN).count() >= MOST_OPEN:
        raise CaseworkError(_FULL)
    said = json.dumps({"wrong": wrong, "right": right}, ensure_ascii=False)
    now = timezone.now()
    row = Correction.objects.create(
        id=key,
        subject_type=subject.type,
        subject_id=subject.id,
        record_id=record_id,
        source=source,
        field=field,
        unit=Unit.objects.filter(code=unit).first(),
        sealed_said=kernel.seal_note(subject=subject, place=_SAID, row=str(key), text=said),
        opened_at=now,
        due_on=months_after(timezone.localdate(now), 1),
    )
    return _told(row)


@transaction.atomic
def answer(*, correction_id: UUID, user: kernel.User, corrected: bool, reasons: str) -> Told:
    """A caseworker answers, once: corrected in the source (an objection: upheld) or not, and why.

    Raises CaseworkError when the task is not theirs, is answered already, or no reasons are given.
    """
    reasons = cpr.mask(reasons.strip())
    if not reasons:
        raise CaseworkError("Skriv, hvad du har gjort, og hvorfor.")
    _require_short(reasons)
    row = Correction.objects.select_for_update(of=("self",)).filter(id=correction_id).first()
    if row is None or not _is_for(row, user):
        raise CaseworkError("Opgaven findes ikke, eller den er en anden afdelings.")
    if row.erased_at is not None:
        raise CaseworkError("Sagens oplysninger er slettet. Der er intet at svare på.")
    if row.state != CorrectionState.OPEN:
        name = row.answered_by.full_name if row.answered_by else ""
        raise CaseworkError(f"{name} har allerede svaret på opgaven.")
    row.state = CorrectionState.CORRECTED if corrected else CorrectionState.KEPT
    row.sealed_answer = kernel.seal_note(
        subject=_subject(row), place=_ANSWER, row=str(row.id), text=reasons
    )
    row.answered_at = timezone.now()
    row.answered_by = user
    row.save(update_fields=["state", "sealed_answer", "answered_at", "answered_by"])
    return _told(row)


def of_subject(subject: kernel.Subject) -> tuple[Told, ...]:
    """What has been said to be wrong in a matter, the oldest first; nothing once it is erased."""
    found = _of(subject).select_related("unit", "answered_by").order_by("opened_at", "id")
    return tuple(_told(row) for row in found)


def waiting(*, user: kernel.User) -> tuple[Told, ...]:
    """The open tasks that the person may answer, those that are due first."""
    return tuple(_told(row) for row in _waiting(user).select_related("unit", "answered_by"))


def count_waiting(*, user: kernel.User) -> int:
    return _waiting(user).count()


def count_late(*, on: dt.date, objections: bool = False) -> int:
    """Open tasks about data, or objections, that should have been answered before that day."""
    rows = Correction.objects.filter(state=CorrectionState.OPEN, erased_at=None, due_on__lt=on)
    return (rows.filter(source="") if objections else rows.exclude(source="")).count()


def objected_to(*, subject_type: str) -> frozenset[str]:
    """The ids of subjects where an objection to the use of AI was upheld, or waits for an answer.

    While it waits what is about the person is not used either (GDPR article 18(1)(d)).
    """
    found = Correction.objects.filter(subject_type=subject_type, source="").exclude(
        state=CorrectionState.KEPT
    )
    return frozenset(found.values_list("subject_id", flat=True))


def waiting_for(*, user: kernel.User, correction_id: UUID) -> Told | None:
    """One of the open tasks that the person may answer."""
    row = _waiting(user).select_related("unit", "answered_by").filter(id=correction_id).first()
    return None if row is None else _told(row)


def erase_of(subject: kernel.Subject) -> None:
    """Empty what was said about a subject that the kernel has erased (see `retention`)."""
    _of(subject).update(sealed_said=None, sealed_answer=None, erased_at=timezone.now())


def _of(subject: kernel.Subject) -> QuerySet[Correction]:
    return Correction.objects.filter(
        subject_type=subject.type, subject_id=subject.id, erased_at=None
    )


def _waiting(user: kernel.User) -> QuerySet[Correction]:
    rows = Correction.objects.filter(state=CorrectionState.OPEN, erased_at=None)
    if not kernel.has_role(user, kernel.Role.CASEWORKER):
        return rows.none()
    units = kernel.units_of(user, kernel.Role.CASEWORKER)
    return rows if units is None else rows.filter(Q(unit=None) | Q(unit__code__in=units))


def _is_for(row: Correction, user: kernel.User) -> bool:
    unit = None if row.unit is None else row.unit.code
    return kernel.has_role(user, kernel.Role.CASEWORKER, unit=unit)


def _subject(row: Correction) -> kernel.Subject:
    return kernel.Subject(type=row.subject_type, id=row.subject_id)


def _told(row: Correction) -> Told:
    said = json.loads(_opened(row, _SAID, row.sealed_said) or '{"wrong": "", "right": ""}')
    return Told(
        id=row.id,
        subject=_subject(row),
        source=row.source,
        field=row.field,
        wrong=said["wrong"],
        right=said["right"],
        opened_on=timezone.localdate(row.opened_at),
        due_on=row.due_on,
        state=row.state,
        unit=row.unit.name if row.unit else "",
        answer=_opened(row, _ANSWER, row.sealed_answer),
        answered_by=row.answered_by.full_name if row.answered_by else "",
        answered_on=timezone.localdate(row.answered_at) if row.answered_at else None,
    )


def _opened(row: Correction, place: str, sealed: bytes | None) -> str:
    if sealed is None:
        return ""
    found = kernel.open_note(
        subject=_subject(row), place=place, row=str(row.id), sealed=bytes(sealed)
    )
    return found or ""


def _require_short(*texts: str) -> None:
    if any(len(text) > MOST_CHARACTERS for text in texts):
        raise CaseworkError("Teksten er for lang. Den må højst fylde 2.000 tegn.")
