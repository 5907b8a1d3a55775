# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Files of inquiries and topics, taken in on the real database."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone

from kodeks.casework import deadline_rules
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import KleSubject, Unit
from kodeks.inquiries import intake, services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.files import InquiryFileError
from kodeks.inquiries.models import Inquiry, Topic
from kodeks.kernel.models import User

pytestmark = pytest.mark.django_db

TOPICS = "label,title,kle_number,facet,unit,unit_name,working_days\n"


def written(folder: Path, content: str) -> Path:
    path = folder / "fil.csv"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_file_is_taken_in_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "external_id,text,channel,received_at,district\n"
        "a,Hul i vejen,mail,2026-11-02T09:30,Nord\n"
        'b,"Lampen er\nslukket",brev,2026-07-03,\n',
    )
    assert intake.load(path) == intake.Loaded(new=2, known=0)
    assert intake.load(path) == intake.Loaded(new=0, known=2)
    first, second = Inquiry.objects.order_by("external_id")
    assert first.received_at == dt.datetime(2026, 11, 2, 8, 30, tzinfo=dt.UTC)
    assert (first.channel, first.district) == ("mail", "Nord")
    assert second.text == "Lampen er\nslukket"
    assert timezone.localtime(second.received_at).hour == 12


def test_a_fault_in_the_last_row_leaves_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, "text,received_at\nHul,2026-11-02\nHul to,i går\n")
    with pytest.raises(InquiryError, match="række 3"):
        intake.load(path)
    assert not Inquiry.objects.exists()


def test_a_file_without_texts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InquiryFileError):
        intake.load(written(tmp_path, "emne\nVej\n"))


def test_topics_bring_their_departments_and_are_updated(tmp_path: Path) -> None:
    rows = (
        "havn,Havnen,04.01.11,G01,havn,Havnekontoret,3\n"
        "andet,Andet,00.01.00,G01,havn,Havnekontoret,5\n"
    )
    assert intake.load_topics(written(tmp_path, TOPICS + rows)) == 2
    topic = Topic.objects.get(label="havn")
    assert (topic.title, topic.unit.name) == ("Havnen", "Havnekontoret")
    today = timezone.localdate()
    promised = {rule.kle_prefix: rule for rule in deadline_rules.in_force(on=today)}["04.01.11"]
    assert (promised.kind, promised.amount, promised.unit) == ("reply", 3, "working_days")
    assert promised.valid_from == today
    changed = rows.replace("Havnen,", "Havn og kaj,")
    intake.load_topics(written(tmp_path, TOPICS + changed))
    topic.refresh_from_db()
    assert topic.title == "Havn og kaj"
    assert Unit.objects.filter(code="havn").count() == 1


def test_topics_say_how_cases_reach_a_department_and_leave_it_alone_without_the_column(
    tmp_path: Path,
) -> None:
    other = TOPICS.replace("\n", ",distribution\n")
    rows = "andet,Andet,00.01.00,G01,havn,Havnekontoret,5"
    intake.load_topics(written(tmp_path, f"{other}{rows},kle\n"))
    assert Unit.objects.get(code="havn").distribution == "kle"
    intake.load_topics(written(tmp_path, f"{TOPICS}{rows}\n"))
    assert Unit.objects.get(code="havn").distribution == "kle"
    with pytest.raises(CaseworkError, match="Havnekontoret"):
        intake.load_topics(written(tmp_path, f"{other}{rows},et andet sted\n"))
    intake.load_topics(written(tmp_path, f"{other}{rows},\n"))
    assert Unit.objects.get(code="havn").distribution == ""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("label,title\nhavn,Havnen\n", "mangler kolonnen kle_number og facet"),
        (TOPICS + "havn,Havnen,04.01.11,G01,havn,Havnekontoret,snart\n", "række 2"),
        (TOPICS + "havn,Havnen,04.01.11,G01,havn,Havnekontoret,²\n", "helt tal"),
        (TOPICS + "havn,Havnen,04.01.11,G01,havn,Havnekontoret,0\n", "over 0"),
        (TOPICS + "havn,Havnen,04.01.11,G01,havn,Havnekontoret,9999\n", "working_days"),
        (TOPICS + "havn,Havnen,04.01.11,G001,havn,Havnekontoret,3\n", "facet"),
        (TOPICS + "havn,Havnen,04.01.11,xyz,havn,Havnekontoret,3\n", "handlingsfacet"),
        (TOPICS + "havn,Havnen,99.99.99,G01,havn,Havnekontoret,3\n", "kle_title"),
        (TOPICS + ",Havnen,04.01.11,G01,havn,Havnekontoret,3\n", "label"),
        (TOPICS + "havn,Havnen\n", "2 felter"),
        (TOPICS + "havn,Havnen,04.01.11,G01,havn,Havn,3\n" * 2, "samme label"),
        (TOPICS + "havn,Havnen,04.01.11,G01,havn,Havnekontoret,3\n", "mangler emnet .andet."),
        ("", "Filen er tom"),
    ],
)
def test_faults_in_topics_are_told_and_leave_nothing(
    tmp_path: Path, content: str, message: str
) -> None:
    with pytest.raises(InquiryError, match=message):
        intake.load_topics(written(tmp_path, content))
    assert not Unit.objects.filter(code="havn").exists()
    assert not Topic.objects.filter(label="havn").exists()


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fil.csv"
    path.write_bytes(b"label\xff\xfe")
    with pytest.raises(InquiryFileError, match="UTF-8"):
        intake.load_topics(path)


def test_topics_from_a_danish_spreadsheet_bring_kle_subjects_of_their_own(tmp_path: Path) -> None:
    """Semicolons, and a KLE number that is not on the short list."""
    rows = (
        "label,title,kle_number,facet,unit,unit_name,working_days,kle_title\n"
        "havn,Havnen,07.18.01,G01,havn,Havnekontoret,3,Affald fra skibe\n"
        "andet,Andet,00.01.00,G01,havn,Havnekontoret,5,\n"
    )
    assert intake.load_topics(written(tmp_path, rows.replace(",", ";"))) == 2
    assert KleSubject.objects.get(number="07.18.01").title == "Affald fra skibe"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Hul,brevdue,,", "række 3 kendes kanalen brevdue"),
        ("Hul,mail,,123", "række 3 er sender_cpr"),
        ("Hul,mail,2999-01-01,", "fremtiden"),
    ],
)
def test_a_row_that_cannot_be_stored_leaves_nothing(tmp_path: Path, row: str, message: str) -> None:
    """The first row must not come in: the corrected file would bring it in once more."""
    head = "text,channel,received_at,sender_cpr\nHul,mail,2026-11-02,\n"
    with pytest.raises(InquiryError, match=message):
        intake.load(written(tmp_path, f"{head}{row}\n"))
    assert not Inquiry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_cpr_number_may_have_a_hyphen(tmp_path: Path) -> None:
    intake.load(written(tmp_path, "text,sender_cpr\nHul,710190-0000\n"))
    sofie = User.objects.get(username="sofie")
    number = services.shown_cpr(inquiry=Inquiry.objects.get(), user=sofie, reason="Prøve")
    assert number == "7101900000"
