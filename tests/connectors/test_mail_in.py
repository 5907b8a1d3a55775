# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Mail in, from a mailbox that speaks IMAP and fails: nothing is lost and nothing comes twice."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from typing import Any

import certificates
import imap_server
import pytest

from kodeks.connectors import arriving
from kodeks.connectors.mail import mailbox, receiving
from kodeks.connectors.mail.errors import MailFault
from kodeks.connectors.models import Arrival
from kodeks.inquiries import attachments, services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Inquiry
from kodeks.kernel.models import User
from kodeks.robots import background, credentials
from kodeks.robots.errors import BusinessError

pytestmark = pytest.mark.django_db

CPR = "710190-0000"


@pytest.fixture
def server() -> Iterator[imap_server.Mailbox]:
    with imap_server.running() as running:
        yield running


def account(server: imap_server.Mailbox, **changes: Any) -> mailbox.Account:
    found = mailbox.Account(
        host=certificates.HOST,
        port=server.port,
        user=imap_server.USER,
        password=imap_server.PASSWORD,
        context=certificates.for_client(),
        read_seconds=0.5,
    )
    return dataclasses.replace(found, **changes)


def written(text: str = "Der er et hul i vejen.", number: int = 1, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = headers.pop("sender", "Bo Prøvesen <bo@example.invalid>")
    message["Subject"] = "Hul"
    message["Message-ID"] = headers.pop("message_id", f"<{number}@example.invalid>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def raw(*arguments: Any, **headers: str) -> bytes:
    return written(*arguments, **headers).as_bytes().replace(b"\n", b"\r\n")


def visited(server: imap_server.Mailbox, times: int = 6) -> None:
    """Visit until the inbox is through, as the schedule does."""
    for _ in range(times):
        try:
            receiving.visit(account(server))
        except MailFault:
            continue
        return


def test_a_mail_becomes_an_inquiry_with_its_file_and_address(
    server: imap_server.Mailbox,
) -> None:
    message = written(f"Mit nummer er {CPR}.")
    message.add_attachment(b"%PDF-1", maintype="application", subtype="pdf", filename="Bo.pdf")
    server.add(message.as_bytes())
    done = receiving.visit(account(server))
    assert (done.new, done.known, done.automatic, done.unreadable) == (1, 0, 0, 0)
    inquiry = Inquiry.objects.get()
    assert inquiry.text == "Hul\n\nMit nummer er [CPR]."
    assert inquiry.sealed_original is not None
    assert (inquiry.channel, inquiry.sender_name) == ("mail", "Bo Prøvesen")
    assert inquiry.received_at.isoformat() == "2026-11-24T08:30:00+00:00"
    assert services.address_of(inquiry) == "bo@example.invalid"
    assert b"bo@" not in bytes(inquiry.sealed_address)
    (listed,) = attachments.listed(inquiry)
    assert (listed.name, listed.media_type, listed.size) == ("Bo.pdf", "application/pdf", 6)
    assert attachments.opened(listed.id).content == b"%PDF-1"
    assert server.messages("INBOX") == []
    assert server.messages(receiving.DONE) == [message.as_bytes()]
    assert Arrival.objects.get().inquiry_id == inquiry.id


def test_what_no_person_wrote_is_put_aside_and_counted(server: imap_server.Mailbox) -> None:
    server.add(raw("Jeg er på ferie.", Auto_Submitted="auto-replied"))
    server.add(raw("Kan ikke leveres.", 2, Return_Path="<>"))
    server.add(raw("Fra os selv.", 3, sender=f"{imap_server.USER}@x.dk", List_Id="<a.b>"))
    done = receiving.visit(account(server))
    assert (done.new, done.automatic) == (0, 3)
    assert len(server.messages(receiving.AUTOMATIC)) == 3
    assert not Inquiry.objects.exists()
    assert arriving.counts() == {("mail", "automatic"): 3}


def test_our_own_mail_that_comes_back_is_no_inquiry(
    server: imap_server.Mailbox, settings: Any
) -> None:
    settings.KODEKS_MAIL_FROM = "kommunen@example.invalid"
    server.add(raw(sender="Kommunen <Kommunen@example.invalid>"))
    assert receiving.visit(account(server)).automatic == 1


def test_what_cannot_be_read_is_on_a_persons_list_with_its_original(
    server: imap_server.Mailbox, person: Callable[[str], User]
) -> None:
    broken = b"From: bo@example.invalid\r\nContent-Type: multipart/encrypted; boundary=b\r\n\r\nx"
    server.add(broken)
    server.add(raw())
    done = receiving.visit(account(server))
    assert (done.new, done.unreadable) == (1, 1)
    assert server.messages(receiving.UNREADABLE) == [broken]
    (listed,) = arriving.refused()
    assert "krypteret" in listed.reason
    arriving.see_to(arrival_id=listed.id, user=person("sofie"))
    assert not arriving.refused().exists()
    with pytest.raises(InquiryError):
        arriving.see_to(arrival_id=listed.id, user=person("sofie"))


def test_a_mail_that_is_too_large_is_not_even_fetched(
    server: imap_server.Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving.reading, "MOST_BYTES", 400)
    server.add(raw("x" * 1000))
    assert receiving.visit(account(server)).unreadable == 1
    assert "35 MB" in arriving.refused().get().reason
    assert len(server.messages(receiving.UNREADABLE)) == 1


@pytest.mark.parametrize(
    "faults",
    [
        ("cut-after-fetch",),
        ("cut-after-move",),
        ("slow-fetch",),
        ("bad-search",),
        ("literal-long",),
        ("literal-short",),
        ("cut-after-move", "literal-short", "cut-after-fetch", "cut-after-move", "bad-search"),
    ],
    ids=lambda faults: "+".join(faults),
)
def test_no_fault_of_the_server_loses_or_doubles_a_mail(
    server: imap_server.Mailbox, faults: tuple[str, ...]
) -> None:
    for number in range(5):
        server.add(raw(f"Hul nummer {number}.", number))
    server.fail(*faults)
    visited(server)
    assert server.store.faults == []
    texts = sorted(Inquiry.objects.values_list("text", flat=True))
    assert texts == [f"Hul\n\nHul nummer {number}." for number in range(5)]
    assert len(server.messages(receiving.DONE)) == 5
    assert server.messages("INBOX") == []


def test_killed_between_registering_and_moving(
    server: imap_server.Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: Any) -> None:
        raise Killed

    server.add(raw())
    with monkeypatch.context() as patch:
        patch.setattr(mailbox.Mailbox, "move", die)
        with pytest.raises(Killed):
            receiving.visit(account(server))
    assert len(server.messages("INBOX")) == 1
    server.renumber()
    done = receiving.visit(account(server))
    assert (done.new, done.known) == (0, 1)
    assert Inquiry.objects.count() == 1
    assert len(server.messages(receiving.DONE)) == 1


def test_one_mail_that_breaks_something_does_not_hold_up_the_others(
    server: imap_server.Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive = services.receive

    def fails(**given: Any) -> Any:
        if "giftig" in given["text"]:
            raise RuntimeError("the text of the mail")
        return receive(**given)

    monkeypatch.setattr(services, "receive", fails)
    server.add(raw("giftig", 1))
    server.add(raw("Hul.", 2))
    with pytest.raises(MailFault, match="1 mails"):
        receiving.visit(account(server))
    assert Inquiry.objects.count() == 1
    assert len(server.messages("INBOX")) == 1


def test_the_same_message_id_with_other_content_is_another_mail(
    server: imap_server.Mailbox,
) -> None:
    server.add(raw("Hul."))
    server.add(raw("Rotter."))
    server.add(b"Received: by another way\r\n" + raw("Hul."))
    done = receiving.visit(account(server))
    assert (done.new, done.known) == (2, 1)


@pytest.mark.parametrize("capabilities", ["", "UIDPLUS"])
def test_a_server_that_cannot_move(capabilities: str) -> None:
    with imap_server.running(capabilities=capabilities, prefix="INBOX.") as server:
        for number in range(3):
            server.add(raw(f"Hul {number}", number))
        server.fail("cut-after-copy")
        visited(server)
        assert Inquiry.objects.count() == 3
        assert server.messages("INBOX") == []
        assert len(server.messages(receiving.DONE)) >= 3


def test_a_wrong_password_and_a_server_that_is_not_ours_are_told_in_danish(
    server: imap_server.Mailbox,
) -> None:
    with pytest.raises(BusinessError, match="siger nej"):
        receiving.visit(account(server, password="forkert"))
    server.add(raw())
    with pytest.raises(MailFault, match="SSL"):
        receiving.visit(account(server, context=None))
    assert not Inquiry.objects.exists()


def test_the_background_work_takes_its_password_from_the_robots_credentials(
    server: imap_server.Mailbox, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = background.get("mail.fetch")
    with pytest.raises(BusinessError, match="KODEKS_IMAP_HOST"):
        fetch()
    settings.KODEKS_IMAP_HOST, settings.KODEKS_IMAP_PORT = certificates.HOST, server.port
    settings.KODEKS_IMAP_USER = imap_server.USER
    with pytest.raises(BusinessError, match="mangler adgangen"):
        fetch()
    credentials.put(robot="post", name="imap", secret=imap_server.PASSWORD, made_by="test")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.file()))
    server.add(raw())
    fetch()
    assert Inquiry.objects.count() == 1


def test_random_faults_over_many_mails(server: imap_server.Mailbox) -> None:
    chance = random.Random(6)
    faults = ["cut-after-fetch", "cut-after-move", "literal-short", "bad-search"]
    for number in range(20):
        server.add(raw(f"Hul {number}", number))
    server.fail(*(chance.choice(faults) for _ in range(12)))
    visited(server, times=20)
    assert Inquiry.objects.count() == Arrival.objects.count() == 20
    assert len(server.messages(receiving.DONE)) == 20
