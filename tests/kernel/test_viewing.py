# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""For whom the database is asked is told in the statement's own trip, and for nothing after it.

What it then shows is tried in tests/casework/test_access*.py.
"""

from __future__ import annotations

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from psycopg.pq import TransactionStatus

from kodeks.kernel.models import Grant, User
from kodeks.kernel.viewing import as_service, nobody

pytestmark = pytest.mark.django_db(transaction=True)
TABLE = "django_session"
"""One that the application writes without asking the kernel."""
TOLD = "SELECT coalesce(current_setting('kodeks.viewer', true), '')"


def said(sql: str = TOLD, params: object = None) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        ((found,),) = cursor.fetchall()
    return found


def untold() -> str:
    """What the connection says to whoever goes past us."""
    return connection.connection.execute(TOLD).fetchone()[0]


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is sent, a text for each trip."""
    sent: list[str] = []
    send = psycopg.ClientCursor._execute_send
    connection.ensure_connection()

    def counted(self, query, **more):
        sent.append(query.query.decode())
        return send(self, query, **more)

    monkeypatch.setattr(psycopg.ClientCursor, "_execute_send", counted)
    return sent


def test_a_statement_alone_is_told_in_one_trip_and_nothing_after_it(trips):
    with as_service("one"):
        assert said() == "service:one"
    with as_service("two"):
        assert said("SELECT current_setting('kodeks.viewer') || %s", ["%s;"]) == "service:two%s;"
    assert len(trips) == 2
    assert connection.connection.info.transaction_status == TransactionStatus.IDLE
    assert untold() == ""
    with nobody():
        assert said() == ""


def test_a_transaction_is_told_when_the_asker_changes_and_otherwise_not(trips):
    with transaction.atomic():
        with as_service("one"):
            assert [said(), said()] == ["service:one"] * 2
        with as_service("two"):
            assert said() == "service:two"
            with nobody():
                assert said() == ""
    assert len([one for one in trips if "set_config" in one]) == 3
    assert len(trips) == 4
    assert untold() == ""


def test_the_answer_is_the_statements_own():
    with as_service("one"), connection.cursor() as cursor:
        cursor.execute("SELECT n AS number FROM generate_series(1, 3) AS n")
        assert (cursor.rowcount, cursor.description[0].name) == (3, "number")
        assert cursor.fetchall() == [(1,), (2,), (3,)]
        assert not cursor.nextset()
        cursor.execute(f"INSERT INTO {TABLE} SELECT n, 'x', now() FROM generate_series(1, 4) AS n")
        assert (cursor.rowcount, cursor.description) == (4, None)
        cursor.execute("SELECT 1; SELECT 2")
        assert cursor.fetchall() == [(1,)]
        assert cursor.nextset()
        assert cursor.fetchall() == [(2,)]


def test_what_goes_wrong_leaves_neither_a_change_nor_an_asker():
    with as_service("one"):
        with pytest.raises(DatabaseError, match="division by zero"), connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {TABLE} VALUES ('y', 'x', now()); SELECT 1 / 0")
        assert untold() == ""
        assert said(f"SELECT count(*) FROM {TABLE}") == 0
        with transaction.atomic():
            with pytest.raises(DatabaseError), transaction.atomic(), as_service("two"):
                said("SELECT 1 / 0")
            assert said() == "service:one"


def test_several_at_once_and_what_the_database_keeps_are_told_too():
    with as_service("one"), connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {TABLE} VALUES (%s, current_setting('kodeks.viewer'), now())",
            [["1"], ["2"]],
        )
        cursor.execute(f"SELECT DISTINCT session_data FROM {TABLE}")
        assert cursor.fetchall() == [("service:one",)]
        everybody = set(User.objects.values_list("pk", flat=True))
        assert {user.pk for user in User.objects.iterator(chunk_size=2)} == everybody
        with transaction.atomic():
            rows = Grant.objects.order_by("pk").iterator(chunk_size=1)
            assert next(rows).pk == Grant.objects.earliest("pk").pk
            assert said() == "service:one"
    assert untold() == ""
