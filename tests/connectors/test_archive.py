# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The journal of files: one document per key under crashes, rollbacks and races."""

import dataclasses
import json
import logging
import os
import signal
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from journal_records import CASE, DAY, record

from kodeks.casework import ports, services
from kodeks.casework.ports import PartyRecord, PortError, PortRejected
from kodeks.connectors import archive, lines
from kodeks.connectors.archive import ArchiveJournal
from kodeks.connectors.models import ArchiveEntry

PLACE = archive.folder_name(record().case_key)
OTHER = {"case_number": "2026-0000124", "case_key": "inquiry:2"}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "journal"


@pytest.fixture
def journal(folder):
    return ArchiveJournal(folder=folder)


def files_in(folder):
    return sorted(
        path.name
        for path in folder.rglob("*")
        if path.is_file() and path.name != archive.JOURNAL_NAME
    )


def lines_in(folder, place=None):
    text = (folder / (place or PLACE) / archive.JOURNAL_NAME).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def journalise_and_roll_back(journal):
    with transaction.atomic():
        journal.journalise(record=record())
        transaction.set_rollback(True)


def assert_one_of_each(folder, journal):
    assert ArchiveEntry.objects.count() == 1
    assert len(files_in(folder)) == 1
    assert len(lines_in(folder)) == 1
    assert journal.verify() == archive.Verification(1, (), (), ())


@pytest.mark.django_db
def test_stores_document_line_and_row(journal, folder):
    assert journal.find(record=record()) is None
    party = PartyRecord("7d", "Ane Øllgaard", "cpr", "", cpr="0707701234")
    receipt = journal.journalise(record=record(party=party))
    assert (receipt.esdh_case_id, receipt.esdh_document_id) == (f"ARKIV-{CASE}", f"{CASE}-1")
    assert journal.find(record=record()) == receipt
    assert "0707701234" not in (folder / PLACE / archive.JOURNAL_NAME).read_text("utf-8")
    (name,) = files_in(folder)
    assert (folder / PLACE / name).read_bytes() == b"%PDF-hul"
    (line,) = lines_in(folder)
    assert line["party"]["name"] == "Ane Øllgaard"
    assert line["received_or_sent_on"] == "2026-03-02"
    assert journal.journalise(record=record()) == receipt
    assert_one_of_each(folder, journal)


@pytest.mark.django_db
def test_only_the_owner_may_read_the_files(journal, folder):
    journal.journalise(record=record())
    assert all(path.stat().st_mode & 0o077 == 0 for path in [folder, *folder.rglob("*")])


@pytest.mark.django_db
def test_documents_are_numbered_within_their_case(journal, folder):
    ids = [
        journal.journalise(record=record(key=key, **case)).esdh_document_id
        for key, case in (("a", {}), ("b", {}), ("c", OTHER), ("d", {}))
    ]
    assert ids == [f"{CASE}-1", f"{CASE}-2", "2026-0000124-1", f"{CASE}-3"]
    assert [line["number"] for line in lines_in(folder)] == [1, 2, 3]
    assert journal.verify().is_whole


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"content": b"andet"}, "kontrolsum"),
        ({"case_number": "../../etc"}, "forkert form"),
        ({"case_number": "2026-0000123\n"}, "forkert form"),
        ({"key": ""}, "Nøglen"),
        ({"key": "k" * 201}, "Nøglen"),
        ({"case_key": ""}, "Nøglen"),
    ],
)
@pytest.mark.django_db
def test_rejects_what_can_never_be_stored(journal, folder, changes, says):
    with pytest.raises(PortRejected, match=says):
        journal.journalise(record=dataclasses.replace(record(), **changes))
    assert not folder.exists()


@pytest.mark.django_db
def test_a_key_keeps_its_document(journal):
    journal.journalise(record=record())
    with pytest.raises(PortRejected, match="et andet dokument"):
        journal.journalise(record=record(content=b"andet"))
    with pytest.raises(PortRejected, match="et andet dokument"):
        journal.journalise(record=record(case_number="2026-0000124"))


@pytest.mark.django_db
def test_a_failing_disk_is_a_technical_error_without_names(journal, folder):
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("her er ingen mappe")
    with pytest.raises(PortError, match="kan ikke skrives") as failure:
        journal.journalise(record=record())
    assert "Ane" not in repr(failure.value)
    assert not ArchiveEntry.objects.exists()


