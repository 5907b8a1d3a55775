# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who sees which case: role x unit x KLE number, by the QuerySet and by row-level security.

Both are held against a slow oracle here, over random rights and cases.
"""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rights import Right, employee, of

from kodeks.accessrequests.models import AccessRequest, RequestDocument, Round
from kodeks.casework import services
from kodeks.casework.models import (
    READERS,
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
    KleSubject,
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
from kodeks.kernel import api as kernel
from kodeks.kernel.models import Grant, User
from kodeks.kernel.viewing import as_service, nobody, viewer
from kodeks.web import paging

UNITS = ("vej", "vejby", "park")
NUMBERS = ("05.01.08", "05.01.12", "05.10.08", "09.13.01")
PREFIXES = (
    "",
    "0",
    "05",
    "05.",
    "05.0",
    "05.01",
    "05.01.",
    "05.01.0",
    "05.01.08",
    "05.10",
    "09",
    "%",
    "_",
)
ROLES = ("caseworker", "system_owner", "data_protection_officer", "administrator", "citizen")
DAY = dt.date(2026, 3, 2)


RIGHTS = st.lists(
    st.builds(
        Right,
        role=st.sampled_from(ROLES),
        unit=st.sampled_from(("", *UNITS, "ingen")),
        prefix=st.sampled_from(PREFIXES),
        first=st.sampled_from((-400, -1, 0, 1)),
        last=st.sampled_from((None, -1, 0, 1, 400)),
    ),
    max_size=4,
)


def opened(key: str, *, unit: str, number: str = "05.01.08") -> Case:
    """A case with one of everything that lies in a case."""
    place = services.add_unit(code=unit, name=unit)
    case = services.open_case(
        key=key, title="Hul i vejen", kle_number=number, facet="K01", unit=place,
        parties=[services.NewParty(uuid.uuid4(), "primary", "free", f"Part i {key}")],
    )  # fmt: skip
    document = services.add_document(
        key=key, case=case, title="Brev", direction="incoming", type="inquiry", letter_date=DAY,
        content=f"Indhold af {key}.",
    )  # fmt: skip
    services.register_entry(
        key=key, document=document, received_or_sent_on=DAY, theme="Hul", unit=place,
        actor_kind="ItSystem", actor="prøve",
    )  # fmt: skip
    services.forward(key=key, case=case, unit=place, kind="inquiry")
    return case


@pytest.fixture
def town(as_owner):
    """A case of each unit and number, and one that is forwarded and changes subject."""
    services.load_kle_subjects()
    with as_service("tests"):
        services.add_kle_subject(number="05.10.08", title="Prøve", valid_from=DAY)
        for unit in UNITS:
            for number in NUMBERS:
                opened(f"{unit}/{number}", unit=unit, number=number)
    return as_owner


def keys(model, path: str = "key") -> set[str]:
    return set(model.objects.values_list(path, flat=True))


INSIDE = ((Party, "case__key"), (Document, "key"), (JournalEntry, "key"), (InboxItem, "key"))


@pytest.mark.django_db(transaction=True)
def test_queryset_and_database_say_what_the_oracle_says(town) -> None:
    moved = Case.objects.get(key="vej/05.01.08")
    seen_once, unseen_once = set(), set()

    @settings(max_examples=100, deadline=None, database=None, derandomize=True,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(rights=RIGHTS, to=st.sampled_from(UNITS), number=st.sampled_from(NUMBERS))
    def agree(rights: list[Right], to: str, number: str) -> None:
        with as_service("tests"), transaction.atomic():
            target = Unit.objects.get(code=to)
            if Case.objects.get(id=moved.id).unit_id != target.id:
                services.forward_anew(
                    key=f"to {uuid.uuid4()}", case=moved, unit=target, kind="inquiry"
                )
            kle = KleSubject.objects.get(number=number)
            Case.objects.filter(id=moved.id).update(kle=kle)
        places = {(f"{u}/{n}"): (u, n) for u in UNITS for n in NUMBERS} | {moved.key: (to, number)}
        user = employee(town, *rights)
        for roles in (READERS, frozenset({"caseworker"})):
            expected = {
                key for key, place in places.items()
                if any(right.covers(*place, roles=roles) for right in rights)
            }  # fmt: skip
            with as_service("tests"):
                asked = Case.objects.visible_to(user, roles=roles)
                assert set(asked.values_list("key", flat=True)) == expected
                for model, path in INSIDE[:3]:
                    found = model.objects.visible_to(user, roles=roles)
                    assert set(found.values_list(path, flat=True)) == expected
            for unit, kle_number in places.values():
                reached = kernel.reaches(user, kernel.Scope(unit=unit, kle=kle_number), roles=roles)
                covered = any(right.covers(unit, kle_number, roles=roles) for right in rights)
                assert reached == covered
        expected = {
            key for key, place in places.items()
            if any(right.covers(*place, roles=READERS) for right in rights)
        }  # fmt: skip
        with viewer(user):
            assert keys(Case) == expected
            for model, path in INSIDE[:3]:
                assert keys(model, path) == expected
            assert set(InboxItem.objects.values_list("case__key", flat=True)) == expected
            for model in (Case, Document, JournalEntry):
                counted = paging.count(model.objects.visible_to(user))
                assert counted == paging.Total(len(expected))
        seen_once.update(expected)
        unseen_once.update(set(places) - expected)

    agree()
    everything = {f"{unit}/{number}" for unit in UNITS for number in NUMBERS}
    assert seen_once == unseen_once == everything


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


@pytest.mark.django_db(transaction=True)
def test_whoever_has_not_said_for_whom_sees_nothing(town, as_application) -> None:
    with nobody():
        for model, _ in ((Case, ""), *INSIDE):
            assert not model.objects.exists()
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Case.objects.create(
                key="x", number="2026-9999999", title="x", kle_id=1, facet="K01", unit_id=1
            )
        assert Case.objects.update(title="Taget") == 0
    assert as_application.execute("SELECT count(*) FROM casework_case").fetchone() == (0,)


FORGED = (
    "person:", "person:0", "person:-1", "person:1 OR 1=1", "person:99999999999999999999",
    "service:", "service:'", "SERVICE:x", "service:x\nperson:1", " service:robots", "owner",
    "postgres", "*",
)  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_neither_a_word_that_is_no_viewers_nor_another_rule_shows_anything(
    town, as_application
) -> None:
    counted = "SELECT count(*) FROM casework_case"
    for told in FORGED:
        with as_application.transaction():
            as_application.execute("SELECT set_config('kodeks.viewer', %s, true)", [told])
            assert as_application.execute(counted).fetchone() == (0,), told
    for statement in (
        "ALTER TABLE casework_case DISABLE ROW LEVEL SECURITY",
        "DROP POLICY casework_seen ON casework_case",
        "ALTER POLICY casework_seen ON casework_case USING (true)",
        "CREATE POLICY mine ON casework_case USING (true)",
        "CREATE OR REPLACE FUNCTION casework_sees_all() RETURNS boolean LANGUAGE sql"
        " AS 'SELECT true'",
        "ALTER ROLE CURRENT_USER BYPASSRLS",
        "SET ROLE kodeks_owner",
        "SET row_security = off; SELECT count(*) FROM casework_case",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_application.execute(statement)
        as_application.execute("RESET ALL")


@pytest.mark.django_db(transaction=True)
def test_an_account_that_is_closed_sees_nothing(town) -> None:
    user = employee(town, of(""))
    with viewer(user):
        assert Case.objects.exists()
        town.execute("UPDATE kernel_user SET is_active = false WHERE id = %s", (user.pk,))
        assert not Case.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_another_unit_can_neither_change_nor_add(town) -> None:
    user, case = employee(town, of("park")), Case.objects.get(key="vej/05.01.08")
    with viewer(user):
        assert Case.objects.filter(id=case.id).update(title="Taget") == 0
        assert Document.objects.filter(case=case).update(title="Taget") == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            services.add_party(
                case=case, party=services.NewParty(uuid.uuid4(), "secondary", "free", "Ny")
            )
        mine = Case.objects.get(key="park/05.01.08")
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            # Away to where one does not see is for `forward`, which leaves a trace.
            Case.objects.filter(id=mine.id).update(unit=case.unit)
        services.forward(key="over", case=mine, unit=case.unit, kind="inquiry")
        assert not Case.objects.filter(id=mine.id).exists()


def _counted_and_then(road: User, go_wrong) -> None:
    with viewer(road), transaction.atomic():
        assert Case.objects.count() == 4
        go_wrong()


@pytest.mark.django_db(transaction=True)
def test_the_viewer_is_the_transactions_and_goes_with_it(town) -> None:
    """One connection, many askers: none is there any more when the next one comes."""
    all_of_them, road = employee(town, of("")), employee(town, of("vej"))

    def told() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('kodeks.viewer', true)")
            return cursor.fetchone()[0] or ""

    with nobody():
        with viewer(all_of_them):
            assert Case.objects.count() == 12
            with transaction.atomic():
                assert Case.objects.count() == 12
                with viewer(road):
                    assert Case.objects.count() == 4
                assert Case.objects.count() == 12
                with nobody():
                    assert Case.objects.count() == 0
                with pytest.raises(ZeroDivisionError):
                    _counted_and_then(road, lambda: 1 / 0)
                assert Case.objects.count() == 12
        assert (Case.objects.count(), told()) == (0, "")
        with transaction.atomic():
            with viewer(road):
                assert Case.objects.count() == 4
                point = transaction.savepoint()
            # What the savepoint goes back to is a road worker's, who has left.
            transaction.savepoint_rollback(point)
            assert (Case.objects.count(), told()) == (0, "")


@pytest.mark.django_db(transaction=True)
def test_an_error_in_the_middle_leaves_nobody_behind(town) -> None:
    road = employee(town, of("vej"))
    with nobody():
        for _ in range(2):
            with pytest.raises(DatabaseError), viewer(road), connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
            assert Case.objects.count() == 0
            with pytest.raises(DatabaseError):
                _counted_and_then(road, lambda: list(Case.objects.raw("SELECT nothing")))
            assert Case.objects.count() == 0
            with transaction.atomic():
                with pytest.raises(DatabaseError):
                    _counted_and_then(road, lambda: list(Case.objects.raw("SELECT nothing")))
                assert Case.objects.count() == 0
        with viewer(road):
            connection.close()
            assert Case.objects.count() == 4
            # Rows that are fetched in parts were chosen when the question was asked.
            cases = Case.objects.iterator(chunk_size=1)
            assert next(cases).unit.code == "vej"
        assert len(list(cases)) == 3


@pytest.mark.django_db(transaction=True)
def test_threads_that_take_turns_do_not_see_with_each_others_eyes(town) -> None:
    """Each has a connection that it keeps, as web threads and workers have."""
    people = {unit: employee(town, of(unit)) for unit in UNITS}
    together, wrong = threading.Barrier(len(UNITS)), []

    def work(own: str) -> None:
        try:
            for turn in range(6):
                unit = UNITS[(UNITS.index(own) + turn) % len(UNITS)]
                with viewer(people[unit]):
                    together.wait(timeout=20)
                    found = set(Case.objects.values_list("unit__code", flat=True))
                    together.wait(timeout=20)
                if found != {unit} or Case.objects.exists():
                    wrong.append((own, turn, found))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(unit,)) for unit in UNITS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert wrong == []


@pytest.mark.django_db(transaction=True)
def test_the_kernels_functions_and_foreign_keys_work_for_whoever_asks(town) -> None:
    """They are the owner's, to whom the rules do not apply."""
    user = employee(town, of("park"))
    with viewer(user):
        assert kernel.system_state("inquiries").slug == "inquiries"
        assert Grant.objects.filter(user=user).count() == 1
        assert InboxItem.objects.visible_to(user).filter(unit__code="vej").count() == 0
