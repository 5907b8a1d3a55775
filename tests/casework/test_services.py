# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Writes of casework: idempotent by key, refusing in Danish, with history that stays."""

import datetime
import re
import threading
import uuid

import pypdfium2
import pytest
from django.db import IntegrityError, connection, transaction

from kodeks.casework import selectors, services
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Case, Document, InboxItem, JournalEntry, KleSubject, Party
from kodeks.documents.letters import Letter
from kodeks.kernel import api as kernel

DAY = datetime.date(2026, 3, 2)


def open_case(unit, **changes):
    arguments = {
        "key": "k",
        "title": "Hul i vejen",
        "kle_number": "05.01.08",
        "facet": "K01",
        "unit": unit,
    }
    return services.open_case(**(arguments | changes))


def person(**changes):
    arguments = {
        "id": uuid.uuid4(),
        "role": "primary",
        "kind": "cpr",
        "name": "Ane Øllgaard",
        "sealed_cpr": b"sealed",
        "blind_index": b"index",
    }
    return services.NewParty(**(arguments | changes))


def refused_by_database(statement, *parameters):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def test_case_numbers_are_unique_and_have_the_year(unit):
    numbers = [open_case(unit, key=str(index)).number for index in range(3)]
    assert len(set(numbers)) == 3
    assert all(re.fullmatch(r"20\d\d-\d{7}", number) for number in numbers)


def test_the_same_key_is_the_same_case(unit):
    party = person()
    first = open_case(unit, parties=(party,))
    assert open_case(unit, parties=(party,)) == first
    assert (Case.objects.count(), Party.objects.count()) == (1, 1)
    with pytest.raises(CaseworkError, match="allerede brugt"):
        open_case(unit, kle_number="05.01.12")


def test_kle_subject_is_stored_on_first_use_and_unknown_ones_are_refused(unit):
    assert open_case(unit).kle.title == "Vedligeholdelse af veje"
    with pytest.raises(CaseworkError, match="findes ikke"):
        open_case(unit, key="k2", kle_number="99.99.99")
    services.add_kle_subject(number="99.99.99", title="Lokalt emne", valid_from=DAY)
    assert open_case(unit, key="k2", kle_number="99.99.99").kle.title == "Lokalt emne"
    assert services.load_kle_subjects() == services.load_kle_subjects()
    assert KleSubject.objects.filter(number="05.01.08").count() == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"title": "Sag om 010190-1234"}, "CPR-nummer"),
        ({"title": "Sag om 0101901234"}, "CPR-nummer"),
        ({"title": "  "}, "titel mangler"),
        ({"title": "\x00"}, "titel mangler"),
        ({"title": "Sag " * 60}, "længere end 200"),
        ({"parties": (person(name="A" * 201),)}, "Partens navn er længere"),
        ({"facet": "k1"}, "handlingsfacet"),
        ({"sensitivity": "secret"}, "Ukendt følsomhed"),
        ({"parties": (person(sealed_cpr=None),)}, "forseglet"),
        ({"parties": (person(kind="free"),)}, "forseglet"),
        ({"parties": (person(), person())}, "primær part"),
        ({"parties": (person(role="ukendt"),)}, "Ukendt rolle"),
        (
            {"parties": (person(kind="cvr", sealed_cpr=None, blind_index=None, cvr="12"),)},
            "otte cifre",
        ),
    ],
)
def test_refuses_in_danish_and_opens_nothing(unit, changes, says):
    with pytest.raises(CaseworkError, match=says):
        open_case(unit, **changes)
    assert not Case.objects.exists()


def test_persons_are_found_by_blind_index(unit):
    case = open_case(unit, parties=(person(),))
    assert list(Case.objects.filter(parties__blind_index=b"index")) == [case]
    assert not Case.objects.filter(parties__blind_index=b"other").exists()


def test_a_case_only_moves_forward(case):
    assert services.advance_case(case=case, state="decided").state == "decided"
    assert services.advance_case(case=case, state="decided").state == "decided"
    with pytest.raises(CaseworkError, match="kan ikke gå tilbage"):
        services.advance_case(case=case, state="opened")
    refused_by_database("UPDATE casework_case SET state = 'opened'")
    refused_by_database("UPDATE casework_case SET number = '2026-9999999'")
    refused_by_database("UPDATE casework_case SET title = 'Om 010190-1234'")
    refused_by_database("DELETE FROM casework_case")


