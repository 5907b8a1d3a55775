# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What makes an inquiry urgent, and that somebody has dealt with it.

`engine.urgency` is asked as the inquiry comes, before it is sorted. What it says is
kept with it, so that the department that gets it sees it first too, and why, until it has said that
it has dealt with it or has answered.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from kodeks.casework import selectors as casework
from kodeks.casework.models import DeadlineKind, InboxItem
from kodeks.inquiries.engine import urgency
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import SEVERAL, Attended, Inquiry
from kodeks.kernel import api as kernel


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One thing that is urgent: what it is, what it means, and the words that say so ("" when the
    rules of today do not find them)."""

    name: str
    text: str
    matched: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a department is told of an item: why it is urgent, and who has dealt with it, if the
    department has."""

    reasons: tuple[Reason, ...]
    by: str = ""
    at: dt.datetime | None = None


def names(text: str) -> str:
    """What is urgent about a text, as an inquiry keeps it."""
    return SEVERAL.join(one.rule for one in urgency.urgencies(text))


def reasons(inquiry: Inquiry) -> tuple[Reason, ...]:
    """Why the inquiry was marked as urgent when it came in."""
    found = urgency.of_names(inquiry.text, inquiry.urgencies)
    matched = {one.rule: one.matched for one in found}
    return tuple(
        Reason(name=name, text=urgency.MEANINGS.get(name, name), matched=matched.get(name, ""))
        for name in inquiry.urgencies
    )


def first(items: QuerySet[InboxItem]) -> QuerySet[InboxItem]:
    """The items with `is_urgent`: an inquiry of the case is, and the department has not dealt with
    it; those come first, then the oldest."""
    dealt = Attended.objects.filter(inquiry=OuterRef("pk"), unit=OuterRef(OuterRef("unit")))
    open_ones = Inquiry.objects.exclude(urgency="").exclude(Exists(dealt)).order_by()
    # Two questions, as each has its index.
    is_urgent = Exists(open_ones.filter(case=OuterRef("case"))) | Exists(
        open_ones.filter(joined=OuterRef("case"), case=None)
    )
    return items.annotate(is_urgent=is_urgent).order_by("-is_urgent", "created_at", "id")


def told(items: Collection[InboxItem]) -> dict[uuid.UUID, Told]:
    """What there is to tell of those of the items that are urgent, or were."""
    cases = {item.case_id for item in items}
    rows = Inquiry.objects.exclude(urgency="").filter(_in_cases(cases)).order_by("received_at")
    of_case: dict[object, list[Inquiry]] = {}
    for row in rows.defer("sealed_original").prefetch_related("attended__by"):
        of_case.setdefault(row.case_id or row.joined_id, []).append(row)
    return {
        item.id: _told(item, of_case[item.case_id]) for item in items if item.case_id in of_case
    }


def untended(*, since: dt.datetime) -> QuerySet[Inquiry]:
    """What a rule says is urgent and has come since then, that no department has dealt with.
    Reports about a child have their own clock."""
    perhaps = [name for name, _ in urgency.PERHAPS.values()]
    found = Inquiry.objects.exclude(urgency__in=["", *perhaps])
    found = found.filter(erased_at=None, received_at__gt=since)
    found = found.exclude(legal_clocks__kind=DeadlineKind.CHILD_REPORT).filter(attended=None)
    return found.select_related("case__unit", "case__kle", "suggested_unit").order_by("received_at")


@transaction.atomic
def attend(*, item_id: uuid.UUID, user: kernel.User) -> InboxItem:
    """The department of the item has dealt with what is urgent about it: a milestone in the ledger
    for each inquiry, and a row here that says the same. Saying so again changes nothing.

    Raises InquiryError when the department is not the person's, CaseworkError for an unknown item.
    """
    item = casework.inbox_item(item_id=item_id)
    if not kernel.has_role(user, kernel.Role.CASEWORKER, unit=item.unit.code):
        raise InquiryError(f"Du har ikke ret til at svare for {item.unit.name}.")
    found = Inquiry.objects.exclude(urgency="").exclude(decision_id=None)
    for inquiry in found.filter(_in_cases({item.case_id})).exclude(attended__unit=item.unit):
        # Of two who say so at once, the kernel gives both the first one's.
        passed = kernel.pass_milestone(
            milestone_id=uuid.uuid4(),
            decision_id=inquiry.decision_id,
            what="attended",
            unit=item.unit.code,
            user=user,
        )
        Attended.objects.get_or_create(
            inquiry=inquiry,
            unit=item.unit,
            defaults={"by": passed.user, "at": passed.at, "milestone_id": passed.id},
        )
    return item


def _in_cases(cases: Iterable[object]) -> Q:
    return Q(case__in=cases) | Q(joined__in=cases, case=None)


def _told(item: InboxItem, inquiries: list[Inquiry]) -> Told:
    left, newest = [], None
    for one in inquiries:
        dealt = next((row for row in one.attended.all() if row.unit_id == item.unit_id), None)
        if dealt is None:
            left.append(one)
        elif newest is None or dealt.at > newest.at:
            newest = dealt
    if left or newest is None:
        return Told(reasons=_once(left))
    return Told(reasons=_once(inquiries), by=newest.by.full_name, at=newest.at)


def _once(inquiries: Iterable[Inquiry]) -> tuple[Reason, ...]:
    found = {reason.name: reason for one in inquiries for reason in reasons(one)}
    return tuple(found.values())
