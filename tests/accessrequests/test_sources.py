# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The three sources answer alike, and say in Danish what is wrong; the package is whole."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from access_cases import ASKER, ASKER_CPR, NEIGHBOUR

from kodeks.accessrequests import packaging, ports
from kodeks.accessrequests.packaging import File
from kodeks.accessrequests.ports import NoSuchDocument, SourceError, Wanted
from kodeks.casework import services as cases
from kodeks.casework.models import Document
from kodeks.casework.ports import journal_system
from kodeks.connectors import archive
from kodeks.inquiries import services as inquiries
from kodeks.kernel import api as kernel

pytestmark = pytest.mark.django_db


@pytest.fixture
def journalised(case):
    """The telephone note, in the journal's folder too."""
    note = Document.objects.get(case=case, title="Telefonnotat")
    entry = cases.register_entry(
        key=f"test:{note.id}",
        document=note,
        received_or_sent_on=note.letter_date,
        theme="Notat",
        unit=case.unit,
        actor_kind="Bruger",
        actor="sofie",
    )
    cases.journalise(entry=entry, system=journal_system())
    return note


def wanted(case) -> list[Wanted]:
    return [Wanted(case_number=case.number), Wanted(person=kernel.blind_index(ASKER_CPR))]


def test_the_folder_has_the_same_document_by_case_and_by_person(case, journalised):
    source = ports.sources()["archive"]
    for one in wanted(case):
        (found,) = source.find(wanted=one)
        assert (found.sha256, found.title, found.direction) == (
            journalised.sha256,
            "Telefonnotat",
            "incoming",
        )
        assert (found.unit, found.kle) == ("jura", "07.18.06")
        assert source.fetch(document_id=found.id) == bytes(journalised.content)
    assert list(source.people(case_number=case.number)) == [ASKER]


def test_a_damaged_folder_is_told(case, journalised, journal_folder):
    source = ports.sources()["archive"]
    (found,) = source.find(wanted=Wanted(case_number=case.number))
    folder = journal_folder / archive.folder_name(case.key)
    file = next(folder.glob("*.txt"))
    file.unlink()
    with pytest.raises(NoSuchDocument):
        source.fetch(document_id=found.id)
    (folder / "journal.jsonl").write_text("{")
    with pytest.raises(SourceError, match="ødelagt"):
        list(source.find(wanted=Wanted(case_number=case.number)))
    (folder / "journal.jsonl").unlink()
    with pytest.raises(SourceError, match="passer ikke sammen"):
        list(source.find(wanted=Wanted(case_number=case.number)))


def test_casework_knows_documents_and_parties(case):
    source = ports.sources()["casework"]
    for one in wanted(case):
        assert len(list(source.find(wanted=one))) == 3
    assert set(source.people(case_number=case.number)) == {ASKER, NEIGHBOUR}
    with pytest.raises(NoSuchDocument):
        source.fetch(document_id="00000000-0000-0000-0000-000000000000")


def test_inquiries_without_a_case_are_found_by_person_only(case):
    source = ports.sources()["inquiries"]
    inquiry, _ = inquiries.receive(
        external_id="test:source", text="Hvor er mit skrald?", channel="web", sender_cpr=ASKER_CPR
    )
    assert list(source.find(wanted=Wanted(case_number=case.number))) == []
    (found,) = source.find(wanted=Wanted(person=kernel.blind_index(ASKER_CPR)))
    assert source.fetch(document_id=found.id) == inquiry.text.encode()
    assert list(source.people(case_number=case.number)) == []
    with pytest.raises(NoSuchDocument):
        source.fetch(document_id="00000000-0000-0000-0000-000000000000")


def test_a_large_answer_comes_in_several_whole_packages(monkeypatch):
    monkeypatch.setattr(packaging, "MOST_BYTES", 10)
    files = [File(name=f"{number}.txt", content=b"x" * 6) for number in range(3)]
    made = list(packaging.packages(files, about={"case_number": "1"}))
    assert len(made) == 3
    names = []
    for content in made:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            manifest = json.loads(packed.read("manifest.json"))
            names += [one["name"] for one in manifest["files"]]
    assert names == ["0.txt", "1.txt", "2.txt"]
    assert made == list(packaging.packages(files, about={"case_number": "1"}))
