# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What goes out and is never answered comes before a person, once, until something is heard."""

import datetime as dt
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from fake_dispatch import AT, FakeDispatch
from letters_out import distributed

from kodeks.casework import dispatching, distributing, notices, services, unheard
from kodeks.casework.dispatching import News
from kodeks.casework.distributing import Answer
from kodeks.casework.models import Case, Dispatch, Heard, InboxItem, ReceiptCode
from kodeks.casework.ports import JournalReceipt, Recipient
from kodeks.kernel.models import User

pytestmark = pytest.mark.django_db
WAITED = dt.timedelta(hours=49)


class Journal:
    def find(self, *, record):
        return None

    def journalise(self, *, record):
        return JournalReceipt("ESDH-1", f"ESDH-1-{record.key}", AT)


@pytest.fixture(autouse=True)
def channel(settings):
    settings.KODEKS_LETTER_DISPATCH = "fake_dispatch.FakeDispatch"
    FakeDispatch.clear()


@pytest.fixture
def letter(entry, document):
    services.journalise(entry=entry, system=Journal())
    return dispatching.send_letter(
        key="run-1:send",
        document=document,
        recipient=Recipient(kind="cpr", number="0405781234"),
        reference="sag",
        system=FakeDispatch(),
    )


def later(sent, waited=WAITED):
    return unheard.look(sent.sent_at + waited)


def hear_letter(letter, heard=Heard.RECEIVED):
    dispatching.hear(
        channel=letter.channel,
        message_id=letter.message_id,
        news=News(heard=heard, reference="1", at=AT),
    )


def hear_case(distribution, code):
    answer = Answer(code=ReceiptCode(code))
    distributing.hear(message_id=distribution.message_id, answer=answer)


def open_kinds():
    return sorted(InboxItem.objects.filter(handled_at=None).values_list("kind", flat=True))


def test_a_letter_without_a_receipt_is_the_departments_once(letter, unit):
    assert later(letter, dt.timedelta(hours=47)) == 0
    assert later(letter) == 1
    assert later(letter) == 0
    (item,) = notices.waiting(unit=unit)
    (sentence,) = notices.read(item).sentences
    assert "ikke kommet en kvittering" in sentence
    assert "Kvitteringen mangler" in notices.in_words(letter.document)
    (silence,) = unheard.everywhere()
    assert (silence.sent_as, silence.case_number) == (letter.key, letter.document.case.number)


def test_a_late_receipt_ends_it(letter, unit):
    later(letter)
    hear_letter(letter)
    assert not notices.waiting(unit=unit).exists()
    assert unheard.everywhere() == []
    assert later(letter) == 0


def test_a_late_no_is_another_task(letter):
    later(letter)
    hear_letter(letter, Heard.FAILED)
    assert open_kinds() == ["letter"]


def test_what_was_heard_of_and_what_gives_no_receipts_is_never_asked_for(letter, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(FakeDispatch, "answering", ())
        assert later(letter) == 0
    hear_letter(letter)
    assert later(letter) == 0


def test_a_person_who_found_out_is_not_asked_again(letter, unit):
    later(letter)
    (item,) = notices.waiting(unit=unit)
    sofie = User.objects.get(username="sofie")
    notices.settle(item_id=item.id, user=sofie)
    assert later(letter) == 0
    assert Dispatch.objects.get().news.count() == 0, "it is not known that it arrived"


def test_a_case_without_an_answer_is_with_those_who_sort_until_it_comes():
    distribution = distributed()
    hear_case(distribution, "MODTAGET")
    assert later(distribution) == 1
    case = Case.objects.get(id=distribution.case_id)
    assert case.unit == distribution.returns_to
    (item,) = notices.waiting(unit=distribution.returns_to)
    assert "har ikke svaret" in notices.read(item).sentences[0]
    hear_case(distribution, "AFLEVERET")
    assert open_kinds() == ["unheard"], "that it was delivered is no answer"
    hear_case(distribution, "ACCEPTERET")
    assert open_kinds() == []
    case.refresh_from_db()
    assert case.unit == distribution.unit
    assert later(distribution) == 0


def test_a_late_no_brings_the_case_back_as_ever():
    distribution = distributed()
    later(distribution)
    hear_case(distribution, "AFVIST")
    assert open_kinds() == ["returned"]
    assert Case.objects.get(id=distribution.case_id).unit == distribution.returns_to


def test_a_yes_that_comes_after_a_person_has_seen_to_it_moves_nothing():
    distribution = distributed()
    later(distribution)
    services.handle(item=InboxItem.objects.get(kind="unheard"))
    hear_case(distribution, "ACCEPTERET")
    assert Case.objects.get(id=distribution.case_id).unit == distribution.returns_to
