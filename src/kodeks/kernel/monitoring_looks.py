# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is watched of a system in operation: one look after another, each at a block of cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kodeks.codex import monitoring
from kodeks.codex.monitoring import Monitoring, WatchLimit
from kodeks.kernel.models import Alarm, CardRevision, Release
from kodeks.statistics.drift import Change

MOST_LOOKS = 24
"""Blocks that are looked at: the newest. Older ones were, when they were the newest."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """One block of cases against what it is held up to.

    `before` and `now` are what a person would read (a share or a mean, 0 to 1), None where the
    measure has no such figure; `change` is how far apart the two are.
    """

    what: str
    """The trait or the department it is about; empty for the whole."""
    number: int
    at: dt.datetime
    """When the last case of the block came."""
    cases: int
    before: float | None
    now: float | None
    change: Change
    is_drift: bool


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A limit of the card with its looks, the oldest first, and how many cases the next lacks."""

    limit: WatchLimit
    looks: tuple[Look, ...]
    lacking: int

    @property
    def newest(self) -> tuple[Look, ...]:
        """The looks at the newest block: one for each trait or department."""
        last = max((one.number for one in self.looks), default=0)
        return tuple(one for one in self.looks if one.number == last)

    @property
    def drifted(self) -> Look | None:
        """The look that went furthest beyond the limit; None when none did."""
        found = [one for one in self.looks if one.is_drift]
        return max(found, key=lambda one: one.change.size) if found else None


def kind_of(of: str) -> str:
    """The kind of alarm for one of kodeks.codex.monitoring.WATCHED."""
    return of if of in ("calibration", "quality") else f"drift_{of}"


def card_of(system: str) -> Monitoring | None:
    """How the system is watched, by its newest card; None where nothing is."""
    return monitoring.monitoring_of(_content(system))


def selection_of(system: str) -> Mapping[str, str] | None:
    """What a suggestion says when it selects a matter, by the newest card; None if none does."""
    found: Mapping[str, str] | None = _content(system).get("selection")
    return found


def _content(system: str) -> Mapping[str, Any]:
    """The newest card's; empty where there is none."""
    card = CardRevision.objects.filter(system_id=system).order_by("-revision").first()
    return {} if card is None else card.card


def since(release: Release, of: str) -> dt.datetime:
    """Counting begins with the release, and anew when an alarm about it has been answered."""
    closed = Alarm.objects.filter(
        system_id=release.system_id, kind=kind_of(of), closing__at__gt=release.approval.approved_at
    )
    newest = closed.order_by("-closing__at").values_list("closing__at", flat=True).first()
    return newest or release.approval.approved_at
