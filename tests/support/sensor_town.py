# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Invented bins with sensors of which it is known when they were emptied and when they failed.

Rates, hours of the day, noise of days and hours are those of the waste guide, section 7. Nine kinds
of fault in several forms; strength, length and onset are drawn. One bin has one fault at most.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kodeks.waste.engine.health.readings import Series

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

START, DAY, HOUR, FINE = 20_000 * 86_400, 86_400, 3_600, 900
KINDS = (
    "stuck",
    "drift",
    "tilt",
    "blocked",
    "bridge",
    "liquid",
    "drop-out",
    "re-join",
    "thermal",
)
WEEKDAY = np.array([0.01, 0.56, 0.94, 1.56, 1.59, 1.15])
WEEKEND = np.array([0.58, 0.89, 0.43, 1.50, 2.17, 0.62])
MATTERS_PP, MATTERS_S = 10.0, 6 * HOUR


@dataclass(frozen=True)
class Town:
    """What is drawn from: None for the usual spread."""

    noise: float | None = None
    interval: int | None = None
    rate: float | None = None
    days: int = 28


@dataclass(frozen=True)
class Bin:
    """A bin's series, and what is true: `emptied` (k,) with `removed` (k,) pp, and its fault.

    `matters`: it lasted six hours and made a seventh of its levels, three at least, wrong by 13 pp
    (10 and the noise), or the sensor dumb or leaning; a drift, which shows when a bin is emptied,
    was met by three emptyings while the level was wrong by 10 pp.
    """

    series: Series
    emptied: Ints
    removed: Floats
    level: Floats
    kind: str = ""
    form: str = ""
    begin: int = 0
    end: int = 0
    matters: bool = False


