# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Files that come with an inquiry: sealed, on its page, journalised with its case, and erased."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import deciding
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from kodeks.casework import retention
from kodeks.casework.models import Document, InboxItem, JournalEntry
from kodeks.inquiries import attachments, selectors, services
from kodeks.inquiries.attachments import NewAttachment
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Attachment, Inquiry
from kodeks.kernel.models import User
from kodeks.robots import engine
from kodeks.robots.models import Run, Status

pytestmark = pytest.mark.django_db

FILES = (
    NewAttachment(
        name="Kanaria 710190-0000.pdf", media_type="application/pdf", content=b"%PDF kan"
    ),
    NewAttachment(name="../../x\x00/<b>hul</b>.html", media_type="text/html", content=b"<script>"),
)
ADDRESS = "kanaria@example.invalid"
LABEL = "vejbelysning"


@pytest.fixture
def arrived_with(triaged: Callable[..., Inquiry]) -> Inquiry:
    return triaged("Gadelampen på Prøvevej er gået i stykker.", files=FILES, address=ADDRESS)


def handled(inquiry: Inquiry, user: User) -> Run:
    found = selectors.recommendation_of(inquiry)
    same = found is not None and found.suggestion["label"] == LABEL
    decision = deciding.decide(
        inquiry_id=inquiry.id,
        user=user,
        choice="accept" if same else "other",
        label="" if same else LABEL,
        own_consideration="Lampen er slukket.",
    )
    run = Run.objects.get(decision_id=decision.id)
    engine.execute(run_id=run.id)
    run.refresh_from_db()
    return run


def test_they_are_sealed_and_open_again(arrived_with: Inquiry) -> None:
    listed = attachments.listed(arrived_with)
    assert [one.name for one in listed] == ["Kanaria 710190-0000.pdf", "b>.html"]
    assert [attachments.opened(one.id).content for one in listed] == [b"%PDF kan", b"<script>"]
    row = Attachment.objects.get(number=1)
    assert b"anaria" not in bytes(row.sealed_name)
    assert b"%PDF" not in bytes(row.sealed)


def test_they_are_on_the_page_and_only_ever_saved(page: Client, arrived_with: Inquiry) -> None:
    shown = unescape(
        page.get(reverse("inquiries:inquiry", args=[arrived_with.id])).content.decode()
    )
    assert "Kanaria 710190-0000.pdf" in shown
    assert ADDRESS in shown
    html = attachments.listed(arrived_with)[1]
    answer = page.get(reverse("inquiries:attachment", args=[html.id]))
    assert answer.content == b"<script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_others_do_not_get_them(
    client: Client, arrived_with: Inquiry, person: Callable[[str], User]
) -> None:
    address = reverse("inquiries:attachment", args=[attachments.listed(arrived_with)[0].id])
    assert client.get(address).status_code == 302
    client.force_login(person("testine"))
    assert client.get(address).status_code == 403


def test_each_is_a_document_of_the_case_with_a_line_in_the_journal(
    arrived_with: Inquiry, sofie: User
) -> None:
    run = handled(arrived_with, sofie)
    assert run.status == Status.DONE
    documents = Document.objects.filter(case__inquiry=arrived_with, type="attachment")
    found = [(one.title, one.media_type, bytes(one.content)) for one in documents.order_by("key")]
    assert found == [
        ("Bilag 1 til henvendelse", "application/pdf", b"%PDF kan"),
        ("Bilag 2 til henvendelse", "text/html", b"<script>"),
    ]
    entries = JournalEntry.objects.filter(document__in=documents)
    assert entries.exclude(esdh_document_id="").count() == 2
    engine.execute(run_id=run.id)
    assert Document.objects.filter(case__inquiry=arrived_with).count() == 4


def test_they_go_when_the_inquiry_is_erased(
    page: Client, arrived_with: Inquiry, sofie: User, person: Callable[[str], User]
) -> None:
    listed = attachments.listed(arrived_with)
    handled(arrived_with, sofie)
    item = InboxItem.objects.get(case__inquiry=arrived_with, kind="inquiry")
    services.mark_answered(item_id=item.id, user=sofie)
    inquiry = selectors.inquiry(arrived_with.id)
    assert inquiry.case is not None
    retention.erase_case(case=inquiry.case, user=person("dorte"))
    inquiry.refresh_from_db()
    assert attachments.listed(inquiry) == []
    assert services.address_of(inquiry) == ""
    assert set(Attachment.objects.values_list("sha256", "sealed_name", "sealed")) == {
        ("", b"", b"")
    }
    address = reverse("inquiries:attachment", args=[listed[0].id])
    assert page.get(address).status_code == 404


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE inquiries_attachment SET sealed = ''",
        "UPDATE inquiries_attachment SET sha256 = '', sealed_name = '', sealed = ''",
        "UPDATE inquiries_attachment SET number = 9",
        "DELETE FROM inquiries_attachment",
        "UPDATE inquiries_inquiry SET sealed_address = NULL",
    ],
)
def test_nothing_goes_without_an_erasure(arrived_with: Inquiry, statement: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "files",
    [
        [NewAttachment(name="a", media_type="", content=b"x")] * 101,
        [NewAttachment(name="a", media_type="", content=b"x" * 20_000_001)] * 2,
    ],
    ids=["many", "large"],
)
def test_too_much_is_refused_whole(
    arrived: Callable[..., Inquiry], files: list[NewAttachment]
) -> None:
    with pytest.raises(InquiryError):
        arrived(files=files)
    assert not Inquiry.objects.exists()
