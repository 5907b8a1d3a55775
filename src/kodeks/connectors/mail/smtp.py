# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A mail server over SMTP with TLS (RFC 5321, 3207), and how a mail to it went.

The port 465 has TLS from the start; on any other the server must offer STARTTLS. Without TLS
nothing is sent.
"""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import Enum

from kodeks.connectors.mail.errors import MailFault
from kodeks.robots.errors import BusinessError

_SECONDS = 30.0
_TLS_PORT = 465
_FAULTS = (smtplib.SMTPException, OSError)


class Outcome(Enum):
    """How a mail went. `LATER`: certainly not sent, and may be tried again. `MAYBE`: the server was
    given all of it and did not say what it did with it."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"
    MAYBE = "maybe"


@dataclass(frozen=True, kw_only=True)
class Account:
    """Where mail is handed over; without `user` the server takes it from us as it is."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    context: ssl.SSLContext | None = None
    seconds: float = _SECONDS


@contextmanager
def opened(account: Account) -> Iterator[Server]:
    """The server, signed in to. Raises MailFault when it fails, BusinessError when it says no."""
    context = account.context or ssl.create_default_context()
    try:
        if account.port == _TLS_PORT:
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                account.host, account.port, timeout=account.seconds, context=context
            )
        else:
            client = smtplib.SMTP(account.host, account.port, timeout=account.seconds)
    except _FAULTS as error:
        raise _fault(error) from None
    try:
        _sign_in(client, account, context)
        yield Server(client, account.sender)
    finally:
        with contextlib.suppress(*_FAULTS):
            client.quit()


def _sign_in(client: smtplib.SMTP, account: Account, context: ssl.SSLContext) -> None:
    try:
        if account.port != _TLS_PORT:
            client.starttls(context=context)
        client.ehlo_or_helo_if_needed()
        if account.user:
            _log_in(client, account)
    except smtplib.SMTPAuthenticationError:
        raise BusinessError(
            "mail_login", "Mailserveren siger nej til robottens navn eller adgangskode. Ret dem."
        ) from None
    except smtplib.SMTPNotSupportedError:
        raise BusinessError(
            "mail_tls", "Mailserveren tilbyder ikke TLS eller login. Intet er sendt. Vælg en anden."
        ) from None
    except _FAULTS as error:
        raise _fault(error) from None


def _log_in(client: smtplib.SMTP, account: Account) -> None:
    if "PLAIN" not in client.esmtp_features.get("auth", "").upper().split():
        client.login(account.user, account.password)
        return
    # `login` tries one way after another, and a server may break off before it has said no.
    client.user, client.password = account.user, account.password
    client.auth("PLAIN", client.auth_plain)


class Server:
    """A server that mail can be handed to."""

    def __init__(self, client: smtplib.SMTP, sender: str) -> None:
        self._client, self._sender = client, sender
        self._broken = ""

    def send(self, message: EmailMessage) -> Outcome:
        """Hand over one mail to its one recipient; says how it went and never raises."""
        # What a program answers by itself has no address that a bounce could go to (RFC 3834).
        is_answer = message["Auto-Submitted"] == "auto-replied"
        try:
            told = self._client.mail("" if is_answer else self._sender)
            if told[0] == 250:
                told = self._client.rcpt(message["To"])
            if told[0] not in (250, 251):
                self._client.rset()
                return _said(told[0])
        except _FAULTS as error:
            self._broken = type(error).__name__
            return Outcome.LATER
        return self._handed_over(message)

    def _handed_over(self, message: EmailMessage) -> Outcome:
        try:
            return _said(self._client.data(message.as_bytes())[0])
        except smtplib.SMTPDataError as error:
            return _said(error.smtp_code)
        except _FAULTS as error:
            self._broken = type(error).__name__
            return Outcome.MAYBE

    def require_open(self) -> None:
        """Raises MailFault when the connection broke: the rest is for the next time."""
        if self._broken:
            raise MailFault(
                f"Forbindelsen til mailserveren blev afbrudt ({self._broken}). Resten venter."
            )


def _said(code: int) -> Outcome:
    if code == 250:
        return Outcome.SENT
    return Outcome.REFUSED if code >= 500 else Outcome.LATER


def _fault(error: Exception) -> MailFault:
    return MailFault(
        f"Mailserveren svarer ikke rigtigt ({type(error).__name__}). Der bliver prøvet igen."
    )
