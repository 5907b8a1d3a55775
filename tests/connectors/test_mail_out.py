# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Mail out: what is told, never twice to a citizen, and what happens when the server breaks off."""

from __future__ import annotations

import datetime as dt
import email
import threading
from collections.abc import Callable, Iterator
from email import policy
from types import SimpleNamespace
from typing import Any

import certificates
import imap_server
import pytest
import smtp_server
from django.db import connection, transaction
from django.utils import timezone

from kodeks.connectors.mail import mailbox, receiving, sending, smtp, writing
from kodeks.connectors.mail.errors import MailFault
from kodeks.connectors.models import MailState, OutgoingMail
from kodeks.inquiries import acknowledging, services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel.models import User
from kodeks.robots import background, credentials
from kodeks.robots.errors import BusinessError

pytestmark = pytest.mark.django_db

FROM = "kommunen@example.invalid"
ADDRESS = "bo@example.invalid"


@pytest.fixture(autouse=True)
def _set_up(settings: Any) -> None:
    settings.KODEKS_SMTP_HOST = certificates.HOST
    settings.KODEKS_MAIL_FROM = FROM
    settings.KODEKS_SITE_URL = "https://kodeks.example.invalid/"


@pytest.fixture
def server() -> Iterator[tuple[smtp_server.Handler, smtp.Account]]:
    with smtp_server.running() as (handler, port):
        yield handler, account(port)


def account(port: int, **changes: Any) -> smtp.Account:
    given = {
        "user": smtp_server.USER,
        "password": smtp_server.PASSWORD,
        "context": certificates.for_client(),
    }
    return smtp.Account(host=certificates.HOST, port=port, sender=FROM, **given | changes)


def arrived(number: int = 1) -> Inquiry:
    inquiry, _ = services.receive(
        external_id=f"mail:{number}", text="Hemmelig sygdom", channel="mail", address=ADDRESS
    )
    return inquiry


def acknowledged() -> Inquiry:
    inquiry = arrived()
    services.triage(inquiry_id=str(inquiry.id))
    acknowledging.give(inquiry_id=str(inquiry.id))
    return inquiry


def somebody(pk: int = 7, address: str = "merete@example.invalid") -> Any:
    return SimpleNamespace(pk=pk, email=address)


@pytest.fixture
def noticed(monkeypatch: pytest.MonkeyPatch) -> Callable[[], OutgoingMail]:
    """A queued notice to Merete, who has an address."""
    merete = User.objects.get(username="merete")
    users = SimpleNamespace(objects=SimpleNamespace(filter=lambda **_: _first(merete)))
    monkeypatch.setattr(sending, "get_user_model", lambda: users)

    def queue() -> OutgoingMail:
        assert sending.notify(
            key="alarm:1", user=somebody(merete.pk), subject="Der er kommet en alarm", path="/x/"
        )
        return OutgoingMail.objects.get(key="alarm:1")

    return queue


def _first(user: User) -> Any:
    # The web process may not write users; the owner gives them addresses.
    user.email = "merete@example.invalid"
    return SimpleNamespace(first=lambda: user)


def parsed(content: bytes) -> Any:
    return email.message_from_bytes(content, policy=policy.default)


def test_an_acknowledgement_tells_nothing_of_what_was_written(
    server: tuple[smtp_server.Handler, smtp.Account],
) -> None:
    handler, ours = server
    inquiry = acknowledged()
    assert sending.send_all(ours).sent == 1
    ((sender, to, content),) = handler.taken
    assert (sender, to) == ("<>", ADDRESS), "no address that a bounce could come back to"
    message = parsed(content)
    assert message["Auto-Submitted"] == "auto-replied"
    text = message.get_content()
    assert acknowledging.reference(inquiry) in text
    assert "ring 112" in text
    assert f"https://kodeks.example.invalid/henvendelser/foelg/{inquiry.acknowledgement}/" in text
    assert "Du hører fra os senest den" in text
    assert "Brug Digital Post" in text
    assert "sygdom" not in content.decode()
    row = OutgoingMail.objects.get()
    assert (row.state, message["Message-ID"]) == (MailState.SENT, writing.message_id(row))
    assert sending.send_all(ours).sent == 0
    assert len(handler.taken) == 1