def test_documents_are_idempotent_and_final(case, document):
    arguments = {
        "key": document.key,
        "case": case,
        "title": "Henvendelse",
        "direction": "incoming",
        "type": "inquiry",
        "letter_date": DAY,
    }
    again = services.add_document(**arguments, content=bytes(document.content))
    assert again == document
    with pytest.raises(CaseworkError, match="allerede brugt"):
        services.add_document(**arguments, content="andet")
    refused_by_database("UPDATE casework_document SET title = 'x'")
    refused_by_database("DELETE FROM casework_document")
    draft = services.add_document(**arguments | {"key": "2"}, content="udkast", final=False)
    refused_by_database("UPDATE casework_document SET content = 'x'::bytea WHERE id = %s", draft.id)
    assert services.finalise_document(document=draft).final
    assert Document.objects.count() == 2


def test_a_checksum_that_does_not_fit_is_refused_by_the_database(case):
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.create(
            key="x", case=case, title="t", direction="internal", type="t", letter_date=DAY,
            media_type="text/plain", sha256="0" * 64, content=b"x",
        )  # fmt: skip


def letter_for(case, **changes):
    arguments = {
        "municipality": "Eksempel Kommune",
        "department": "Vej og Park",
        "recipient_name": "Ane Øllgaard",
        "recipient_address": ("Nørre Allé 12", "8000 Aarhus C"),
        "date": DAY,
        "case_number": case.number,
        "subject": "Kvittering",
        "paragraphs": ("Tak for din henvendelse.",),
    }
    return Letter(**(arguments | changes))


def test_letters_are_outgoing_final_pdf_documents(case):
    written = services.write_letter(key="brev", case=case, letter=letter_for(case))
    assert (written.direction, written.final, written.media_type) == (
        "outgoing",
        True,
        "application/pdf",
    )
    page = pypdfium2.PdfDocument(bytes(written.content))[0]
    assert case.number in page.get_textpage().get_text_range()
    again = services.write_letter(key="brev", case=case, letter=letter_for(case, subject="Nyt"))
    assert again == written
    assert Document.objects.count() == 1
    with pytest.raises(CaseworkError, match="har sagsnummer 1"):
        services.write_letter(key="b2", case=case, letter=letter_for(case, case_number="1"))


def test_forwarding_moves_the_case_once(case, unit):
    park = services.add_unit(code="park", name="Park", parent=unit)
    first = services.forward(key="f1", case=case, unit=park, kind="new_case")
    case.refresh_from_db()
    assert case.unit == park
    services.forward(key="f2", case=case, unit=unit, kind="new_case")
    assert services.forward(key="f1", case=case, unit=park, kind="new_case") == first
    case.refresh_from_db()
    assert case.unit == unit
    assert list(selectors.open_inbox(unit=park)) == [first]
    handled = services.handle(item=first)
    assert services.handle(item=first).handled_at == handled.handled_at
    assert not selectors.open_inbox(unit=park).exists()
    with pytest.raises(CaseworkError, match="allerede brugt"):
        services.forward(key="f1", case=case, unit=unit, kind="new_case")
    assert InboxItem.objects.count() == 2


def test_a_document_has_one_entry(entry, document, unit):
    arguments = {
        "document": document,
        "received_or_sent_on": DAY,
        "theme": "Hul i vejen",
        "unit": unit,
        "actor_kind": "ItSystem",
        "actor": "inquiries",
    }
    assert services.register_entry(key=entry.key, **arguments) == entry
    with pytest.raises(CaseworkError, match="allerede i journalen"):
        services.register_entry(key="anden", **arguments)
    assert JournalEntry.objects.count() == 1


def test_unknown_records_are_named_in_danish(db):
    with pytest.raises(CaseworkError, match="Afdelingen x findes ikke"):
        selectors.unit(code="x")
    with pytest.raises(CaseworkError, match="Sagen x findes ikke"):
        selectors.case(number="x")
    with pytest.raises(CaseworkError, match="Opgaven findes ikke"):
        selectors.inbox_item(item_id=uuid.uuid4())


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_key_open_one_case():
    unit = services.add_unit(code="vej", name="Vej")
    barrier = threading.Barrier(4)
    numbers: list[str] = []

    @kernel.as_service("tests")
    def work():
        try:
            barrier.wait()
            numbers.append(open_case(unit, parties=(party,)).number)
        finally:
            connection.close()

    party = person()
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 4
    assert len(set(numbers)) == 1
    assert Party.objects.count() == 1
