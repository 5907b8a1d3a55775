# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Alarms: something measured of a system passed its limit, and somebody must find out why.

An alarm has an owner (whoever answers for the system), a due day, and an effect for as long as it
is open: `none`, `blind_first` for the whole system, or `stop`.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Literal

from django.db.models import QuerySet

from kodeks.kernel import authority, calls
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Alarm, User
from kodeks.language import cpr

Effect = Literal["none", "blind_first", "stop"]


def sound(
    *, system: str, kind: str, effect: Effect, sentence: str, measured: Mapping[str, Any]
) -> uuid.UUID:
    """Raise an alarm and return its id; of a kind that is open already, that one's.

    `sentence` is Danish and public; `measured` holds the figures, as text or whole numbers.
    """
    found: uuid.UUID = calls.call(
        "raise_alarm",
        {
            "system": system,
            "kind": kind,
            "effect": effect,
            "sentence": sentence,
            "measured": measured,
        },
    )
    return found


def close(*, alarm_id: uuid.UUID, user: User, text: str) -> None:
    """Whoever answers for the system says what the cause was and what was done. Raises Refused."""
    found = Alarm.objects.filter(id=alarm_id).first()
    if found is None:
        raise Refused(code="unknown_alarm", message="Alarmen findes ikke.")

    def call() -> Any:
        sha256 = authority.require(user, "close_alarm", about=About(system=found.system_id))
        return calls.call(
            "close_alarm",
            {
                "alarm_id": str(alarm_id),
                "text": cpr.mask(text),
                "user_id": user.pk,
                "codex_sha256": sha256,
            },
        )

    authority.judged_again(call)


def of(system: str) -> QuerySet[Alarm]:
    """The system's alarms, the newest first, with what was done about them."""
    return (
        Alarm.objects.filter(system_id=system)
        .select_related("closing__user")
        .order_by("-raised_at", "-id")
    )


def open_ones() -> QuerySet[Alarm]:
    """Of all systems, the one that is due first, first."""
    return Alarm.objects.filter(closing=None).order_by("due_on", "raised_at")


def is_open(system: str, *, effect: Effect) -> bool:
    return Alarm.objects.filter(system_id=system, effect=effect, closing=None).exists()