def test_nobody_is_answered_twice_a_day() -> None:
    """Two programs that answer each other would else go on for ever."""
    assert sending.acknowledge(arrived(1), address=ADDRESS)
    assert not sending.acknowledge(arrived(2), address=ADDRESS.upper())
    OutgoingMail.objects.update(queued_at=timezone.now() - dt.timedelta(days=2))
    assert sending.acknowledge(arrived(3), address=ADDRESS)


def test_a_citizens_mail_that_may_have_been_sent_is_never_sent_again(
    server: tuple[smtp_server.Handler, smtp.Account],
) -> None:
    handler, ours = server
    acknowledged()
    handler.faults = ["cut"]
    with pytest.raises(MailFault, match="afbrudt"):
        sending.send_all(ours)
    assert OutgoingMail.objects.get().state == MailState.MAYBE
    for _ in range(3):
        sending.send_all(ours)
    assert len(handler.taken) == 1


def test_a_notice_that_may_have_been_sent_is_sent_once_more_under_the_same_id(
    server: tuple[smtp_server.Handler, smtp.Account], noticed: Callable[[], OutgoingMail]
) -> None:
    handler, ours = server
    noticed()
    handler.faults = ["cut"]
    with pytest.raises(MailFault):
        sending.send_all(ours)
    for _ in range(3):
        sending.send_all(ours)
    ids = [parsed(content)["Message-ID"] for _, _, content in handler.taken]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert OutgoingMail.objects.get().state == MailState.SENT
    message = parsed(handler.taken[0][2])
    assert message["Subject"] == "Der er kommet en alarm"
    assert "https://kodeks.example.invalid/x/" in message.get_content()
    assert handler.taken[0][0] == FROM


@pytest.mark.parametrize(
    ("fault", "state", "times"),
    [
        ("later", MailState.SENT, 1),
        ("refused", MailState.REFUSED, 0),
        ("no-recipient", MailState.REFUSED, 0),
    ],
)
def test_what_the_server_says(
    server: tuple[smtp_server.Handler, smtp.Account], fault: str, state: str, times: int
) -> None:
    handler, ours = server
    acknowledged()
    handler.faults = [fault]
    sending.send_all(ours)
    sending.send_all(ours)
    assert OutgoingMail.objects.get().state == state
    assert len(handler.taken) == times


def test_a_server_that_always_says_later_is_given_up(
    server: tuple[smtp_server.Handler, smtp.Account],
) -> None:
    handler, ours = server
    acknowledged()
    OutgoingMail.objects.update(queued_at=timezone.now() - dt.timedelta(days=4))
    handler.faults = ["later"]
    sending.send_all(ours)
    assert OutgoingMail.objects.get().state == MailState.REFUSED


def test_a_worker_that_was_killed_while_it_sent(
    server: tuple[smtp_server.Handler, smtp.Account], noticed: Callable[[], OutgoingMail]
) -> None:
    handler, ours = server
    acknowledged()
    noticed()
    OutgoingMail.objects.update(state=MailState.SENDING, tries=1)
    sending.send_all(ours)
    assert [to for _, to, _ in handler.taken] == ["merete@example.invalid"]
    states = dict(OutgoingMail.objects.values_list("kind", "state"))
    assert states == {"acknowledgement": "maybe", "notice": "sent"}


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_at_once(
    server: tuple[smtp_server.Handler, smtp.Account], as_application: Any
) -> None:
    _, ours = server
    acknowledged()
    as_application.execute("SELECT pg_advisory_lock(%s)", [sending._LOCK])
    assert sending.send_all(ours).sent == 0
    as_application.execute("SELECT pg_advisory_unlock(%s)", [sending._LOCK])
    assert sending.send_all(ours).sent == 1


