# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Mail that no person wrote: automatic replies, bounces and lists (RFC 3834, 3464, 2369, 2919).

It is no inquiry and is never answered, so that two programs cannot write to each other for ever.
"""

from __future__ import annotations

from email.message import EmailMessage, Message

from kodeks.connectors.mail import parts

REPLY = "Automatisk svar"
BOUNCE = "Mail, der er kommet retur"
LIST = "Nyhedsbrev eller maillister"
_LIST_HEADERS = ("List-Id", "List-Unsubscribe", "List-Post", "List-Help")
_REPLY_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder")
_BULK = frozenset(("bulk", "junk", "list", "auto_reply"))
_POSTMASTERS = ("mailer-daemon@", "postmaster@", "noreply-dmarc-support@")


def reason(message: Message | EmailMessage) -> str:
    """Why no person wrote it, in Danish; "" when nothing says so."""
    if message.get_content_type() == "multipart/report" or _is_from_nobody(message):
        return BOUNCE
    submitted = parts.header(message, "Auto-Submitted").lower().partition(";")[0].strip()
    if submitted not in ("", "no") or any(name in message for name in _REPLY_HEADERS):
        return REPLY
    if any(name in message for name in _LIST_HEADERS):
        return LIST
    precedence = parts.header(message, "Precedence").lower()
    return LIST if precedence in _BULK else ""


def _is_from_nobody(message: Message | EmailMessage) -> bool:
    """An empty return path, which no answer may go to (RFC 5321 section 4.5.5)."""
    path = parts.header(message, "Return-Path").replace(" ", "")
    sender = parts.header(message, "From").lower()
    return path == "<>" or any(name in sender for name in _POSTMASTERS)
