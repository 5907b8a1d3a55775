# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Drop-outs and re-joins: what is told by when messages come and how they count."""

from __future__ import annotations

import numpy as np

from kodeks.waste.engine.health.episodes import BLOCKED, DROPOUT, REJOIN, Episode, hours, runs
from kodeks.waste.engine.health.readings import Booleans, Floats, Ints, Series

LEAST = 6 * 3600
"""Seconds: a shorter silence costs no plan anything."""
FEWEST = 7
"""Messages in a row that have to be lost before it is a drop-out."""
ALPHA = 0.001
FEW, THIN = 24, 0.4
"""Messages that should come in a stretch, and the share of them under which it is a drop-out too,
where the device usually sends more."""
WRAPS = 65_536
"""LoRaWAN counters begin anew at 2^16 on old devices without a re-join."""
NEAR = 95.0
FAILING, FAILED = 3, 0.2


def dropouts(time: Ints, known: Booleans, *, now: int) -> list[Episode]:
    """Silences and runs of failed measurements up to `now`; a device never heard gives none, and
    one that never said a level has failed from its first message.

    So many messages in a row are lost by chance in fewer than ALPHA of all series, by the share
    that this device usually loses; devices that speak when they like are held to their own pauses.
    """
    gaps = np.diff(time)
    gaps = gaps[gaps > 0]
    heard = time[known]
    if time.size and heard.size == 0:
        return _never(time, now)
    if gaps.size == 0:
        return []
    interval = float(np.median(gaps))
    silent = np.diff(heard)
    missing = np.maximum(np.round(silent / interval) - 1, 0)
    usual = missing <= FEWEST
    lost = (missing[usual].sum() + 1.0) / (missing[usual].sum() + usual.sum() + 2.0)
    few = max(FEWEST, int(np.ceil(np.log(ALPHA / heard.size) / np.log(min(lost, 0.9)))))
    # The few longest may be what is looked for.
    others = np.sort(silent)[: -max(3, silent.size // 50)]
    pause = float(others[-1]) if others.size else 0.0
    limit = max(LEAST, (few + 0.5) * interval, 1.6 * pause)
    ends = np.append(heard[1:], max(now, int(heard[-1])))
    found = []
    for at in np.flatnonzero(ends - heard > limit).tolist():
        reason = f"Der kom ingen brugbar måling i {hours(float(ends[at] - heard[at]))}."
        end = None if at == heard.size - 1 else int(ends[at])
        # The last reading before it is a good one.
        found.append(Episode(DROPOUT, int(heard[at]) + 1, end, reason))
    return found + _thin(heard, interval, ends, found)


def _thin(heard: Ints, interval: float, ends: Ints, silent: list[Episode]) -> list[Episode]:
    """Stretches in which single messages come through, so that no silence is long enough.

    That so few come is no chance, as a quarter of this device's readings are in stretches with no
    more at most: one that speaks when it likes has many such.
    """
    span = int(FEW * interval)
    came = np.arange(heard.size) - np.searchsorted(heard, heard - span, side="right") + 1.0
    whole = heard - heard[0] >= span
    for one in silent:
        # What is missing there is told already.
        whole &= (heard < one.begin) | (heard - span >= (one.end or int(heard[-1]) + span))
    if whole.sum() < FEW:
        return []
    usual = float(np.clip(np.quantile(came[whole], 0.25) / FEW, 0.1, 0.9))
    share = np.clip(came / FEW, 1e-3, 1.0)
    # Chernoff's bound of so few of a binomial count.
    apart = share * np.log(share / usual) + (1 - share) * np.log((1 - share + 1e-9) / (1 - usual))
    thin = whole & (share < min(THIN, usual)) & (FEW * apart > -np.log(ALPHA / heard.size))
    found = []
    for first, after in runs(thin):
        begin = int(heard[int(np.searchsorted(heard, heard[first] - span, side="right"))])
        end = int(ends[after - 1])
        reason = f"Kun få beskeder kom igennem i {hours(float(end - begin))}."
        last = None if after == heard.size else end
        found.append(Episode(DROPOUT, begin + 1, last, reason))
    return found


def _never(time: Ints, now: int) -> list[Episode]:
    """Of a sensor that speaks and has not said one level."""
    begin, span = int(time[0]), float(max(now, int(time[-1])) - time[0])
    if span <= LEAST:
        return []
    reason = f"Måleren har sendt i {hours(span)} uden én brugbar måling. Står afstandene rigtigt?"
    return [Episode(DROPOUT, begin, None, reason)]


def rejoins(series: Series) -> list[Episode]:
    """A new session, or a counter that begins anew: from the last message before to the first."""
    again = np.zeros(max(series.time.size - 1, 0), dtype=np.bool_)
    if series.session is not None:
        again |= np.diff(series.session) != 0
    elif series.counter is not None:
        back = np.diff(series.counter)
        again |= (back < 0) & (back > -(WRAPS - 1024)) & (series.counter[1:] < 256)
    found = []
    for at in np.flatnonzero(again).tolist():
        begin, end = int(series.time[at]), int(series.time[at + 1])
        reason = "Måleren meldte sig på nettet igen. Beskeder kan være gået tabt imens."
        found.append(Episode(REJOIN, begin + 1, max(end, begin + 1), reason))
    return found


def failing(time: Ints, level: Floats) -> list[Episode]:
    """Many measurements that fail among others that say »right in front of me«: a blocked lens."""
    failed = ~np.isfinite(level)
    if failed.sum() < FAILING:
        return []
    near = np.nan_to_num(level, nan=100.0) >= NEAR
    found = []
    for first, after in runs(near):
        at = np.flatnonzero(failed[first:after]) + first
        if at.size < FAILING:
            continue
        # From the first failure to the last, with the near readings beside them.
        first, after = max(int(at[0]) - 1, first), min(int(at[-1]) + 2, after)
        share = float(failed[first:after].mean())
        if share >= FAILED and not failed[first:after].all():
            reason = "Målingerne slår fejl eller viser noget lige foran måleren. Den er dækket."
            end = int(time[after]) if after < time.size else None
            found.append(Episode(BLOCKED, int(time[first]), end, reason))
    return found
