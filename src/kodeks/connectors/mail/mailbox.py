# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The municipality's mailbox over IMAP4rev1 (RFC 3501) with TLS.

Nothing is remembered of a mailbox between two visits, no number of a message and no UIDVALIDITY:
what lies in the inbox is what is not done. So a mailbox that was moved or restored is no special
case.
"""

from __future__ import annotations

import datetime as dt
import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError

from kodeks.connectors.mail.errors import MailFault
from kodeks.robots.errors import BusinessError

INBOX = "INBOX"
_CONNECT_SECONDS = 10.0
_READ_SECONDS = 60.0
_DELETED = b"\\Deleted"
_FAULTS = (
    imaplib.IMAP4.error,
    OSError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
)
"""What the client raises when a server breaks off or answers what is no IMAP; some of it is the
client's own stumbling over such an answer."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """Where the mailbox is; `context` is for a server with a certificate that is not public."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    context: ssl.SSLContext | None = None
    read_seconds: float = _READ_SECONDS


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message as it lies there, and when the server got it."""

    raw: bytes = field(repr=False)
    received_at: dt.datetime


@contextmanager
def opened(account: Account, *, folders: tuple[str, ...]) -> Iterator[Mailbox]:
    """The mailbox with its inbox open; `folders` are made if they are not there.

    Raises MailFault when the server fails, BusinessError when it refuses name or password.
    """
    with _faults():
        client = IMAPClient(
            account.host,
            port=account.port,
            ssl=True,
            ssl_context=account.context or ssl.create_default_context(),
            timeout=SocketTimeout(connect=_CONNECT_SECONDS, read=account.read_seconds),
        )
    try:
        with _faults():
            client.normalise_times = False
            client.login(account.user, account.password)
            mailbox = Mailbox(client)
            mailbox.prepare(folders)
        yield mailbox
    finally:
        _leave(client)


class Mailbox:
    """The open inbox of an account. All methods raise MailFault."""

    def __init__(self, client: IMAPClient) -> None:
        self._client = client
        self._prefix = ""

    def prepare(self, folders: tuple[str, ...]) -> None:
        if self._client.has_capability("NAMESPACE"):
            personal = self._client.namespace().personal
            self._prefix = personal[0][0] if personal else ""
        for folder in folders:
            if not self._client.folder_exists(self._prefix + folder):
                self._client.create_folder(self._prefix + folder)
        self._client.select_folder(INBOX)

    def numbers(self) -> list[int]:
        """The UIDs of what lies in the inbox, also what somebody has read."""
        with _faults():
            # What is marked as deleted has been dealt with, by a person or by `move`.
            return sorted(self._client.search(["UNDELETED"]))

    def size(self, number: int) -> int | None:
        """Bytes, as the server tells; None when the message is gone."""
        found = self._fetch(number, b"RFC822.SIZE")
        return None if found is None else int(found[b"RFC822.SIZE"])

    def header(self, number: int) -> bytes:
        """The message's header alone, of a message too large to be fetched."""
        found = self._fetch(number, b"BODY.PEEK[HEADER]", answered=b"BODY[HEADER]")
        return b"" if found is None else found[b"BODY[HEADER]"]

    def message(self, number: int) -> Message | None:
        """The message, which is not marked as read; None when it is gone."""
        wanted = (b"BODY.PEEK[]", b"INTERNALDATE")
        found = self._fetch(number, *wanted, answered=b"BODY[]")
        if found is None:
            return None
        received = found.get(b"INTERNALDATE")
        with _faults():
            moment = received if received and received.tzinfo else timezone.now()
        return Message(raw=found[b"BODY[]"], received_at=moment)

    def move(self, number: int, folder: str) -> None:
        """Put the message in another folder; it may be there twice if the server cannot move."""
        with _faults():
            if self._client.has_capability("MOVE"):
                self._client.move([number], self._prefix + folder)
                return
            self._client.copy([number], self._prefix + folder)
            self._client.add_flags([number], [_DELETED])
            if self._client.has_capability("UIDPLUS"):
                # Without it, all that others have marked as deleted would go too.
                self._client.uid_expunge([number])

    def _fetch(
        self, number: int, *wanted: bytes, answered: bytes | None = None
    ) -> dict[bytes, Any] | None:
        with _faults():
            found = self._client.fetch([number], list(wanted)).get(number)
            if found is None:
                return None
            expected = {answered or wanted[0], *wanted[1:], b"SEQ"}
            # A server that miscounts a message's bytes makes words of the answer out of its text.
            if not expected <= set(found) or set(found) - expected - {b"FLAGS", b"UID"}:
                raise ValueError
            return dict(found)


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except LoginError:
        raise BusinessError(
            "mail_login", "Postkassen siger nej til robottens navn eller adgangskode. Ret dem."
        ) from None
    except _FAULTS as error:
        # The server's own words may repeat what stands in a mail.
        raise MailFault(
            f"Postkassen svarer ikke rigtigt ({type(error).__name__}). Der bliver prøvet igen."
        ) from None


def _leave(client: IMAPClient) -> None:
    try:
        client.logout()
    except _FAULTS:
        # It is over either way; what was not done lies in the inbox still.
        return
