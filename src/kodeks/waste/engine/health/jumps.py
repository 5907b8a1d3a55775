# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Jumps that no bin makes, and what returns after them: paper across, a blocked lens, a lean.

A bin fills by its own bites and is emptied. A level that jumps up beyond its largest bite, or that
falls and then comes back to where it was, has not been in the bin.
"""

from __future__ import annotations

from bisect import bisect, bisect_left
from dataclasses import dataclass

import numpy as np

from kodeks.waste.engine.health.emptyings import SURE, UNSURE, WHOLE, Step, step_at
from kodeks.waste.engine.health.episodes import BLOCKED, BRIDGE, LIQUID, TILT, Episode, between
from kodeks.waste.engine.health.ground import DAY, LEAST_FALL, LEAST_JUMP, Ground
from kodeks.waste.engine.health.readings import Floats, Ints
from kodeks.waste.engine.health.rises import rises

LONGEST = 12 * DAY
NEAR = 95.0
STILL = 0.45
"""Of the sensor's noise: less is the flat surface of a liquid or something close to the lens."""
BACK = 3.5
"""Deviations within which a level is back where it was."""
MOST_CAME = 45.0
"""Percent that usually came meanwhile: after more nobody knows where the level was."""
FILLING, SURELY, STOOD, FLAT, PART, LITTLE = 1.8, 1.4, 1.0, 0.8, 0.65, 0.45
"""Of the most that ever came at once: where the bin goes on filling, where it is full, where
nothing more is seen, where something should have been, where the level was back, and where it was
back further up than crews leave a bin."""
STANDS = 8.0
ONCE = 1.2
"""Times the step that the level may be up soon after it."""
MIDDLE = 0.85
"""The same for what fell to the middle of the bin, as an emptying seldom does."""
TOLD = 8.0
"""Percent that should have come, before it can be told that none did."""
MOST_LEFT = 0.6
"""Of the level before: a crew that comes leaves less than this."""
FULL = 98.0
SPEAKS = 2.5
"""Nats against a rise by what comes at that hour on such a day, at least."""
FEWEST = 3
"""Readings: two odd ones in a row are no fault yet."""


@dataclass(frozen=True)
class _Series:
    time: Ints
    level: Floats
    grown: Floats
    ground: Ground


def jumps(
    time: Ints, level: Floats, grown: Floats, ground: Ground, down: list[Step]
) -> list[Episode]:
    """Of known readings (n,) without spikes, with the falls in them."""
    if level.size < 5:
        return []
    series = _Series(time, level, grown, ground)
    up = _rises(series, [one.at for one in down])
    found: list[Episode] = []
    until = 0
    for kind, step in sorted(
        [("up", one) for one in up] + [("down", one) for one in down], key=lambda one: one[1].at
    ):
        if step.at < until:
            continue
        others = [one for one in (down if kind == "up" else up) if one.at > step.at]
        end = _end(series, step, others, rose=kind == "up")
        if end is not None:
            found.append(_told(series, step, end, rose=kind == "up"))
            until = end
    return found


def _rises(series: _Series, down: list[int]) -> list[Step]:
    """Lasting rises beyond the bin's bites."""
    level, grown, ground = series.level, series.grown, series.ground
    least = np.maximum(ground.bites(grown), LEAST_JUMP)
    found = []
    places = (np.flatnonzero(np.diff(level)[:-1] > least[:-1]) + 1).tolist()
    edges = sorted([0, *down, *places, level.size])
    nats = rises(series.time, level, grown, ground, down).nats if places else grown
    for at in places:
        if nats[at] < SPEAKS:
            continue
        begin, end = edges[bisect_left(edges, at) - 1], edges[bisect(edges, at)]
        if at - begin < 2 or end - at < 2:
            continue  # beside another step: a spike that noise or an emptying has hidden
        one = step_at(at, begin, end, level, grown, ground)
        if one.after - one.before > max(0.7 * least[at - 1], LEAST_JUMP):
            found.append(one)
    return found


def _most(series: _Series, at: int) -> float:
    """What the bin never takes in between readings at - 1 and at."""
    return float(series.ground.most(series.grown[at - 1 : at + 1])[0])


def _end(series: _Series, step: Step, others: list[Step], *, rose: bool) -> int | None:
    """The place after the last false reading, None where the step may be true."""
    if rose:
        return _after_rise(series, step, others)
    return _after_fall(series, step, others)


