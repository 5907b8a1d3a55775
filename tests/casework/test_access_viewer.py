# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""For whom the database shows cases: by transaction, savepoint, error and thread."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connection, transaction
from rights import employee, of
from unit_cases import UNITS

from kodeks.casework.models import Case
from kodeks.kernel.models import User
from kodeks.kernel.viewing import nobody, viewer


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
