# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Each table with something of a case shows what the case shows, at once and one row at a time."""

from __future__ import annotations

import uuid

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone
from rights import employee, of
from unit_cases import DAY, UNITS, opened

from kodeks.accessrequests.models import AccessRequest, RequestDocument, Round
from kodeks.casework import services
from kodeks.casework.models import (
    Case,
    Deadline,
    DeadlineEvent,
    Dispatch,
    DispatchNews,
    Distribution,
    DistributionReceipt,
    DistributionStanding,
    Document,
    Handover,
    InboxItem,
    JournalEntry,
    Note,
    Party,
    Reminder,
    Unit,
)
from kodeks.inquiries.models import (
    Acknowledgement,
    Answered,
    Attachment,
    Attended,
    Inquiry,
    LegalClock,
    LegalClockStep,
    Likeness,
    Place,
    ReplyDraft,
    Sorting,
    Split,
    Topic,
)
from kodeks.kernel.models import User
from kodeks.kernel.viewing import as_service, nobody, viewer

PATHS = {
    Case: "unit__code",
    Party: "case__unit__code",
    Document: "case__unit__code",
    JournalEntry: "case__unit__code",
    InboxItem: "case__unit__code",
    Note: "case__unit__code",
    Reminder: "case__unit__code",
    Deadline: "case__unit__code",
    DeadlineEvent: "deadline__case__unit__code",
    Dispatch: "document__case__unit__code",
    DispatchNews: "dispatch__document__case__unit__code",
    Distribution: "case__unit__code",
    DistributionReceipt: "distribution__case__unit__code",
    DistributionStanding: "distribution__case__unit__code",
    Handover: "case__unit__code",
    Inquiry: "case__unit__code",
    Attachment: "inquiry__case__unit__code",
    AccessRequest: "case__unit__code",
    Round: "request__case__unit__code",
    RequestDocument: "request__case__unit__code",
    Sorting: "inquiry__case__unit__code",
    Place: "inquiry__case__unit__code",
    Acknowledgement: "inquiry__case__unit__code",
    ReplyDraft: "case__unit__code",
    Answered: "case__unit__code",
    Split: "inquiry__case__unit__code",
    Attended: "inquiry__case__unit__code",
    LegalClock: "inquiry__case__unit__code",
    LegalClockStep: "clock__inquiry__case__unit__code",
    Likeness: "inquiry__case__unit__code",
}
"""Each table that shows a case's contents, and the way from it to the case's unit."""


def dealt_with_before(as_owner: psycopg.Connection, inquiry: Inquiry, user: User) -> None:
    """A row as those from before they had an entry in the ledger; this inquiry is not decided."""
    as_owner.execute("ALTER TABLE inquiries_attended DISABLE TRIGGER inquiries_attended_entered")
    as_owner.execute(
        "INSERT INTO inquiries_attended (inquiry_id, unit_id, by_id, at)"
        " VALUES (%s, %s, %s, now())",
        (inquiry.id, inquiry.case.unit_id, user.pk),
    )
    as_owner.execute("ALTER TABLE inquiries_attended ENABLE TRIGGER inquiries_attended_entered")


