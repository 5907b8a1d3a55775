# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Mail out: queued in the transaction that it tells of, sent by one worker at a time.

SMTP cannot be asked whether a mail was sent. So before the last step the row says `sending`, and
one that breaks off there, or whose worker was killed, is `maybe` sent. A notice to an employee is
then sent once more, under the same Message-ID: two are better than none. A citizen is never written
to twice: an acknowledgement that may have been sent is left at that, as the letter comes anyway.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage

import structlog
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from kodeks.connectors import locks
from kodeks.connectors.mail import smtp, writing
from kodeks.connectors.models import MailKind, MailState, OutgoingMail
from kodeks.inquiries import acknowledging, services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.robots import credentials
from kodeks.robots import services as robots
from kodeks.robots.errors import BusinessError

log = structlog.get_logger(__name__)

ROBOT = "post"
TASK = "mail.send"
"""The background work that sends what waits."""
MOST_TRIES = 2
"""Times that a notice may be handed over when nobody knows how the first one went."""
ONE_ANSWER_A = dt.timedelta(days=1)
"""To one address (RFC 3834 section 2): so two programs cannot answer each other for ever."""
_GIVEN_UP_AFTER = dt.timedelta(days=3)
_MOST_AT_ONCE = 500
_TRIES, _PAUSE = 8, 0.25
"""How often, and after how many seconds, one asks again who waits for another that sends."""
_LOCK = 0x6D61696C  # "mail"


@dataclass(kw_only=True)
class Sent:
    """What one round of sending did."""

    sent: int = 0
    maybe: int = 0
    refused: int = 0
    nobody: int = 0


def is_set_up() -> bool:
    """Whether mail can be sent from here at all."""
    return bool(settings.KODEKS_SMTP_HOST and settings.KODEKS_MAIL_FROM)


def notify(*, key: str, user: kernel.User, subject: str, path: str) -> bool:
    """Queue a notice to an employee in the caller's transaction; whether it is a new one.

    `subject` and `path` hold nothing of a citizen. Nothing is queued for who has no address.
    """
    if not (is_set_up() and user.email):
        return False
    _, is_new = OutgoingMail.objects.get_or_create(
        key=key,
        defaults={
            "kind": MailKind.NOTICE,
            "user_id": user.pk,
            "subject": subject,
            "path": path,
            "queued_at": timezone.now(),
        },
    )
    return is_new


class Acknowledging:
    """Implements kodeks.inquiries.ports.InquiryMail."""

    def acknowledge(self, *, inquiry: Inquiry, address: str) -> bool:
        return acknowledge(inquiry, address=address)

    def is_set_up(self) -> bool:
        return is_set_up()

    def refused(self) -> frozenset[str]:
        mails = OutgoingMail.objects.filter(kind=MailKind.ACKNOWLEDGEMENT, state=MailState.REFUSED)
        waiting = Inquiry.objects.filter(id__in=mails.values("inquiry_id"), decision_id=None)
        return frozenset(str(number) for number in waiting.values_list("id", flat=True))


def acknowledge(inquiry: Inquiry, *, address: str) -> bool:
    """Queue the answer to an inquiry in the caller's transaction, to be sent at once; whether there
    is to be one."""
    if not (is_set_up() and address):
        return False
    recipient = kernel.blind_index(f"mail:{address.lower()}").hex()
    # Two inquiries of one sender are acknowledged by two workers, and neither sees the other's row
    # before it is committed.
    locks.lock_address(recipient)
    since = timezone.now() - ONE_ANSWER_A
    if OutgoingMail.objects.filter(recipient=recipient, queued_at__gt=since).exists():
        return False
    OutgoingMail.objects.create(
        key=f"acknowledgement:{inquiry.id}",
        kind=MailKind.ACKNOWLEDGEMENT,
        inquiry_id=inquiry.id,
        recipient=recipient,
        queued_at=timezone.now(),
    )
    robots.enqueue(task=TASK, arguments={}, key=str(inquiry.id))
    return True


