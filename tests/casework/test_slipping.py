# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The letter about a new day is journalised and sent on the day it is dated, once."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from fake_dispatch import FakeDispatch

from kodeks.casework import clock_reads, clocks, deadline_rules, notices, services, slipping
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Case, Dispatch, InboxItem, JournalEntry
from kodeks.casework.ports import PortError
from kodeks.kernel import api as kernel
from kodeks.kernel.models import RegistryEvent, User

pytestmark = pytest.mark.django_db(transaction=True)
CPR = "7101900000"
DAY = dt.date(2037, 3, 2)


@pytest.fixture
def sofie(db: None) -> User:
    return User.objects.get(username="sofie")


@pytest.fixture(autouse=True)
def out(settings: Any, tmp_path: Path) -> type[FakeDispatch]:
    settings.KODEKS_JOURNAL_SYSTEM = "kodeks.connectors.archive.ArchiveJournal"
    settings.KODEKS_JOURNAL_FOLDER = tmp_path / "journal"
    settings.KODEKS_LETTER_DISPATCH = "fake_dispatch.FakeDispatch"
    FakeDispatch.clear()
    return FakeDispatch


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Any:
    def be(day: dt.date) -> None:
        moment = timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
        monkeypatch.setattr(timezone, "now", lambda: moment)

    be(DAY)
    return be


@pytest.fixture
def case(on: Any) -> Case:
    unit = services.add_unit(code="vej-og-trafik", name="Vej og Trafik")
    return services.open_case(
        key=uuid.uuid4().hex, title="Hul i vejen", kle_number="05.01.08", facet="K01", unit=unit
    )


def with_party(case: Case, *, cpr: str = "") -> None:
    number = uuid.uuid4()
    sealed = {}
    if cpr:
        sealed = {
            "sealed_cpr": kernel.seal(
                subject=kernel.Subject(type="case", id=str(case.id)),
                place="casework_party/sealed_cpr",
                row=str(number),
                plaintext=cpr,
            ),
            "blind_index": kernel.blind_index(cpr),
        }
    kind = "cpr" if cpr else "free"
    party = services.NewParty(id=number, role="primary", kind=kind, name="Ane", **sealed)
    services.add_party(case=case, party=party)


def slipped(case: Case, user: User) -> str:
    """The entry of a letter about a new day."""
    deadline_rules.set_rule(
        kle_prefix="05",
        kind="reply",
        amount=10,
        unit="working_days",
        source="Kommunens mål",
        valid_from=dt.date(2036, 1, 1),
    )
    deadline = clocks.start(key=case.key, case=case, kind="reply", started_on=DAY)
    clocks.move(
        key=uuid.uuid4(),
        deadline_id=deadline.id,
        user=user,
        new_day=dt.date(2037, 3, 23),
        reason="Vi mangler svar fra vejvæsenet.",
        contact="Sofie, telefon 12 34 56 78",
    )
    (entry_id,) = slipping.waiting(case)
    return entry_id


def test_it_is_journalised_and_sent_once_by_whom_wrote_it(
    case: Case, sofie: User, out: type[FakeDispatch]
) -> None:
    with_party(case, cpr=CPR)
    entry_id = slipped(case, sofie)
    for _ in range(2):
        slipping.deliver(entry_id=entry_id)
    entry = JournalEntry.objects.get(id=entry_id)
    assert entry.status == "receipted"
    (record,) = out.sent.values()
    assert (record.recipient.number, record.letter_date) == (CPR, DAY)
    dispatch = Dispatch.objects.get()
    assert (dispatch.key, dispatch.document_id) == (f"{entry.key}:send", entry.document_id)
    assert len(out.calls) == 1
    assert slipping.waiting(case) == []
    (opened,) = RegistryEvent.objects.filter(kind="unmasking")
    assert opened.body["user_id"] == sofie.pk
    (_, told) = clock_reads.history(clock_reads.of_case(case).get())
    assert told.letter == notices.in_words(entry.document)
    assert told.letter.startswith("Sendt (prøve)")


def test_a_lost_answer_is_no_second_letter(
    case: Case, sofie: User, out: type[FakeDispatch]
) -> None:
    with_party(case, cpr=CPR)
    entry_id = slipped(case, sofie)
    out.fail_after.append(PortError("Svarede ikke."))
    with pytest.raises(PortError):
        slipping.deliver(entry_id=entry_id)
    assert slipping.waiting(case) == [entry_id]
    slipping.deliver(entry_id=entry_id)
    assert len(out.calls) == 1
    assert Dispatch.objects.get().channel == "prøve"


def test_to_somebody_without_a_number_the_department_hands_it_over(
    case: Case, sofie: User, out: type[FakeDispatch]
) -> None:
    with_party(case)
    slipping.deliver(entry_id=slipped(case, sofie))
    assert not RegistryEvent.objects.filter(kind="unmasking").exists()
    item = InboxItem.objects.get(case=case)
    assert "er ikke sendt" in notices.read(item).sentences[0]


def test_a_letter_of_yesterday_is_for_a_person(
    case: Case, sofie: User, on: Any, out: type[FakeDispatch]
) -> None:
    with_party(case, cpr=CPR)
    entry_id = slipped(case, sofie)
    on(DAY + dt.timedelta(days=1))
    with pytest.raises(CaseworkError, match="blev ikke sendt den dag"):
        slipping.deliver(entry_id=entry_id)
    assert not out.calls
    assert JournalEntry.objects.get(id=entry_id).status == "registered"


def test_nor_is_a_letter_of_earlier_days_that_the_journal_has(
    case: Case, sofie: User, on: Any
) -> None:
    """Letters from before letters about new days were sent."""
    entry_id = slipped(case, sofie)
    services.journalise(
        entry=JournalEntry.objects.get(id=entry_id), system=slipping.journal_system()
    )
    assert slipping.waiting(case) == [entry_id]
    on(DAY + dt.timedelta(days=1))
    assert slipping.waiting(case) == []
