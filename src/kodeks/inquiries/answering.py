# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The department has answered the citizen."""

from __future__ import annotations

import uuid

from django.db import transaction

from kodeks.casework import clock_reads, clocks
from kodeks.casework import selectors as casework
from kodeks.casework import services as cases
from kodeks.casework.models import CaseState, DeadlineKind, Document, InboxItem
from kodeks.inquiries import selectors, similar
from kodeks.inquiries.errors import InquiryError
from kodeks.kernel import api as kernel


@transaction.atomic
def mark_answered(
    *, item_id: uuid.UUID, user: kernel.User, document: Document | None = None
) -> InboxItem:
    """The department has answered: its inbox item is handled, its clock stopped, the case closed.

    `document` is the answer, where it was written here.

    Raises InquiryError when the department is not the person's, CaseworkError for an unknown item,
    kernel Refused when the person may not answer for the unit that the robot forwarded to.
    """
    item = casework.inbox_item(item_id=item_id)
    if not kernel.has_role(user, kernel.Role.CASEWORKER, unit=item.unit.code):
        raise InquiryError(f"Du har ikke ret til at svare for {item.unit.name}.")
    cases.advance_case(case=item.case, state=CaseState.CLOSED)
    handled = cases.handle(item=item)
    deadline = clock_reads.newest(item.case, kind=DeadlineKind.REPLY)
    # Once: a later deadline is another's answer. What is erased has a history that is closed.
    if deadline and item.handled_at is None and item.case.erased_at is None:
        clocks.answer(key=item.id, deadline_id=deadline.id, user=user)
    for number, decision_id in selectors.answered_with(item):
        # In the ledger, where it is counted how long citizens wait.
        kernel.pass_milestone(
            milestone_id=number, decision_id=decision_id, what="answered", user=user
        )
    inquiry = selectors.own_of(item.case)
    if inquiry is not None:
        similar.remember(item=item, inquiry=inquiry, document=document)
    return handled