def test_an_erased_inquiry_is_not_written_about(
    server: tuple[smtp_server.Handler, smtp.Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, ours = server
    acknowledged()
    monkeypatch.setattr(services, "address_of", lambda inquiry: "")
    assert sending.send_all(ours).nobody == 1
    assert handler.taken == []


def test_nothing_is_sent_without_tls_or_with_a_wrong_password(
    server: tuple[smtp_server.Handler, smtp.Account],
) -> None:
    _, ours = server
    acknowledged()
    with pytest.raises(BusinessError, match="siger nej"):
        sending.send_all(account(ours.port, password="forkert"))
    with pytest.raises(MailFault, match="SSL"):
        sending.send_all(account(ours.port, context=None))
    with smtp_server.running(tls=False) as (handler, port):
        with pytest.raises(BusinessError, match="TLS"):
            sending.send_all(account(port))
        assert handler.taken == []
    assert OutgoingMail.objects.get().state == MailState.QUEUED


def test_without_settings_nothing_is_queued_and_a_person_is_told(settings: Any) -> None:
    settings.KODEKS_SMTP_HOST = ""
    assert not sending.acknowledge(arrived(), address=ADDRESS)
    assert not sending.notify(key="a", user=somebody(), subject="Alarm", path="/")
    with pytest.raises(BusinessError, match="KODEKS_SMTP_HOST"):
        background.get("mail.send")()


def test_a_mail_that_comes_in_is_answered_once_over_both_protocols(
    server: tuple[smtp_server.Handler, smtp.Account], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, ours = server
    settings.KODEKS_SMTP_PORT, settings.KODEKS_SMTP_USER = ours.port, smtp_server.USER
    credentials.put(robot="post", name="smtp", secret=smtp_server.PASSWORD, made_by="test")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.file()))
    with imap_server.running() as inbox:
        box = mailbox.Account(
            host=certificates.HOST,
            port=inbox.port,
            user=imap_server.USER,
            password=imap_server.PASSWORD,
            context=certificates.for_client(),
        )
        wrote = b"From: Bo <bo@example.invalid>\r\nMessage-ID: <%d@x>\r\n\r\nHul.\r\n"
        inbox.add(wrote % 1)
        receiving.visit(box)
        inquiry = Inquiry.objects.get()
        services.triage(inquiry_id=str(inquiry.id))
        acknowledging.give(inquiry_id=str(inquiry.id))
        background.get("mail.send")()
        ((_, to, answer),) = handler.taken
        assert to == ADDRESS
        # What we wrote comes back, and the other side's program answers as a person would.
        inbox.add(answer)
        inbox.add(wrote % 2)
        done = receiving.visit(box)
        background.get("mail.send")()
    assert (done.new, done.automatic) == (1, 1)
    assert len(handler.taken) == 1


def test_no_address_is_stored_in_clear() -> None:
    acknowledged()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o::text, i::text FROM connectors_outgoingmail o, inquiries_inquiry i"
        )
        rows = str(cursor.fetchall())
    assert "bo@" not in rows
    assert ADDRESS.encode().hex() not in rows


@pytest.mark.django_db(transaction=True)
def test_two_workers_acknowledge_to_one_address_once() -> None:
    inquiries = [arrived(1), arrived(2)]
    others: list[bool] = []

    def other() -> None:
        try:
            with transaction.atomic():
                others.append(sending.acknowledge(inquiries[1], address=ADDRESS))
        finally:
            connection.close()

    worker = threading.Thread(target=other)
    with transaction.atomic():
        assert sending.acknowledge(inquiries[0], address=ADDRESS)
        worker.start()
        # Before this one is committed the other waits, or has written the second already.
        worker.join(2)
    worker.join(30)
    assert others == [False]
    assert OutgoingMail.objects.filter(kind="acknowledgement").count() == 1
