# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A request's clock: a deadline of its own case, of the kind that the law asked by sets."""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils import timezone

from kodeks.accessrequests.models import AccessRequest
from kodeks.casework import clock_reads, clocks
from kodeks.casework.models import Deadline, DeadlineKind
from kodeks.kernel import api as kernel

KINDS = {
    "offl": DeadlineKind.ACCESS_REQUEST,
    "fvl": DeadlineKind.PARTY_ACCESS,
    "gdpr": DeadlineKind.GDPR_ACCESS,
}


def start(found: AccessRequest, *, received_on: dt.date, round_number: int = 0) -> Deadline:
    """Begin the clock of the request, or of a new round; the day of receipt does not count.

    The same round again changes nothing. Raises CaseworkError.
    """
    if found.case is None:
        raise ValueError("a request has a case before it has a clock")
    key = f"accessrequest:{found.id}"
    return clocks.start(
        key=f"{key}:{round_number}" if round_number else key,
        case=found.case,
        kind=KINDS[found.law],
        started_on=received_on,
    )


def current(found: AccessRequest) -> Deadline | None:
    """The deadline that counts now, or counted last; None for one that was erased long ago."""
    return None if found.case is None else clock_reads.newest(found.case, kind=KINDS[found.law])


def stop(found: AccessRequest, *, user: kernel.User | None) -> None:
    """The answer is out; a robot sent it when there is no user. A clock that stands is left."""
    deadline = current(found)
    if deadline is not None:
        key = uuid.uuid5(deadline.id, "answered")
        clocks.answer(key=key, deadline_id=deadline.id, user=user)


def answer_by(found: AccessRequest) -> dt.date | None:
    """The day by which the answer is due: the law's, or the last one that was told."""
    deadline = current(found)
    return None if deadline is None else deadline.promised_on


def is_late(found: AccessRequest, *, on: dt.date | None = None) -> bool:
    """Whether the day has passed without an answer."""
    deadline = current(found)
    return deadline is not None and clock_reads.is_late(deadline, on=on or timezone.localdate())
