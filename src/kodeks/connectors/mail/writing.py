# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The words of mail from here: never anything that a citizen wrote, and nothing confidential.

Mail may be read on its way and may reach somebody else: what is confidential goes by letter.
"""

from __future__ import annotations

import hashlib
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.connectors.models import OutgoingMail
from kodeks.inquiries import selectors
from kodeks.inquiries.models import Inquiry


def notice(row: OutgoingMail, *, to: str) -> EmailMessage:
    """To an employee: that something has come, and where to see it."""
    address = (
        f"{settings.KODEKS_SITE_URL.rstrip('/')}{row.path}" if settings.KODEKS_SITE_URL else ""
    )
    where = f"Se det her: {address}" if address else "Log ind, og se det på siden."
    return _message(row, to=to, subject=row.subject, text=f"{row.subject}.\n\n{where}\n")


def acknowledgement(row: OutgoingMail, inquiry: Inquiry, *, to: str) -> EmailMessage:
    """To a citizen who wrote by mail: that it has come, and by when they will hear from us."""
    received = timezone.localtime(inquiry.received_at)
    text = (
        f"Vi har fået din mail den {date_format(received, 'j. F Y')}.\n\n"
        f"{_when(inquiry)} Når en medarbejder har læst den, får du et brev med dit sagsnummer. "
        "I brevet står der også, hvordan du kan se din sag.\n\n"
        f"Mailens nummer er {reference(inquiry)}. Skriv det, hvis du spørger til den.\n\n"
        "Skriv ikke CPR-numre eller private oplysninger i en mail. Brug Digital Post.\n\n"
        f"{settings.KODEKS_MUNICIPALITY}\n\n"
        "Mailen er skrevet af et program.\n"
    )
    return _message(row, to=to, subject="Vi har fået din mail", text=text)


def reference(inquiry: Inquiry) -> str:
    """What the sender may call it before it has a case number."""
    return str(inquiry.id)[:8].upper()


def message_id(row: OutgoingMail) -> str:
    """Always the same for one mail, so that a reader's program can tell a second copy."""
    domain = settings.KODEKS_MAIL_FROM.rpartition("@")[2] or "kodeks.invalid"
    return f"<{hashlib.sha256(row.key.encode()).hexdigest()[:40]}@{domain}>"


def _when(inquiry: Inquiry) -> str:
    if not selectors.topics():
        return ""
    _, day = selectors.promises(since=timezone.localdate(inquiry.received_at))
    return f"Du hører fra os senest den {date_format(day, 'j. F Y')}."


def _message(row: OutgoingMail, *, to: str, subject: str, text: str) -> EmailMessage:
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = settings.KODEKS_MAIL_FROM
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(row.queued_at)
    message["Message-ID"] = message_id(row)
    # RFC 3834: programs do not answer it.
    message["Auto-Submitted"] = "auto-replied" if row.inquiry_id else "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(text)
    return message
