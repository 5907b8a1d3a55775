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

from kodeks.connectors.models import OutgoingMail
from kodeks.inquiries.acknowledging import Words


def notice(row: OutgoingMail, *, to: str) -> EmailMessage:
    """To an employee: that something has come, and where to see it."""
    address = (
        f"{settings.KODEKS_SITE_URL.rstrip('/')}{row.path}" if settings.KODEKS_SITE_URL else ""
    )
    where = f"Se det her: {address}" if address else "Log ind, og se det på siden."
    return _message(row, to=to, subject=row.subject, text=f"{row.subject}.\n\n{where}\n")


def acknowledgement(row: OutgoingMail, words: Words, *, to: str) -> EmailMessage:
    """To the citizen: that their inquiry has come, in the words of an approved text."""
    return _message(row, to=to, subject=words.subject, text=words.text)


def message_id(row: OutgoingMail) -> str:
    """Always the same for one mail, so that a reader's program can tell a second copy."""
    domain = settings.KODEKS_MAIL_FROM.rpartition("@")[2] or "kodeks.invalid"
    return f"<{hashlib.sha256(row.key.encode()).hexdigest()[:40]}@{domain}>"


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
