# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Answered inquiries like this one: the closest first, and only those that one may see."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from rights import employee, of

from kodeks.casework.models import InboxItem
from kodeks.inquiries import services, similar
from kodeks.inquiries.models import Answered, Inquiry
from kodeks.kernel import api as kernel
from kodeks.kernel.models import User

pytestmark = pytest.mark.django_db

RATS = "Der er rotter i kælderen under vores opgang, og de løber bag skraldespandene."


@pytest.fixture
def answered(forwarded: Callable[..., InboxItem], sofie: User) -> Callable[..., InboxItem]:
    def answer(text: str, label: str = "rotter", **options: object) -> InboxItem:
        item = forwarded(label, text=text, **options)
        services.mark_answered(item_id=item.id, user=sofie)
        return item

    return answer


def ids(found: list[similar.Similar]) -> list[object]:
    return [one.inquiry_id for one in found]


def test_the_closest_comes_first_with_topic_and_days(
    answered: Callable[..., InboxItem], triaged: Callable[..., Inquiry], sofie: User
) -> None:
    near = answered("Vi har set rotter i kælderen. De er også ved skraldespandene.")
    far = answered("Gadelygten ved kælderen er gået ud.", "vejbelysning")
    answered("Storskrald blev ikke hentet i dag.", "storskrald")
    inquiry = triaged(RATS)
    found = similar.like(inquiry, user=sofie)
    assert ids(found) == [near.case.inquiry.id, far.case.inquiry.id]
    assert (found[0].topic, found[0].days, found[0].document_id) == ("Rotter", 0, None)


def test_an_inquiry_is_not_like_itself(answered: Callable[..., InboxItem], sofie: User) -> None:
    item = answered(RATS)
    assert similar.like(item.case.inquiry, user=sofie) == []


def test_nothing_is_found_while_the_system_is_stopped(
    answered: Callable[..., InboxItem],
    triaged: Callable[..., Inquiry],
    sofie: User,
    stop: Callable[[], None],
) -> None:
    answered(RATS)
    inquiry = triaged("Rotter i kælderen igen.")
    stop()
    with pytest.raises(kernel.SystemStopped):
        similar.like(inquiry, user=sofie)


def test_what_is_read_is_written_down_with_its_purpose(
    answered: Callable[..., InboxItem], triaged: Callable[..., Inquiry], sofie: User
) -> None:
    from kodeks.kernel.models import Reading

    answered(RATS)
    inquiry = triaged("Rotter i kælderen igen.")
    similar.like(inquiry, user=sofie)
    newest = Reading.objects.order_by("-id")[0]
    assert (newest.subject_id, newest.permit.purpose) == (str(inquiry.id), "answering")
    assert set(newest.fields) == {"text", "answered"}


def test_somebody_of_another_department_finds_none(
    answered: Callable[..., InboxItem],
    triaged: Callable[..., Inquiry],
    as_owner: psycopg.Connection,
) -> None:
    item = answered(RATS)
    inquiry = triaged("Rotter i kælderen igen.")
    here = employee(as_owner, of(item.case.unit.code))
    elsewhere = employee(as_owner, of("park-og-natur"))
    terms = list(Answered.objects.get().terms)
    for user, count in ((here, 1), (elsewhere, 0)):
        with kernel.viewer(user), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM inquiries_alike(%s::bigint[], 50)", [terms])
            assert cursor.fetchone() == (count,), "by the database"
            cursor.execute("SELECT count(*) FROM inquiries_answeredterm")
            assert cursor.fetchone() == (count * len(terms),)
        assert len(similar.like(inquiry, user=user)) == count


def test_that_it_was_answered_is_not_changed(answered: Callable[..., InboxItem]) -> None:
    answered(RATS)
    for change in (
        lambda: Answered.objects.update(terms=[]),
        lambda: Answered.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="kan ikke ændres"), transaction.atomic():
            change()
