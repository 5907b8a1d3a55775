# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What was not taken, with its reason and the message as it came: kept a while, then removed."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone

from kodeks.waste.messages import Aside, Message
from kodeks.waste.models import Quarantined

MOST_RAW = 4_096
"""Bytes of a message that are kept."""
_PUT = """
    INSERT INTO waste_quarantined (digest, part, code, reason, source, topic, device, at, session,
        counter, what, value, raw, raw_bytes, received_at)
    SELECT * FROM unnest(%s::text[], %s::integer[], %s::text[], %s::text[], %s::text[], %s::text[],
        %s::text[], %s::timestamptz[], %s::text[], %s::bigint[], %s::text[], %s::text[],
        %s::bytea[], %s::bigint[], %s::timestamptz[])
    ON CONFLICT DO NOTHING
"""


def put(cursor: Any, messages: Sequence[Message], asides: Sequence[Aside]) -> int:
    """Store them in the caller's transaction; how many were not there already."""
    if not asides:
        return 0
    rows, parts = [], dict[str, int]()
    for aside in asides:
        message, one = messages[aside.message], aside.refused
        digest = _digest(message, one.code)
        part = parts[digest] = parts.get(digest, -1) + 1
        rows.append(
            (
                digest, part, one.code[:40], _plain(one.reason, 400),
                _plain(one.source or message.source, 60), _plain(message.topic, 300),
                _plain(one.device, 120), one.at, _plain(one.session, 64), one.counter,
                _plain(one.what, 40), _plain(one.value, 200), message.content[:MOST_RAW],
                len(message.content), message.received,
            )
        )  # fmt: skip
    cursor.execute(_PUT, [list(column) for column in zip(*rows, strict=True)])
    return int(cursor.rowcount)


def forget() -> int:
    """Background work: remove what is older than KODEKS_WASTE_QUARANTINE_DAYS; how many."""
    oldest = timezone.now() - dt.timedelta(days=settings.KODEKS_WASTE_QUARANTINE_DAYS)
    return Quarantined.objects.filter(received_at__lt=oldest).delete()[0]


def _digest(message: Message, code: str) -> str:
    told = hashlib.sha256(f"{code}\0{message.topic}\0".encode("utf-8", "replace"))
    told.update(message.content)
    return told.hexdigest()


def _plain(text: str, most: int) -> str:
    """What a text column takes: nothing unprintable, no half of a pair."""
    if text.isprintable() and len(text) <= most:
        return text
    return "".join(sign if sign.isprintable() else "?" for sign in text[:most])