def _after_rise(series: _Series, step: Step, others: list[Step]) -> int | None:
    """The first fall decides: back where it was, or emptied."""
    time, level, grown, ground = series.time, series.level, series.grown, series.ground
    # Not more than it rose at once: much that came after it would else count as the jump's.
    size = min(step.after - step.before, float(level[step.at] - level[step.at - 1]))
    most = _most(series, step.at)
    other = others[0] if others else None
    if other is not None and time[other.at] - time[step.at] > LONGEST:
        other = None
    end = level.size if other is None else other.at
    if end - step.at < FEWEST:
        return None
    third = max((end - step.at) // 3, 1)
    began = float(np.median(level[step.at : step.at + third]))
    rose = float(np.median(level[end - third : end])) - began
    owed = SURE * float(grown[end - 1] - grown[step.at])
    # A bin that goes on filling was filled, and one that is full cannot show it.
    stands, full = rose < max(STANDS, SURE * owed), began >= FULL
    if other is not None:
        came = float(grown[other.at] - grown[step.at - 1])
        off = other.after - step.before
        margin = BACK * float(np.hypot(step.width, other.width)) + 2.0
        back = -margin <= off <= min(came * (1.0 + UNSURE), MOST_CAME) + margin
        emptied = off < SURE * came - margin or other.after <= LEAST_FALL
        # What lay on top goes with it, but no more: an emptying takes what came since too.
        fell = other.before - other.after
        high = other.after > MOST_LEFT * other.before
        fits = (high or fell > 0.5 * size) and fell < 1.25 * size + margin
        part = (LITTLE if high else PART) if stands and not full else SURELY
        if back and not emptied and fits and size > part * most:
            return end
    if end - step.at <= FEWEST:
        return None
    still = _trembling(level[step.at : end]) < STILL * ground.noise
    if still or (stands and owed > TOLD and began < NEAR):
        needs = FLAT
    elif stands:
        needs = SURELY if full else STOOD
    else:
        needs = FILLING
    # A thing that falls across is there at once, a busy hour goes on.
    on = began - step.before > ONCE * size + 3.0 * ground.noise
    return end if size > needs * most and not on else None


def _after_fall(series: _Series, step: Step, others: list[Step]) -> int | None:
    """Back where it was by a jump as large: nobody emptied it."""
    time, grown = series.time, series.grown
    if not others:
        return None
    other = others[0]
    came = float(grown[other.at] - grown[step.at - 1])
    if came > MOST_CAME or time[other.at] - time[step.at] > LONGEST:
        return None
    if other.at - step.at < FEWEST:
        return None
    fell = step.before - step.after
    at_once = float(series.level[other.at] - series.level[other.at - 1])
    rose = min(other.after - other.before, at_once)
    margin = BACK * float(np.hypot(step.width, other.width)) + 2.0
    back = -margin <= other.after - step.before <= came * (1.0 + UNSURE) + margin
    most = _most(series, other.at)
    low = step.after <= WHOLE
    surely = rose > (SURELY if low else MIDDLE) * most and fell > LEAST_JUMP
    alike = 0.7 * fell < rose < fell + SURE * came + margin
    return other.at if back and surely and alike else None


def _told(series: _Series, step: Step, end: int, *, rose: bool) -> Episode:
    held = series.level[step.at : end]
    came = f"Niveauet sprang fra {step.before:.0f} til {step.after:.0f} %"
    if not rose:
        reason = f"{came} og kom tilbage. Spanden er ikke tømt. Måleren sidder nok skævt."
        return between(TILT, series.time, step.at, end, reason)
    if float(np.median(held)) >= NEAR:
        reason = f"{came} på en gang. Så hurtigt bliver spanden ikke fuld. Måleren er nok dækket."
        return between(BLOCKED, series.time, step.at, end, reason)
    if _trembling(held) < STILL * series.ground.noise:
        reason = f"{came} og står helt stille der. Det gør vand i spanden."
        return between(LIQUID, series.time, step.at, end, reason)
    reason = f"{came} på en gang. Noget ligger nok på tværs under måleren."
    return between(BRIDGE, series.time, step.at, end, reason)


def _trembling(held: Floats) -> float:
    """The noise of a stretch of readings, infinite for under five and where the scale ends."""
    if (held >= 100.0).mean() > 0.3:
        return np.inf
    apart = np.abs(np.diff(held))
    return 1.4826 * float(np.median(apart)) / np.sqrt(2.0) if apart.size > 3 else np.inf
