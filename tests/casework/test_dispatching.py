# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Letters go out once, after they are journalised, and what is heard of them is only added to."""

import datetime as dt
import sys
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from fake_dispatch import AT, FakeDispatch

from kodeks.casework import dispatching, notices, ports, services
from kodeks.casework.dispatching import News
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Dispatch, DispatchNews, Heard, InboxItem
from kodeks.casework.ports import JournalReceipt, PortError, Recipient
from kodeks.kernel.models import User

PERSON = Recipient(kind="cpr", number="0405781234")


class Journal:
    def find(self, *, record):
        return None

    def journalise(self, *, record):
        return JournalReceipt("ESDH-1", f"ESDH-1-{record.key}", AT)


@pytest.fixture(autouse=True)
def fresh():
    FakeDispatch.clear()


@pytest.fixture
def journalised(entry, document):
    services.journalise(entry=entry, system=Journal())
    return document


def send(document, *, key="run-1:send", recipient=PERSON):
    return dispatching.send_letter(
        key=key, document=document, recipient=recipient, reference="sag", system=FakeDispatch()
    )


def news(heard=Heard.DELIVERED, reference="1", at=AT, **changes):
    return News(heard=heard, reference=reference, at=at, **changes)


def hear(dispatch, **changes):
    return dispatching.hear(
        channel=dispatch.channel, message_id=dispatch.message_id, news=news(**changes)
    )


def test_a_letter_goes_out_once_however_often_it_is_asked(journalised, case):
    dispatch = send(journalised)
    assert send(journalised) == dispatch
    assert FakeDispatch.calls == ["run-1:send"]
    record = FakeDispatch.sent["run-1:send"]
    assert (record.case_number, record.facet, record.subject) == (case.number, "K01", "Henvendelse")
    assert record.recipient.number == "0405781234"
    assert "0405781234" not in repr(record)
    assert (dispatch.channel, dispatch.sent_at) == ("prøve", AT)
    assert not InboxItem.objects.exists()
    with pytest.raises(CaseworkError, match="allerede sendt"):
        send(journalised, key="run-2:send")


def test_nothing_goes_out_before_it_is_journalised(entry, document):
    with pytest.raises(CaseworkError, match="ikke journaliseret"):
        send(document)
    assert not FakeDispatch.calls


def test_a_letter_that_was_out_before_the_crash_is_found(journalised):
    FakeDispatch.fail_after = [PortError("Ingen forbindelse")]
    with pytest.raises(PortError):
        send(journalised)
    assert not Dispatch.objects.exists()
    assert send(journalised).message_id == "besked-run-1:send"
    assert FakeDispatch.calls == ["run-1:send"]


def test_a_letter_that_no_channel_takes_is_the_departments(journalised, case, unit):
    dispatch = send(journalised, recipient=Recipient(kind="none"))
    assert (dispatch.channel, dispatch.message_id) == ("none", "")
    (item,) = notices.waiting(unit=unit)
    assert item.case == case
    (sentence,) = notices.read(item).sentences
    assert "er ikke sendt" in sentence
    assert notices.in_words(journalised) == "Ikke sendt"
    sofie = User.objects.get(username="sofie")
    assert notices.settle(item_id=item.id, user=sofie).handled_at is not None
    assert not notices.waiting(unit=unit).exists()
    assert "Givet videre" in notices.in_words(journalised)
    assert notices.read(item).sentences == ()


def test_of_two_letters_in_a_case_each_is_told_once_and_seen_to_by_itself(
    journalised, case, unit, sofie
):
    second = services.add_document(
        key="dokument-2",
        case=case,
        title="Svar til den anden",
        direction="outgoing",
        type="svar",
        letter_date=dt.date(2026, 3, 3),
        content="Tak for din henvendelse.",
    )
    entry = services.register_entry(
        key="post-2",
        document=second,
        received_or_sent_on=dt.date(2026, 3, 3),
        theme="Svar",
        unit=unit,
        actor_kind="ItSystem",
        actor="inquiries",
    )
    services.journalise(entry=entry, system=Journal())
    send(journalised, recipient=Recipient(kind="none"))
    send(second, key="run-2:send", recipient=Recipient(kind="none"))
    told = [(item, notices.read(item).sentences) for item in notices.waiting(unit=unit)]
    assert [["Henvendelse" in one, "Svar til" in one] for _, (one,) in told] == [
        [True, False],
        [False, True],
    ]
    notices.settle(item_id=told[0][0].id, user=sofie)
    (left,) = notices.waiting(unit=unit)
    assert left == told[1][0]
    assert "Givet videre" in notices.in_words(journalised)
    assert notices.in_words(second) == "Ikke sendt"


def test_why_a_letter_went_another_way_is_said(journalised, unit, monkeypatch):
    receipt = ports.DispatchReceipt("", "none", AT, because="exempt")
    monkeypatch.setattr(FakeDispatch, "send", lambda self, record: receipt)
    assert send(journalised).because == "exempt"
    (sentence,) = notices.read(notices.waiting(unit=unit).get()).sentences
    assert "fritaget for Digital Post" in sentence
    assert "fritaget for Digital Post" in notices.in_words(journalised)


def test_a_letter_that_did_not_arrive_is_the_departments_with_the_reason(journalised, unit):
    dispatch = send(journalised)
    said = "Modtageren 0405781234 findes ikke\n"
    assert hear(dispatch, heard=Heard.FAILED, code="recipient.unknown", reason=said)
    assert not hear(dispatch, heard=Heard.FAILED, code="recipient.unknown", reason=said)
    (item,) = notices.waiting(unit=unit)
    (sentence,) = notices.read(item).sentences
    assert "kunne ikke afleveres" in sentence
    assert "findes ikke" in sentence
    assert "0405781234" not in sentence
    row = DispatchNews.objects.get()
    assert b"findes" not in bytes(row.sealed_reason)


def test_the_newest_news_counts_whatever_order_it_comes_in(journalised):
    dispatch = send(journalised)
    later = AT + dt.timedelta(hours=1)
    assert hear(dispatch, reference="2", at=later)
    assert hear(dispatch, reference="1", heard=Heard.FAILED)
    assert dispatching.newest(dispatch).heard == Heard.DELIVERED
    # Somebody still looks: the item says that it has arrived since.
    (item,) = InboxItem.objects.all()
    assert notices.read(item).sentences == ()


@pytest.mark.parametrize(
    "wrong",
    [{"reference": ""}, {"reference": "x" * 201}, {"code": "navn og adresse"}, {"code": "x" * 61}],
)
def test_news_of_a_wrong_form_is_refused(journalised, wrong):
    dispatch = send(journalised)
    with pytest.raises(CaseworkError):
        hear(dispatch, **wrong)
    assert not DispatchNews.objects.exists()


def test_news_of_a_letter_that_is_not_ours_is_refused(journalised):
    send(journalised)
    for channel, number in (("prøve", "ukendt"), ("none", ""), ("prøve", "")):
        with pytest.raises(CaseworkError, match="passer ikke"):
            dispatching.hear(channel=channel, message_id=number, news=news())


@pytest.mark.parametrize("table", ["casework_dispatch", "casework_dispatchnews"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_history_is_only_added_to(journalised, table, change):
    hear(send(journalised))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table))


def test_a_missing_setting_says_what_to_do(settings):
    settings.KODEKS_LETTER_DISPATCH = "kodeks.connectors.outbox.Ingen"
    with pytest.raises(CaseworkError, match="KODEKS_LETTER_DISPATCH"):
        ports.letter_dispatch()
