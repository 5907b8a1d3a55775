# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who was laid on another's case by mistake is no party of it any more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from inquiry_pages import text_of
from joinings import AGAIN, carried_out, decided

from kodeks.accessrequests.ports import Wanted
from kodeks.accessrequests.sources import CaseworkSource
from kodeks.casework.models import Party
from kodeks.demo.corpus import TESTINE_CPR
from kodeks.inquiries import services
from kodeks.inquiries.filing import Wish
from kodeks.inquiries.models import Inquiry
from kodeks.kernel.models import User

# That a sender's number was opened is committed by itself.
pytestmark = pytest.mark.django_db(transaction=True)


def test_who_was_laid_on_another_s_case_by_mistake_is_no_party_of_it(
    handled: Callable[..., Inquiry], triaged: Callable[..., Inquiry], sofie: User, page: Client
) -> None:
    first, sender = handled(), {"sender_name": "Ane Prøve", "sender_cpr": TESTINE_CPR}
    laid = [triaged(text, **sender) for text in (AGAIN, f"{AGAIN} Hilsen Ane")]
    decisions = [decided(one, sofie, wish=Wish(duplicate_of=str(first.id))) for one in laid]
    for decision in decisions:
        carried_out(decision)
    index = bytes(laid[0].sender_index)
    wanted = Wanted(person=index)
    (party,) = Party.objects.filter(case=first.case, role="secondary")
    found = {one.case_number for one in CaseworkSource().find(wanted=wanted)}
    assert found == {first.case.number}
    # With the first of the two she still has the other one there.
    for one, decision, numbers in zip(laid, decisions, (2, 2), strict=True):
        carried_out(
            services.reverse(
                inquiry_id=one.id, user=sofie, replaces=decision.id, cause="mistake",
                label="vejskade", own_consideration="Det er et andet hul.",
            )
        )  # fmt: skip
        party.refresh_from_db()
        is_there = one == laid[0]
        assert (party.left_at is None) is is_there
        found = {doc.case_number for doc in CaseworkSource().find(wanted=wanted)}
        assert (first.case.number in found) is is_there
        assert len(found) == numbers
    told = text_of(page.get(reverse("workbench:case", args=[first.case.number])))
    assert "Ikke part siden" in told
    # Nobody comes back, and nobody else's part is taken from them.
    for change in ({"left_at": None}, {"name": "En anden"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Party.objects.filter(id=party.id).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Party.objects.filter(role="primary").update(left_at=timezone.now())
