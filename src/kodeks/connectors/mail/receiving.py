# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Mail in: each mail in the inbox becomes an inquiry, once, and is then put away.

The mail is registered in one transaction and moved after it has committed. Killed in between, the
next visit finds it registered and moves it. A mail that no person wrote, or that cannot be read, is
moved to a folder of its own, with its original; the latter is on a list for a person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.conf import settings

from kodeks.connectors import arriving
from kodeks.connectors.mail import mailbox, reading
from kodeks.connectors.mail.errors import MailFault, UnreadableMail
from kodeks.connectors.models import Kind, Source
from kodeks.inquiries import services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Channel, Inquiry
from kodeks.robots import credentials
from kodeks.robots.errors import BusinessError

log = structlog.get_logger(__name__)

ROBOT = "post"
DONE = "Behandlet"
AUTOMATIC = "Automatiske svar"
UNREADABLE = "Kunne ikke læses"
FOLDERS = (DONE, AUTOMATIC, UNREADABLE)
MOST_AT_ONCE = 500
"""Messages in one visit; the rest is for the next."""
_MOST_CONNECTIONS = 5


@dataclass(kw_only=True)
class Visit:
    """What one visit to the mailbox did; `known` were registered before and only moved now."""

    new: int = 0
    known: int = 0
    automatic: int = 0
    unreadable: int = 0


def account() -> mailbox.Account:
    """The mailbox of the settings. Raises BusinessError when they or the password are missing."""
    if not (settings.KODEKS_IMAP_HOST and settings.KODEKS_IMAP_USER):
        raise BusinessError(
            "mail_settings",
            "Postkassen er ikke sat op. Giv KODEKS_IMAP_HOST og KODEKS_IMAP_USER en værdi.",
        )
    return mailbox.Account(
        host=settings.KODEKS_IMAP_HOST,
        port=settings.KODEKS_IMAP_PORT,
        user=settings.KODEKS_IMAP_USER,
        password=credentials.secret(robot=ROBOT, name="imap"),
    )


def fetch() -> None:
    """Visit the mailbox of the settings, as background work.

    Raises BusinessError when a person must mend something, MailFault when it is tried again.
    """
    visit(account())


def visit(account: mailbox.Account) -> Visit:
    """Take in what lies in the inbox. What fails is left there, and the others are taken in.

    Raises MailFault when the server or something of ours failed, BusinessError when it refuses the
    password.
    """
    done, failed = Visit(), set[int]()
    for _ in range(_MOST_CONNECTIONS):
        if _is_through(account, done, failed):
            break
    if failed:
        raise MailFault(f"{len(failed)} mails kunne ikke gemmes. De ligger stadig i indbakken.")
    return done


def _is_through(account: mailbox.Account, done: Visit, failed: set[int]) -> bool:
    """Whether all but the `failed` have been handled over one connection.

    A message that breaks the connection is left and the rest is handled over a new one, so that it
    does not keep the others waiting for ever.
    """
    with mailbox.opened(account, folders=FOLDERS) as inbox:
        for number in inbox.numbers()[:MOST_AT_ONCE]:
            if number in failed:
                continue
            try:
                _handle(inbox, number, done)
            except MailFault:
                failed.add(number)
                return False
            except Exception as error:
                log.error("mail_not_registered", error=type(error).__qualname__)
                failed.add(number)
    return True


def _handle(inbox: mailbox.Mailbox, number: int, done: Visit) -> None:
    size = inbox.size(number)
    if size is None:
        return
    if size > reading.MOST_BYTES:
        _refuse(inbox, number, done, content=inbox.header(number), reason=reading.TOO_LARGE)
        return
    message = inbox.message(number)
    if message is None:
        return
    try:
        mail = reading.read(message.raw)
        if mail.automatic or _is_our_own(mail):
            arriving.put_aside(
                source=Source.MAIL,
                key=mail.key,
                kind=Kind.AUTOMATIC,
                reason=mail.automatic or "Vores egen mail",
            )
            done.automatic += 1
            inbox.move(number, AUTOMATIC)
            return
        registered = _register(mail, message)
    except (UnreadableMail, InquiryError) as error:
        _refuse(inbox, number, done, content=message.raw, reason=str(error))
        return
    done.new += registered.is_new
    done.known += not registered.is_new
    inbox.move(number, DONE)


def _register(mail: reading.Mail, message: mailbox.Message) -> arriving.Registered:
    def receive() -> Sequence[Inquiry]:
        inquiry, _ = services.receive(
            external_id=f"mail:{mail.key}",
            text=mail.text,
            channel=Channel.MAIL,
            received_at=message.received_at,
            sender_name=mail.sender_name,
            address=mail.address,
            files=mail.files,
        )
        return [inquiry]

    return arriving.take_in(source=Source.MAIL, key=mail.key, receive=receive)


def _refuse(
    inbox: mailbox.Mailbox, number: int, done: Visit, *, content: bytes, reason: str
) -> None:
    key = hashlib.sha256(content).hexdigest()
    arriving.put_aside(source=Source.MAIL, key=key, kind=Kind.REFUSED, reason=reason)
    done.unreadable += 1
    inbox.move(number, UNREADABLE)


def _is_our_own(mail: reading.Mail) -> bool:
    """What we sent ourselves and somebody's program sent back: never answered, so never a loop."""
    return bool(mail.address) and mail.address.lower() in {
        settings.KODEKS_IMAP_USER.lower(),
        settings.KODEKS_MAIL_FROM.lower(),
    }
