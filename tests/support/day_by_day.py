# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An oracle for deadlines: slow, from the written rules, and without a line of the program's.

Holidays: the Danish Church's days by Easter, which is computed here; store bededag until 2023 (lov
nr. 214 af 06/03/2023); 5 June, 24 and 31 December as forældelsesloven § 27, stk. 2 names them.
Counting: Regulation 1182/71 art. 3.
"""

from __future__ import annotations

import calendar
import datetime as dt

ONE = dt.timedelta(days=1)


def easter(year: int) -> dt.date:
    """Easter Sunday: the first Sunday after the ecclesiastical full moon on or after 21 March."""
    golden = year % 19 + 1
    century = year // 100 + 1
    skipped_leap_years = 3 * century // 4 - 12
    moon_correction = (8 * century + 5) // 25 - 5
    sunday = 5 * year // 4 - skipped_leap_years - 10
    epact = (11 * golden + 20 + moon_correction - skipped_leap_years) % 30
    if epact == 24 or (epact == 25 and golden > 11):
        epact += 1
    full_moon = 44 - epact
    if full_moon < 21:
        full_moon += 30
    day = full_moon + 7 - (sunday + full_moon) % 7
    return dt.date(year, 3, 1) + ONE * (day - 1)


def closed(year: int) -> set[dt.date]:
    """The days of the year, beside Saturdays and Sundays, on which nothing is due."""
    sunday = easter(year)
    days = {dt.date(year, month, day) for month, day in ((1, 1), (6, 5), (12, 24), (12, 25))}
    days |= {dt.date(year, 12, 26), dt.date(year, 12, 31)}
    days |= {sunday + ONE * after for after in (-3, -2, 0, 1, 39, 49, 50)}
    if year <= 2023:
        days.add(sunday + ONE * 26)
    return days


def works(day: dt.date) -> bool:
    return day.strftime("%a") not in ("Sat", "Sun") and day not in closed(day.year)


def month_later(day: dt.date) -> dt.date:
    first = day.replace(day=28) + ONE * 4
    return first.replace(day=1)


def nominal(start: dt.date, amount: int, unit: str) -> dt.date:
    """The last day in calendar units when nothing stands still and no day is closed."""
    if unit == "months":
        month = start.replace(day=1)
        for _ in range(amount):
            month = month_later(month)
        last = calendar.monthrange(month.year, month.month)[1]
        return month.replace(day=min(start.day, last))
    return start + dt.timedelta(**{"weeks" if unit == "weeks" else "days": amount})


def paused_days(pauses: list[tuple[dt.date, dt.date]]) -> set[dt.date]:
    found = set()
    for first, last in pauses:
        day = first
        while day <= last:
            found.add(day)
            day += ONE
    return found


def last_day(
    start: dt.date, amount: int, unit: str, pauses: list[tuple[dt.date, dt.date]]
) -> dt.date:
    still = paused_days(pauses)
    if unit == "working_days":
        counted: list[dt.date] = []
        day = start
        while len(counted) < amount:
            day = day + ONE
            if works(day) and day not in still:
                counted.append(day)
        return counted[-1]
    plain = end = nominal(start, amount, unit)
    while True:
        # Put off by each day of standing still up to the end, which may bring more of them in.
        longer = plain + ONE * len({day for day in still if start < day <= end})
        if longer == end:
            break
        end = longer
    while not works(end) or end in still:
        end += ONE
    return end
