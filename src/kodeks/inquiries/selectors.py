# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Reads of this room."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from kodeks.casework import clock_reads, deadline_rules, handovers, standings
from kodeks.casework import selectors as casework
from kodeks.casework.models import Case as CaseRecord
from kodeks.casework.models import (
    DeadlineKind,
    InboxItem,
    JournalEntry,
    Unit,
    Way,
)
from kodeks.inquiries.models import CALM, Inquiry, LegalClock, Topic
from kodeks.kernel import api as kernel

SYSTEM = "inquiries"
SUBJECT = "inquiry"
"""What the kernel and the robots call an inquiry."""


JOINS = frozenset({"case", "duplicate_of"})
"""What an outcome has where an inquiry was laid on a case that was there (see `filing`)."""
CASEWORKERS = frozenset({kernel.Role.CASEWORKER})


def visible_to(user: kernel.User) -> QuerySet[Inquiry]:
    """Those that the person sees as caseworker; without a case yet, only by a right for all."""
    found: QuerySet[Inquiry] = Inquiry.objects.visible_to(user, roles=CASEWORKERS)
    return found


def waiting(*, user: kernel.User | None = None) -> QuerySet[Inquiry]:
    """Inquiries that nobody has decided, in the order of the gates (see `ranked`), then the oldest.
    Those that the person sees, or all."""
    found = Inquiry.objects.all() if user is None else visible_to(user)
    waits = ranked(found.filter(decision_id=None), user=user)
    return waits.order_by("calm", "-has_clock", "-is_mine", "received_at", "id")


def ranked(inquiries: QuerySet[Inquiry], *, user: kernel.User | None) -> QuerySet[Inquiry]:
    """Each with `calm` (0 when it is urgent, else 1), `has_clock` (one of the law runs that nobody
    has settled) and `is_mine` (the engine is sure that it belongs to a department of the person's).
    """
    clocks = LegalClock.objects.filter(inquiry=OuterRef("pk"), step=None)
    held = () if user is None else kernel.rights(user)
    own = (right.unit for right in held if right.role == kernel.Role.CASEWORKER)
    # Of no unit, rather than of none: PostgreSQL orders by no constant.
    codes = [unit for unit in own if unit] or [""]
    mine = Case(When(suggested_unit__code__in=codes, then=True), default=False)
    return inquiries.annotate(calm=CALM, has_clock=Exists(clocks), is_mine=mine)


def handled() -> QuerySet[Inquiry]:
    """Decided inquiries, newest first."""
    return Inquiry.objects.exclude(decision_id=None).order_by("-received_at", "-id")


def without_recommendation() -> QuerySet[Inquiry]:
    """Waiting inquiries that have not been triaged."""
    return Inquiry.objects.filter(decision_id=None, recommendation_id=None)


def inquiry(
    inquiry_id: uuid.UUID,
    *,
    user: kernel.User | None = None,
    roles: frozenset[kernel.Role] = CASEWORKERS,
) -> Inquiry:
    """One inquiry with its case. Raises Inquiry.DoesNotExist, also for one that the person does not
    see by a right with one of the roles."""
    found = Inquiry.objects.all()
    if user is not None:
        found = found.visible_to(user, roles=roles)
    related = ("case__unit", "case__kle", "joined__unit", "joined__kle", "suggested_unit")
    inquiry: Inquiry = found.select_related(*related).get(id=inquiry_id)
    return inquiry


def case_of(inquiry: Inquiry) -> CaseRecord | None:
    """The case that it lies in: its own, or the one that it was laid on; None before that."""
    return inquiry.case or inquiry.joined


def subject_of(inquiry: Inquiry) -> kernel.Subject:
    """What the kernel calls the inquiry."""
    return kernel.Subject(type=SUBJECT, id=str(inquiry.id))


def scope_of(inquiry: Inquiry) -> kernel.Scope:
    """Where the inquiry belongs: its case's unit and KLE number; before there is one, to the unit
    that the engine was sure of, if it was."""
    case = case_of(inquiry)
    if case is None:
        unit = inquiry.suggested_unit
        return kernel.Scope() if unit is None else kernel.Scope(unit=unit.code)
    return kernel.Scope(unit=case.unit.code, kle=case.kle.number)


def may_handle(inquiry: Inquiry, *, user: kernel.User) -> bool:
    """Whether the person may decide the inquiry, and so see to what else it asks for."""
    about = kernel.About(system=SYSTEM, scope=scope_of(inquiry))
    return kernel.may(user, "decide", about=about)


