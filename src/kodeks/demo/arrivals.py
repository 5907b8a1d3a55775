# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What comes in to Eksempelkøbing: the inquiries that the model has not seen."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from kodeks.demo import corpus
from kodeks.inquiries import services

_SPREAD = dt.timedelta(minutes=17)


def receive_inbox(*, most: int | None = None, batch: str = "demo") -> int:
    """Take in the demo's inbox, the last one just now; returns how many were new.

    The same batch again gives the inquiries that are there already.
    """
    now = timezone.now()
    written = corpus.inbox()[:most]
    return sum(
        receive(one, received_at=now - place * _SPREAD, batch=batch)
        for place, one in enumerate(written)
    )


def receive(written: corpus.Written, *, received_at: dt.datetime, batch: str) -> bool:
    """Take one in; returns whether it was new in the batch."""
    _, new = services.receive(
        external_id=f"{batch}:{written.id}",
        text=written.text,
        channel=written.channel,
        received_at=received_at,
        sender_name=written.sender_name,
        sender_cpr=written.sender_cpr,
        district=written.district,
    )
    return new
