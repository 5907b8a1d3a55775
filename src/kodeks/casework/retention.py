# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Closed cases whose time is up, and erasing them in a person's name.

What is personal goes: the parties, the documents, and what solutions hold of the case. What stays
is the frame: number, KLE subject, unit, dates and the journal's lines, which hold no personal data.
The kernel is asked first and in the same transaction, as the guards on the tables (0004_retention)
let contents go only for a case that it has written down as erased.
"""

import datetime
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import transaction
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework import clocks, corrections, notes, reminders, sealed
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import (
    Case,
    Document,
    JournalEntry,
    JournalStatus,
    KleSubject,
    Party,
    Retention,
)
from kodeks.kernel import api as kernel

if TYPE_CHECKING:
    from django.db.models import QuerySet


SUBJECT = sealed.SUBJECT
TABLES = (
    "casework_case",
    "casework_party",
    "casework_document",
    "casework_correction",
    "casework_deadlineevent",
    "casework_note",
    "casework_reminder",
)
ERASERS = frozenset({kernel.Role.DATA_PROTECTION_OFFICER, kernel.Role.ADMINISTRATOR})
"""Roles that may have cases erased, as the codex's policies say."""
_EMPTY = hashlib.sha256(b"").hexdigest()

EraseSubject = Callable[[kernel.Subject], None]


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A solution that holds something personal of cases, in ``tables``.

    ``erase`` removes what it holds of the case, in the caller's transaction, and has the kernel
    erase each subject of its own with the function it is given.
    """

    name: str
    tables: tuple[str, ...]
    erase: Callable[[Case, EraseSubject], None]


@dataclass(frozen=True, kw_only=True)
class DueSubject:
    """A KLE subject with closed cases whose time is up; ``oldest`` is the first deadline."""

    subject: KleSubject
    cases: int
    oldest: datetime.date

    @property
    def confirmed(self) -> bool:
        """Whether they may be erased: a rule that nobody has confirmed is a suggestion."""
        return bool(self.subject.retention_confirmed_by)


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Closed cases that still have their contents, those of them that are kept, and erased ones."""

    closed: int
    kept: int
    erased: int


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one case; ``refusal`` is a Danish sentence, empty when it was erased."""

    number: str
    refusal: str = ""


def register(holder: Holder) -> None:
    """Make a holder known; a solution does so in its module ``retention``."""
    _holders()[holder.name] = holder


def tables() -> tuple[str, ...]:
    """The tables that hold what is personal in cases."""
    return (*TABLES, *(table for holder in _holders().values() for table in holder.tables))


def erasable_by(user: kernel.User) -> "QuerySet[Case]":
    """The cases within the units and KLE numbers of the person's rights to erase."""
    found: QuerySet[Case] = Case.objects.visible_to(user, roles=ERASERS)
    return found


def due(*, on: datetime.date, among: "QuerySet[Case] | None" = None) -> "QuerySet[Case]":
    """Closed cases whose time is up on that day, the longest ago closed first; of those, or of all.

    Also those under a rule that nobody has confirmed, which cannot be erased yet.
    """
    rules = KleSubject.objects.filter(retention=Retention.ERASE).order_by()
    past = Q(pk__in=[])
    for years in rules.values_list("retention_years", flat=True).distinct():
        past |= Q(kle__retention_years=years, closed_at__lt=_end_of(_years_before(on, years)))
    cases = Case.objects.all() if among is None else among
    found = cases.filter(past, kle__retention=Retention.ERASE, erased_at=None)
    return found.select_related("kle", "unit").order_by("closed_at", "number")


def due_subjects(*, on: datetime.date, among: "QuerySet[Case] | None" = None) -> list[DueSubject]:
    """What is due on that day, by KLE subject."""
    counted = (
        due(on=on, among=among)
        .order_by()
        .values_list("kle")
        .annotate(Count("id"), Min("closed_at"))
    )
    subjects = KleSubject.objects.in_bulk([subject_id for subject_id, _, _ in counted])
    found = [
        DueSubject(
            subject=subjects[subject_id], cases=count, oldest=_deadline(subjects[subject_id], first)
        )
        for subject_id, count, first in counted
    ]
    return sorted(found, key=lambda one: (one.subject.number, one.subject.valid_from))


def without_rule() -> "QuerySet[KleSubject]":
    """Subjects with closed cases and no rule; ``cases_closed`` counts them."""
    closed = Count("cases", filter=Q(cases__closed_at__isnull=False, cases__erased_at=None))
    found = KleSubject.objects.filter(retention=Retention.UNKNOWN)
    return found.annotate(cases_closed=closed).filter(cases_closed__gt=0)


def counts(*, among: "QuerySet[Case] | None" = None) -> Counts:
    """How many of the cases, or of all, are closed, kept and erased."""
    closed = Q(closed_at__isnull=False, erased_at=None)
    cases = Case.objects.all() if among is None else among
    found = cases.aggregate(
        closed=Count("id", filter=closed),
        kept=Count("id", filter=closed & Q(kle__retention=Retention.KEEP)),
        erased=Count("id", filter=Q(erased_at__isnull=False)),
    )
    return Counts(**found)


def deadline(case: Case) -> datetime.date | None:
    """The day from which the case's contents may be erased; None when it has none."""
    if case.closed_at is None or case.kle.retention != Retention.ERASE:
        return None
    return _deadline(case.kle, case.closed_at)


