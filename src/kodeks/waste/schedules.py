# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The weekly rounds: when somebody comes to a bin anyway."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from kodeks.files import tables
from kodeks.waste.bins import Read
from kodeks.waste.cells import HOME
from kodeks.waste.engine.errors import WasteError
from kodeks.waste.models import Bin, Schedule

COLUMNS = ("bin", "weekdays", "time")
_WEEK = 7


@transaction.atomic
def read_schedules(*, path: Path, set_by: str) -> Read:
    """The rounds of a CSV with bin, weekdays (1-5, or 1,3,5; Monday is 1; empty: nobody comes) and
    time (07:00). They hold from now; all of the file, or nothing.

    Raises WasteError and TableError.
    """
    changed = same = 0
    for number, row in tables.read_rows(path, required=COLUMNS):
        try:
            is_new = put(code=row["bin"], weekdays=row["weekdays"], time=row["time"], set_by=set_by)
        except WasteError as error:
            raise WasteError(f"Række {number}: {error}") from error
        changed, same = changed + is_new, same + (not is_new)
    return Read(changed, same)


def put(*, code: str, weekdays: str, time: str, set_by: str) -> bool:
    """The round of a bin from now on, as the file has it; whether that is a change.

    Raises WasteError.
    """
    bin = Bin.objects.filter(code=code.strip()).first()
    if bin is None:
        raise WasteError(
            f"Skraldespanden {code!r} er ikke læst ind. Læs den ind med `kodeks waste bins`."
        )
    now, days = timezone.now(), weekdays_of(weekdays)
    at = _clock(time) if days else dt.time()
    before = current(now, [bin.id]).get(bin.id)
    if before is not None and (before.weekdays, before.at) == (days, at):
        return False
    Schedule.objects.create(bin=bin, weekdays=days, at=at, since=now, set_by=set_by)
    return True


def current(now: dt.datetime, bins: Iterable[int] | None = None) -> dict[int, Schedule]:
    """The round that holds at the moment, by bin (id); of all bins, or of those."""
    found = Schedule.objects.filter(since__lte=now)
    if bins is not None:
        found = found.filter(bin_id__in=list(bins))
    newest = found.order_by("bin_id", "-since", "-id").distinct("bin_id")
    return {one.bin_id: one for one in newest}


def next_visit(one: Schedule | None, *, after: dt.datetime) -> dt.datetime | None:
    """When somebody comes next; None when nobody does."""
    found = (at for at in _visits(one, after, range(_WEEK + 1)) if at > after)
    return next(found, None)


def last_visit(one: Schedule | None, *, before: dt.datetime) -> dt.datetime | None:
    """When somebody was to come last, as the round is now; None when nobody was."""
    found = (at for at in _visits(one, before, range(0, -_WEEK - 1, -1)) if at <= before)
    return next(found, None)


def _visits(
    one: Schedule | None, around: dt.datetime, ahead: Iterable[int]
) -> Iterator[dt.datetime]:
    if one is None:
        return
    today = around.astimezone(HOME).date()
    for days in ahead:
        day = today + dt.timedelta(days=days)
        if one.weekdays >> day.weekday() & 1:
            yield dt.datetime.combine(day, one.at, tzinfo=HOME)


def in_words(one: Schedule | None) -> str:
    """The round in Danish: »man, ons, fre kl. 07:00«."""
    if one is None or not one.weekdays:
        return "Ingen fast tur"
    if one.weekdays == (1 << _WEEK) - 1:
        days = "hver dag"
    else:
        days = ", ".join(name for bit, name in enumerate(_NAMES) if one.weekdays >> bit & 1)
    return f"{days} kl. {one.at:%H.%M}"


_DAYS = tuple("1234567")
_NAMES = ("man", "tirs", "ons", "tors", "fre", "lør", "søn")


def weekdays_of(text: str) -> int:
    """Bit 0 for Monday to bit 6 for Sunday, of »1-5« or »1,3,5«. Raises WasteError."""
    found = 0
    for part in filter(None, text.replace(" ", "").split(",")):
        first, _, last = part.partition("-")
        last = last or first
        if not all(one in _DAYS for one in (first, last)) or first > last:
            raise WasteError("weekdays er ikke ugedage. Skriv dem som 1-5 eller 1,3,5.")
        for day in range(int(first), int(last) + 1):
            found |= 1 << (day - 1)
    return found


def _clock(text: str) -> dt.time:
    try:
        return dt.time.fromisoformat(text.strip()).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise WasteError("time er ikke et klokkeslæt. Skriv det som 07:00.") from None