def clean(rng: np.random.Generator, town: Town = Town()) -> Bin:
    """A bin whose sensor works: noise, single spikes, lost messages, partial emptyings."""
    interval = town.interval or int(rng.choice([900, 1800, 3600, 3600, 3600, 7200]))
    noise = town.noise or float(rng.choice([3.0, rng.uniform(1.5, 5.0)]))
    daily = town.rate or float(np.clip(34.0 * np.exp(rng.normal(0, 0.65)), 5.0, 150.0))
    fine = START + np.arange(0, town.days * DAY, FINE, dtype=np.int64)
    grown = _growth(rng, fine, daily)
    true, emptied, removed = _emptied(rng, fine, grown, daily)
    time = START + np.arange(0, town.days * DAY, interval, dtype=np.int64)
    time = time + int(rng.integers(0, interval)) + rng.integers(-20, 21, time.size)
    time = np.sort(time[(time >= START) & (time < START + town.days * DAY)])
    level = true[(time - START) // FINE]
    temperature = _weather(rng, time)
    seen = level + rng.normal(0, noise, time.size)
    spikes = rng.random(time.size) < rng.choice([0.0, 0.0, 0.003])
    seen[spikes] = rng.uniform(0, 100, int(spikes.sum()))
    seen = np.clip(np.round(seen, int(rng.choice([0, 1, 1]))), 0.0, 100.0)
    counter = np.arange(time.size, dtype=np.int64) + int(rng.integers(0, 60_000))
    series = Series(
        time=time,
        level=seen,
        temperature=temperature,
        tilt=np.zeros(time.size),
        battery=rng.uniform(60, 100) - np.arange(time.size) * interval / DAY * 0.02,
        session=np.full(time.size, int(rng.integers(1, 1 << 30)), dtype=np.int64),
        counter=counter,
    )
    lost = rng.random(time.size) < rng.uniform(0, 0.06)
    if rng.random() < 0.2:
        # Messages are also lost a few in a row.
        for at in np.flatnonzero(rng.random(time.size) < 0.004):
            lost[at : at + int(rng.integers(2, 4))] = True
    return Bin(_kept(series, ~lost), emptied, removed, level[~lost])


def faulty(rng: np.random.Generator, kind: str, town: Town = Town()) -> Bin:
    """A bin with one fault of the kind, begun and ended within its days or lasting at their end."""
    bin = clean(rng, town)
    days = {
        "stuck": (0.5, 5),
        "drift": (8, 20),
        "tilt": (0.25, 4),
        "blocked": (0.25, 4),
        "bridge": (0.3, 3),
        "liquid": (0.5, 5),
        "drop-out": (0.3, 4),
        "re-join": (0.05, 0.3),
        "thermal": (3, 8),
    }[kind]
    length = rng.uniform(*days) * DAY
    begin = START + rng.uniform(4 * DAY, max(5 * DAY, town.days * DAY - 0.7 * length))
    series = bin.series
    interval = float(np.median(np.diff(series.time)))
    length = max(length, 8 * interval) if kind != "re-join" else length
    if kind == "re-join":
        begin = float(series.time[min(np.searchsorted(series.time, begin), series.time.size - 3)])
    during = (series.time >= begin) & (series.time < begin + length)
    if during.sum() < 3 and kind not in ("re-join", "drop-out"):
        return faulty(rng, kind, town)
    made, form = _FAULTS[kind](rng, bin, during)
    wrong = np.abs(np.nan_to_num(made.level - series.level, nan=0.0))
    dead = np.isnan(made.level)
    gone = during & dead
    first, last = int(begin), int(min(begin + length, START + town.days * DAY))
    if form == "emptied":
        last = int(bin.emptied[bin.emptied > first][0])
    if kind in ("drop-out", "re-join"):
        known = series.time[~during]
        before, after = known[known < first], known[known >= last]
        silent = (after[0] if after.size else last) - (before[-1] if before.size else first)
        matters = kind == "re-join" or bool(silent >= max(MATTERS_S, 5 * interval))
        matters = matters and (kind != "re-join" or after.size > 0)
    elif kind == "tilt" and np.nanmax(np.append(made.tilt, 0)) > 0:
        matters = True
    elif kind == "drift":
        # It shows at emptyings only: three of them where the level is wrong by the margin.
        seen = bin.emptied[(bin.removed >= 15) & (bin.emptied > first) & (bin.emptied < last)]
        off = np.interp(seen, series.time, wrong)
        matters = bool((off >= MATTERS_PP).sum() >= 3)
    else:
        # Wrong by the margin beside what a working sensor would have said, more than once.
        matters = last - first >= MATTERS_S and bool(
            (wrong[during] >= MATTERS_PP + 3.0).sum() >= max(3, 0.15 * during.sum())
            or gone.sum() * interval >= MATTERS_S
        )
    keep = np.ones(series.time.size, dtype=bool)
    if form == "silent" or kind == "re-join":
        keep = ~during
    return replace(
        bin,
        series=_kept(made, keep),
        level=bin.level[keep],
        kind=kind,
        form=form,
        begin=first,
        end=last,
        matters=matters,
    )


def _kept(series: Series, keep: NDArray[np.bool_]) -> Series:
    return Series(
        **{
            name: value[keep]
            for name, value in vars(series).items()
            if isinstance(value, np.ndarray)
        }
    )


def _growth(rng: np.random.Generator, fine: Ints, daily: float) -> Floats:
    """(n,): pp that come in each quarter of an hour."""
    day = (fine - START) // DAY
    block = fine % DAY // (4 * HOUR)
    weekend = (fine // DAY + 3) % 7 >= 5
    profile = np.where(weekend, WEEKEND[block], WEEKDAY[block])
    days = np.exp(rng.normal(0, 0.4, int(day[-1]) + 1) - 0.08)
    if rng.random() < 0.2:
        # A holiday: next to nothing comes.
        at = int(rng.integers(0, days.size - 1))
        days[at : at + 2] *= 0.1
    hours = rng.gamma(2.0, 0.5, fine.size // 4 + 1)
    return daily / 96 * profile * days[day] * np.repeat(hours, 4)[: fine.size]


def _emptied(
    rng: np.random.Generator, fine: Ints, grown: Floats, daily: float
) -> tuple[Floats, Ints, Floats]:
    """Levels (n,), and when the crew came and what it took."""
    by_level = rng.random() < 0.6
    target = rng.uniform(50, 95)
    every = max(1, round(rng.uniform(45, 85) / daily))
    partly = rng.choice([0.0, 0.05, 0.12])
    hour = int(rng.integers(6, 14))
    now, true, when, took = rng.uniform(0, 50), np.empty(fine.size), [], []
    for at, (moment, more) in enumerate(zip(fine.tolist(), grown.tolist(), strict=True)):
        of_day = moment % DAY
        comes = (
            now > target and 6 * HOUR <= of_day < 16 * HOUR and rng.random() < 0.25
            if by_level
            else of_day // FINE == hour * 4 and (moment - START) // DAY % every == every - 1
        )
        if comes:
            left = now * rng.uniform(0.25, 0.5) if rng.random() < partly else rng.uniform(0, 5)
            left = min(now, left)
            when.append(moment)
            took.append(now - left)
            now, target = left, rng.uniform(50, 95)
        now = min(115.0, now + more)
        true[at] = now
    return true, np.array(when, dtype=np.int64), np.array(took)


def _weather(rng: np.random.Generator, time: Ints) -> Floats:
    days = 14 + np.cumsum(rng.normal(0, 1.5, 400))
    at = (time - START) / DAY
    mean = np.interp(at, np.arange(400), days)
    swing = rng.uniform(3, 8)
    hour = time % DAY / HOUR
    return mean + swing * np.cos((hour - 15) / 24 * 2 * np.pi) + rng.normal(0, 0.4, time.size)


def _stuck(rng: np.random.Generator, bin: Bin, during: NDArray[np.bool_]) -> tuple[Series, str]:
    level = bin.series.level.copy()
    held = level[np.flatnonzero(during)[0]]
    form = "jitter" if rng.random() < 0.3 else "exact"
    level[during] = held
    if form == "jitter":
        level[during] = np.clip(held + rng.normal(0, 0.2, int(during.sum())), 0, 100).round(1)
    return replace(bin.series, level=level), form


def _drift(rng: np.random.Generator, bin: Bin, during: NDArray[np.bool_]) -> tuple[Series, str]:
    time = bin.series.time
    days = np.where(during, (time - time[during][0]) / DAY, 0.0)
    slope = rng.uniform(2.0, 5.0)
    form = "up" if rng.random() < 0.75 else "down"
    level = bin.series.level + (slope if form == "up" else -slope) * days
    return replace(bin.series, level=np.clip(level, 0, 100).round(1)), form


def _tilt(rng: np.random.Generator, bin: Bin, during: NDArray[np.bool_]) -> tuple[Series, str]:
    flagged = rng.random() < 0.7
    at = np.flatnonzero(during)
    offset = rng.uniform(20, 60) * rng.choice([-1, 1])
    base = bin.level[at[0]]
    # Nothing falls right in a bin that leans: the sensor looks at a wall or past the rubbish.
    if not 5 < base + offset < 95:
        offset = -offset
    level = bin.series.level.copy()
    level[during] = np.clip(base + offset + rng.normal(0, 3, at.size), 0, 100).round(1)
    tilt = np.zeros(level.size)
    if flagged:
        tilt[during] = rng.random(at.size) < 0.97
    return replace(bin.series, level=level, tilt=tilt), "flag" if flagged else "no flag"


def _blocked(rng: np.random.Generator, bin: Bin, during: NDArray[np.bool_]) -> tuple[Series, str]:
    level = bin.series.level.copy()
    count = int(during.sum())
    form = "failing" if rng.random() < 0.4 else "near"
    level[during] = np.clip(rng.uniform(97, 100) + rng.normal(0, 0.4, count), 0, 100).round(1)
    if form == "failing":
        at = np.flatnonzero(during)
        level[at[rng.random(count) < rng.uniform(0.4, 0.8)]] = np.nan
    return replace(bin.series, level=level), form


def _bridge(rng: np.random.Generator, bin: Bin, during: NDArray[np.bool_]) -> tuple[Series, str]:
    at = np.flatnonzero(during)
    series = bin.series
    base = bin.level[at[0]]
    top = min(96.0, base + rng.uniform(25, 65))
    # An emptying takes the paper along.
    inside = bin.emptied[(bin.emptied > series.time[at[0]]) & (bin.emptied <= series.time[at[-1]])]
    if inside.size:
        at = at[series.time[at] < inside[0]]
    more = np.clip(bin.level[at] - base, 0, None) * 0.15
    level = series.level.copy()
    noise = rng.normal(0, 3, at.size)
    level[at] = np.clip(np.maximum(top + more, bin.level[at]) + noise, 0, 100).round(1)
    return replace(series, level=level), "emptied" if inside.size else "fallen"


def _liquid(rng: np.random.Generator, bin: Bin, during: NDArray[np.bool_]) -> tuple[Series, str]:
    at = np.flatnonzero(during)
    series = bin.series
    level = series.level.copy()
    if rng.random() < 0.6:
        # Echoes off a moving surface: now the bottom, now the wall.
        wild = rng.normal(0, rng.uniform(12, 25), at.size)
        level[at] = np.clip(bin.level[at] + wild, 0, 100).round(1)
        return replace(series, level=level), "echoes"
    # Water stands in the bin: a still surface above what lies at the bottom.
    base = bin.level[at[0]]
    top = base + rng.uniform(25, 50)
    fade = np.exp(-(series.time[at] - series.time[at[0]]) / (10 * DAY))
    surface = np.maximum(bin.level[at], top * fade) + rng.normal(0, 0.5, at.size)
    level[at] = np.clip(surface, 0, 100).round(1)
    return replace(series, level=level), "standing"


def _dropout(rng: np.random.Generator, bin: Bin, during: NDArray[np.bool_]) -> tuple[Series, str]:
    if rng.random() < 0.5:
        return bin.series, "silent"
    level = bin.series.level.copy()
    level[during] = np.nan
    return replace(bin.series, level=level), "failing"


def _rejoin(rng: np.random.Generator, bin: Bin, during: NDArray[np.bool_]) -> tuple[Series, str]:
    at = int(np.flatnonzero(during)[-1]) + 1 if during.any() else bin.series.time.size // 2
    session, counter = bin.series.session.copy(), bin.series.counter.copy()
    session[at:] += 1
    counter[at:] -= counter[at] if at < counter.size else 0
    return replace(bin.series, session=session, counter=counter), "session"


def _thermal(rng: np.random.Generator, bin: Bin, during: NDArray[np.bool_]) -> tuple[Series, str]:
    series = bin.series
    temperature = series.temperature.copy()
    # Sun on the lid: warmer, and more so at noon.
    hour = series.time % DAY / HOUR
    sun = rng.uniform(8, 18) * np.clip(np.cos((hour - 14) / 12 * np.pi), 0, None)
    temperature[during] += sun[during]
    level = series.level.copy()
    if rng.random() < 0.7:
        mean = float(np.median(series.temperature))
        per_degree = rng.uniform(0.8, 1.6) * rng.choice([-1, 1])
        level[during] += per_degree * (temperature[during] - mean)
        form = "swing"
    else:
        hot = during & (sun > sun.max() * 0.3)
        level[hot] = bin.level[hot] + rng.normal(0, rng.uniform(12, 25), int(hot.sum()))
        form = "noise"
    return replace(series, level=np.clip(level, 0, 100).round(1), temperature=temperature), form


_FAULTS = {
    "stuck": _stuck,
    "drift": _drift,
    "tilt": _tilt,
    "blocked": _blocked,
    "bridge": _bridge,
    "liquid": _liquid,
    "drop-out": _dropout,
    "re-join": _rejoin,
    "thermal": _thermal,
}


def bins(seed: int, count: int = 60, town: Town = Town()) -> list[Bin]:
    """Two of five have no fault; the others have the nine kinds in turn."""
    rng = np.random.default_rng(seed)
    made = []
    for at in range(count):
        if at % 5 in (0, 2):
            made.append(clean(rng, town))
        else:
            made.append(faulty(rng, KINDS[(at * 3 // 5) % len(KINDS)], town))
    return made
