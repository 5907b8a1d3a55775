# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A mail as an inquiry: its text, its files and who wrote it (RFC 5322, 2045-2047, 3834).

Everything in a mail was chosen by a stranger. Whatever it holds, `read` gives a `Mail` or raises
`UnreadableMail`, whose text is for the person who must look at it.
"""

from __future__ import annotations

import datetime as dt
import email
import email.utils
import hashlib
import json
import re
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage, Message

from kodeks.connectors.mail import automatic, parts
from kodeks.connectors.mail.errors import UnreadableMail
from kodeks.inquiries.attachments import NewAttachment
from kodeks.inquiries.services import MOST_CHARACTERS

MOST_BYTES = 35_000_000
TOO_LARGE = "Mailen fylder mere end 35 MB."
_NO_MAIL = "Filen er ikke en mail. Den har ingen afsender, emne eller dato."
_DAMAGED = "Mailen er skadet og kan ikke læses af programmet."
_NO_CONTENT = "Mailen er tom."
_WHOLE_TEXT = "hele-teksten.txt"
_LONGEST = MOST_CHARACTERS - 1_000
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9.-]{1,180}\.[A-Za-z0-9-]{2,}")
_KNOWN_HEADERS = ("From", "Subject", "Date", "Message-ID", "To", "Received", "Return-Path")


@dataclass(frozen=True, kw_only=True)
class Mail:
    """`text` begins with the subject. `address` is "" when it is none that can be answered.

    `automatic` says in Danish why no person wrote it, "" when one did.
    """

    key: str
    message_id: str
    sender_name: str = field(repr=False)
    address: str = field(repr=False)
    text: str = field(repr=False)
    sent_at: dt.datetime | None
    files: tuple[NewAttachment, ...] = field(repr=False)
    automatic: str


def read(raw: bytes) -> Mail:
    """Read a whole message. Raises UnreadableMail, and nothing else, whatever the bytes are."""
    if len(raw) > MOST_BYTES:
        raise UnreadableMail(TOO_LARGE)
    try:
        return _read(raw)
    except UnreadableMail:
        raise
    except Exception:
        # The standard library has its own ways to fail on forged mails; a person reads it then.
        raise UnreadableMail(_DAMAGED) from None


def _read(raw: bytes) -> Mail:
    message = email.message_from_bytes(raw, policy=policy.default)
    if not any(name in message for name in _KNOWN_HEADERS):
        raise UnreadableMail(_NO_MAIL)
    found = parts.found_in(message)
    subject = parts.header(message, "Subject")
    name, address = _sender(message)
    body = found.text.strip()
    if not (subject or body or found.files):
        raise UnreadableMail(_NO_CONTENT)
    text, files = _fitting("\n\n".join(one for one in (subject, body) if one), found.files)
    message_id = parts.header(message, "Message-ID")
    sent_at = _moment(parts.header(message, "Date"))
    return Mail(
        key=_key(raw, message, message_id),
        message_id=message_id,
        sender_name=(name or address)[:200],
        address=address,
        text=text or "Mailen har ingen tekst, kun bilag.",
        sent_at=sent_at,
        files=files,
        automatic=automatic.reason(message),
    )


def _key(raw: bytes, message: Message | EmailMessage, message_id: str) -> str:
    """Equal for the same mail that comes by two ways, and for no other.

    The Message-ID alone will not do: programs use one again for another mail, or none at all. A
    mail without one is known by its bytes, with the lines that each server adds. Of bytes and not
    of what is made of them, so that a later version of this room knows the mail again.
    """
    if not message_id:
        return hashlib.sha256(raw).hexdigest()
    body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2]
    said = [parts.header(message, name) for name in ("From", "Date", "Subject")]
    content = [message_id, *said, hashlib.sha256(body).hexdigest()]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _fitting(text: str, files: tuple[NewAttachment, ...]) -> tuple[str, tuple[NewAttachment, ...]]:
    """A text that an inquiry may have; one that is longer is kept whole among the files."""
    if len(text) <= _LONGEST:
        return text, files
    whole = NewAttachment(name=_WHOLE_TEXT, media_type="text/plain", content=text.encode())
    return f"{text[:_LONGEST]}\n\n[Resten står i bilaget »{_WHOLE_TEXT}«.]", (whole, *files)


def _sender(message: Message | EmailMessage) -> tuple[str, str]:
    """Name and address of whoever wrote it, as they say themselves."""
    name, address = email.utils.parseaddr(parts.header(message, "From"))
    fits = address.isascii() and len(address) <= 254 and _ADDRESS.fullmatch(address)
    return parts.line(name), address if fits else ""


def _moment(text: str) -> dt.datetime | None:
    """When it says it was sent; None when it does not say so with a zone."""
    try:
        found = email.utils.parsedate_to_datetime(text)
        return found.astimezone(dt.UTC) if found.tzinfo is not None else None
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