def may_unmask(inquiry: Inquiry, *, user: kernel.User) -> bool:
    """Whether there is a CPR number that the person may see; the kernel is asked again then."""
    about = kernel.About(scope=scope_of(inquiry))
    return inquiry.sealed_cpr is not None and kernel.may(user, "unmask", about=about)


def recommendation_of(inquiry: Inquiry) -> kernel.Recommendation | None:
    """Its recommendation; None before the triage."""
    if inquiry.recommendation_id is None:
        return None
    return kernel.recommendation(inquiry.recommendation_id)


def decision_of(inquiry: Inquiry) -> kernel.Decision | None:
    """Its decision; None before that."""
    return None if inquiry.decision_id is None else kernel.decision(inquiry.decision_id)


def reversals_of(inquiry: Inquiry) -> tuple[kernel.Reversal, ...]:
    """How its decision was changed later, the first first."""
    return () if inquiry.decision_id is None else kernel.reversals_of(inquiry.decision_id)


def standing_of(inquiry: Inquiry) -> kernel.Decision | kernel.Reversal | None:
    """What is decided now: the newest reversal, else the decision; None before that."""
    changes = reversals_of(inquiry)
    return changes[-1] if changes else decision_of(inquiry)


def topic_of(standing: kernel.Decision | kernel.Reversal) -> Topic:
    """The topic that was chosen."""
    return topic(str(standing.outcome["label"]))


def decided_at(standing: kernel.Decision | kernel.Reversal) -> dt.datetime:
    """When it was decided."""
    return standing.reversed_at if isinstance(standing, kernel.Reversal) else standing.decided_at


def department_of(case: CaseRecord | None, standing: kernel.Decision | kernel.Reversal) -> str:
    """The name of the department that answers: the one a person gave the case to after it was
    decided, or that sees to what another body does (Open311), else the topic's."""
    placed = None if case is None else handovers.newest(case)
    if placed is not None and placed.at >= decided_at(standing):
        return placed.to_unit.name
    given = None if case is None else standings.newest(case)
    if given and given.way == Way.OPEN311 and given.sent_at >= decided_at(standing):
        return standings.answers(given).name
    if case is not None and JOINS & set(standing.outcome):
        return case.unit.name
    return topic_of(standing).unit.name


def counted_from(inquiry: Inquiry, standing: kernel.Decision | kernel.Reversal) -> dt.date:
    """The day from which the department's days of answering are counted."""
    changed = isinstance(standing, kernel.Reversal)
    return timezone.localdate(standing.reversed_at if changed else inquiry.received_at)


def topic(label: str) -> Topic:
    """One topic with its unit. Raises Topic.DoesNotExist."""
    return Topic.objects.select_related("unit").get(label=label)


def topics() -> dict[str, Topic]:
    """All topics by label."""
    return {topic.label: topic for topic in Topic.objects.select_related("unit")}


def topic_titles() -> dict[str, str]:
    """Danish titles by label, in the order of the titles."""
    titles = Topic.objects.values_list("label", "title")
    return kernel.once("titles of topics", lambda: dict(titles))


def department_names() -> tuple[str, ...]:
    """The names of the units that topics belong to."""
    return tuple(sorted({topic.unit.name for topic in topics().values()}))


def labels_of(unit: Unit) -> tuple[str, ...]:
    """The labels of the unit's topics, in the order of their titles."""
    return tuple(Topic.objects.filter(unit=unit).values_list("label", flat=True))


def of_person(index: bytes) -> QuerySet[Inquiry]:
    """The inquiries of the person with this blind index, newest first."""
    return (
        Inquiry.objects.filter(sender_index=index).select_related("case").order_by("-received_at")
    )


def journal(*, user: kernel.User, unit: str = "", case_number: str = "") -> QuerySet[JournalEntry]:
    """The journal of inquiries' cases that the person sees, newest first; of one department or case
    if given."""
    entries = JournalEntry.objects.visible_to(user, roles=CASEWORKERS)
    entries = entries.filter(case__inquiry__isnull=False)
    if unit:
        # Looked up first, so that the department's newest are read by their index.
        entries = entries.filter(unit=Unit.objects.filter(code=unit).values("pk")[:1])
    if case_number:
        entries = entries.filter(case__number=case_number)
    return (
        entries.select_related("document", "case", "case__kle", "case__inquiry", "unit")
        .defer("document__content", "case__inquiry__text", "case__inquiry__sealed_original")
        .order_by("-registered_at", "-id")
    )


def units() -> list[tuple[str, str]]:
    """Code and name of the departments that topics go to."""
    found = Unit.objects.filter(id__in=Topic.objects.values("unit")).order_by("name")
    return list(found.values_list("code", "name"))


