# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The department has answered the citizens who have written in a case: each by a letter of their
own, or all of them in another way. The case is closed with the last answer."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from kodeks.casework import clock_reads, clocks
from kodeks.casework import selectors as casework
from kodeks.casework import services as cases
from kodeks.casework.models import Case, CaseState, DeadlineKind, Document, InboxItem
from kodeks.inquiries import selectors, similar
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Inquiry, ReplyDraft
from kodeks.kernel import api as kernel

if TYPE_CHECKING:
    Standing = kernel.Decision | kernel.Reversal


@dataclass(frozen=True, kw_only=True)
class Asker:
    """One who has written in a case, by their inquiry; whether they have had a letter in answer."""

    inquiry: Inquiry
    answered: bool


def askers(case: Case) -> list[Asker]:
    """Who is to have an answer of their own in the case: first the one whose inquiry it was opened
    for, then those whose inquiries were laid on it."""
    return [
        Asker(
            inquiry=inquiry,
            answered=letter_to(inquiry, selectors.standing_of(inquiry)) is not None,
        )
        for inquiry in selectors.lying_in([case])
    ]


def letter_to(inquiry: Inquiry, standing: Standing | None) -> Document | None:
    """The letter that answered the inquiry after it was decided as it stands."""
    if standing is None:
        return None
    sent = ReplyDraft.objects.filter(inquiry=inquiry).exclude(document=None)
    sent = sent.filter(written_at__gte=selectors.decided_at(standing)).order_by("-written_at")
    newest = sent.select_related("document").defer("document__content").first()
    return None if newest is None else newest.document


def is_answered(inquiry: Inquiry, standing: Standing | None) -> bool:
    """Whether its sender has had an answer, in a letter of their own or with the whole case."""
    case = selectors.case_of(inquiry)
    closed = case is not None and case.state == CaseState.CLOSED
    return closed or letter_to(inquiry, standing) is not None


@transaction.atomic
def mark_answered(*, item_id: uuid.UUID, user: kernel.User) -> InboxItem:
    """The department has answered all who have written in the case: the item is handled, its clock
    stopped, the case closed.

    Raises InquiryError when the department is not the person's, CaseworkError for an unknown item,
    kernel Refused when the person may not answer for the department that the case lies with.
    """
    item = casework.inbox_item(item_id=item_id)
    if not kernel.has_role(user, kernel.Role.CASEWORKER, unit=item.unit.code):
        raise InquiryError(f"Du har ikke ret til at svare for {item.unit.name}.")
    return _closed(item, user)


@transaction.atomic
def answered_by_letter(*, item: InboxItem, inquiry: Inquiry, user: kernel.User) -> None:
    """One of those who have written in the case has had a letter; the last one's closes the case.

    Raises as `mark_answered`.
    """
    if all(one.answered for one in askers(item.case)):
        mark_answered(item_id=item.id, user=user)
    else:
        _pass(item, inquiry, user)


def _closed(item: InboxItem, user: kernel.User) -> InboxItem:
    cases.advance_case(case=item.case, state=CaseState.CLOSED)
    handled = cases.handle(item=item)
    deadline = clock_reads.newest(item.case, kind=DeadlineKind.REPLY)
    # Once: a later deadline is another's answer. What is erased has a history that is closed.
    if deadline and item.handled_at is None and item.case.erased_at is None:
        clocks.answer(key=item.id, deadline_id=deadline.id, user=user)
    for inquiry in selectors.lying_in([item.case]):
        _pass(item, inquiry, user)
    return handled


def _pass(item: InboxItem, inquiry: Inquiry, user: kernel.User) -> None:
    """In the ledger, where it is counted how long citizens wait; and for those who answer later
    ones. Once."""
    if inquiry.decision_id is None:
        return
    own = inquiry.case_id == item.case_id
    number = item.id if own else uuid.uuid5(item.id, str(inquiry.id))
    kernel.pass_milestone(
        milestone_id=number,
        decision_id=inquiry.decision_id,
        what="answered",
        user=user,
        unit=item.unit.code,
    )
    if own:
        document = letter_to(inquiry, selectors.standing_of(inquiry))
        similar.remember(item=item, inquiry=inquiry, document=document)