def account() -> smtp.Account:
    """The server of the settings. Raises BusinessError when they or the password are missing."""
    if not is_set_up():
        raise BusinessError(
            "mail_settings",
            "Der kan ikke sendes mail. Giv KODEKS_SMTP_HOST og KODEKS_MAIL_FROM en værdi.",
        )
    user = settings.KODEKS_SMTP_USER
    return smtp.Account(
        host=settings.KODEKS_SMTP_HOST,
        port=settings.KODEKS_SMTP_PORT,
        user=user,
        password=credentials.secret(robot=ROBOT, name="smtp") if user else "",
        sender=settings.KODEKS_MAIL_FROM,
    )


def send() -> None:
    """Send what waits, as background work. Raises BusinessError or MailFault."""
    send_all(account())


def send_all(account: smtp.Account) -> Sent:
    """Send what waits, unless another worker does. Raises MailFault when the server fails."""
    done = Sent()
    with _alone() as alone:
        if not alone:
            return done
        # Nobody else sends: whoever began these was killed.
        OutgoingMail.objects.filter(state=MailState.SENDING).update(state=MailState.MAYBE)
        waiting = [*_of(MailState.QUEUED), *_again()]
        if not waiting:
            return done
        with smtp.opened(account) as server:
            for row in waiting[:_MOST_AT_ONCE]:
                _send(server, row, done)
    return done


def counts() -> dict[str, int]:
    """Number of mails from here by state; a state without mails is left out."""
    found = OutgoingMail.objects.values_list("state").annotate(number=Count("id")).order_by()
    return dict(found)


def _of(state: MailState) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(state=state).order_by("queued_at")[:_MOST_AT_ONCE])


def _again() -> list[OutgoingMail]:
    """Notices of which nobody knows whether they came."""
    return list(
        OutgoingMail.objects.filter(
            state=MailState.MAYBE, kind=MailKind.NOTICE, tries__lt=MOST_TRIES
        ).order_by("queued_at")[:_MOST_AT_ONCE]
    )


def _send(server: smtp.Server, row: OutgoingMail, done: Sent) -> None:
    message = _message(row)
    if message is None:
        # Erased, or a user without an address by now: nobody to send to.
        _note(row, MailState.REFUSED)
        done.nobody += 1
        return
    row.tries += 1
    _note(row, MailState.SENDING)
    outcome = server.send(message)
    if outcome == smtp.Outcome.SENT:
        row.sent_at = timezone.now()
        _note(row, MailState.SENT)
        done.sent += 1
    elif outcome == smtp.Outcome.LATER and timezone.now() - row.queued_at < _GIVEN_UP_AFTER:
        row.tries -= 1
        _note(row, MailState.QUEUED)
    elif outcome in (smtp.Outcome.LATER, smtp.Outcome.REFUSED):
        _note(row, MailState.REFUSED)
        done.refused += 1
    else:
        _note(row, MailState.MAYBE)
        done.maybe += 1
    server.require_open()


def _message(row: OutgoingMail) -> EmailMessage | None:
    if row.kind == MailKind.NOTICE:
        user = get_user_model().objects.filter(pk=row.user_id, is_active=True).first()
        return writing.notice(row, to=user.email) if user is not None and user.email else None
    inquiry = Inquiry.objects.filter(id=row.inquiry_id, erased_at=None).first()
    words = None if inquiry is None else acknowledging.words(inquiry)
    address = "" if inquiry is None else services.address_of(inquiry)
    return writing.acknowledgement(row, words, to=address) if words and address else None


def _note(row: OutgoingMail, state: MailState) -> None:
    row.state = state
    row.save(update_fields=["state", "tries", "sent_at"])


def _is_taken() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether this process is the one that sends; PostgreSQL frees the lock when it dies."""
    alone, tries = _is_taken(), _TRIES
    while not alone and tries:
        # What was queued a moment ago may not be among what the other has begun with.
        time.sleep(_PAUSE)
        alone, tries = _is_taken(), tries - 1
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