@transaction.atomic
def erase_case(*, case: Case, user: kernel.User, on: datetime.date | None = None) -> bool:
    """Erase what is personal in a case whose time is up (on that day; today if none is given).

    All of it or nothing. Returns False when it is erased already. Raises CaseworkError when it is
    not due or not ready, kernel Refused when the person may not.
    """
    locked = Case.objects.select_for_update(of=("self",)).select_related("kle").get(id=case.id)
    if locked.erased_at is not None:
        return False
    _require_due(locked, on=on or timezone.localdate())
    _require_journalised(locked)
    reason = _reason(locked.kle)

    def erase_subject(subject: kernel.Subject) -> None:
        if not kernel.is_erased(subject):
            kernel.erase(subject=subject, user=user, reason=reason)
        corrections.erase_of(subject)

    erase_subject(sealed.subject_of(locked.id))
    notes.erase_of(locked)
    reminders.erase_of(locked)
    for holder in _holders().values():
        holder.erase(locked, erase_subject)
    Party.objects.filter(case=locked).update(name="", cvr="", sealed_cpr=None, blind_index=None)
    Document.objects.filter(case=locked).update(title="", content=b"", sha256=_EMPTY)
    clocks.erase_of(locked)
    locked.title = locked.kle.title
    locked.erased_at = timezone.now()
    locked.save(update_fields=["title", "erased_at"])
    return True


def erase_due(
    *,
    user: kernel.User,
    on: datetime.date | None = None,
    subject: KleSubject | None = None,
    among: "QuerySet[Case] | None" = None,
) -> Iterator[Outcome]:
    """Erase what is due under confirmed rules, each case in a transaction of its own, when asked.

    A case that is refused does not stop the others; a person who may not erase at all does
    (kernel Refused). Whoever has had enough stops asking.
    """
    today = on or timezone.localdate()
    cases = due(on=today, among=among).exclude(kle__retention_confirmed_by="")
    if subject is not None:
        cases = cases.filter(kle=subject)
    # Each is read anew, under a lock, when its turn comes.
    for case in list(cases):
        yield _outcome(case, user=user, on=today)


def _outcome(case: Case, *, user: kernel.User, on: datetime.date) -> Outcome:
    try:
        erase_case(case=case, user=user, on=on)
    except CaseworkError as error:
        return Outcome(number=case.number, refusal=str(error))
    except kernel.Refused as refused:
        if refused.code == "no_right":
            raise
        return Outcome(number=case.number, refusal=refused.message)
    return Outcome(number=case.number)


def _require_due(case: Case, *, on: datetime.date) -> None:
    if on > timezone.localdate():
        raise CaseworkError("Dagen er ikke kommet endnu. Der kan kun slettes til og med i dag.")
    if case.closed_at is None:
        raise CaseworkError(f"Sag {case.number} er ikke lukket. Luk den først.")
    _require_rule(case)
    last = _deadline(case.kle, case.closed_at)
    if last > on:
        raise CaseworkError(f"Fristen for sag {case.number} er først {date_format(last)}.")


def _require_rule(case: Case) -> None:
    subject = case.kle
    if subject.retention == Retention.KEEP:
        raise CaseworkError(f"Sag {case.number} skal bevares. Aflevér den til arkivet.")
    if subject.retention == Retention.UNKNOWN:
        raise CaseworkError(
            f"KLE-emnet {subject.number} har ingen regel for sletning. Sæt en med "
            "`kodeks retention rules`."
        )
    if not subject.retention_confirmed_by:
        raise CaseworkError(
            f"Reglen for KLE-emnet {subject.number} er et forslag. Lad kommunens arkivar "
            "bekræfte den."
        )


def _require_journalised(case: Case) -> None:
    """What the ESDH system has not received yet would be lost."""
    waiting = JournalEntry.objects.filter(case=case).exclude(status=JournalStatus.RECEIPTED)
    if waiting.exists():
        raise CaseworkError(
            f"Sag {case.number} har et dokument, som ikke er journaliseret. Se siden Robotter."
        )


def _reason(subject: KleSubject) -> str:
    """Kept in the ledger for ever: by which rule, whose, and who confirmed it."""
    return (
        f"Fristen er nået. KLE {subject.number}: {subject.retention_years} år efter lukning. "
        f"Kilde: {subject.retention_source}. Bekræftet af {subject.retention_confirmed_by}."
    )


def _deadline(subject: KleSubject, closed_at: datetime.datetime) -> datetime.date:
    closed_on = timezone.localdate(closed_at)
    year = closed_on.year + (subject.retention_years or 0)
    try:
        return closed_on.replace(year=year)
    except ValueError:
        # Closed on 29 February: never a day too early.
        return datetime.date(year, 3, 1)


def _years_before(day: datetime.date, years: int) -> datetime.date:
    """The last day of closing whose deadline has come on ``day``."""
    year = max(day.year - years, 1)
    try:
        return day.replace(year=year)
    except ValueError:
        return datetime.date(year, 2, 28)


def _end_of(day: datetime.date) -> datetime.datetime:
    midnight = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time.min)
    return timezone.make_aware(midnight)


def _holders() -> dict[str, Holder]:
    holders: dict[str, Holder] = apps.get_app_config("casework").holders  # type: ignore[attr-defined]
    return holders
