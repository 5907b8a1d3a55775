# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who sees which case: role x unit x KLE number, by the QuerySet and by row-level security.

Both are held against a slow oracle here, over random rights and cases. What each table of a case
shows is tried in test_access_tables.py, whom the database takes for the viewer in
test_access_viewer.py.
"""

from __future__ import annotations

import uuid

import psycopg
import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rights import Right, employee, of
from unit_cases import NUMBERS, UNITS

from kodeks.casework import services
from kodeks.casework.models import (
    READERS,
    Case,
    Document,
    InboxItem,
    JournalEntry,
    KleSubject,
    Party,
    Unit,
)
from kodeks.kernel import api as kernel
from kodeks.kernel.models import Grant
from kodeks.kernel.viewing import as_service, nobody, viewer
from kodeks.web import paging

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


@pytest.mark.django_db(transaction=True)
def test_the_kernels_functions_and_foreign_keys_work_for_whoever_asks(town) -> None:
    """They are the owner's, to whom the rules do not apply."""
    user = employee(town, of("park"))
    with viewer(user):
        assert kernel.system_state("inquiries").slug == "inquiries"
        assert Grant.objects.filter(user=user).count() == 1
        assert InboxItem.objects.visible_to(user).filter(unit__code="vej").count() == 0