@pytest.mark.django_db
def test_a_damaged_journal_is_reported_and_left_alone(journal, folder):
    journal.journalise(record=record())
    (folder / PLACE / archive.JOURNAL_NAME).write_text('{"halv linje')
    with pytest.raises(PortError, match="ødelagt"):
        journal.journalise(record=record(key="b"))
    assert (folder / PLACE / archive.JOURNAL_NAME).read_text() == '{"halv linje'


LINE = {"key": "k", "number": 1, "path": f"{CASE}/{'a' * 32}.pdf", "sha256": "0" * 64}


@pytest.mark.parametrize(
    "change",
    [
        {"path": "../../etc/passwd"},
        {"path": f"{CASE}/../../{'a' * 32}.pdf"},
        {"path": f"{'a' * 33}/{'a' * 32}.pdf"},
        {"path": 7},
        {"number": "1"},
        {"number": True},
        {"key": None},
        {"sha256": []},
    ],
)
def test_a_forged_line_is_damage(tmp_path, change):
    file = tmp_path / archive.JOURNAL_NAME
    file.write_text(json.dumps(LINE) + "\n")
    assert lines.read(file) == [LINE]
    file.write_text(json.dumps(LINE | change))
    with pytest.raises(PortError, match="ødelagt"):
        lines.read(file)


@given(
    content=st.binary(max_size=80)
    | st.lists(
        st.recursive(
            st.none() | st.integers() | st.text(max_size=5),
            lambda inner: st.dictionaries(st.sampled_from(sorted(LINE)), inner, max_size=4),
            max_leaves=5,
        ),
        max_size=3,
    ).map(lambda values: "\n".join(map(json.dumps, values)).encode())
)
def test_any_content_is_lines_or_damage(tmp_path_factory, content):
    file = tmp_path_factory.getbasetemp() / archive.JOURNAL_NAME
    file.write_bytes(content)
    try:
        found = lines.read(file)
    except PortError:
        return
    assert lines.to_bytes(found).count(b"\n") == len(found)


