# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Three ESDH systems that fail at every call in every way: one case, one document of each."""

from __future__ import annotations

import dataclasses
import hashlib
import logging
import threading
from pathlib import Path

import pytest
from django.db import connection, transaction
from esdh_stage import (
    CLASSES,
    NUMBER,
    OF_PERSON,
    Esdh,
    assert_one_of_each,
    each_shape,
    first,
    letter,
    options,
)
from fake_esdh import faults
from fake_esdh.serving import SECRET
from fake_esdh.store import Store
from journal_records import record

from kodeks.casework.ports import JournalReceipt, PartyRecord, PortError, PortRejected
from kodeks.connectors.esdh import calling
from kodeks.connectors.esdh.getorganized import GetOrganizedJournal
from kodeks.connectors.models import EsdhAttempt
from kodeks.robots import credentials

LOOKS = ("GetList", "GetFile", "search", "FindByCaseProperties", "RenderListDataAsStream")
READING = (faults.LOST, faults.ERROR_BEFORE, faults.BROKEN, faults.EXPIRED, faults.REJECTED)

pytestmark = pytest.mark.django_db(transaction=True)


@each_shape
def test_every_fault_at_every_call_leaves_one_case_and_one_document(esdh: Esdh) -> None:
    for number, path in enumerate(_calls(esdh)):
        looks = path.startswith("GET") or path.endswith(LOOKS)
        for fault in (READING[number % len(READING)],) if looks else faults.ALL:
            esdh.begin(faults.Plan(at={number: fault}, slow_seconds=0.0))
            assert_one_of_each(esdh, [esdh.at_last(first())], [b"Der er et hul."])


@each_shape
def test_a_fault_at_every_call_of_the_second_document_leaves_two_in_one_case(esdh: Esdh) -> None:
    one = esdh.at_last(first())
    before = len(esdh.server.plan.paths)
    esdh.at_last(letter(one))
    calls = len(esdh.server.plan.paths)
    for number in range(before, calls):
        kinds = (faults.LOST, faults.ERROR_AFTER, faults.LATE, faults.BROKEN)
        esdh.begin(faults.Plan(at={number: kinds[number % len(kinds)]}))
        one = esdh.at_last(first())
        two = esdh.at_last(letter(one))
        assert_one_of_each(esdh, [one, two], [b"Der er et hul.", b"%PDF-brev"])


def _calls(esdh: Esdh) -> list[str]:
    """What is asked and made for the first document, when nothing fails."""
    esdh.begin(faults.Plan())
    esdh.at_last(first())
    assert len(esdh.server.plan.paths) >= 5
    return list(esdh.server.plan.paths)


@each_shape
def test_many_faults_by_chance(esdh: Esdh) -> None:
    for seed in range(3):
        plan = faults.Plan(share=0.3, seed=seed, slow_seconds=0.0, kinds=faults.ALL[:-3])
        esdh.begin(plan)
        one = esdh.at_last(first())
        two = esdh.at_last(letter(one))
        assert_one_of_each(esdh, [one, two], [b"Der er et hul.", b"%PDF-brev"])
        assert plan.happened


@each_shape
def test_a_letter_written_anew_after_a_rollback_replaces_the_first(esdh: Esdh) -> None:
    one = esdh.once(first())
    for content in (b"%PDF-det-nye", b"%PDF-det-gamle"):
        with transaction.atomic():
            esdh.connector.journalise(record=letter(one, content))
            transaction.set_rollback(True)
    new = letter(one, b"%PDF-det-nye")
    assert esdh.connector.find(record=new) is None
    two = esdh.once(new)
    assert_one_of_each(esdh, [one, two], [b"Der er et hul.", b"%PDF-det-nye"])


@each_shape
def test_the_case_is_the_same_when_its_number_was_drawn_again(esdh: Esdh) -> None:
    one = esdh.once(first())
    again = esdh.once(first(case_number="2026-0000999"))
    assert (again.esdh_case_id, again.esdh_document_id) == (one.esdh_case_id, one.esdh_document_id)
    assert_one_of_each(esdh, [one], [b"Der er et hul."])