@pytest.fixture
def whole(as_owner):
    """A case in each unit with a row in each of the tables."""
    services.load_kle_subjects()
    user, now = User.objects.get(username="sofie"), timezone.now()
    with as_service("tests"):
        for unit in UNITS:
            case = opened(unit, unit=unit)
            written = {"case": case, "sealed_text": b"x", "written_at": now}
            Note.objects.create(id=uuid.uuid4(), author=user, **written)
            Reminder.objects.create(
                id=uuid.uuid4(), due_on=DAY, person=user, written_by=user, **written
            )
            deadline = Deadline.objects.create(
                key=unit, case=case, kind="reply", terms=[], source="prøve", started_on=DAY,
                due_on=DAY,
            )  # fmt: skip
            DeadlineEvent.objects.create(
                key=uuid.uuid4(), deadline=deadline, step="started", on=DAY, due_on=DAY
            )
            dispatch = Dispatch.objects.create(
                key=unit,
                document=case.documents.get(),
                channel="prøve",
                message_id=unit,
                sent_at=now,
            )
            DispatchNews.objects.create(dispatch=dispatch, heard="delivered", reference="x", at=now)
            handed = Distribution.objects.create(
                key=unit, case=case, unit=case.unit, returns_to=case.unit, message_id=unit,
                sent_at=now,
            )  # fmt: skip
            DistributionReceipt.objects.create(distribution=handed, code="MODTAGET")
            DistributionStanding.objects.create(distribution=handed, state="open")
            Handover.objects.create(
                id=uuid.uuid4(), case=case, from_unit=case.unit, note=case.documents.get(),
                to_unit=Unit.objects.exclude(code=unit).first(), sealed_reason=b"x", by=user,
                at=now,
            )  # fmt: skip
            inquiry = Inquiry.objects.create(
                external_id=unit, channel="web", text="Hul", received_at=now, registered_at=now,
                case=case, decision_id=uuid.uuid4(),
            )  # fmt: skip
            Attachment.objects.create(
                inquiry=inquiry, number=1, media_type="image/png", size=1, sealed_name=b"x",
                sealed=b"x",
            )  # fmt: skip
            request = AccessRequest.objects.create(
                key=unit, law="offl", requester_name="Test Testesen", case_number=case.number,
                unit=case.unit, case=case, received_on=DAY, registered_at=now,
            )  # fmt: skip
            Round.objects.create(
                request=request, number=1, cause="complaint", received_on=DAY, opened_at=now,
                user_id=user.pk,
            )  # fmt: skip
            RequestDocument.objects.create(
                request=request, source="prøve", source_id=unit, case_number=case.number,
                title="Notat", date=DAY, direction="incoming", media_type="text/plain",
                sha256=unit,
            )  # fmt: skip
            Sorting.objects.create(inquiry=inquiry)
            Place.objects.create(
                inquiry=inquiry, number=1, title="Testvej", kind="street", latitude=56, longitude=11
            )
            Acknowledgement.objects.create(
                inquiry=inquiry, way="mail", reference=unit, version=0, act_id=uuid.uuid4(),
                sealed=b"x", at=now,
            )  # fmt: skip
            item = InboxItem.objects.get(case=case)
            ReplyDraft.objects.create(
                item=item,
                inquiry=inquiry,
                case=case,
                number=1,
                sealed=b"x",
                written_by=user,
                written_at=now,
            )
            Answered.objects.create(
                item=item, inquiry=inquiry, case=case, topic=Topic.objects.first(),
                received_on=DAY, answered_on=DAY, terms=[1],
            )  # fmt: skip
            done = {"by": user, "at": now}
            Split.objects.create(id=uuid.uuid4(), inquiry=inquiry, kept=[0], parts=[], **done)
            dealt_with_before(as_owner, inquiry, user)
            clock = LegalClock.objects.create(
                inquiry=inquiry, rule="klage", kind="complaint_reassessment", source="prøve",
                counted_from=DAY, due_on=DAY, noticed_at=now,
            )  # fmt: skip
            LegalClockStep.objects.create(id=uuid.uuid4(), clock=clock, said="confirmed", **done)
            Likeness.objects.create(inquiry=inquiry, bands=[1])
    return as_owner


@pytest.mark.django_db(transaction=True)
def test_an_inquiry_laid_on_a_case_is_seen_by_those_who_see_the_case(whole) -> None:
    road = employee(whole, of("vej", "05"))
    with as_service("tests"):
        for unit in UNITS:
            Inquiry.objects.filter(external_id=unit).update(
                joined=Inquiry.objects.get(external_id=unit).case, case=None
            )
    with viewer(road):
        assert [one.external_id for one in Inquiry.objects.all()] == ["vej"]
        assert [one.external_id for one in Inquiry.objects.visible_to(road)] == ["vej"]
        assert Likeness.objects.count() == Likeness.objects.visible_to(road).count() == 1
    with viewer(employee(whole)):
        assert not Inquiry.objects.exists()
        assert not Likeness.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_each_table_shows_what_the_case_shows(whole) -> None:
    everywhere, road = employee(whole, of("")), employee(whole, of("vej", "05"))
    for model, path in PATHS.items():
        found = model.objects.order_by().values_list(path, flat=True)
        with viewer(everywhere):
            assert set(found.all()) == set(UNITS), model
        with viewer(road):
            assert set(found.all()) == {"vej"}, model
            assert model.objects.count() == 1, model
        with viewer(employee(whole)):
            assert not model.objects.exists(), model
        with nobody():
            assert not model.objects.exists(), model


@pytest.mark.django_db(transaction=True)
def test_rights_that_change_are_seen_by_the_same_connection_at_once(whole) -> None:
    """The functions keep their plans; they keep no answers."""
    user, has = employee(whole), set()
    with viewer(user), transaction.atomic():
        for unit in UNITS:
            # More often than PostgreSQL waits before it keeps a plan for good.
            for _ in range(7):
                seen = JournalEntry.objects.values_list("case__unit__code", flat=True)
                assert set(seen) == has
            whole.execute(
                "SELECT kernel.register_grant(%s, 'caseworker', %s, '05', NULL)", (user.pk, unit)
            )
            has.add(unit)
        assert JournalEntry.objects.count() == len(UNITS)
        whole.execute("UPDATE kernel_user SET is_active = false WHERE id = %s", (user.pk,))
        assert not JournalEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_row_s_case_is_looked_up_and_the_cases_are_never_collected(whole) -> None:
    """A page of 25 rows must not first find every case that the person sees."""
    with viewer(employee(whole, of("vej"))), connection.cursor() as cursor:
        for model in PATHS.keys() - {Case}:
            cursor.execute(f"EXPLAIN SELECT FROM {model._meta.db_table}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            (asked, *_) = [line for line in plan.splitlines() if "Filter:" in line]
            assert "IS NOT NULL) OR" in asked, plan
            assert "(SubPlan" in asked, plan
            assert "hashed" not in asked, plan
