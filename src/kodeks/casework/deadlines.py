# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The last day of a deadline: arithmetic on days, without a database.

A working day is Monday to Friday, no Danish public holiday (store bededag only until 2023,
lov nr. 214 af 06/03/2023) and no closing day of the municipality. The day of receipt does not
count (Regulation 1182/71 art. 3(1)). Days inside a pause (waiting for the citizen) do not count
either.

A weekday ("hverdag") is Monday to Saturday and no public holiday, also where the municipality is
closed. A deadline in whole days ("døgn") counts every day and ends whatever day that is.

Weeks and months end on the day with the same name or date, or the last of a month without it
(Regulation 1182/71 art. 3(2)(c); forældelsesloven § 27, stk. 1). Any other deadline
that ends on a Saturday, Sunday, holiday, 5 June, 24 or 31 December goes on to the next
working day (the same regulation art. 3(4); forældelsesloven § 27, stk. 2).
"""

import datetime
import functools
from collections.abc import Collection
from dataclasses import dataclass

from kodeks.casework.errors import CaseworkError
from kodeks.codex.days import months_after

# (month, day) on which a town hall is closed by custom or agreement though the law does not say so:
# Constitution Day, Christmas Eve, New Year's Eve. A municipality passes its own.
CLOSED_DAYS: frozenset[tuple[int, int]] = frozenset({(6, 5), (12, 24), (12, 31)})
MOST = 1000
_DAY = datetime.timedelta(days=1)
_IN_WORDS = {
    "working_days": ("arbejdsdag", "arbejdsdage"),
    "weekdays": ("hverdag", "hverdage"),
    "whole_days": ("døgn", "døgn"),
    "calendar_days": ("dag", "dage"),
    "weeks": ("uge", "uger"),
    "months": ("måned", "måneder"),
}
_ENDS_ON_ANY_DAY = frozenset({"weekdays", "whole_days"})


@dataclass(frozen=True)
class Pause:
    """A period, both days included, in which the clock stands still."""

    first: datetime.date
    last: datetime.date


@dataclass(frozen=True, kw_only=True)
class Term:
    """How long there is, in a unit of ``models.DeadlineUnit``, and who says so.

    A law's own term is `statutory`; `pausable` is whether its clock may stand still.
    """

    amount: int
    unit: str
    source: str
    statutory: bool = False
    pausable: bool = True

    @property
    def in_words(self) -> str:
        """E.g. 7 arbejdsdage."""
        return f"{self.amount} {_IN_WORDS[self.unit][self.amount != 1]}"


def is_working_day(
    day: datetime.date, *, closed_days: Collection[tuple[int, int]] = CLOSED_DAYS
) -> bool:
    """Whether the municipality works on the day."""
    if day.weekday() >= 5 or (day.month, day.day) in closed_days:
        return False
    return day not in _public_holidays(day.year)


def _is_weekday(day: datetime.date) -> bool:
    return day.weekday() < 6 and day not in _public_holidays(day.year)


def due(
    *,
    received: datetime.date,
    working_days: int,
    closed_days: Collection[tuple[int, int]] = CLOSED_DAYS,
    pauses: Collection[Pause] = (),
) -> datetime.date:
    """Return the last day of a deadline of ``working_days`` (1 to 1000) working days.

    Raises CaseworkError for any other number of days.
    """
    _require(working_days, "working_days")
    day, left = received, working_days
    while left:
        day += _DAY
        if not _paused(day, pauses) and is_working_day(day, closed_days=closed_days):
            left -= 1
    return day


def last_day(
    *,
    started_on: datetime.date,
    term: Term,
    closed_days: Collection[tuple[int, int]] = CLOSED_DAYS,
    pauses: Collection[Pause] = (),
) -> datetime.date:
    """Return the last day of the term, counted from the day after ``started_on``.

    Pauses count only for a term that may stand still. Raises CaseworkError for an unknown unit or
    a number outside 1 to 1000.
    """
    if not term.pausable:
        pauses = ()
    if term.unit == "working_days":
        return due(
            received=started_on, working_days=term.amount, closed_days=closed_days, pauses=pauses
        )
    day, left = started_on, _length(started_on, term)
    while left:
        day += _DAY
        left -= not _paused(day, pauses) and (term.unit != "weekdays" or _is_weekday(day))
    if term.unit in _ENDS_ON_ANY_DAY:
        return day
    while _paused(day, pauses) or not is_working_day(day, closed_days=closed_days):
        day += _DAY
    return day


def first_to_end(
    *,
    started_on: datetime.date,
    terms: Collection[Term],
    closed_days: Collection[tuple[int, int]] = CLOSED_DAYS,
    pauses: Collection[Pause] = (),
) -> tuple[datetime.date, Term]:
    """Return the last day that counts and the term that says so.

    A municipality may promise more than a law, but not less: the earliest day holds, and a law's
    when both say the same day. Raises CaseworkError when there is no term.
    """
    found = [
        (last_day(started_on=started_on, term=one, closed_days=closed_days, pauses=pauses), one)
        for one in terms
    ]
    if not found:
        raise CaseworkError("Der er ingen regel for fristen. Sæt en med `kodeks deadline rules`.")
    return min(found, key=lambda each: (each[0], not each[1].statutory))


def require_new_day(
    day: datetime.date,
    *,
    promised: datetime.date,
    told_on: datetime.date,
    latest: datetime.date | None = None,
    closed_days: Collection[tuple[int, int]] = CLOSED_DAYS,
) -> None:
    """Whether a deadline that slips may be told to end on ``day``.

    Raises CaseworkError unless it is a working day after the one that was promised and the one on
    which it is told, and not after the law's ``latest``.
    """
    earliest = max(promised, told_on)
    if day <= earliest or not is_working_day(day, closed_days=closed_days):
        raise CaseworkError(
            f"Den nye dato skal være en arbejdsdag efter den {earliest:%d.%m.%Y}. Ret datoen."
        )
    if latest is not None and day > latest:
        raise CaseworkError(
            f"Loven lader ikke fristen blive længere end til den {latest:%d.%m.%Y}. Ret datoen."
        )


def _length(started_on: datetime.date, term: Term) -> int:
    """Days from the first to the last when nothing stands still."""
    _require(term.amount, term.unit)
    if term.unit == "months":
        return (months_after(started_on, term.amount) - started_on).days
    return term.amount * (7 if term.unit == "weeks" else 1)


def _require(amount: int, unit: str) -> None:
    if unit not in _IN_WORDS:
        raise CaseworkError(f"Enheden {unit} kendes ikke. Brug: {', '.join(_IN_WORDS)}.")
    if not 1 <= amount <= MOST:
        raise CaseworkError(
            f"En frist skal være mellem 1 og {MOST} {_IN_WORDS[unit][1]}. Ret tallet."
        )


def _paused(day: datetime.date, pauses: Collection[Pause]) -> bool:
    return any(pause.first <= day <= pause.last for pause in pauses)


@functools.cache
def _public_holidays(year: int) -> frozenset[datetime.date]:
    # Here, as the calendars of all the world take a fifth of a second to load, in every command.
    import holidays

    return frozenset(holidays.country_holidays("DK", years=year))