def erased_ids() -> QuerySet[Any, str]:
    """The numbers, as text, of inquiries of which all is erased: nobody can do more about one."""
    return _ids(Inquiry.objects.exclude(erased_at=None))


def placed_ids() -> QuerySet[Any, str]:
    """The numbers, as text, of inquiries that have a case: a unit and a KLE number."""
    return _ids(Inquiry.objects.exclude(case=None, joined=None))


def seen_ids(user: kernel.User, roles: Collection[str]) -> QuerySet[Any, str]:
    """The numbers, as text, of inquiries that the person sees by a right with one of the roles."""
    return _ids(Inquiry.objects.visible_to(user, roles=roles))


def _ids(inquiries: QuerySet[Inquiry]) -> QuerySet[Any, str]:
    return inquiries.annotate(key=Cast("id", CharField())).values_list("key", flat=True)


def without_answer(ids: Collection[str]) -> set[str]:
    """Those of the inquiries that have neither a suggestion nor a decision."""
    wanted = Inquiry.objects.filter(id__in=ids, decision_id=None, recommendation_id=None)
    return {str(number) for number in wanted.values_list("id", flat=True)}


def departments(*, user: kernel.User) -> list[Unit]:
    """The departments that topics go to and the person may see; each has `waiting`, a count."""
    allowed = kernel.units_of(user, kernel.Role.CASEWORKER)
    units = Unit.objects.filter(pk__in=Topic.objects.values("unit"))
    if allowed is not None:
        units = units.filter(code__in=allowed)
    seen = InboxItem.objects.visible_to(user, roles=CASEWORKERS)
    found = seen.filter(unit=OuterRef("pk"), handled_at=None, kind=SUBJECT).order_by()
    waiting = found.values("unit").annotate(number=Count("id")).values("number")
    return list(units.annotate(waiting=Coalesce(Subquery(waiting), 0)).order_by("name"))


def forwarded_to(code: str, *, user: kernel.User) -> QuerySet[InboxItem]:
    """What the department has not answered yet and the person sees, oldest first, with the open
    reply deadlines (see `urgent.first` for what comes before)."""
    seen = InboxItem.objects.visible_to(user, roles=CASEWORKERS)
    items = casework.open_inbox(unit=casework.unit(code=code), among=seen).filter(kind=SUBJECT)
    return items.select_related("case", "case__kle").prefetch_related(
        Prefetch("case__deadlines", queryset=clock_reads.open_ones(kind=DeadlineKind.REPLY))
    )


def lying_in(cases: Collection[Any]) -> list[Inquiry]:
    """The decided inquiries that lie in the cases: each case's own first, then those that were laid
    on it, in the order in which they came."""
    inside = Q(case__in=cases) | Q(joined__in=cases, case=None)
    found = Inquiry.objects.filter(inside).exclude(decision_id=None).defer("sealed_original")
    return sorted(found.order_by("received_at", "id"), key=lambda one: one.case_id is None)


def newest_item(case: CaseRecord) -> InboxItem | None:
    """Where the case was forwarded last."""
    return InboxItem.objects.filter(case=case, kind=SUBJECT).order_by("-created_at").first()


def answer_by(inquiry: Inquiry, standing: kernel.Decision | kernel.Reversal) -> dt.date:
    """The day that the citizen waits for: the case's deadline, or what it will be when the robot
    has opened the case."""
    case = case_of(inquiry)
    if case is not None:
        deadline = clock_reads.newest(case, kind=DeadlineKind.REPLY)
        # On a case that was there, its clock counts, whenever it began.
        if deadline is not None and (
            inquiry.joined or deadline.started_on >= counted_from(inquiry, standing)
        ):
            return deadline.promised_on
    number = str(standing.outcome.get("kle", topic_of(standing).kle_number))
    return _promise(number, since=counted_from(inquiry, standing))


def promises(*, since: dt.date) -> tuple[dt.date, dt.date]:
    """The first and last day by which an inquiry is answered, whatever topic it turns out to be."""
    asked = Topic.objects.order_by().values_list("kle_number", flat=True).distinct()
    numbers = kernel.once("numbers of topics", lambda: tuple(asked))
    days = deadline_rules.promises(kind=DeadlineKind.REPLY, kle_numbers=numbers, started_on=since)
    return min(days), max(days)


def promise(topic: Topic, *, since: dt.date) -> dt.date:
    """The day by which an inquiry about the topic is answered, counted from when it could begin."""
    return _promise(topic.kle_number, since=since)


def _promise(kle_number: str, *, since: dt.date) -> dt.date:
    return deadline_rules.promise(kind=DeadlineKind.REPLY, kle_number=kle_number, started_on=since)