@pytest.mark.django_db
def test_the_index_is_only_added_to(journal):
    journal.journalise(record=record())
    for statement in (
        "UPDATE connectors_archiveentry SET path = 'x'",
        "DELETE FROM connectors_archiveentry",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.django_db
def test_verify_finds_missing_changed_and_orphan_files(journal, folder):
    for key in "abc":
        journal.journalise(record=record(key=key))
    paths = {entry.key: entry.path for entry in ArchiveEntry.objects.all()}
    (folder / paths["a"]).unlink()
    (folder / paths["b"]).write_bytes(b"rettet")
    (folder / PLACE / "fremmed.pdf").write_bytes(b"x")
    found = journal.verify()
    assert found == archive.Verification(3, (paths["a"],), (paths["b"],), (f"{PLACE}/fremmed.pdf",))
    assert not found.is_whole


@pytest.mark.django_db
def test_verify_finds_a_changed_line(journal, folder):
    journal.journalise(record=record())
    (folder / PLACE / archive.JOURNAL_NAME).write_text("")
    assert journal.verify().changed == (ArchiveEntry.objects.get().path,)


@pytest.mark.django_db
def test_a_rolled_back_document_is_taken_over(journal, folder):
    journalise_and_roll_back(journal)
    assert not ArchiveEntry.objects.exists()
    assert len(journal.verify().orphans) == 1
    receipt = journal.journalise(record=record())
    assert receipt.esdh_document_id == f"{CASE}-1"
    assert_one_of_each(folder, journal)


@pytest.mark.django_db
def test_a_rolled_back_document_may_come_back_different(journal, folder):
    journalise_and_roll_back(journal)
    journal.journalise(record=record(content=b"nyt", media_type="text/plain; charset=utf-8"))
    assert_one_of_each(folder, journal)
    assert files_in(folder)[0].endswith(".txt")


@pytest.mark.django_db
def test_logs_nothing_personal(journal, caplog):
    with caplog.at_level(logging.DEBUG):
        journal.journalise(record=record())
        with pytest.raises(PortRejected):
            journal.journalise(record=record(content=b"andet"))
    ours = [entry.getMessage() for entry in caplog.records if entry.name.startswith("kodeks")]
    assert not any("Ane" in message or "Hul i vejen" in message for message in ours)


def kill_after(monkeypatch, place):
    """Let this process die by SIGKILL at the named place inside ``journalise``."""

    def die(*_args, **_kwargs):
        os.kill(os.getpid(), signal.SIGKILL)

    real_write, real_create = archive.write_atomic, ArchiveEntry.objects.create

    def write(*, path, content):
        real_write(path=path, content=content)
        if (path.name == archive.JOURNAL_NAME) == (place == "journal line"):
            die()

    if place == "half a file":
        monkeypatch.setattr(os, "fsync", die)
    elif place in ("document file", "journal line"):
        monkeypatch.setattr(archive, "write_atomic", write)
    elif place == "row":

        def create(**fields):
            real_create(**fields)
            die()

        monkeypatch.setattr(ArchiveEntry.objects, "create", create)


def die_journalising(journal, monkeypatch, place, wanted):
    """Another process journalises, and is killed at the place."""
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            with monkeypatch.context() as patches:
                kill_after(patches, place)
                journal.journalise(record=wanted)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert not ArchiveEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", ["half a file", "document file", "journal line", "row"])
def test_kill_9_anywhere_leaves_one_document(journal, folder, monkeypatch, place):
    (folder / PLACE).mkdir(parents=True, mode=0o700)
    die_journalising(journal, monkeypatch, place, record())
    assert journal.journalise(record=record()).esdh_document_id == f"{CASE}-1"
    assert_one_of_each(folder, journal)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", ["half a file", "document file", "journal line", "row"])
def test_a_case_that_comes_back_under_another_number_leaves_no_folder_behind(
    journal, folder, monkeypatch, place
):
    """A kill in the step that opens the case: the next try opens it under the next number."""
    die_journalising(journal, monkeypatch, place, record())
    again = record(case_number="2026-0000124")
    assert journal.journalise(record=again).esdh_document_id == "2026-0000124-1"
    assert [path.name for path in folder.iterdir()] == [PLACE]
    (line,) = lines_in(folder)
    assert line["case_number"] == "2026-0000124"
    assert_one_of_each(folder, journal)


@pytest.mark.django_db
def test_a_case_whose_folder_has_its_number_as_name_keeps_it(journal, folder, monkeypatch):
    with monkeypatch.context() as patch:
        # As folders were named before.
        patch.setattr(archive, "folder_name", lambda case_key: CASE)
        journal.journalise(record=record())
    journal.journalise(record=record(key="b"))
    assert [path.name for path in folder.iterdir()] == [CASE]
    assert [line["number"] for line in lines_in(folder, CASE)] == [1, 2]
    assert journal.verify() == archive.Verification(2, (), (), ())


@pytest.mark.django_db(transaction=True)
def test_workers_with_the_same_key_get_the_same_receipt(journal, folder):
    barrier = threading.Barrier(4)
    receipts = []

    def work(index):
        try:
            barrier.wait()
            with transaction.atomic():
                receipts.append(journal.journalise(record=record()))
                journal.journalise(record=record(key=f"egen-{index}", **OTHER))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == 4
    assert len(set(receipts)) == 1
    assert len(lines_in(folder)) == 1
    assert [
        line["number"] for line in lines_in(folder, archive.folder_name(OTHER["case_key"]))
    ] == [1, 2, 3, 4]
    assert journal.verify() == archive.Verification(5, (), (), ())


@pytest.mark.django_db
def test_serves_casework_through_the_port(settings, folder):
    settings.KODEKS_JOURNAL_SYSTEM = "kodeks.connectors.archive.ArchiveJournal"
    settings.KODEKS_JOURNAL_FOLDER = folder
    unit = services.add_unit(code="vej", name="Vej og Park")
    case = services.open_case(
        key="c", title="Hul i vejen", kle_number="05.01.08", facet="K01", unit=unit
    )
    document = services.add_document(
        key="d", case=case, title="Henvendelse", direction="incoming", type="inquiry",
        letter_date=DAY, content="Der er et hul.",
    )  # fmt: skip
    entry = services.register_entry(
        key="e", document=document, received_or_sent_on=DAY, theme="Hul i vejen", unit=unit,
        actor_kind="ItSystem", actor="inquiries",
    )  # fmt: skip
    done = services.journalise(entry=entry, system=ports.journal_system())
    assert (done.status, done.esdh_document_id) == ("receipted", f"{case.number}-1")
    assert ArchiveJournal().verify().is_whole