@each_shape
def test_two_workers_with_a_document_each_get_the_same_case(esdh: Esdh) -> None:
    barrier, receipts = threading.Barrier(2), []

    def work(key: str) -> None:
        try:
            barrier.wait()
            made = record(key=key, content=key.encode(), party=OF_PERSON)
            receipts.append(dataclasses.replace(esdh, connector=esdh.made()).at_last(made))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(key,)) for key in ("r:a", "r:b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    receipts.sort(key=lambda one: hashlib.sha256(_content(esdh, one)).hexdigest())
    expected = sorted((b"r:a", b"r:b"), key=lambda one: hashlib.sha256(one).hexdigest())
    assert_one_of_each(esdh, receipts, expected)


def _content(esdh: Esdh, receipt: JournalReceipt) -> bytes:
    return next(one.content for one in esdh.documents() if one.id == receipt.esdh_document_id)


@pytest.mark.parametrize("shape", ["getorganized", "sbsys"])
def test_nothing_is_made_again_while_the_first_call_may_still_be_at_work(
    esdh: Esdh,
) -> None:
    opened = {"getorganized": "POST _goapi/Cases", "sbsys": "POST api/v10/sag/template"}
    plan = faults.Plan()
    esdh.begin(plan)
    esdh.once(first())
    place, release = plan.paths.index(opened[esdh.kind.name]), threading.Event()
    esdh.begin(faults.Plan(at={place: faults.LATE}, release=release))
    with pytest.raises(calling.NoAnswer):
        esdh.once(first())
    with pytest.raises(PortError, match="venter på"):
        esdh.once(first())
    assert not esdh.store.all("case")
    release.set()
    one = esdh.at_last(first())
    assert_one_of_each(esdh, [one], [b"Der er et hul."])


@pytest.mark.parametrize("shape", ["getorganized", "sbsys"])
def test_what_never_arrived_is_made_when_the_time_has_gone(esdh: Esdh) -> None:
    EsdhAttempt.objects.create(key="case:inquiry:1", began_at="2026-01-01T00:00:00Z")
    one = esdh.once(first())
    assert_one_of_each(esdh, [one], [b"Der er et hul."])


@pytest.mark.parametrize("shape", ["getorganized"])
def test_the_mark_stands_in_a_field_of_its_own_where_there_is_one(esdh: Esdh) -> None:
    connector = GetOrganizedJournal(chosen=options(esdh.server, mark_field="ows_Kodeks"))
    one = connector.journalise(record=first())
    assert connector.find(record=first()).esdh_document_id == one.esdh_document_id
    (case,) = esdh.store.all("case")
    assert case.body["ows_Title"] == "Hul i vejen"
    assert case.body["ows_Kodeks"].startswith("kodeks:")


@each_shape
def test_an_answer_that_comes_too_late_is_no_answer(esdh: Esdh) -> None:
    esdh.begin(faults.Plan(at={0: faults.SLOW}, slow_seconds=1.0))
    hasty = CLASSES[esdh.kind.name](chosen=options(esdh.server, seconds=0.1))
    with pytest.raises(calling.NoAnswer):
        hasty.check()


@each_shape
def test_the_party_is_there_with_its_number_and_nowhere_else(
    esdh: Esdh, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    made = first()
    esdh.once(made)
    held = esdh.store.all("case") + esdh.store.all("person")
    assert any(NUMBER in str(one.body).replace("-", "") for one in held)
    assert NUMBER not in repr(made)
    assert NUMBER not in caplog.text
    assert SECRET not in caplog.text


@each_shape
@pytest.mark.parametrize(
    "party",
    [None, PartyRecord("7d", "Ukendt", "free", ""), PartyRecord("7d", "A/S", "cvr", "12345678")],
)
def test_other_parties_and_none(esdh: Esdh, party: PartyRecord | None) -> None:
    one = esdh.once(record(party=party))
    assert one.esdh_case_id


@each_shape
def test_a_case_of_a_person_is_not_opened_without_the_number(esdh: Esdh) -> None:
    with pytest.raises(PortRejected, match="CPR-nummer"):
        esdh.once(record(party=dataclasses.replace(OF_PERSON, cpr="")))
    assert not esdh.store.all("case")


@each_shape
def test_a_rejection_is_a_sentence_without_what_the_system_said(esdh: Esdh) -> None:
    esdh.begin(faults.Plan(at={0: faults.REJECTED}))
    with pytest.raises(PortRejected) as caught:
        esdh.once(first())
    assert "Testine" not in str(caught.value)
    assert "svar 400" in str(caught.value)
    with pytest.raises(PortRejected, match="svar 400"):
        esdh.once(first(kle_number="5.1.8"))


@each_shape
def test_a_wrong_secret_is_for_the_operators(esdh: Esdh) -> None:
    esdh.connector.check()
    credentials.put(robot="visitator", name="esdh", secret="forkert", made_by="prøve")
    esdh.server.shape.expire()
    with pytest.raises(PortError, match="lukke robotten ind") as caught:
        esdh.connector.check()
    assert "forkert" not in str(caught.value)


@each_shape
def test_a_token_that_has_run_out_is_fetched_anew(esdh: Esdh) -> None:
    esdh.connector.check()
    esdh.server.shape.expire()
    esdh.connector.check()


@each_shape
def test_a_department_that_nobody_has_named_there_is_for_a_person(esdh: Esdh) -> None:
    connector = CLASSES[esdh.kind.name](chosen=options(esdh.server, departments={}))
    with pytest.raises(PortRejected, match="Afdelingen Vej og Park"):
        connector.journalise(record=first())


@each_shape
def test_what_the_system_holds_is_there_after_a_restart(esdh: Esdh, tmp_path: Path) -> None:
    esdh.store = Store(tmp_path / "esdh.sqlite")
    esdh.server.shape = esdh.kind.make(esdh.store)
    one = esdh.once(first())
    esdh.store.close()
    esdh.store = Store(tmp_path / "esdh.sqlite")
    esdh.server.shape = esdh.kind.make(esdh.store)
    assert esdh.connector.find(record=first()).esdh_document_id == one.esdh_document_id
