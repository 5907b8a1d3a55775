# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The three phases of journalising, whatever the ESDH system does."""

import datetime
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kodeks.casework import ports, services
from kodeks.casework.errors import CaseworkError
from kodeks.casework.ports import JournalReceipt, PortError, PortRejected


class FakeJournal:
    """Keeps records by key; ``failure`` is raised instead, before or after storing."""

    def __init__(self, *, failure=None, after=False):
        self.records, self.failure, self.after = {}, failure, after

    def _receipt(self, key):
        return JournalReceipt("sag-1", f"dok-{key}", timezone.now())

    def find(self, *, record):
        return self._receipt(record.key) if record.key in self.records else None

    def journalise(self, *, record):
        if self.failure and not self.after:
            raise self.failure
        assert record.key not in self.records
        self.records[record.key] = record
        if self.failure:
            raise self.failure
        return self._receipt(record.key)


def test_goes_from_registered_to_receipted(entry, case, document):
    journal = FakeJournal()
    assert entry.status == "registered"
    done = services.journalise(entry=entry, system=journal)
    assert (done.status, done.esdh_case_id, done.esdh_document_id) == (
        "receipted",
        "sag-1",
        "dok-post-1",
    )
    assert done.receipted_at >= done.journalised_at
    record = journal.records["post-1"]
    assert record.content == b"Der er et hul i vejen ved Ane."
    assert (record.case_number, record.kle_number, record.facet) == (case.number, "05.01.08", "K01")
    assert record.sha256 == document.sha256
    assert services.journalise(entry=entry, system=journal) == done
    assert [each.status for each in case.journal_entries.all()] == ["receipted"]
    assert [each.journal_entry for each in case.documents.all()] == [done]


@pytest.mark.parametrize("failure", [PortError("nede"), PortRejected("afvist")])
def test_a_failure_leaves_the_entry_registered(entry, failure):
    with pytest.raises(type(failure)):
        services.journalise(entry=entry, system=FakeJournal(failure=failure))
    entry.refresh_from_db()
    assert (entry.status, entry.esdh_document_id) == ("registered", "")


def test_a_lost_answer_is_found_and_not_doubled(entry):
    journal = FakeJournal(failure=PortError("svaret gik tabt"), after=True)
    with pytest.raises(PortError):
        services.journalise(entry=entry, system=journal)
    assert services.journalise(entry=entry, system=journal).status == "receipted"
    assert len(journal.records) == 1


def test_only_final_documents_are_journalised(case, unit):
    draft = services.add_document(
        key="u", case=case, title="Udkast", direction="internal", type="note",
        letter_date=datetime.date(2026, 3, 2), content="x", final=False,
    )  # fmt: skip
    entry = services.register_entry(
        key="p", document=draft, received_or_sent_on=datetime.date(2026, 3, 2), theme="Udkast",
        unit=unit, actor_kind="Bruger", actor="bo",
    )  # fmt: skip
    with pytest.raises(CaseworkError, match="endeligt dokument"):
        services.journalise(entry=entry, system=FakeJournal())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE casework_journalentry SET status = 'journalised', journalised_at = now()",
        "UPDATE casework_journalentry SET status = 'journalised', esdh_case_id = 'a',"
        " esdh_document_id = '', journalised_at = now()",
        "UPDATE casework_journalentry SET status = 'receipted', esdh_case_id = 'a',"
        " esdh_document_id = 'b', journalised_at = now(), receipted_at = now()",
        "UPDATE casework_journalentry SET esdh_case_id = 'a'",
        "UPDATE casework_journalentry SET theme = 'andet'",
        "UPDATE casework_journalentry SET received_or_sent_on = '2026-01-01'",
        "UPDATE casework_journalentry SET status = 'ukendt'",
        "DELETE FROM casework_journalentry",
    ],
)
def test_the_database_refuses_a_false_journal(entry, statement):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "change",
    [
        "status = 'registered', esdh_case_id = '', esdh_document_id = '', journalised_at = NULL,"
        " receipted_at = NULL",
        "status = 'journalised', receipted_at = NULL",
        "esdh_document_id = 'andet'",
        "receipted_at = now() + interval '1 day'",
    ],
)
def test_the_database_refuses_to_go_back(entry, change):
    services.journalise(entry=entry, system=FakeJournal())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE casework_journalentry SET {change}")


def test_the_party_is_named_without_its_cpr_number(unit):
    party = services.NewParty(
        id=uuid.uuid4(), role="primary", kind="cpr", name="Ane",
        sealed_cpr=b"s", blind_index=b"b",
    )  # fmt: skip
    case = services.open_case(
        key="c", title="Sag", kle_number="05.01.08", facet="K01", unit=unit, parties=(party,)
    )
    document = services.add_document(
        key="d", case=case, title="T", direction="incoming", type="t",
        letter_date=datetime.date(2026, 3, 2), content="x",
    )  # fmt: skip
    entry = services.register_entry(
        key="e", document=document, received_or_sent_on=datetime.date(2026, 3, 2), theme="T",
        unit=unit, actor_kind="ItSystem", actor="a",
    )  # fmt: skip
    journal = FakeJournal()
    services.journalise(entry=entry, system=journal)
    assert journal.records["e"].party == ports.PartyRecord(str(party.id), "Ane", "cpr", "")


@pytest.mark.parametrize(("kind", "told"), [("cpr", "0707701234"), ("free", "")])
def test_the_number_goes_to_the_system_and_to_no_row(unit, kind, told):
    sealed = {"sealed_cpr": b"s", "blind_index": b"b"} if kind == "cpr" else {}
    party = services.NewParty(id=uuid.uuid4(), role="primary", kind=kind, name="Ane", **sealed)
    case = services.open_case(
        key="c", title="Sag", kle_number="05.01.08", facet="K01", unit=unit, parties=(party,)
    )
    journal = FakeJournal()
    for key in ("første", "anden"):
        document = services.add_document(
            key=key, case=case, title="T", direction="incoming", type="t",
            letter_date=datetime.date(2026, 3, 2), content=key,
        )  # fmt: skip
        entry = services.register_entry(
            key=key, document=document, received_or_sent_on=datetime.date(2026, 3, 2), theme="T",
            unit=unit, actor_kind="ItSystem", actor="a",
        )  # fmt: skip
        services.journalise(entry=entry, system=journal, cpr="0707701234")
    first, second = journal.records["første"], journal.records["anden"]
    assert first.party.cpr == told
    assert "0707701234" not in repr(first)
    assert (first.case_key, first.esdh_case_id) == ("c", "")
    assert second.esdh_case_id == "sag-1"


def test_the_setting_names_the_system(settings):
    settings.KODEKS_JOURNAL_SYSTEM = f"{FakeJournal.__module__}.Missing"
    with pytest.raises(CaseworkError, match="KODEKS_JOURNAL_SYSTEM"):
        ports.journal_system()
    settings.KODEKS_JOURNAL_SYSTEM = ""
    with pytest.raises(CaseworkError, match="KODEKS_JOURNAL_SYSTEM"):
        ports.journal_system()
