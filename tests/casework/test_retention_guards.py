# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the database lets go of a case by an erasure, and that nothing goes without one."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import psycopg
import pytest
from closed_cases import closed, rule
from django.db import IntegrityError, connection, transaction

from kodeks.casework import retention, services
from kodeks.casework.models import Document, Party
from kodeks.kernel import api as kernel
from kodeks.kernel.models import User

pytestmark = pytest.mark.usefixtures("listed")


def refused_by_database(statement, *parameters):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


FORGERIES = {
    "party blanked": "UPDATE casework_party SET name = '', sealed_cpr = NULL, blind_index = NULL",
    "party renamed": "UPDATE casework_party SET name = 'Bo'",
    "party deleted": "DELETE FROM casework_party",
    "document blanked": "UPDATE casework_document SET title = '', content = '',"
    " sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'",
    "document deleted": "DELETE FROM casework_document",
    "case marked": "UPDATE casework_case SET erased_at = now()",
    "case deleted": "DELETE FROM casework_case",
    "closed earlier": "UPDATE casework_case SET closed_at = closed_at - interval '9 years'",
    "closed later": "UPDATE casework_case SET closed_at = closed_at + interval '9 years'",
    "opened again": "UPDATE casework_case SET state = 'opened', closed_at = NULL",
}


@pytest.mark.parametrize("statement", FORGERIES.values(), ids=FORGERIES)
def test_nothing_goes_without_an_erasure(unit, statement):
    closed(unit)
    refused_by_database(statement)


@pytest.mark.django_db(transaction=True)
def test_nothing_goes_without_an_erasure_for_the_owner_either(as_owner):
    services.load_kle_subjects()
    rule()
    closed(services.add_unit(code="vej", name="Vej"))
    tables = ("casework_case", "casework_party", "casework_document", "casework_journalentry")
    attempts = [*FORGERIES.values(), *(f"TRUNCATE {table} CASCADE" for table in tables)]
    for statement in attempts:
        with pytest.raises(psycopg.errors.RestrictViolation):
            as_owner.execute(statement)


REMAINS = {
    "party named": "UPDATE casework_party SET name = 'Bo'",
    "party deleted": "DELETE FROM casework_party",
    "party numbered": "UPDATE casework_party SET sealed_cpr = 'x', blind_index = 'y'",
    "document written": "UPDATE casework_document"
    " SET content = 'x', sha256 = encode(sha256('x'), 'hex')",
    "document named": "UPDATE casework_document SET title = 'Brev fra Bo'",
    "document deleted": "DELETE FROM casework_document",
    "case titled": "UPDATE casework_case SET title = 'Om Bo'",
    "case alive": "UPDATE casework_case SET erased_at = NULL",
}


@pytest.mark.parametrize("statement", REMAINS.values(), ids=REMAINS)
def test_what_was_erased_stays_so(unit, dorte, statement):
    rule()
    retention.erase_case(case=closed(unit), user=dorte)
    refused_by_database(statement)


def test_an_erasure_lets_contents_go_only_whole_and_only_its_own(unit, dorte):
    rule()
    case, other = closed(unit), closed(unit)
    kernel.erase(
        subject=kernel.Subject(type="case", id=str(case.id)), user=dorte, reason="Prøve af vagten."
    )
    for statement in (
        "UPDATE casework_party SET name = '' WHERE case_id = %s",
        "UPDATE casework_party SET name = 'Bo', sealed_cpr = NULL, blind_index = NULL"
        " WHERE case_id = %s",
        "UPDATE casework_document SET title = '' WHERE case_id = %s",
        "UPDATE casework_document SET title = 'x', content = '', sha256 = encode(sha256(''), 'hex')"
        " WHERE case_id = %s",
        "UPDATE casework_document SET title = '', content = '', letter_date = '2020-01-01',"
        " sha256 = encode(sha256(''), 'hex') WHERE case_id = %s",
        "DELETE FROM casework_party WHERE case_id = %s",
    ):
        refused_by_database(statement, case.id)
    refused_by_database(FORGERIES["party blanked"] + " WHERE case_id = %s", other.id)
    assert retention.erase_case(case=case, user=dorte)


def test_nothing_new_comes_to_an_erased_case(unit, dorte):
    rule()
    case = closed(unit)
    retention.erase_case(case=case, user=dorte)
    with pytest.raises(IntegrityError), transaction.atomic():
        services.add_document(
            key="nyt", case=case, title="t", direction="incoming", type="note",
            letter_date=dt.date(2026, 3, 2), content="x",
        )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        services.add_party(
            case=case,
            party=services.NewParty(id=uuid.uuid4(), role="secondary", kind="free", name="Bo"),
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        services.forward(key="nyt", case=case, unit=unit, kind="inquiry")
    assert (Document.objects.count(), Party.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_document_that_comes_while_the_case_is_erased_does_not_stay():
    """Whoever comes second waits for the first, and then sees what it did."""
    services.load_kle_subjects()
    rule()
    unit = services.add_unit(code="vej", name="Vej")
    case, dorte = closed(unit), User.objects.get(username="dorte")
    refused: list[type[Exception]] = []
    under_way, told = threading.Event(), threading.Event()

    @kernel.as_service("tests")
    def add():
        try:
            under_way.wait(timeout=20)
            told.set()
            services.add_document(
                key="nyt", case=case, title="t", direction="incoming", type="note",
                letter_date=dt.date(2026, 3, 2), content="Ane kom igen.",
            )  # fmt: skip
        except IntegrityError as error:
            refused.append(type(error))
        finally:
            connection.close()

    thread = threading.Thread(target=add)
    thread.start()
    with transaction.atomic():
        retention.erase_case(case=case, user=dorte)
        under_way.set()
        told.wait(timeout=20)
        # The other stands still now; were it let through, it would be done long before this.
        thread.join(timeout=1)
        assert thread.is_alive()
    thread.join(timeout=20)
    assert refused == [IntegrityError]
    assert not Document.objects.exclude(content=b"").exists()


@pytest.mark.django_db(transaction=True)
def test_no_samples_of_personal_values_are_kept_by_the_planner(as_owner):
    """Else PostgreSQL would keep a party's name in its statistics after the row has lost it."""
    services.load_kle_subjects()
    unit = services.add_unit(code="vej", name="Vej")
    for _ in range(5):
        closed(unit)

    def sampled() -> list[tuple[str, str]]:
        as_owner.execute("ANALYZE")
        rows = as_owner.execute("SELECT tablename, attname, s::text FROM pg_stats AS s").fetchall()
        return [(table, name) for table, name, text in rows if "Ane" in text]

    assert sampled() == []
    as_owner.execute("ALTER TABLE casework_party ALTER COLUMN name SET STATISTICS 100")
    assert sampled() == [("casework_party", "name")]
