# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""When a cron expression is due, on Danish clocks, which jump twice a year.

As in cron itself (Vixie cron, cron(8)): a time of day that the clock leaves out comes an hour
later on it, one that it shows twice counts the first time, and what is due in every hour of every
day follows the hours that pass.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from croniter import CroniterBadCronError, croniter
from croniter.croniter import CroniterBadDateError

ZONE = ZoneInfo("Europe/Copenhagen")
_FIELDS = 5
_MOST_LOOKED_AT = 120
"""Minutes that a jump of the clock may hide, and more."""


def is_cron(text: str) -> bool:
    """Whether it is a cron expression of five fields that is ever due."""
    if len(text.split()) != _FIELDS:
        return False
    try:
        croniter(text, dt.datetime(2026, 1, 1)).get_next()
    except (CroniterBadCronError, CroniterBadDateError, ValueError, KeyError):
        return False
    return True


def last(cron: str, now: dt.datetime) -> dt.datetime | None:
    """The newest due time that is not after `now` (aware); in UTC. None when there is none."""
    walk = croniter(cron, _clock(cron, now))
    # The clock may show a time that is still to come, when it has jumped over it.
    for _ in range(_MOST_LOOKED_AT):
        due = _moment(cron, walk.get_prev(dt.datetime))
        if due <= now:
            return max(due, _exactly(cron, now) or due)
    return None


def following(cron: str, now: dt.datetime) -> dt.datetime | None:
    """The first due time after `now` (aware); in UTC."""
    # Back by an hour, as the clock may have been put back.
    walk = croniter(cron, _clock(cron, now) - dt.timedelta(hours=2))
    for _ in range(2 * _MOST_LOOKED_AT):
        due = _moment(cron, walk.get_next(dt.datetime))
        if due > now:
            return due
    return None


def _exactly(cron: str, now: dt.datetime) -> dt.datetime | None:
    """`now`'s minute when it is due in it: "previous" leaves the present time out."""
    minute = now.replace(second=0, microsecond=0)
    before = _clock(cron, minute) - dt.timedelta(minutes=1)
    due = _moment(cron, croniter(cron, before).get_next(dt.datetime))
    return due if due == minute else None


def _every_hour(cron: str) -> bool:
    return cron.split()[1:] == ["*"] * (_FIELDS - 1)


def _clock(cron: str, moment: dt.datetime) -> dt.datetime:
    """What the clock shows, without a zone; for what is due every hour that of UTC."""
    zone = dt.UTC if _every_hour(cron) else ZONE
    return moment.astimezone(zone).replace(tzinfo=None)


def _moment(cron: str, clock: dt.datetime) -> dt.datetime:
    zone = dt.UTC if _every_hour(cron) else ZONE
    return clock.replace(tzinfo=zone).astimezone(dt.UTC)
